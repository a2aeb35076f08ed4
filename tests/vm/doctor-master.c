/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* uiomap doctor: a device that is in use without bus mastering. */
#include "command.h"
#include "sim-fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "doctor.h"
#include "pci.h"

static struct uiomap_device *open_card(const char *address)
{
	struct uiomap_device *device;
	char selector[32];

	snprintf(selector, sizeof(selector), "pci:%s", address);
	device = uiomap_open(selector, UIOMAP_EXCLUSIVE);
	cr_assert(device, "%s", uiomap_error());
	return device;
}

static void no_master(const char *address)
{
	pci_config_write(address, PCI_COMMAND, 2,
			 pci_config_read(address, PCI_COMMAND, 2) & ~PCI_COMMAND_MASTER);
}

/* The finding names the affected process; the suggested command doesn't end the driver. */
static void mended(const char *name, const char *cause)
{
	const uint32_t command = pci_config_read(name, PCI_COMMAND, 2);
	char who[64];

	snprintf(who, sizeof(who), "(pid %d) has uio%d open: its DMA fails", (int)getpid(),
		 pci_uio_number(name));
	no_master(name);
	WRONG("doctor pci:%s", "bus-master", "bus mastering of");
	SAYS(cause);
	cr_assert_not(strstr(command_output, "\"fix\": \"uiomap bind"), "%s", command_output);
	EXITS(1, "doctor pci:%s");
	if (strstr(cause, "uio_pci_generic"))
		SAYS(who);
	mends("doctor pci:%s", name, "bus-master");
	says_check("bus-master", "ok");
	cr_assert_eq(pci_config_read(name, PCI_COMMAND, 2), command);
}

Test(doctor, bus_master)
{
	char card[PCI_ADDRESS];
	struct uiomap_device *device;
	const char *name = card;

	cr_assert(pci_find(PCI_EDU, 0, card));
	pci_hugepages(8);
	pci_bind(card, "uio_pci_generic", NULL);
	/* No process has it open. */
	EXITS(0, "doctor pci:%s --json");
	cr_assert_not(strstr(command_output, "bus-master"), "%s", command_output);
	device = open_card(card);
	NOTES("doctor pci:%s", "bus-master", "unless it does DMA");
	cr_assert(uiomap_dma_alloc(device, 64, 0), "%s", uiomap_error());
	EXITS(0, "doctor pci:%s --json");
	says_check("bus-master", "ok");
	mended(card, "uio_pci_generic turns it off whenever anybody closes the node");
	uiomap_close(device);

	pci_bind(card, "uio_stub", "dma=64K");
	device = open_card(card);
	EXITS(0, "doctor pci:%s --json");
	says_check("bus-master", "ok");
	mended(card, "turned off in config space");
	SAYS("\"verdict\"");
	uiomap_close(device);
	/* The device uses MSI but no DMA: MSI needs bus mastering too. */
	pci_bind(card, "uio_stub", NULL);
	device = open_card(card);
	no_master(card);
	WRONG("doctor pci:%s", "bus-master", "its MSI messages are lost");
	uiomap_close(device);
	pci_unbind(card);
	pci_hugepages(0);
}

/* Start a process that opens the device as a driver does, and waits to be killed. */
static pid_t start_driver(const char *card)
{
	int ready[2];
	char byte;
	pid_t pid;

	cr_assert_eq(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		cr_assert(uiomap_dma_alloc(open_card(card), 64, 0), "%s", uiomap_error());
		if (write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	cr_assert(pid > 0 && read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	return pid;
}

/* A process that opened it earlier, but only reads, is not named. */
Test(doctor, bus_master_of_several)
{
	char card[PCI_ADDRESS], text[64];
	const char *name = card;
	pid_t pid;
	int fd;

	cr_assert(pci_find(PCI_EDU, 0, card));
	pci_hugepages(8);
	pci_bind(card, "uio_pci_generic", NULL);
	snprintf(text, sizeof(text), "/dev/uio%d", pci_uio_number(card));
	fd = open(text, O_RDWR | O_CLOEXEC);
	cr_assert(fd >= 0, "%s", text);
	pid = start_driver(card);
	no_master(card);
	snprintf(text, sizeof(text), "(pid %d) has uio%d open: its DMA fails", (int)pid,
		 pci_uio_number(card));
	WRONG("doctor pci:%s", "bus-master", text);
	kill(pid, SIGKILL);
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
	close(fd);
	pci_unbind(card);
	pci_hugepages(0);
}
