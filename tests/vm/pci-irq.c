/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A PCI device's interrupt under uio_stub: MSI (edu), MSI-X (nvme), INTx (e1000) alone and shared,
 * and devices without an interrupt.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "edu-transfer.h"
#include "pci-fixture.h"
#include "qmp.h"

/* Registers of the 82540: section 13.4 of its manual. */
#define E1000_ICR	 0xc0 /* causes; reading clears them */
#define E1000_ICS	 0xc8 /* raises a cause */
#define E1000_IMS	 0xd0 /* enables causes */
#define E1000_IMC	 0xd8 /* disables causes */
#define E1000_LSC	 0x4
#define E1000_OTHER	 0x1000000 /* 82574: all causes without their own vector */
#define E1000_IVAR	 0xe4	   /* assigns vectors to causes */
#define E1000_IVAR_OTHER 0x80000   /* these causes have vector 0 */

#define E1000_SIZE 0x20000
#define EDU_SIZE   0x100000

/* MSI: each interrupt counts without a write(). One that comes while disabled is kept. */
Test(pci_irq, msi)
{
	volatile void *edu;
	struct card c;

	fixture_bind(&c, PCI_EDU, "dma=4K");
	cr_assert_str_eq(fixture_text(&c, "uio_stub/irq"), "counted");
	fixture_open(&c);
	edu = fixture_map(&c, 0, EDU_SIZE);
	cr_assert_eq(uiomap_read32le(edu, EDU_ID) & 0xff, 0xed);
	cr_assert_eq(fixture_events(&c, NOTHING_MS), 0);
	for (int i = 0; i < 3; i++) {
		uiomap_write32le(edu, EDU_RAISE, 1);
		cr_assert_eq(fixture_events(&c, LATE_MS), 1);
		uiomap_write32le(edu, EDU_ACK, 1);
	}
	fixture_enable(&c, 0);
	fixture_enable(&c, 0);
	uiomap_write32le(edu, EDU_RAISE, 2);
	cr_assert_eq(fixture_events(&c, NOTHING_MS), 0, "it is off");
	fixture_enable(&c, 1);
	cr_assert_eq(fixture_events(&c, LATE_MS), 1, "one of while it was off");
	uiomap_write32le(edu, EDU_ACK, 2);

	/* An interrupt that comes while no file is open: a transfer ends 100 ms after its start. */
	cr_assert_eq(fixture_events(&c, NOTHING_MS), 0);
	edu_start(edu, EDU_BUFFER, fixture_bus_address(&c, 1), 4, EDU_DMA_TO_RAM | EDU_DMA_IRQ);
	munmap((void *)edu, EDU_SIZE);
	fixture_close(&c);
	nap_ms(3 * EDU_DMA_MS);
	fixture_open(&c);
	cr_assert_eq(fixture_events(&c, LATE_MS), 1, "one that came before open is lost");
	edu = fixture_map(&c, 0, EDU_SIZE);
	uiomap_write32le(edu, EDU_ACK, ~0U);
	uiomap_write32le(edu, EDU_RAISE, 1);
	cr_assert_eq(fixture_events(&c, LATE_MS), 1);
	uiomap_write32le(edu, EDU_ACK, ~0U);
	munmap((void *)edu, EDU_SIZE);
	fixture_close(&c);
	/* No interrupt without a cause. */
	fixture_open(&c);
	cr_assert_eq(fixture_events(&c, NOTHING_MS), 0);
	fixture_close(&c);
	pci_unbind(c.address);
}

/* The NVMe base specification's registers (3.1.3) and one admin command (5.17, Identify). */
static void nvme_identify(volatile void *nvme, volatile uint32_t *dma, uint64_t bus)
{
	volatile uint32_t *queue = dma, *done = dma + 1024;

	uiomap_write32le(nvme, 0x14, 0);	/* CC: off */
	while (uiomap_read32le(nvme, 0x1c) & 1) /* CSTS.RDY */
		nap_ms(1);
	uiomap_write32le(nvme, 0x24, 1 << 16 | 1); /* AQA: two entries each */
	uiomap_write64le(nvme, 0x28, bus);	   /* ASQ */
	uiomap_write64le(nvme, 0x30, bus + 4096);  /* ACQ */
	/* CC: entries of 16 and 64 bytes, on */
	uiomap_write32le(nvme, 0x14, 4 << 20 | 6 << 16 | 1);
	while (!(uiomap_read32le(nvme, 0x1c) & 1))
		nap_ms(1);
	queue[0] = 0x06;
	queue[6] = bus + 8192;
	queue[10] = 1; /* CNS: the controller */
	uiomap_wmb();
	uiomap_write32le(nvme, 0x1000, 1); /* the queue's doorbell */
	while (!(done[3] & 1 << 16))	   /* phase */
		nap_ms(1);
	/*
	 * Acknowledge the completion: QEMU's controller never deasserts INTx if it is reset before.
	 */
	uiomap_write32le(nvme, 0x1004, 1);
}

