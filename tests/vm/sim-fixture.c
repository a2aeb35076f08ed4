/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "sim-fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <uio_dummy.h>
#include <unistd.h>

struct uiosim *plug(const char *name, const char *model, const char *irq, const char *maps,
		    const char *driver)
{
	struct uiosim *d = uiosim_new(name);

	cr_assert(d, "%s", uiosim_error());
	OK(uiosim_set(d, "model", model));
	if (irq)
		OK(uiosim_set(d, "irq", irq));
	if (maps)
		OK(uiosim_set(d, "maps", maps));
	OK(uiosim_go_live(d));
	if (driver)
		OK(uiosim_bind(d, driver));
	return d;
}

struct uiomap_device *open_dummy(struct uiosim *d, unsigned int flags)
{
	struct uiomap_device *device = uiomap_open(uiosim_name(d), flags);

	cr_assert(device, "%s", uiomap_error());
	return device;
}

void counter_open(struct counter *c, unsigned int flags)
{
	struct uiomap_region *region;

	c->device = open_dummy(c->dummy, flags);
	region = uiomap_map_name(c->device, "registers", 0);
	cr_assert(region, "%s", uiomap_error());
	c->regs = uiomap_region_base(region);
	cr_assert_eq(uiomap_read32(c->regs, UIO_DUMMY_MAGIC), UIO_DUMMY_MAGIC_VALUE);
	uiomap_write32(c->regs, UIO_DUMMY_IRQ_ENABLE, 1);
}

void counter_new(struct counter *c, const char *irq, const char *driver, unsigned int flags)
{
	c->dummy = plug("counter-", "counter", irq, NULL, driver);
	counter_open(c, flags);
}

void counter_free(struct counter *c)
{
	uiomap_close(c->device);
	uiosim_free(c->dummy);
}

void counter_ack(struct counter *c)
{
	uiomap_write32(c->regs, UIO_DUMMY_IRQ_ACK, uiomap_read32(c->regs, UIO_DUMMY_IRQ_SEQ));
}

int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

bool until_asleep(const pid_t *thread)
{
	const int64_t end = now() + 10 * SECOND;
	char path[64], stat[256], state = 'R';
	ssize_t length;
	pid_t id;
	int fd;

	while (state != 'S') {
		cr_assert_lt(now(), end, "the thread runs and runs");
		id = __atomic_load_n(thread, __ATOMIC_ACQUIRE);
		if (!id)
			continue;
		snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)id);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return false;
		length = read(fd, stat, sizeof(stat) - 1);
		close(fd);
		if (length <= 0)
			return false;
		stat[length] = '\0';
		/*
		 * proc(5): the state follows the name in parentheses. The name may contain
		 * parentheses too.
		 */
		state = strrchr(stat, ')')[2];
	}
	return true;
}
