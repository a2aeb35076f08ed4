/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Races of uio_stub's interrupt, in windows that are stretched to make them happen. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim-fixture.h"
#include "race-window.h"

static long event_count(struct uiosim *d)
{
	char path[64], text[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/uio/uio%d/event", uiosim_uio_number(d));
	f = fopen(path, "re");
	cr_assert(f && fgets(text, sizeof(text), f), "%s: %s", path, strerror(errno));
	fclose(f);
	return strtol(text, NULL, 10);
}

static void in_the_handler(void)
{
	race_window_open('p', "uio_stub:stub_irq_handler", NULL);
}

static void *trigger(void *d)
{
	return uiosim_stimulate(d, "trigger", 1) < 0 ? d : NULL;
}

/* No event is counted after the interrupt is disabled: disabling waits for a running handler. */
Test(irq, off_means_off, .init = in_the_handler, .fini = race_window_close)
{
	pthread_t thread;
	struct counter c;
	void *wrong;

	counter_new(&c, "edge", "uio_stub", 0);
	/* One event at a time: the window delays each of them. */
	for (int i = 0; i < 20; i++) {
		long count;

		cr_assert_eq(pthread_create(&thread, NULL, trigger, c.dummy), 0);
		usleep(i * 200); /* in some rounds, the handler is running then */
		OK(uiomap_irq_disable(c.device));
		count = event_count(c.dummy);
		pthread_join(thread, &wrong);
		cr_assert_null(wrong);
		cr_assert_eq(event_count(c.dummy), count, "round %d", i);
		OK(uiomap_irq_enable(c.device));
		OK(uiomap_irq_wait(c.device, LATE, NULL));
	}
	counter_free(&c);
}

static void after_free_irq(void)
{
	race_window_open('r', "free_irq", NULL);
}

static void *off_and_on(void *fd)
{
	int32_t on = 0;

	while (write(*(int *)fd, &on, sizeof(on)) == sizeof(on))
		on = !on;
	return NULL;
}

/*
 * Enabling and disabling while the driver is unbound must not touch a line that the driver has
 * freed.
 */
Test(irq, the_line_is_left_alone, .init = after_free_irq, .fini = race_window_close)
{
	for (int i = 0; i < 4; i++) {
		uint64_t before, after;
		pthread_t thread;
		struct counter c;
		int fd;

		counter_new(&c, "level", "uio_stub", 0);
		fd = open(uiosim_uio_node(c.dummy), O_RDWR | O_CLOEXEC);
		cr_assert_geq(fd, 0);
		cr_assert_eq(pthread_create(&thread, NULL, off_and_on, &fd), 0);
		OK(uiosim_unbind(c.dummy));
		pthread_join(thread, NULL);
		OK(uiosim_stat(c.dummy, "irq_stats", "raised", &before));
		OK(uiosim_stimulate(c.dummy, "trigger", 1));
		OK(uiosim_stat(c.dummy, "irq_stats", "raised", &after));
		cr_assert_eq(after, before, "round %d: nobody has the line, and it is not masked",
			     i);
		close(fd);
		counter_free(&c);
	}
}

/*
 * Disabling a level line masks it at the controller at once, as the kernel's driver does, so
 * that no interrupt comes while it is off.
 */
Test(irq, off_is_masked)
{
	uint64_t before, after;
	struct counter c;

	counter_new(&c, "level", "uio_stub", 0);
	OK(uiomap_irq_disable(c.device));
	OK(uiosim_stat(c.dummy, "irq_stats", "raised", &before));
	OK(uiosim_stimulate(c.dummy, "trigger", 1));
	OK(uiosim_stat(c.dummy, "irq_stats", "raised", &after));
	cr_assert_eq(after, before);
	OK(uiomap_irq_wait(c.device, LATE, NULL));
	counter_free(&c);
}