/* While disabled or closed, MSI-X is masked in the device, which keeps the interrupt. */
Test(pci_irq, msix)
{
	volatile uint32_t *dma;
	volatile void *nvme;
	struct card c;

	fixture_bind(&c, PCI_NVME, "dma=16K");
	cr_assert_str_eq(fixture_text(&c, "uio_stub/irq"), "counted");
	fixture_open(&c);
	nvme = fixture_map(&c, 0, 0x4000);
	dma = fixture_map(&c, 1, 0x4000);
	nvme_identify(nvme, dma, fixture_bus_address(&c, 1));
	cr_assert_eq(fixture_events(&c, LATE_MS), 1);
	memset((void *)dma, 0, 0x4000);
	fixture_enable(&c, 0);
	nvme_identify(nvme, dma, fixture_bus_address(&c, 1));
	cr_assert_eq(dma[2048] & 0xffff, 0x1b36, "the vendor, as it says: 0x%x", dma[2048]);
	cr_assert_eq(fixture_events(&c, NOTHING_MS), 0, "it is off");
	munmap((void *)dma, 0x4000);
	munmap((void *)nvme, 0x4000);
	fixture_close(&c);
	fixture_open(&c);
	cr_assert_eq(fixture_events(&c, LATE_MS), 1, "one that came before open is lost");
	cr_assert_eq(fixture_events(&c, NOTHING_MS), 0);
	nvme = fixture_map(&c, 0, 0x4000);
	uiomap_write32le(nvme, 0x14, 0);
	munmap((void *)nvme, 0x4000);
	fixture_close(&c);
	pci_unbind(c.address);
}

/*
 * MSI-X is also kept while bus mastering is off, when no message can arrive. Uses the 82574, whose
 * causes need no DMA.
 */
Test(pci_irq, msix_without_master)
{
	struct monitor *m = qmp_open();
	volatile void *regs;
	struct card c;

	qmp_plug(m, "e1000e", "gigabit", "port0", "");
	memset(&c, 0, sizeof(c));
	pci_plugged(PCI_PORT0, c.address);
	pci_bind(c.address, "uio_stub", NULL);
	cr_assert_str_eq(fixture_text(&c, "uio_stub/irq"), "counted");
	fixture_open(&c);
	regs = fixture_map(&c, 0, E1000_SIZE);
	uiomap_write32le(regs, E1000_IVAR, E1000_IVAR_OTHER);
	uiomap_write32le(regs, E1000_IMS, E1000_OTHER);
	uiomap_write32le(regs, E1000_ICS, E1000_OTHER);
	cr_assert_eq(fixture_events(&c, LATE_MS), 1);
	uiomap_write32le(regs, E1000_ICR, E1000_OTHER); /* with MSI-X, reading clears nothing */
	fixture_enable(&c, 0);
	pci_config_write(c.address, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_INTX_DISABLE);
	uiomap_write32le(regs, E1000_ICS, E1000_OTHER);
	uiomap_read32le(regs, 8);
	pci_config_write(c.address, PCI_COMMAND, 2,
			 PCI_COMMAND_MEMORY | PCI_COMMAND_INTX_DISABLE | PCI_COMMAND_MASTER);
	cr_assert_eq(fixture_events(&c, NOTHING_MS), 0, "it is off");
	fixture_enable(&c, 1);
	cr_assert_eq(fixture_events(&c, LATE_MS), 1, "the device did not keep it");
	munmap((void *)regs, E1000_SIZE);
	fixture_close(&c);
	qmp_unplug(m, "gigabit");
	qmp_unplugged(m, "gigabit");
	pci_gone(c.address);
	qmp_close(m);
}

static volatile void *e1000_open(struct card *c)
{
	volatile void *regs;

	fixture_open(c);
	regs = fixture_map(c, 0, E1000_SIZE);
	uiomap_write32le(regs, E1000_IMS, E1000_LSC);
	return regs;
}

/*
 * Clear all causes that an earlier driver may have left, such as "link up", half a second after a
 * reset.
 */
static void e1000_answer(struct card *c)
{
	volatile void *regs;

	fixture_open(c);
	regs = fixture_map(c, 0, E1000_SIZE);
	uiomap_write32le(regs, E1000_IMC, ~0U);
	uiomap_read32le(regs, E1000_ICR);
	munmap((void *)regs, E1000_SIZE);
	fixture_close(c);
}

static void e1000_close(struct card *c, volatile void *regs)
{
	munmap((void *)regs, E1000_SIZE);
	fixture_close(c);
}

