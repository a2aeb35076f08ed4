/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Two network cards on one link, driven from user space: frames from one to the other, and a
 * card that is pulled meanwhile.
 */
#include <stdio.h>
#include <string.h>

#include "sim-fixture.h"
#include "e1000.h"
#include "qmp.h"
#include "pci.h"

/* More than three times around the rings. */
#define FRAMES (3 * E1000_RING + 7)

struct card {
	char address[PCI_ADDRESS];
	struct uiomap_device *device;
	struct e1000 *nic;
	uint8_t mac[6];
};

static void fixture_open(struct card *c, const char *driver, const char *options)
{
	char selector[32];

	pci_bind(c->address, driver, options);
	snprintf(selector, sizeof(selector), "pci:%s", c->address);
	c->device = uiomap_open(selector, UIOMAP_EXCLUSIVE);
	cr_assert(c->device, "%s", uiomap_error());
	c->nic = e1000_open(c->device);
	cr_assert(c->nic, "%s", e1000_error());
	e1000_mac(c->nic, c->mac);
}

static void fixture_close(struct card *c)
{
	e1000_close(c->nic);
	uiomap_close(c->device);
	pci_unbind(c->address);
}

/* Plug in two cards that are connected to each other. */
static void wire(struct monitor *qemu, struct card *a, struct card *b, unsigned int port)
{
	char bus[] = "port0";

	for (int i = 0; i < 2; i++)
		qmp_execute(qemu, "netdev_add",
			    "{\"type\": \"hubport\", \"id\": \"end%d\", \"hubid\": 0}", i);
	bus[4] += port;
	qmp_plug(qemu, "e1000", "card0", bus,
		 ", \"netdev\": \"end0\", \"mac\": \"52:54:00:a0:b1:c2\"");
	pci_plugged(port, a->address);
	qmp_plug(qemu, "e1000", "card1", "port1",
		 ", \"netdev\": \"end1\", \"mac\": \"52:54:00:d3:e4:f5\"");
	pci_plugged(PCI_PORT1, b->address);
}

static void cut(struct monitor *qemu)
{
	for (int i = 0; i < 2; i++)
		qmp_execute(qemu, "netdev_del", "{\"id\": \"end%d\"}", i);
}

static size_t make_frame(uint8_t *frame, const uint8_t to[6], const uint8_t from[6], unsigned int n)
{
	const size_t size = 60 + n * 37 % (E1000_FRAME_MAX - 60 + 1);

	memcpy(frame, to, 6);
	memcpy(frame + 6, from, 6);
	frame[12] = 0x88; /* IEEE 802: for experiments */
	frame[13] = 0xb5;
	for (size_t i = 14; i < size; i++)
		frame[i] = (uint8_t)(n + i * 7);
	return size;
}

/* Wait for the next frame. QEMU's card receives nothing in its first second; frames are queued. */
static ssize_t next_frame(struct card *c, uint8_t *frame, size_t size)
{
	ssize_t got;

	while ((got = e1000_receive(c->nic, frame, size)) < 0 && errno == EAGAIN)
		OK(e1000_wait(c->nic, LATE));
	cr_assert_geq(got, 0, "%s", e1000_error());
	return got;
}

/* Send until the ring is full, then receive all, and repeat. */
static void exchange(struct card *from, struct card *to)
{
	uint8_t frame[E1000_FRAME_MAX], got[E1000_FRAME_MAX];
	unsigned int sent = 0, received = 0;

	while (received < FRAMES) {
		for (; sent < FRAMES && sent - received < E1000_RING / 2; sent++) {
			const size_t size = make_frame(frame, to->mac, from->mac, sent);

			while (e1000_send(from->nic, frame, size) < 0) {
				cr_assert_eq(errno, EAGAIN, "frame %u: %s", sent, e1000_error());
				OK(e1000_wait(from->nic, LATE));
			}
		}
		for (; received < sent; received++) {
			const size_t size = make_frame(frame, to->mac, from->mac, received);

			cr_assert_eq(next_frame(to, got, sizeof(got)), (ssize_t)size, "frame %u",
				     received);
			cr_assert_eq(memcmp(got, frame, size), 0, "frame %u is not what was sent",
				     received);
		}
	}
}

