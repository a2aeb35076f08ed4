/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "pci-fixture.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static void path_of(const struct card *c, const char *file, char path[256])
{
	snprintf(path, 256, "/sys/bus/pci/devices/%s/%s", c->address, file);
}

const char *fixture_text(const struct card *c, const char *file)
{
	static char text[8192];
	char path[256];
	size_t length;
	FILE *f;

	path_of(c, file, path);
	f = fopen(path, "re");
	cr_assert(f, "%s: %s", path, strerror(errno));
	length = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	if (length && text[length - 1] == '\n')
		length--;
	text[length] = '\0';
	return text;
}

void fixture_write(const struct card *c, const char *file, const char *text)
{
	char path[256];
	int fd;

	path_of(c, file, path);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	cr_assert_geq(fd, 0, "%s: %s", path, strerror(errno));
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text), "%s: %s", path,
		     strerror(errno));
	close(fd);
}

void fixture_bind(struct card *c, uint16_t vendor, uint16_t device, const char *options)
{
	memset(c, 0, sizeof(*c));
	cr_assert(pci_find(vendor, device, 0, c->address), "the VM has no %04x:%04x", vendor,
		  device);
	pci_bind(c->address, "uio_stub", options);
}

void fixture_open(struct card *c)
{
	const int number = pci_uio_number(c->address);
	char file[32];

	/* Read the count before the open, so that an interrupt during the open is counted too. */
	snprintf(file, sizeof(file), "uio/uio%d/event", number);
	c->seen = strtoul(fixture_text(c, file), NULL, 10);
	snprintf(file, sizeof(file), "/dev/uio%d", number);
	c->fd = open(file, O_RDWR | O_CLOEXEC);
	cr_assert_geq(c->fd, 0, "%s: %s", file, strerror(errno));
}

/* Unmap all mappings first: they would keep the file open. */
void fixture_close(struct card *c)
{
	cr_assert_eq(close(c->fd), 0);
}

volatile void *fixture_map(const struct card *c, unsigned int index, size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd, (off_t)index * PAGE);

	cr_assert_neq(p, MAP_FAILED, "%s, map %u: %s", c->address, index, strerror(errno));
	return p;
}

unsigned int fixture_events(struct card *c, int timeout_ms)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };
	uint32_t total, n;

	if (poll(&p, 1, timeout_ms) == 0)
		return 0;
	cr_assert_eq(read(c->fd, &total, 4), 4, "%s", strerror(errno));
	n = total - c->seen;
	c->seen = total;
	return n;
}

void fixture_enable(const struct card *c, int32_t on)
{
	cr_assert_eq(write(c->fd, &on, 4), 4, "%s", strerror(errno));
}

bool fixture_command(const struct card *c, unsigned int bits)
{
	return (pci_config_read(c->address, PCI_COMMAND, 2) & bits) == bits;
}

uint64_t fixture_bus_address(const struct card *c, unsigned int index)
{
	char file[48];

	snprintf(file, sizeof(file), "uio/uio%d/maps/map%u/addr", pci_uio_number(c->address),
		 index);
	return strtoull(fixture_text(c, file), NULL, 16);
}

void nap_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}
