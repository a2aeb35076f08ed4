/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The node under uio_pci_generic, where each close ends the card's DMA: which calls open it,
 * and the state after a close.
 */
#include "dma-fixture.h"

#include <fcntl.h>
#include <pthread.h>

#define PARENT "sys/devices/pci0000:00/0000:01:00.0/"
#define MS     INT64_C(1000000)
#define MASTER 0x4

static void begin(void)
{
	tree_begin();
	tree_device(
		1,
		&(struct tree_device){
			.name = "uio_pci_generic",
			.parent = "pci0000:00/0000:01:00.0",
			.bus = "pci",
			.driver = "uio_pci_generic",
			.resource =
				"0xfe000000 0xfe000fff 0x200\n0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n",
			.map_count = 1,
			.maps = { { "BAR0", 0xfe000000, 0x1000, 0, false } } });
	core_irq(1, CORE_NO_IRQCONTROL);
	core_close_clears(1, PARENT "config", NULL);
	tree_write(PARENT "resource0", "%s", "");
	cr_assert_eq(truncate(PARENT "resource0", 0x1000), 0);
	tree_write("proc/meminfo", "MemTotal: 16384 kB\nHugepagesize:       2048 kB\n");
	core_hugepages(3, 0x40000000, 0);
}

TestSuite(node, .init = begin, .fini = tree_end);

static struct uiomap_device *open_card(unsigned int flags)
{
	struct uiomap_device *device = uiomap_open("uio1", flags);

	assert_ok(device);
	return device;
}

/* Open the card as a driver does. */
static struct uiomap_device *open_driver(unsigned int flags)
{
	struct uiomap_device *device = open_card(flags);

	piece(device, 100, 0);
	return device;
}

static void refused(unsigned int flags, int error, const char *text)
{
	errno = 0;
	cr_assert_null(uiomap_open("uio1", flags));
	assert_errno(error);
	assert_text(text);
}

static bool is_master(void)
{
	int fd = open(PARENT "config", O_RDONLY | O_CLOEXEC);
	unsigned char byte = 0;

	cr_assert_eq(pread(fd, &byte, 1, 4), 1);
	close(fd);
	return byte & MASTER;
}

/* ---- which calls open it ---- */

/* A reader uses sysfs for registers, configuration space and interrupts. */
Test(node, a_reader_opens_none)
{
	struct uiomap_device *reader = open_card(UIOMAP_RDONLY);
	uint16_t value;
	uint32_t n;

	assert_ok(uiomap_map(reader, 0, UIOMAP_MAP_RDONLY));
	cr_assert_eq(uiomap_config_read16(reader, 0, &value), 0);
	cr_assert_eq(uiomap_irq_read(reader, &n), -1);
	assert_errno(EAGAIN);
	cr_assert_eq(uiomap_info_irq(uiomap_device_info(reader)), UIOMAP_IRQ_MASKED);
	cr_assert_eq(uiomap_irq_fd(reader), -1);
	assert_errno(ENOTSUP);
	assert_text("would stop the device's DMA");
	/* Not even for a map that sysfs doesn't permit. */
	core_openat_error("resource0", O_RDONLY, EACCES);
	cr_assert_null(uiomap_map(reader, 0, UIOMAP_MAP_RDONLY));
	assert_errno(EACCES);
	uiomap_close(reader);
	cr_assert_eq(core_opens(1), 0);
}

Test(node, who_only_writes_registers_opens_none)
{
	struct uiomap_device *writer = open_card(0);
	struct uiomap_region *region = uiomap_map(writer, 0, 0);

	assert_ok(region);
	cr_assert_eq(uiomap_region_write32(region, 0, 1), 0);
	uiomap_close(writer);
	cr_assert_eq(core_opens(1), 0);
}

