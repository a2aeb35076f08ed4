/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * PCI cards that are plugged in and removed while they are used: in two slots by ACPI, where
 * the kernel is asked first, and in one without notice.
 */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim-fixture.h"
#include "edu.h"
#include "qmp.h"
#include "pci.h"

#define PATIENCE (10 * SECOND)
#define CYCLES	 50

/* dma_mask of the card's property: all of 32 bits. */
#define EDU_MORE ", \"dma_mask\": 4294967295"

#define GONE(call)                                                                                 \
	do {                                                                                       \
		errno = 0;                                                                         \
		cr_assert_eq((call), -1, "cycle %u: %s", c->number, #call);                        \
		cr_assert_eq(errno, ENODEV, "cycle %u: %s: errno %d: %s / %s", c->number, #call,   \
			     errno, uiomap_error(), edu_error());                                  \
	} while (0)

/* No test computes a factorial: QEMU 7.2 hangs if its edu is removed during one. */
enum waiting { FOR_EVER, A_MINUTE, WAKEABLE, OWN_POLL, FOR_A_CAUSE, IN_A_TRANSFER, WAITINGS };

struct cycle {
	unsigned int number, port;
	bool stub;
	enum waiting waiting;
	char address[PCI_ADDRESS];
	struct uiomap_device *device;
	struct edu *edu;
	struct uiomap_dma *dma;
	volatile void *regs;

	/* of the thread that waits */
	pid_t waiter;
	int error;
	/* of the thread that reads */
	int read_result, read_error;
	uint32_t reads, nothing, wrong;
};

/* A loop of the program itself: poll the library's descriptor, then call the library. */
static int poll_it(const struct cycle *c)
{
	struct pollfd p = { .fd = uiomap_irq_fd(c->device), .events = POLLIN };

	poll(&p, 1, -1);
	return uiomap_irq_wait(c->device, 0, NULL);
}

static int wait_once(struct cycle *c)
{
	switch (c->waiting) {
	case FOR_EVER:
	case WAKEABLE:
		return uiomap_irq_wait(c->device, UIOMAP_FOREVER, NULL);
	case A_MINUTE:
		return uiomap_irq_wait(c->device, 60 * SECOND, NULL);
	case OWN_POLL:
		return poll_it(c);
	case FOR_A_CAUSE:
		return edu_wait(c->edu, 1, UIOMAP_FOREVER, NULL);
	default:
		return edu_dma_to_card(c->edu, c->dma, 0, 0, 2048, UIOMAP_FOREVER);
	}
}

/*
 * Wait as a program does until the card is removed. Repeat, since an earlier interrupt may be
 * pending. Check the text here, since it belongs to this thread.
 */
static void *wait_for_it(void *arg)
{
	struct cycle *c = arg;

	__atomic_store_n(&c->waiter, gettid(), __ATOMIC_RELEASE);
	while (wait_once(c) == 0)
		;
	c->error = errno;
	return NULL;
}

/* What a read returns without a card: all ones on a real bus, 0 behind a port in QEMU. */
static bool nothing_there(uint32_t value)
{
	return value == UINT32_MAX || value == 0;
}

/*
 * Only removal ends this: by the guard, or if the mapping isn't revoked, by a read that returns
 * no card's value.
 */
static int read_it(void *arg)
{
	struct cycle *c = arg;
	int64_t end = 0;

	while (c->stub || !c->nothing) {
		const uint32_t id = uiomap_read32(c->regs, EDU_ID);

		c->reads++;
		if (nothing_there(id)) {
			if (!c->nothing++)
				end = now() + PATIENCE;
			else if (now() > end)
				break;
		} else if ((id & EDU_ID_MASK) != EDU_ID_VALUE) {
			c->wrong++;
		}
	}
	return 0;
}

static void *read_guarded(void *arg)
{
	struct cycle *c = arg;

	c->read_result = uiomap_guard(c->device, read_it, c);
	c->read_error = errno;
	return NULL;
}

static int touch_memory(void *memory)
{
	return *(volatile unsigned char *)memory;
}

/* A newly plugged card must work. */
static void use(struct cycle *c)
{
	static const char message[] = "still the same after another";
	char selector[32], *memory;
	uint32_t result;

	snprintf(selector, sizeof(selector), "pci:%s", c->address);
	c->device = uiomap_open(selector, c->waiting == WAKEABLE ? UIOMAP_WAKEABLE : 0);
	cr_assert(c->device, "cycle %u: %s", c->number, uiomap_error());
	c->edu = edu_open(c->device);
	cr_assert(c->edu, "cycle %u: %s", c->number, edu_error());
	c->dma = uiomap_dma_alloc(c->device, 4096, 0);
	cr_assert(c->dma, "cycle %u: %s", c->number, uiomap_error());
	c->regs = uiomap_region_base(uiomap_map_name(c->device, "BAR0", 0));
	cr_assert(c->regs, "cycle %u: %s", c->number, uiomap_error());
	cr_assert_eq(edu_check(c->edu, c->number), 0, "cycle %u: %s", c->number, edu_error());
	/*
	 * QEMU's ACPI tables have the wrong interrupt line for port2's bridge, so only MSI
	 * works there.
	 */
	if (c->port == PCI_PORT2 && !c->stub)
		return;
	cr_assert_eq(edu_factorial(c->edu, 6, PATIENCE, &result), 0, "cycle %u: %s", c->number,
		     edu_error());
	cr_assert_eq(result, 720);
	if (c->number % 4)
		return;
	memory = uiomap_dma_cpu(c->dma);
	memcpy(memory, message, sizeof(message));
	cr_assert_eq(edu_dma_to_card(c->edu, c->dma, 0, 0, 64, PATIENCE), 0, "cycle %u: %s",
		     c->number, edu_error());
	cr_assert_eq(edu_dma_from_card(c->edu, 0, c->dma, 2048, 64, PATIENCE), 0, "cycle %u: %s",
		     c->number, edu_error());
	cr_assert_str_eq(memory + 2048, message);
}

static void everything_says_gone(struct cycle *c)
{
	uint32_t value;
	char selector[32];

	cr_assert(uiomap_device_removed(c->device), "cycle %u", c->number);
	GONE(uiomap_irq_wait(c->device, UIOMAP_FOREVER, NULL));
	GONE(uiomap_irq_wait(c->device, 0, NULL));
	GONE(uiomap_irq_read(c->device, NULL));
	GONE(uiomap_irq_enable(c->device));
	GONE(uiomap_irq_disable(c->device));
	GONE(uiomap_config_read32(c->device, 0, &value));
	GONE(uiomap_config_write16(c->device, PCI_COMMAND, 0));
	GONE(uiomap_map(c->device, 0, 0) ? 0 : -1);
	GONE(uiomap_dma_alloc(c->device, 64, 0) ? 0 : -1);
	GONE(edu_check(c->edu, 1));
	GONE(edu_factorial(c->edu, 3, PATIENCE, &value));
	GONE(edu_raise(c->edu, 1) == 0 && !c->stub ? edu_wait(c->edu, 1, PATIENCE, NULL) : -1);
	GONE(edu_wait(c->edu, 1, PATIENCE, NULL));
	GONE(edu_dma_from_card(c->edu, 0, c->dma, 0, 16, PATIENCE));
	/* uio_stub's memory is revoked with its device. Hugepages belong to the program. */
	if (c->stub)
		GONE(uiomap_guard(c->device, touch_memory, uiomap_dma_cpu(c->dma)) ==
				     UIOMAP_GUARD_FAILED ?
			     -1 :
			     0);
	snprintf(selector, sizeof(selector), "pci:%s", c->address);
	GONE(uiomap_open(selector, 0) ? 0 : -1);
	GONE(uiomap_open_info(uiomap_device_info(c->device), 0) ? 0 : -1);
}

/* The thread must not hang. */
static void join(pthread_t thread, const struct cycle *c, const char *who)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += 2 * (PATIENCE / SECOND);
	cr_assert_eq(pthread_timedjoin_np(thread, NULL, &end), 0,
		     "cycle %u: the %s still doesn't know", c->number, who);
}