static void e1000_raise(volatile void *regs)
{
	uiomap_write32le(regs, E1000_ICS, E1000_LSC);
	uiomap_read32le(regs, 8); /* a read makes sure that the write has arrived */
}

/*
 * A level line (INTx): from each event until write(1), it is masked in the device's configuration
 * space.
 */
Test(pci_irq, intx)
{
	volatile void *regs;
	struct card c;

	fixture_bind(&c, PCI_E1000, NULL);
	cr_assert_str_eq(fixture_text(&c, "uio_stub/irq"), "masked");
	cr_assert(fixture_command(&c, PCI_COMMAND_INTX_DISABLE), "closed, but not masked");
	e1000_answer(&c);
	regs = e1000_open(&c);
	cr_assert_not(fixture_command(&c, PCI_COMMAND_INTX_DISABLE));
	e1000_raise(regs);
	cr_assert_eq(fixture_events(&c, LATE_MS), 1);
	cr_assert(fixture_command(&c, PCI_COMMAND_INTX_DISABLE), "not masked by an event");
	cr_assert_eq(fixture_events(&c, NOTHING_MS), 0);
	/*
	 * If it is enabled before the cause is cleared, it comes again at once. Otherwise it
	 * doesn't.
	 */
	fixture_enable(&c, 1);
	cr_assert_eq(fixture_events(&c, LATE_MS), 1);
	uiomap_read32le(regs, E1000_ICR);
	fixture_enable(&c, 1);
	cr_assert_eq(fixture_events(&c, NOTHING_MS), 0);
	e1000_raise(regs);
	cr_assert_eq(fixture_events(&c, LATE_MS), 1);
	/*
	 * If a program clears the mask itself, uio_stub masks the line again and doesn't count. The
	 * kernel log must stay clean.
	 */
	pci_config_write(c.address, PCI_COMMAND, 2, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	cr_assert_eq(fixture_events(&c, NOTHING_MS), 0);
	cr_assert(fixture_command(&c, PCI_COMMAND_INTX_DISABLE));
	uiomap_read32le(regs, E1000_ICR);
	/* Disable and enable. */
	fixture_enable(&c, 1);
	fixture_enable(&c, 0);
	e1000_raise(regs);
	cr_assert_eq(fixture_events(&c, NOTHING_MS), 0);
	fixture_enable(&c, 1);
	cr_assert_eq(fixture_events(&c, LATE_MS), 1);
	/* A cause that isn't cleared before the close is reported after the next open. */
	e1000_close(&c, regs);
	cr_assert(fixture_command(&c, PCI_COMMAND_INTX_DISABLE));
	regs = e1000_open(&c);
	cr_assert_eq(fixture_events(&c, LATE_MS), 1, "one that came before open is lost");
	uiomap_write32le(regs, E1000_IMC, ~0U);
	uiomap_read32le(regs, E1000_ICR);
	e1000_close(&c, regs);
	pci_unbind(c.address);
}

/*
 * Plug in a second e1000 with the same interrupt line. Which port has that line depends on how QEMU
 * routes the lines.
 */
static void plug_beside(struct monitor *m, const struct card *here, struct card *there)
{
	const long line = strtol(fixture_text(here, "irq"), NULL, 10);

	memset(there, 0, sizeof(*there));
	for (int port = PCI_PORT0; port <= PCI_PORT1; port++) {
		qmp_plug(m, "e1000", "second", port == PCI_PORT0 ? "port0" : "port1", "");
		pci_plugged(port, there->address);
		pci_bind(there->address, "uio_stub", NULL);
		if (strtol(fixture_text(there, "irq"), NULL, 10) == line)
			return;
		qmp_unplug(m, "second");
		qmp_unplugged(m, "second");
		pci_gone(there->address);
	}
	cr_assert(false,
		  "neither port has interrupt %ld, as e1000 has; move it in scripts/lib/devices.sh",
		  line);
}

/* Bind and open two e1000s on one line. The first one's interrupt is pending afterwards. */
static void open_two(struct monitor *m, struct card *here, struct card *there, volatile void **a,
		     volatile void **b)
{
	fixture_bind(here, PCI_E1000, NULL);
	plug_beside(m, here, there);
	e1000_answer(here);
	*a = e1000_open(here);
	*b = e1000_open(there);
	e1000_raise(*a);
	cr_assert_eq(fixture_events(here, LATE_MS), 1);
}

static void unplug_second(struct monitor *m, struct card *there, volatile void *regs)
{
	e1000_close(there, regs);
	qmp_unplug(m, "second");
	qmp_unplugged(m, "second");
	pci_gone(there->address);
	qmp_close(m);
}

/* Read the kernel's statistics of this card's line: interrupts that no handler accepted. */
static void read_spurious(const struct card *c, char text[256])
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/irq/%s/spurious", fixture_text(c, "irq"));
	f = fopen(path, "re");
	cr_assert(f, "%s: %s", path, strerror(errno));
	text[fread(text, 1, 255, f)] = '\0';
	fclose(f);
	cr_assert(strstr(text, "unhandled"), "%s", text);
}