Test(e1000, frames)
{
	static const uint8_t everybody[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
			     stranger[6] = { 0x52, 0x54, 0, 1, 2, 3 };
	struct monitor *qemu = qmp_open();
	struct card a, b;
	uint8_t frame[E1000_FRAME_MAX + 1], got[E1000_FRAME_MAX];
	size_t size;

	wire(qemu, &a, &b, PCI_PORT0);
	pci_hugepages(4);
	fixture_open(&a, "uio_stub", "dma=1M");
	fixture_open(&b, "uio_pci_generic", NULL);
	cr_assert_eq(memcmp(a.mac, (uint8_t[]){ 0x52, 0x54, 0x00, 0xa0, 0xb1, 0xc2 }, 6), 0);
	cr_assert_eq(memcmp(b.mac, (uint8_t[]){ 0x52, 0x54, 0x00, 0xd3, 0xe4, 0xf5 }, 6), 0);
	cr_assert(e1000_link(a.nic) == 1 && e1000_link(b.nic) == 1);
	FAILS(e1000_receive(a.nic, got, sizeof(got)), EAGAIN);
	FAILS(e1000_send(a.nic, frame, E1000_FRAME_MIN - 1), EMSGSIZE);
	FAILS(e1000_send(a.nic, frame, E1000_FRAME_MAX + 1), EMSGSIZE);
	exchange(&a, &b);
	exchange(&b, &a);

	/*
	 * A frame for another card isn't received; a short one is padded; a broadcast is
	 * received.
	 */
	cr_assert_eq(e1000_send(a.nic, frame, make_frame(frame, stranger, a.mac, 1)), 0);
	make_frame(frame, everybody, a.mac, 2);
	cr_assert_eq(e1000_send(a.nic, frame, E1000_FRAME_MIN), 0);
	cr_assert_eq(next_frame(&b, got, sizeof(got)), 60);
	cr_assert_eq(memcmp(got, frame, E1000_FRAME_MIN), 0);
	FAILS(e1000_receive(b.nic, got, sizeof(got)), EAGAIN);

	/* The link is taken down and up again: the card reports it. */
	qmp_execute(qemu, "set_link", "{\"name\": \"card0\", \"up\": false}");
	while (e1000_link(a.nic) == 1)
		OK(e1000_wait(a.nic, LATE));
	qmp_execute(qemu, "set_link", "{\"name\": \"card0\", \"up\": true}");
	while (e1000_link(a.nic) == 0)
		OK(e1000_wait(a.nic, LATE));

	/*
	 * After closing, the card is inactive. After opening again it works, whatever its rings
	 * contained.
	 */
	size = make_frame(frame, a.mac, b.mac, 3);
	cr_assert_eq(e1000_send(b.nic, frame, size), 0);
	cr_assert_eq(next_frame(&a, got, sizeof(got)), (ssize_t)size);
	e1000_close(a.nic);
	a.nic = e1000_open(a.device);
	cr_assert(a.nic, "%s", e1000_error());
	exchange(&b, &a);

	fixture_close(&a);
	fixture_close(&b);
	pci_hugepages(0);
	qmp_unplug(qemu, "card0");
	qmp_unplug(qemu, "card1");
	qmp_unplugged(qemu, "card0");
	qmp_unplugged(qemu, "card1");
	cut(qemu);
	qmp_close(qemu);
}

/* Send and receive until the card is removed, by ACPI (port0) or without notice (port2). */
static void pulled(unsigned int port, const char *driver)
{
	struct monitor *qemu = qmp_open();
	struct card a, b;
	uint8_t frame[E1000_FRAME_MAX], got[E1000_FRAME_MAX];
	unsigned int sent = 0;
	int result;

	wire(qemu, &a, &b, port);
	fixture_open(&a, driver, "dma=1M");
	/*
	 * QEMU's ACPI tables have the wrong interrupt line for port2's bridge, so INTx can't
	 * work there.
	 */
	if (port == PCI_PORT2)
		pci_config_write(a.address, PCI_COMMAND, 2,
				 pci_config_read(a.address, PCI_COMMAND, 2) |
					 PCI_COMMAND_INTX_DISABLE);
	fixture_open(&b, "uio_stub", "dma=1M");
	for (;; sent++) {
		const size_t size = make_frame(frame, b.mac, a.mac, sent);

		result = e1000_send(a.nic, frame, size);
		if (result < 0 && errno != EAGAIN)
			break;
		result = (int)e1000_receive(a.nic, got, sizeof(got));
		if (result < 0 && errno != EAGAIN)
			break;
		if (sent != 2 * E1000_RING)
			continue;
		if (port == PCI_PORT2)
			pci_pull();
		else
			qmp_unplug(qemu, "card0");
	}
	cr_assert_eq(errno, ENODEV, "errno %d: %s", errno, e1000_error());
	cr_assert_gt(sent, 2 * E1000_RING);
	pci_gone(a.address);
	FAILS(e1000_wait(a.nic, LATE), ENODEV);
	FAILS(e1000_link(a.nic), ENODEV);
	/* Hugepages stay mapped after the removal, so sending fails only when the ring is full. */
	for (sent = 0; e1000_send(a.nic, frame, 60) == 0; sent++)
		cr_assert_lt(sent, E1000_RING);
	cr_assert_eq(errno, ENODEV, "errno %d: %s", errno, e1000_error());
	qmp_unplugged(qemu, "card0");
	/*
	 * The other card received the frames that were sent before, as many as its ring had room
	 * for.
	 */
	cr_assert_gt(next_frame(&b, got, sizeof(got)), 0);
	cr_assert_eq(memcmp(got, b.mac, 6), 0);
	e1000_close(a.nic);
	uiomap_close(a.device);
	fixture_close(&b);
	qmp_unplug(qemu, "card1");
	qmp_unplugged(qemu, "card1");
	cut(qemu);
	qmp_close(qemu);
}

Test(e1000, unplugged_in_flight)
{
	pulled(PCI_PORT0, "uio_stub");
}

Test(e1000, pulled_in_flight)
{
	pci_hugepages(4);
	pulled(PCI_PORT2, "uio_stub");
	pulled(PCI_PORT2, "uio_pci_generic");
	pci_hugepages(0);
}