/* Expect this event of this card next. */
static void event(struct uiomap_monitor *devices, enum uiomap_event expected, const struct cycle *c)
{
	struct uiomap_info *info;

	cr_assert_eq(uiomap_monitor_next(devices, PATIENCE, &info), (int)expected,
		     "cycle %u, %s of %s: %s", c->number,
		     expected == UIOMAP_EVENT_ADD ? "coming" : "going", c->address, uiomap_error());
	cr_assert_str_eq(uiomap_info_device(info), c->address);
	uiomap_info_free(info);
}

static void cycle(struct cycle *c, struct monitor *qemu, struct uiomap_monitor *devices)
{
	char bus[] = "port0";
	pthread_t waiter, reader;

	bus[4] += c->port;
	qmp_plug(qemu, "edu", "plugged", bus, EDU_MORE);
	pci_plugged(c->port, c->address);
	pci_bind(c->address, c->stub ? "uio_stub" : "uio_pci_generic", "dma=16K");
	event(devices, UIOMAP_EVENT_ADD, c);
	use(c);

	cr_assert_eq(pthread_create(&waiter, NULL, wait_for_it, c), 0);
	cr_assert_eq(pthread_create(&reader, NULL, read_guarded, c), 0);
	cr_assert(until_asleep(&c->waiter), "cycle %u: the waiter has ended, errno %d", c->number,
		  c->error);
	if (c->port == PCI_PORT2)
		pci_pull();
	else
		qmp_unplug(qemu, "plugged");
	join(waiter, c, "waiter");
	cr_assert_eq(c->error, ENODEV, "cycle %u: the waiter's errno %d", c->number, c->error);
	join(reader, c, "reader");
	cr_assert_eq(c->wrong, 0, "cycle %u: %u of %u reads gave neither the card's id nor nothing",
		     c->number, c->wrong, c->reads);
	if (c->stub) {
		cr_assert(c->read_result == UIOMAP_GUARD_FAILED && c->read_error == ENODEV,
			  "cycle %u: the guard gave %d, errno %d", c->number, c->read_result,
			  c->read_error);
		/*
		 * If the kernel is asked first, uio_stub revokes the mapping before the card is
		 * removed, so no read sees a missing card.
		 */
		if (c->port != PCI_PORT2)
			cr_assert_eq(c->nothing, 0, "cycle %u: %u of %u reads gave nothing",
				     c->number, c->nothing, c->reads);
	}
	qmp_unplugged(qemu, "plugged");
	pci_gone(c->address);
	event(devices, UIOMAP_EVENT_REMOVE, c);
	everything_says_gone(c);
}

Test(hotplug, fifty_times)
{
	struct monitor *qemu = qmp_open();
	struct uiomap_monitor *devices = uiomap_monitor_open(EDU_SELECTOR);
	static struct cycle all[CYCLES];

	cr_assert(devices, "%s", uiomap_error());
	OK(uiomap_guard_install());
	pci_hugepages(4);
	for (unsigned int i = 0; i < CYCLES; i++) {
		struct cycle *c = &all[i];

		/*
		 * Run all combinations of slot, kernel driver and activity. Those with uio_stub run
		 * twice.
		 */
		c->number = i;
		c->port = i % 3;
		c->stub = i / 3 % 3 != 2;
		c->waiting = (i + i / 9) % WAITINGS;
		cycle(c, qemu, devices);
		/* An old handle, still open, stays dead although a new card was present. */
		if (i) {
			c = &all[i - 1];
			everything_says_gone(c);
			edu_close(c->edu);
			uiomap_close(c->device);
		}
	}
	edu_close(all[CYCLES - 1].edu);
	uiomap_close(all[CYCLES - 1].device);
	pci_hugepages(0);
	uiomap_guard_remove();
	uiomap_monitor_close(devices);
	qmp_close(qemu);
}