/* The first call that needs the node opens it, once. */
Test(node, what_needs_it_opens_it)
{
	struct uiomap_device *device;
	uint32_t n;

	device = open_card(UIOMAP_EXCLUSIVE);
	cr_assert_eq(core_opens(1), 1);
	uiomap_close(device);
	device = open_driver(0);
	cr_assert_eq(core_opens(1), 2);
	cr_assert_eq(uiomap_irq_enable(device), 0, "%s", uiomap_error());
	cr_assert_geq(uiomap_irq_fd(device), 0);
	uiomap_close(device);
	device = open_card(0);
	cr_assert_eq(uiomap_irq_wait(device, 0, &n), -1);
	assert_errno(ETIMEDOUT);
	cr_assert_eq(core_opens(1), 3);
	uiomap_close(device);
	/* A user who may open the node, but not the files of BARs. */
	core_openat_error("resource0", O_RDONLY, EACCES);
	device = open_card(0);
	cr_assert_eq(core_opens(1), 4);
	assert_ok(uiomap_map(device, 0, 0));
	uiomap_close(device);
	cr_assert_eq(core_opens(1), 4);
}

/* Interrupts before the node was opened are counted. */
Test(node, no_interrupt_is_lost_by_opening_it_late)
{
	struct uiomap_device *device = open_card(0);
	uint32_t n = 0;

	core_event(1, 2);
	cr_assert_eq(uiomap_irq_wait(device, UIOMAP_FOREVER, &n), 0, "%s", uiomap_error());
	cr_assert_eq(n, 2);
	cr_assert_eq(uiomap_irq_wait(device, 0, &n), -1);
	assert_errno(ETIMEDOUT);
	core_event(1, 3);
	cr_assert_eq(uiomap_irq_read(device, &n), 0);
	cr_assert_eq(n, 3);
	uiomap_close(device);
	device = open_card(0);
	core_event(1, 1);
	cr_assert_geq(uiomap_irq_fd(device), 0);
	core_event(1, 1);
	cr_assert_eq(uiomap_irq_wait(device, 0, &n), 0);
	cr_assert_eq(n, 2);
	uiomap_close(device);
}

/* ---- exclusive opens ---- */

Test(node, a_refused_open_opens_none)
{
	struct uiomap_device *driver = open_driver(UIOMAP_EXCLUSIVE), *reader;

	refused(0, EBUSY, "is held exclusively by");
	refused(UIOMAP_EXCLUSIVE, EBUSY, "is held by");
	/* By a user who may only open the node. */
	core_openat_error("resource0", O_RDONLY, EACCES);
	refused(0, EBUSY, "is held exclusively by");
	refused(UIOMAP_EXCLUSIVE, EBUSY, "is held by");
	core_openat_error(NULL, 0, 0);
	reader = open_card(UIOMAP_RDONLY);
	uiomap_close(reader);
	cr_assert_eq(core_opens(1), 1);
	cr_assert(is_master());
	uiomap_close(driver);
}

/* Controllers exclude each other, whether or not they have opened the node. */
Test(node, the_only_controller)
{
	struct uiomap_device *writer = open_card(0), *second;

	refused(UIOMAP_EXCLUSIVE, EBUSY, "is held by");
	second = open_driver(0);
	uiomap_close(writer);
	refused(UIOMAP_EXCLUSIVE, EBUSY, "is held by");
	uiomap_close(second);
	core_openat_error("resource0", O_RDONLY, EROFS);
	second = open_card(0);
	core_openat_error(NULL, 0, 0);
	refused(UIOMAP_EXCLUSIVE, EBUSY, "is held by");
	uiomap_close(second);
	uiomap_close(open_card(UIOMAP_EXCLUSIVE));
}

/* ---- after a close ---- */

Test(node, a_close_leaves_the_others_dma_on)
{
	struct uiomap_device *driver = open_driver(0), *second = open_card(0);

	cr_assert_geq(uiomap_irq_fd(second), 0);
	uiomap_close(second);
	cr_assert(is_master());
	/* It has freed its DMA memory, so the card doesn't use it any more. */
	second = open_card(0);
	uiomap_dma_free(piece(second, 1, 0));
	uiomap_close(second);
	cr_assert(is_master());
	/* Memory that it didn't free may still be written to: DMA must end. */
	second = open_driver(0);
	uiomap_close(second);
	cr_assert(!is_master());
	piece(driver, 1, 0);
	cr_assert(is_master());
	uiomap_close(driver);
	cr_assert(!is_master());
	/* No handle needs bus mastering. */
	driver = open_card(0);
	second = open_card(0);
	cr_assert(uiomap_irq_fd(driver) >= 0 && uiomap_irq_fd(second) >= 0);
	uiomap_close(second);
	cr_assert(!is_master());
	uiomap_close(driver);
}