static long unhandled(const struct card *c)
{
	char text[256];

	read_spurious(c, text);
	return strtol(strstr(text, "unhandled") + strlen("unhandled"), NULL, 10);
}

/*
 * Clear Interrupt Disable again and again. Each time, the interrupt handler must set it: nothing
 * else does.
 */
static void unmask_behind_its_back(const struct card *c)
{
	for (int i = 0; i < 200; i++) {
		pci_config_write(c->address, PCI_COMMAND, 2, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
		for (int t = 0; t < LATE_MS && !fixture_command(c, PCI_COMMAND_INTX_DISABLE); t++)
			nap_ms(1);
		cr_assert(fixture_command(c, PCI_COMMAND_INTX_DISABLE),
			  "round %d: it is not masked again", i);
	}
}

/*
 * If a program clears Interrupt Disable in config space, the handler finds the line asserted and
 * masks it. It must then return "handled", although nobody waits for the interrupt. After 100,000
 * interrupts that no handler accepts, the kernel disables the line for all devices that share it.
 */
Test(pci_irq, masked_is_handled)
{
	struct monitor *m = qmp_open();
	struct card here, there;
	volatile void *a, *b;

	open_two(m, &here, &there, &a, &b);
	unmask_behind_its_back(&here);
	cr_assert_eq(fixture_events(&here, 0), 0, "counted, though it is off");
	cr_assert_lt(unhandled(&here), 20, "event taken, not enabled again");
	/* The same while no file is open. */
	e1000_close(&here, a);
	unmask_behind_its_back(&here);
	cr_assert_lt(unhandled(&here), 20, "closed");
	e1000_raise(b);
	cr_assert_eq(fixture_events(&there, LATE_MS), 1, "the other card has lost its line");
	unplug_second(m, &there, b);
	e1000_answer(&here);
	pci_unbind(here.address);
}

/*
 * Two cards on one line. Each counts only its own interrupts, also while the other card's interrupt
 * is pending behind its mask.
 */
Test(pci_irq, shared)
{
	struct monitor *m = qmp_open();
	struct card here, there;
	char before[256], after[256];
	volatile void *a, *b;

	open_two(m, &here, &there, &a, &b);
	cr_assert_eq(fixture_events(&there, NOTHING_MS), 0, "another card's interrupt");
	/* This card's interrupt stays pending and masked. */
	for (int i = 0; i < 3; i++) {
		e1000_raise(b);
		cr_assert_eq(fixture_events(&there, LATE_MS), 1);
		uiomap_read32le(b, E1000_ICR);
		fixture_enable(&there, 1);
		cr_assert_eq(fixture_events(&here, NOTHING_MS), 0, "another card's interrupt");
	}
	/* One card is closed with its interrupt pending: the other card still works. */
	e1000_close(&here, a);
	e1000_raise(b);
	cr_assert_eq(fixture_events(&there, LATE_MS), 1);
	uiomap_read32le(b, E1000_ICR);
	fixture_enable(&there, 1);
	/*
	 * The same when it is unbound: its line stays masked all the time, also while config space
	 * is restored.
	 */
	read_spurious(&there, before);
	pci_unbind(here.address);
	read_spurious(&there, after);
	cr_assert_str_eq(strstr(after, "unhandled"), strstr(before, "unhandled"));
	e1000_raise(b);
	cr_assert_eq(fixture_events(&there, LATE_MS), 1);
	unplug_second(m, &there, b);
	/* Clear the card's interrupt for later tests. */
	fixture_bind(&here, PCI_E1000, NULL);
	a = e1000_open(&here);
	cr_assert_eq(fixture_events(&here, LATE_MS), 1, "it was pending all the time");
	uiomap_write32le(a, E1000_IMC, ~0U);
	uiomap_read32le(a, E1000_ICR);
	e1000_close(&here, a);
	pci_unbind(here.address);
}

Test(pci_irq, none)
{
	struct card c;
	int32_t one = 1;

	fixture_bind(&c, PCI_BOCHS, NULL);
	cr_assert_str_eq(fixture_text(&c, "uio_stub/irq"), "none");
	fixture_open(&c);
	cr_assert_eq(read(c.fd, &one, 4), -1);
	cr_assert_eq(errno, EIO);
	cr_assert_eq(write(c.fd, &one, 4), -1);
	cr_assert_eq(errno, EIO);
	fixture_close(&c);
	pci_unbind(c.address);
}
