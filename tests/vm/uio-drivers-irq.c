/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Interrupts: lines under uio_pci_generic, messages under uio_stub; and removal. */
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "uio-drivers.h"
#include "trace.h"

static void *raise_later(void *regs)
{
	usleep(50000); /* most likely the waiter sleeps by then; the test passes otherwise, too */
	uiomap_write32(regs, EDU_RAISE, 0x40);
	return NULL;
}

/*
 * After the acknowledgement no more interrupts come. But a line may have fired once more before it,
 * which is counted only now.
 */
static void drain(struct uiomap_device *device)
{
	while (uiomap_irq_wait(device, 20 * MS, NULL) == 0)
		;
	cr_assert_eq(errno, ETIMEDOUT, "%s", uiomap_error());
}

Test(uio_drivers, interrupts)
{
	for (int d = 0; d < 2; d++) {
		struct uiomap_device *device = take(PCI_EDU, drivers[d], NULL, UIOMAP_WAKEABLE);
		const char *address = uiomap_info_device(uiomap_device_info(device));
		volatile void *regs = map(device, "BAR0");
		pthread_t thread;
		uint32_t n;

		cr_assert_eq(uiomap_info_irq(uiomap_device_info(device)),
			     generic(drivers[d]) ? UIOMAP_IRQ_MASKED : UIOMAP_IRQ_COUNTED);
		edu_ack(regs);
		drain(device);
		for (uint32_t i = 0; i < 30; i++) {
			uiomap_write32(regs, EDU_RAISE, 1u << i % 8);
			OK(uiomap_irq_wait(device, LATE, &n));
			/* A line that is unmasked before it is acknowledged fires once more. */
			cr_assert(n == 1 || (n == 2 && generic(drivers[d])), "%s: %u interrupts",
				  drivers[d], n);
			edu_ack(regs);
		}
		drain(device);
		cr_assert_eq(pthread_create(&thread, NULL, raise_later, (void *)(uintptr_t)regs),
			     0);
		OK(uiomap_irq_wait(device, UIOMAP_FOREVER, &n));
		pthread_join(thread, NULL);
		edu_ack(regs);
		drain(device);
		OK(uiomap_irq_wake(device));
		FAILS(uiomap_irq_wait(device, UIOMAP_FOREVER, &n), ECANCELED);

		/* While disabled, an interrupt is kept for later. */
		OK(uiomap_irq_disable(device));
		if (generic(drivers[d]))
			cr_assert(pci_config_read(address, PCI_COMMAND, 2) &
				  PCI_COMMAND_INTX_DISABLE);
		uiomap_write32(regs, EDU_RAISE, 2);
		FAILS(uiomap_irq_read(device, &n), EAGAIN);
		OK(uiomap_irq_wait(device, LATE, &n));
		edu_ack(regs);
		uiomap_close(device);

		/*
		 * A line that was raised before the open and not acknowledged interrupts now. A
		 * message was sent once, to the earlier handle.
		 */
		device = uiomap_open("pci:1234:11e8", 0);
		uiomap_write32(map(device, "BAR0"), EDU_RAISE, 4);
		uiomap_close(device);
		device = uiomap_open("pci:1234:11e8", 0);
		if (generic(drivers[d]))
			OK(uiomap_irq_wait(device, LATE, &n));
		edu_ack(map(device, "BAR0"));
		leave(device);

		device = take(PCI_BOCHS, drivers[d], NULL, 0);
		FAILS(uiomap_irq_wait(device, 0, &n), ENOTSUP);
		FAILS(uiomap_irq_enable(device), ENOTSUP);
		leave(device);
	}
}

/* Runs in the traced process. Returns 0 on success. */
static int thirty_interrupts(void *arg)
{
	struct uiomap_device *device = uiomap_open(arg, 0);
	struct uiomap_region *region = uiomap_map_name(device, "BAR0", 0);
	volatile void *regs = uiomap_region_base(region);
	uint32_t n;

	if (!region)
		return 1;
	/*
	 * Don't count the first two: one may come before the node is opened, and read(2) sleeps
	 * first in the second.
	 */
	for (int i = 0; i < 2; i++) {
		uiomap_write32(regs, EDU_RAISE, 1);
		if (uiomap_irq_wait(device, UIOMAP_FOREVER, &n) < 0)
			return 2;
		edu_ack(regs);
	}
	trace_begin();
	for (int i = 0; i < 30; i++) {
		uiomap_write32(regs, EDU_RAISE, 1);
		if (uiomap_irq_wait(device, UIOMAP_FOREVER, &n) < 0)
			return 3;
		edu_ack(regs);
	}
	trace_end();
	uiomap_close(device);
	return 0;
}

/*
 * MSI under uio_stub: only read. Under uio_pci_generic: also a write, and access to the
 * configuration space.
 */
