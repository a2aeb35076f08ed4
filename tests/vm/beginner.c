/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Ten mistakes that a beginner makes with a driver for a network card. Each error text must name
 * the cause and one command that corrects it. The test runs that command unchanged, and then the
 * driver works.
 */
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "sim-fixture.h"
#include "e1000.h"
#include "pci.h"

#define ICS  0xc8
#define LINK 0x4

static char card[PCI_ADDRESS];

static void begin(void)
{
	cr_assert(pci_find(PCI_E1000, 0, card));
}

static void end(void)
{
	pci_unbind(card);
	pci_hugepages(0);
}

TestSuite(beginner, .init = begin, .fini = end);

/* The driver sends more frames than its ring has room for. Returns NULL, or the error text. */
static const char *drive(void)
{
	struct uiomap_device *device = uiomap_open(E1000_SELECTOR, UIOMAP_EXCLUSIVE);
	struct e1000 *nic = device ? e1000_open(device) : NULL;
	const char *fault = !device ? uiomap_error() : nic ? NULL : e1000_error();
	const uint8_t frame[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	for (unsigned int sent = 0; nic && !fault && sent < 2 * E1000_RING; sent++)
		while (e1000_send(nic, frame, sizeof(frame)) < 0 && !fault)
			if (errno != EAGAIN || e1000_wait(nic, LATE) < 0)
				fault = e1000_error();
	e1000_close(nic);
	uiomap_close(device);
	return fault;
}

#define WORKS()                                                                                    \
	do {                                                                                       \
		const char *fault = drive();                                                       \
		cr_assert_null(fault, "%s", fault);                                                \
	} while (0)

/* The text must contain this command, with the card's address for %s. Run it. */
static void mend(const char *text, const char *format)
{
	char command[256];

	snprintf(command, sizeof(command), format, card);
	cr_assert(strstr(text, command), "no '%s' in: %s", command, text);
	if (!strncmp(command, "uiomap ", 7))
		cr_assert_eq(command_run("%s", command + 7), 0, "%s: %s", command, command_output);
	else
		cr_assert_eq(system(command), 0, "%s", command);
}

/* The same, with a value for SIZE. */
static void mend_with_size(const char *text, const char *format)
{
	char *sized = strdup(text), *at = strstr(sized, "dma=SIZE");

	cr_assert(at, "no dma=SIZE in: %s", text);
	/* 256K and a page are enough, so 512K is, too. */
	memcpy(at, "dma=512K", 8);
	mend(sized, format);
	free(sized);
}

Test(beginner, wrong_selector)
{
	char selector[64];

	pci_bind(card, "uio_stub", "dma=1M");
	/* A digit too many, and an id that no card has. */
	FAILS_NULL(uiomap_open("pci:8086:100f", 0), ENODEV);
	cr_assert(strstr(uiomap_error(), "no such card is on the PCI bus"), "%s", uiomap_error());
	snprintf(selector, sizeof(selector), "\"8086:100e\" (pci:%s)", card);
	cr_assert(strstr(uiomap_error(), selector), "%s", uiomap_error());
	/* The address as lspci prints it. */
	snprintf(selector, sizeof(selector), "pci:%s;", card);
	FAILS_NULL(uiomap_open(card + strlen("0000:"), 0), ENODEV);
	cr_assert(strstr(uiomap_error(), selector), "%s", uiomap_error());
	FAILS_NULL(uiomap_open(card, 0), ENODEV);
	cr_assert(strstr(uiomap_error(), selector), "%s", uiomap_error());
	WORKS();
}

Test(beginner, forgot_bind)
{
	const char *text = drive();

	cr_assert(text && strstr(text, "has no driver"), "%s", text);
	mend(text, "uiomap bind pci:%s");
	/* After this command, the next mistake shows. */
	mend_with_size(drive(), "uiomap bind pci:%s take dma=512K");
	WORKS();
}

Test(beginner, module_not_loaded)
{
	const char *text;

	cr_assert_eq(
		system("modprobe -r uio_stub uio_pdrv_genirq uio_pci_generic uio_dummy && test ! -e /sys/class/uio"),
		0);
	text = drive();
	cr_assert(text && strstr(text, "no driver for UIO devices is loaded"), "%s", text);
	mend(text, "modprobe uio_stub");
	mend(drive(), "uiomap bind pci:%s");
	mend_with_size(drive(), "uiomap bind pci:%s take dma=512K");
	WORKS();
	cr_assert_eq(system("modprobe -a uio_pdrv_genirq uio_pci_generic uio_dummy"), 0);
}

Test(beginner, kernel_driver_has_it)
{
	char path[128];
	const char *text;

	snprintf(
		path, sizeof(path),
		"modprobe e1000 && echo %1$s > /sys/bus/pci/drivers_probe && test -e /sys/bus/pci/drivers/e1000/%1$s",
		card);
	cr_assert_eq(system(path), 0);
	text = drive();
	cr_assert(text && strstr(text, "e1000"), "%s", text);
	mend(text, "uiomap bind pci:%s take");
	mend_with_size(drive(), "uiomap bind pci:%s take dma=512K");
	WORKS();
	pci_unbind(card);
	cr_assert_eq(system("modprobe -r e1000"), 0);
}

Test(beginner, forgot_dma)
{
	pci_bind(card, "uio_stub", NULL);
	mend_with_size(drive(), "uiomap bind pci:%s take dma=512K");
	WORKS();
}

Test(beginner, no_hugepages)
{
	pci_bind(card, "uio_pci_generic", NULL);
	mend(drive(), "echo 8 > /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages");
	WORKS();
}

/* Open it without root. The error text comes through a pipe; "" if opening succeeded. */
static void open_as_nobody(char *text, size_t size)
{
	int ends[2];
	ssize_t got;
	pid_t pid;

	cr_assert_eq(pipe(ends), 0);
	pid = fork();
	if (!pid) {
		struct uiomap_device *device;

		if (initgroups("nobody", 65534) < 0 || setgid(65534) < 0 || setuid(65534) < 0)
			_exit(1);
		device = uiomap_open(E1000_SELECTOR, 0);
		if (!device)
			dprintf(ends[1], "%s", uiomap_error());
		_exit(0);
	}
	close(ends[1]);
	got = read(ends[0], text, size - 1);
	text[got > 0 ? got : 0] = '\0';
	close(ends[0]);
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
}

Test(beginner, no_permission)
{
	char text[1024], command[128], *user;

	pci_bind(card, "uio_stub", NULL);
	/* The group as in the udev rules. */
	snprintf(command, sizeof(command),
		 "groupadd -f uio && chgrp uio /dev/uio%1$d && chmod 660 /dev/uio%1$d",
		 pci_uio_number(card));
	cr_assert_eq(system(command), 0, "%s", command);
	open_as_nobody(text, sizeof(text));
	cr_assert(strstr(text, "no permission"), "%s", text);
	user = strstr(text, "usermod -aG uio USER");
	cr_assert(user, "%s", text);
	memcpy(strstr(user, "USER"), "nobody,", 7);
	mend(text, "usermod -aG uio nobody");
	open_as_nobody(text, sizeof(text));
	cr_assert_str_empty(text, "%s", text);
	cr_assert_eq(system("gpasswd -d nobody uio"), 0);
}

Test(beginner, wrong_bar)
{
	struct uiomap_device *device;

	pci_bind(card, "uio_stub", NULL);
	device = uiomap_open(E1000_SELECTOR, 0);
	cr_assert(device, "%s", uiomap_error());
	FAILS_NULL(uiomap_map_name(device, "bar0", 0), ERANGE);
	cr_assert(strstr(uiomap_error(), "BAR0"), "%s", uiomap_error());
	FAILS_NULL(uiomap_map_name(device, "BAR2", 0), ERANGE);
	cr_assert(strstr(uiomap_error(), "BAR0"), "%s", uiomap_error());
	/* BAR1 has ports, which are no map. */
	FAILS_NULL(uiomap_map_name(device, "BAR1", 0), ERANGE);
	cr_assert(strstr(uiomap_error(), "port"), "%s", uiomap_error());
	FAILS_NULL(uiomap_map(device, 1, 0), ERANGE);
	cr_assert(strstr(uiomap_error(), "BAR0"), "%s", uiomap_error());
	cr_assert(uiomap_map_name(device, "BAR0", 0), "%s", uiomap_error());
	uiomap_close(device);
}

Test(beginner, interrupt_not_enabled)
{
	struct uiomap_device *device;
	volatile void *regs;
	char command[64];
	const char *name;

	pci_bind(card, "uio_stub", NULL);
	device = uiomap_open(E1000_SELECTOR, 0);
	cr_assert(device, "%s", uiomap_error());
	regs = uiomap_region_base(uiomap_map_name(device, "BAR0", 0));
	/* The link changes, but no interrupt cause is enabled. */
	uiomap_write32le(regs, ICS, LINK);
	FAILS(uiomap_irq_wait(device, 0, NULL), ETIMEDOUT);
	snprintf(command, sizeof(command), "uiomap doctor uio%d", pci_uio_number(card));
	mend(uiomap_error(), command);
	SAYS("no interrupt has come yet");
	/* Use the register and the bits from the card's manual. */
	snprintf(command, sizeof(command), "uiomap write -m MAP uio%d OFFSET VALUE",
		 pci_uio_number(card));
	SAYS(command);
	snprintf(command, sizeof(command), "write -m BAR0 uio%d 0xd0 0x4", pci_uio_number(card));
	name = command;
	EXITS(0, "%s");
	OK(uiomap_irq_wait(device, LATE, NULL));
	uiomap_close(device);
}

Test(beginner, bus_mastering_off)
{
	struct uiomap_device *device;
	struct e1000 *nic;
	const uint8_t frame[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	const char *name = card;
	char *line, *end;

	pci_hugepages(2);
	pci_bind(card, "uio_pci_generic", NULL);
	device = uiomap_open(E1000_SELECTOR, UIOMAP_EXCLUSIVE);
	nic = device ? e1000_open(device) : NULL;
	cr_assert(nic, "%s", e1000_error());
	pci_config_write(card, PCI_COMMAND, 2,
			 pci_config_read(card, PCI_COMMAND, 2) & ~PCI_COMMAND_MASTER);
	/* Nothing is sent: the card neither reads nor writes a descriptor. */
	for (unsigned int i = 0; i < E1000_RING - 1; i++)
		OK(e1000_send(nic, frame, sizeof(frame)));
	FAILS(e1000_send(nic, frame, sizeof(frame)), EAGAIN);

	EXITS(1, "doctor pci:%s");
	SAYS("bus mastering");
	line = strstr(command_output, "-> printf");
	cr_assert(line, "%s", command_output);
	end = strchr(line, '\n');
	*end = '\0';
	cr_assert_eq(system(line + 3), 0, "%s", line);
	/* Bus mastering is on again: restart the driver. */
	e1000_close(nic);
	nic = e1000_open(device);
	cr_assert(nic, "%s", e1000_error());
	for (unsigned int sent = 0; sent < 2 * E1000_RING; sent++)
		while (e1000_send(nic, frame, sizeof(frame)) < 0) {
			cr_assert_eq(errno, EAGAIN, "%s", e1000_error());
			OK(e1000_wait(nic, LATE));
		}
	e1000_close(nic);
	uiomap_close(device);
}