Test(node, so_does_an_open_that_fails)
{
	struct uiomap_device *driver = open_driver(0), *second = open_card(0);

	core_set_rdev(1, 1, 3);
	cr_assert_eq(uiomap_irq_fd(second), -1);
	assert_errno(ENXIO);
	cr_assert_eq(core_opens(1), 2);
	cr_assert(is_master());
	uiomap_close(second);
	uiomap_close(driver);
}

static struct uiomap_device *last;

static void close_last(void)
{
	struct uiomap_device *device = last;

	last = NULL;
	uiomap_close(device);
}

/*
 * The driver ends while another handle is being closed: its memory is freed, so the card must
 * not write to it any more.
 */
Test(node, the_last_one_goes_meanwhile)
{
	struct uiomap_device *second;

	last = open_driver(0);
	second = open_card(0);
	cr_assert_geq(uiomap_irq_fd(second), 0);
	core_close_clears(1, PARENT "config", close_last);
	uiomap_close(second);
	cr_assert_null(last);
	cr_assert(!is_master());
}

/* ---- waits of a reader ---- */

static void *fires(void *arg)
{
	(void)arg;
	usleep(30000);
	core_event(1, 3);
	return NULL;
}

Test(node, a_reader_waits_by_looking)
{
	struct uiomap_device *reader = open_card(UIOMAP_RDONLY | UIOMAP_WAKEABLE);
	pthread_t thread;
	uint32_t n = 0;

	core_event(1, 2);
	cr_assert_eq(uiomap_irq_wait(reader, 0, &n), 0, "%s", uiomap_error());
	cr_assert_eq(n, 2);
	cr_assert_eq(uiomap_irq_wait(reader, 0, &n), -1);
	assert_errno(ETIMEDOUT);
	cr_assert_eq(uiomap_irq_wait(reader, 25 * MS, &n), -1);
	assert_errno(ETIMEDOUT);
	assert_text("no interrupt in 25 ms");
	cr_assert_eq(pthread_create(&thread, NULL, fires, NULL), 0);
	cr_assert_eq(uiomap_irq_wait(reader, UIOMAP_FOREVER, &n), 0, "%s", uiomap_error());
	cr_assert_eq(n, 3);
	cr_assert_eq(pthread_join(thread, NULL), 0);
	cr_assert_eq(uiomap_irq_wake(reader), 0);
	core_event(1, 1);
	cr_assert_eq(uiomap_irq_wait(reader, UIOMAP_FOREVER, &n), -1);
	assert_errno(ECANCELED);
	cr_assert_eq(uiomap_irq_read(reader, &n), 0);
	cr_assert_eq(n, 1);
	tree_remove(1);
	cr_assert_eq(uiomap_irq_wait(reader, UIOMAP_FOREVER, &n), -1);
	assert_errno(ENODEV);
	uiomap_close(reader);
}

/* sysfs shows whether there is an interrupt. */
Test(node, a_card_without_an_interrupt)
{
	static const char * const none[] = { "0", "2147483648" };

	for (int i = 0; i < 2; i++) {
		struct uiomap_device *reader;

		tree_write(PARENT "irq", "%s\n", none[i]);
		reader = open_card(UIOMAP_RDONLY);
		cr_assert_eq(uiomap_info_irq(uiomap_device_info(reader)), UIOMAP_IRQ_NONE);
		cr_assert_eq(uiomap_irq_wait(reader, 0, NULL), -1);
		assert_errno(ENOTSUP);
		uiomap_close(reader);
	}
	cr_assert_eq(core_opens(1), 0);
}
