/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * epoll DEVICE...: several devices in one epoll loop, until all are unplugged.
 * The registers are those of uio_dummy's counter (kernel/uio_dummy.h).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <uiomap.h>

enum { IRQ_ENABLE = 0x10, IRQ_SEQ = 0x14, IRQ_ACK = 0x18, CTRL = 0x40, PERIOD_NS = 0x44 };

struct card {
	struct uiomap_device *device;
	struct uiomap_region *regs;
};

static int start(struct card *card, const char *selector)
{
	card->device = uiomap_open(selector, UIOMAP_EXCLUSIVE);
	card->regs = card->device ? uiomap_map_name(card->device, "registers", 0) : NULL;
	/* Checked, unlike uiomap_write32(): ENODEV if the device was unplugged. */
	if (!card->regs || uiomap_region_write32(card->regs, PERIOD_NS, 100000000) < 0 ||
	    uiomap_region_write32(card->regs, IRQ_ENABLE, 1) < 0 ||
	    uiomap_region_write32(card->regs, CTRL, 1) < 0)
		return -1;
	return uiomap_irq_enable(card->device);
}

/* The descriptor is readable: take the interrupts, handle them, enable the next one. */
static int handle(struct card *card)
{
	const char *name = uiomap_info_name(uiomap_device_info(card->device));
	uint32_t count, events;

	if (uiomap_irq_read(card->device, &count) < 0)
		return errno == EAGAIN ? 0 : -1; /* EAGAIN: none has come */
	if (uiomap_region_read32(card->regs, IRQ_SEQ, &events) < 0 ||
	    uiomap_region_write32(card->regs, IRQ_ACK, events) < 0)
		return -1;
	printf("%s: %" PRIu32 " events\n", name, events);
	return uiomap_irq_enable(card->device);
}

int main(int argc, char **argv)
{
	int loop = epoll_create1(EPOLL_CLOEXEC), cards_open = 0;
	static struct card cards[16];
	struct epoll_event event = { .events = EPOLLIN };

	setvbuf(stdout, NULL, _IOLBF, 0); /* whole lines, also into a pipe */
	/* The guard lets the checked accessors survive an unplugged device. */
	if (loop < 0 || uiomap_guard_install() < 0)
		goto fail;
	for (int i = 0; i < argc - 1 && i < 16; i++, cards_open++) {
		event.data.ptr = &cards[i];
		if (start(&cards[i], argv[i + 1]) < 0 ||
		    epoll_ctl(loop, EPOLL_CTL_ADD, uiomap_irq_fd(cards[i].device), &event) < 0)
			goto fail;
	}
	while (cards_open > 0) {
		if (epoll_wait(loop, &event, 1, -1) < 1)
			continue; /* a signal */
		if (handle(event.data.ptr) < 0) {
			/* The descriptor would stay readable. Closing takes it out of the loop. */
			fprintf(stderr, "epoll: %s\n", uiomap_error());
			uiomap_close(((struct card *)event.data.ptr)->device);
			cards_open--;
		}
	}
	return 0;
fail:
	fprintf(stderr, "epoll: %s\n", *uiomap_error() ? uiomap_error() : strerror(errno));
	return 1; /* which closes all devices: the kernel masks their interrupts */
}
