/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Releasing a card under VFIO: the kernel asks for it, and unbinding waits until the handle is
 * closed.
 */
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "qmp.h"
#include "vfio.h"

TestSuite(vfio_release, .init = vfio_begin);

static void *unbind(void *address)
{
	pci_unbind(address);
	return NULL;
}

static void *wait_for_interrupt(void *error)
{
	*(int *)error = uiomap_irq_wait(card.device, UIOMAP_FOREVER, NULL) < 0 ? errno : 0;
	return NULL;
}

static bool readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 10000) == 1;
}

/* The request is known; all is as before until the handle is closed. */
static void still_works(void)
{
	uint32_t value;

	cr_assert(uiomap_device_removed(card.device));
	cr_assert_eq(edu_check(card.edu, 0x12345678), 0, "%s", edu_error());
	OK(uiomap_config_read32(card.device, 0, &value));
	cr_assert_eq(value, 0x11e81234);
	FAILS(uiomap_irq_wait(card.device, UIOMAP_FOREVER, NULL), ENODEV);
	FAILS(uiomap_irq_wait(card.device, 0, NULL), ENODEV);
	FAILS(uiomap_irq_read(card.device, NULL), ENODEV);
	cr_assert(pci_present(card.address));
}

/* After close the kernel goes on at once, and doesn't wait for its next request after 10 s. */
static void close_card(pthread_t unbinding)
{
	const int64_t begin = now();

	edu_close(card.edu);
	uiomap_close(card.device);
	cr_assert_eq(pthread_join(unbinding, NULL), 0);
	cr_assert_lt(now() - begin, 8 * SECOND);
}

Test(vfio_release, while_waiting)
{
	for (int i = 0; i < 10; i++) {
		pthread_t waiting, unbinding;
		struct uiomap_dma *dma;
		int error = 0;

		card_open("vfio-pci", NULL);
		cr_assert(!uiomap_device_removed(card.device));
		dma = uiomap_dma_alloc(card.device, 16384, 0);
		cr_assert(dma, "%s", uiomap_error());
		cr_assert_eq(pthread_create(&waiting, NULL, wait_for_interrupt, &error), 0);
		cr_assert_eq(pthread_create(&unbinding, NULL, unbind, card.address), 0);
		cr_assert_eq(pthread_join(waiting, NULL), 0);
		cr_assert_eq(error, ENODEV, "errno %d", error);
		if (!i) {
			still_works();
			card_transfer(uiomap_dma_addr(dma), 16, 0);
		}
		close_card(unbinding);
	}
}

/* A program with its own loop sees it at the descriptor. */
Test(vfio_release, while_polling)
{
	pthread_t unbinding;
	int fd;

	card_open("vfio-pci", NULL);
	fd = uiomap_irq_fd(card.device);
	cr_assert_geq(fd, 0, "%s", uiomap_error());
	cr_assert_eq(pthread_create(&unbinding, NULL, unbind, card.address), 0);
	cr_assert(readable(fd));
	FAILS(uiomap_irq_read(card.device, NULL), ENODEV);
	cr_assert(readable(fd), "it stays readable");
	still_works();
	close_card(unbinding);
	FAILS_NULL(uiomap_open("pci:1234:11e8", 0), ENODEV);
}

/* A card that is taken out of its slot: the kernel asks for it in the same way. */
Test(vfio_release, unplug_while_waiting)
{
	char first[PCI_ADDRESS];
	struct monitor *qemu = qmp_open();
	pthread_t waiting;
	int error = 0;

	memcpy(first, card.address, sizeof(first));
	qmp_plug(qemu, "edu", "second", "port0", "");
	pci_plugged(PCI_PORT0, card.address);
	card_open("vfio-pci", NULL);
	cr_assert_eq(pthread_create(&waiting, NULL, wait_for_interrupt, &error), 0);
	qmp_unplug(qemu, "second");
	cr_assert_eq(pthread_join(waiting, NULL), 0);
	cr_assert_eq(error, ENODEV, "errno %d", error);
	still_works();
	edu_close(card.edu);
	uiomap_close(card.device);
	qmp_unplugged(qemu, "second");
	pci_gone(card.address);
	qmp_close(qemu);
	memcpy(card.address, first, sizeof(first));
}