Test(uio_drivers, system_calls_of_an_interrupt)
{
	for (int d = 0; d < 2; d++) {
		unsigned int other = generic(drivers[d]) ? 30 : 0;
		struct trace t;

		uiomap_close(take(PCI_EDU, drivers[d], NULL, 0));
		trace_run(&t, thirty_interrupts, (void *)(uintptr_t)"pci:1234:11e8");
		cr_assert(WIFEXITED(t.status) && WEXITSTATUS(t.status) == 0, "status 0x%x",
			  t.status);
		cr_assert_eq(t.by[SYS_read], 30, "%s: %s", drivers[d], trace_text(&t));
		cr_assert_eq(t.by[SYS_write], other, "%s: %s", drivers[d], trace_text(&t));
		cr_assert_eq(t.by[SYS_pread64], other, "%s: %s", drivers[d], trace_text(&t));
		/* no write if the interrupt was acknowledged before it was masked */
		cr_assert_leq(t.by[SYS_pwrite64], other, "%s: %s", drivers[d], trace_text(&t));
		cr_assert_eq(t.total, 30 + 2 * other + t.by[SYS_pwrite64], "%s: %s", drivers[d],
			     trace_text(&t));
	}
}

struct waiter {
	struct uiomap_device *device;
	pid_t thread; /* set when the thread runs */
	int result, error;
};

static void *wait_for_ever(void *arg)
{
	struct waiter *w = arg;

	__atomic_store_n(&w->thread, gettid(), __ATOMIC_RELEASE);
	w->result = uiomap_irq_wait(w->device, UIOMAP_FOREVER, NULL);
	w->error = errno;
	return NULL;
}

static int read_id(void *regs)
{
	return (int)(uiomap_read32(regs, EDU_ID) & 0xff);
}

static int write_memory(void *memory)
{
	*(volatile uint32_t *)memory = 1;
	return 0;
}

/*
 * The device is unbound while a thread waits and a BAR is mapped. The wait ends with an error, and
 * uiomap_guard() catches accesses that the kernel refuses.
 */
Test(uio_drivers, unbound)
{
	OK(uiomap_guard_install());
	pci_hugepages(1);
	for (int d = 0; d < 2; d++) {
		struct uiomap_device *device = take(PCI_EDU, drivers[d], "dma=64K", 0);
		struct waiter w = { .device = device };
		volatile void *regs = map(device, "BAR0");
		struct uiomap_dma *dma = uiomap_dma_alloc(device, 64, 0);
		void *memory = uiomap_dma_cpu(dma);
		char address[PCI_ADDRESS];
		pthread_t thread;
		uint8_t value;

		cr_assert(memory, "%s", uiomap_error());
		snprintf(address, sizeof(address), "%s",
			 uiomap_info_device(uiomap_device_info(device)));
		OK(uiomap_config_read8(device, 0, &value));
		cr_assert_eq(pthread_create(&thread, NULL, wait_for_ever, &w), 0);
		cr_assert(until_asleep(&w.thread), "%s: errno %d", drivers[d], w.error);
		pci_unbind(address);
		pthread_join(thread, NULL);
		cr_assert(w.result == -1 && w.error == ENODEV, "%s: %d, errno %d", drivers[d],
			  w.result, w.error);
		cr_assert(uiomap_device_removed(device));
		FAILS(uiomap_irq_wait(device, 0, NULL), ENODEV);
		FAILS(uiomap_irq_enable(device), ENODEV);
		FAILS(uiomap_config_read8(device, 0, &value), ENODEV);
		FAILS(uiomap_config_write8(device, PCI_INTERRUPT_LINE, 0), ENODEV);
		FAILS_NULL(uiomap_map_name(device, "BAR0", 0), ENODEV);
		FAILS_NULL(uiomap_dma_alloc(device, 1, 0), ENODEV);
		/* The device can't start a transfer any more. */
		cr_assert(!(pci_config_read(address, PCI_COMMAND, 2) & PCI_COMMAND_MASTER));
		if (generic(drivers[d])) {
			/* A hugepage belongs to the program, so it stays. */
			OK(uiomap_guard(device, write_memory, memory));
			/* The BAR stays mapped until a driver claims it. */
			cr_assert_eq(uiomap_guard(device, read_id, (void *)(uintptr_t)regs), 0xed);
			pci_bind(address, "uio_stub", NULL);
		} else {
			CAUGHT(uiomap_guard(device, write_memory, memory), ENODEV);
		}
		CAUGHT(uiomap_guard(device, read_id, (void *)(uintptr_t)regs), ENODEV);
		uiomap_close(device);
		pci_unbind(address);
	}
	pci_hugepages(0);
	uiomap_guard_remove();
}
