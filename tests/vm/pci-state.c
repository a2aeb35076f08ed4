/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A PCI device's state under uio_stub: bus mastering, power, configuration space, and which devices
 * can be bound.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "edu-transfer.h"
#include "pci-fixture.h"
#include "qmp.h"

#define CONFIG 256

/*
 * Read the configuration space. Bus mastering is cleared in the copy: uio_stub leaves it off, even
 * if it was on before.
 */
static void config_of(const char *address, uint8_t config[CONFIG])
{
	for (unsigned int i = 0; i < CONFIG; i++)
		config[i] = pci_config_read(address, i, 1);
	config[PCI_COMMAND] &= ~PCI_COMMAND_MASTER;
}

static unsigned int sleep_register(const char *address)
{
	const unsigned int pm = pci_capability(address, PCI_CAP_ID_PM);

	cr_assert(pm, "%s has no power management", address);
	return pm + PCI_PM_CTRL;
}

Test(pci_stub, bus_mastering)
{
	struct card first, second;
	int status;
	pid_t pid;

	fixture_bind(&first, PCI_NVME, NULL);
	cr_assert_not(fixture_command(&first, PCI_COMMAND_MASTER), "bound, but not open");
	second = first;
	fixture_open(&first);
	cr_assert(fixture_command(&first, PCI_COMMAND_MASTER));
	fixture_open(&second);
	fixture_close(&first);
	cr_assert(fixture_command(&second, PCI_COMMAND_MASTER), "a file is open still");
	fixture_close(&second);
	cr_assert_not(fixture_command(&first, PCI_COMMAND_MASTER));
	/* A program that is killed with a mapping. */
	pid = fork();
	if (pid == 0) {
		fixture_open(&first);
		fixture_map(&first, 0, PAGE);
		_exit(fixture_command(&first, PCI_COMMAND_MASTER) ? 0 : 1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
	cr_assert_not(fixture_command(&first, PCI_COMMAND_MASTER));
	/* Bus mastering is off after binding, even if it was on before. */
	pci_unbind(first.address);
	pci_config_write(first.address, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	fixture_bind(&first, PCI_NVME, NULL);
	cr_assert_not(fixture_command(&first, PCI_COMMAND_MASTER));
	/* Unbound while open. */
	fixture_open(&first);
	pci_unbind(first.address);
	cr_assert_not(fixture_command(&first, PCI_COMMAND_MASTER));
	fixture_close(&first);
	cr_assert_not(fixture_command(&first, PCI_COMMAND_MASTER));
}

/* edu reads memory 100 ms after the command. By then the file is closed. */
Test(pci_stub, no_dma_after_close)
{
	volatile uint32_t *dma;
	volatile void *edu;
	struct card c;
	uint64_t bus;

	fixture_bind(&c, PCI_EDU, "dma=4K");
	for (int i = 0; i < 2; i++) {
		fixture_open(&c);
		edu = fixture_map(&c, 0, 0x100000);
		dma = fixture_map(&c, 1, PAGE);
		bus = fixture_bus_address(&c, 1);
		if (i == 0) {
			dma[0] = 0x600d;
			edu_transfer(edu, bus, EDU_BUFFER, 4, 0);
			dma[0] = 0xbad;
			edu_start(edu, bus, EDU_BUFFER, 4, 0);
		} else {
			cr_assert_eq(uiomap_read64le(edu, EDU_DMA_COMMAND) & EDU_DMA_RUN, 0);
			edu_transfer(edu, EDU_BUFFER, bus, 4, EDU_DMA_TO_RAM);
			cr_assert_neq(dma[0], 0xbad, "it has read memory with no file open");
		}
		munmap((void *)dma, PAGE);
		munmap((void *)edu, 0x100000);
		fixture_close(&c);
		nap_ms(3 * EDU_DMA_MS);
	}
	pci_unbind(c.address);
}

/*
 * Set up an NVMe controller as its driver does, and request events (NVM Express Base Specification
 * 2.0, 3.1.3, 5.2, 5.27.1.8).
 */
static void nvme_listens_for_events(volatile void *nvme, volatile uint32_t *queue, uint64_t bus)
{
	volatile uint32_t *command = queue, *done = queue + PAGE / 4;

	uiomap_write32le(nvme, 0x24, 0xf000f);	  /* queues of 16 entries */
	uiomap_write64le(nvme, 0x28, bus);	  /* address of the commands */
	uiomap_write64le(nvme, 0x30, bus + PAGE); /* address of the completions */
	uiomap_write32le(nvme, 0x14, 0x460001);
	for (int t = 0; t < LATE_MS && !(uiomap_read32le(nvme, 0x1c) & 1); t++)
		nap_ms(1);
	command[0] = 0x10009; /* Set Features: report health warnings as events */
	command[10] = 0xb;
	command[11] = 0xff;
	command[16] = 0x2000c; /* Asynchronous Event Request: completes at an event */
	uiomap_doorbell32(nvme, 0x1000, 2);
	for (int t = 0; t < LATE_MS && !done[3]; t++)
		nap_ms(1);
	cr_assert_eq(done[3], 0x10001, "Set Features: status 0x%x", done[3]);
}

/* A device that gets a new driver must not complete commands of the former one. */
Test(pci_stub, forgets_a_dead_driver)
{
	struct monitor *m = qmp_open();
	struct card c = { .seen = 0 };
	struct iovec second;
	volatile uint32_t *dma;
	volatile void *nvme;
	uint32_t entry[4];
	int memory[2];

	qmp_plug(m, "nvme", "disk", "port0", ", \"serial\": \"disk\"");
	pci_plugged(PCI_PORT0, c.address);
	pci_bind(c.address, "uio_stub", "dma=8K");
	fixture_open(&c);
	nvme = fixture_map(&c, 0, 2 * PAGE);
	dma = fixture_map(&c, 1, 2 * PAGE);
	nvme_listens_for_events(nvme, dma, fixture_bus_address(&c, 1));
	/*
	 * The completion of the event would be written here. The pipe keeps this page, so that the
	 * test can read it when it no longer belongs to the device.
	 */
	second = (struct iovec){ .iov_base = (char *)dma + PAGE + sizeof(entry),
				 .iov_len = sizeof(entry) };
	cr_assert_eq(pipe2(memory, O_CLOEXEC), 0);
	cr_assert_eq(vmsplice(memory[1], &second, 1, 0), (ssize_t)sizeof(entry), "%s",
		     strerror(errno));
	munmap((void *)dma, 2 * PAGE);
	munmap((void *)nvme, 2 * PAGE);
	fixture_close(&c);

	pci_bind(c.address, "uio_stub", "dma=16K");
	fixture_open(&c);
	cr_assert(fixture_command(&c, PCI_COMMAND_MASTER));
	qmp_execute(
		m, "qom-set",
		"{\"path\": \"/machine/peripheral/disk\", \"property\": \"smart_critical_warning\", \"value\": 1}");
	for (int i = 0; i < 3; i++)
		qmp_execute(m, "query-status", "{}"); /* QEMU has handled its events by then */
	cr_assert_eq(read(memory[0], entry, sizeof(entry)), (ssize_t)sizeof(entry));
	cr_assert(!entry[0] && !entry[3], "it has written to memory that was given back: %x %x",
		  entry[0], entry[3]);
	nvme = fixture_map(&c, 0, 2 * PAGE);
	cr_assert_eq(uiomap_read32le(nvme, 0x14), 0, "it is still enabled");
	munmap((void *)nvme, 2 * PAGE);
	fixture_close(&c);
	close(memory[0]);
	close(memory[1]);
	qmp_unplug(m, "disk");
	qmp_unplugged(m, "disk");
	pci_gone(c.address);
	qmp_close(m);
}

/*
 * After unbinding, the device is in the state in which it was found, whatever a program did to it:
 * addresses, command register, MSI address, power state.
 */
Test(pci_stub, left_as_found)
{
	static const struct {
		uint16_t ids[2];
	} cards[] = {
		{ { PCI_NVME } },  { { PCI_EDU } },	{ { PCI_E1000 } },
		{ { PCI_BOCHS } }, { { PCI_TESTDEV } },
	};

	for (size_t k = 0; k < sizeof(cards) / sizeof(cards[0]); k++) {
		uint8_t before[CONFIG], after[CONFIG];
		char enabled[16];
		struct card c;
		unsigned int pm;

		cr_assert(pci_find(cards[k].ids[0], cards[k].ids[1], 0, c.address));
		pci_unbind(c.address);
		config_of(c.address, before);
		snprintf(enabled, sizeof(enabled), "%s", fixture_text(&c, "enable"));
		fixture_bind(&c, cards[k].ids[0], cards[k].ids[1], "dma=4K");
		fixture_open(&c);
		pci_config_write(c.address, PCI_COMMAND, 2,
				 PCI_COMMAND_INTX_DISABLE | PCI_COMMAND_SERR);
		pci_config_write(c.address, PCI_BASE_ADDRESS_0, 4, 0xe0000000);
		pci_config_write(c.address, PCI_BASE_ADDRESS_2, 4, 0xe1000000);
		pci_config_write(c.address, PCI_CACHE_LINE_SIZE, 1, 0x10);
		pci_config_write(c.address, PCI_INTERRUPT_LINE, 1, 0x77);
		pm = pci_capability(c.address, PCI_CAP_ID_PM);
		if (pm)
			pci_config_write(c.address, pm + PCI_PM_CTRL, 2, 3);
		if (k % 2)
			fixture_close(&c);
		pci_unbind(c.address);
		if (!(k % 2))
			fixture_close(&c);
		config_of(c.address, after);
		cr_assert_str_eq(fixture_text(&c, "enable"), enabled, "%s: its count of users",
				 c.address);
		for (unsigned int i = 0; i < CONFIG; i++)
			cr_assert_eq(before[i], after[i], "%s at 0x%x: 0x%x has become 0x%x",
				     c.address, i, before[i], after[i]);
	}
}

static void falls_asleep(const struct card *c, unsigned int at)
{
	for (int t = 0; t < LATE_MS && strcmp(fixture_text(c, "power_state"), "D3hot") != 0; t++)
		nap_ms(1);
	cr_assert_eq(pci_config_read(c->address, at, 2) & PCI_PM_CTRL_STATE_MASK, 3,
		     "closed, but not asleep");
}

/*
 * A device is in D0 while it is bound, and afterwards again in the state in which it was found. If
 * the user allows it (power/control), it is in D3hot while no file is open.
 */
Test(pci_stub, sleep_states)
{
	volatile void *nvme;
	char address[PCI_ADDRESS];
	struct card c;
	unsigned int at;

	cr_assert(pci_find(PCI_NVME, 0, address));
	pci_unbind(address);
	at = sleep_register(address);
	pci_config_write(address, at, 2, 3);
	fixture_bind(&c, PCI_NVME, NULL);
	cr_assert_eq(pci_config_read(address, at, 2) & PCI_PM_CTRL_STATE_MASK, 0);
	pci_unbind(address);
	cr_assert_eq(pci_config_read(address, at, 2) & PCI_PM_CTRL_STATE_MASK, 3,
		     "it was asleep when it was found");

	fixture_bind(&c, PCI_NVME, NULL);
	fixture_write(&c, "power/control", "auto");
	for (int i = 0; i < 2; i++) {
		falls_asleep(&c, at);
		fixture_open(&c);
		cr_assert_eq(pci_config_read(address, at, 2) & PCI_PM_CTRL_STATE_MASK, 0,
			     "open, but asleep");
		cr_assert(fixture_command(&c, PCI_COMMAND_MASTER | PCI_COMMAND_MEMORY));
		nvme = fixture_map(&c, 0, PAGE);
		cr_assert_eq(uiomap_read32le(nvme, 8) >> 16, 1, "its version: 0x%x",
			     uiomap_read32le(nvme, 8));
		munmap((void *)nvme, PAGE);
		fixture_close(&c);
	}
	/* Unbound while open: the next driver must start with no open file. */
	fixture_open(&c);
	pci_unbind(address);
	fixture_close(&c);
	fixture_bind(&c, PCI_NVME, NULL);
	falls_asleep(&c, at);
	pci_unbind(address);
	pci_config_write(address, at, 2, 0);
	cr_assert_eq(pci_config_read(address, at, 2) & PCI_PM_CTRL_STATE_MASK, 0);
	fixture_bind(&c, PCI_NVME, NULL);
	fixture_write(&c, "power/control", "on");
	pci_unbind(address);
}

static int write_to(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = 0;

	cr_assert_geq(fd, 0, "%s: %s", path, strerror(errno));
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

/* The address of virtual function `n`; false if there is none. */
static bool virtual_function(const struct card *c, int n, char address[PCI_ADDRESS])
{
	char path[128], to[128];
	ssize_t length;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/virtfn%d", c->address, n);
	length = readlink(path, to, sizeof(to) - 1);
	if (length < 0)
		return false;
	to[length] = '\0';
	snprintf(address, PCI_ADDRESS, "%.*s", PCI_ADDRESS - 1, strrchr(to, '/') + 1);
	return true;
}

/*
 * Virtual functions appear and disappear, and each is a device. They disappear with their physical
 * function, too.
 */
Test(pci_stub, virtual_functions)
{
	struct monitor *m = qmp_open();
	char first[PCI_ADDRESS], second[PCI_ADDRESS];
	struct card c = { 0 };

	qmp_plug(
		m, "nvme", "pf", "port0",
		", \"serial\": \"pf\", \"subsys\": \"subsys\", \"sriov_max_vfs\": 2, "
		"\"sriov_vq_flexible\": 4, \"sriov_vi_flexible\": 2, \"max_ioqpairs\": 6, \"msix_qsize\": 7");
	pci_plugged(PCI_PORT0, c.address);
	pci_bind(c.address, "uio_stub", NULL);
	fixture_write(&c, "sriov_drivers_autoprobe", "0");
	for (int i = 0; i < 2; i++) {
		fixture_write(&c, "sriov_numvfs", "2");
		cr_assert(virtual_function(&c, 0, first) && virtual_function(&c, 1, second));
		pci_bind(second, "uio_stub", NULL);
		cr_assert_geq(pci_uio_number(second), 0);
		if (i == 0)
			fixture_write(&c, "sriov_numvfs", "0");
		else
			pci_unbind(c.address);
		cr_assert(!virtual_function(&c, 0, first) && !pci_present(second));
		cr_assert_eq(strtol(fixture_text(&c, "sriov_numvfs"), NULL, 10), 0);
	}
	qmp_unplug(m, "pf");
	qmp_unplugged(m, "pf");
	pci_gone(c.address);
	qmp_close(m);
}

/*
 * A device can be bound by an id that is added at run time. A bridge can't be bound, not even so.
 */
Test(pci_stub, dynamic_ids)
{
	static const char driver[] = "/sys/bus/pci/drivers/uio_stub/";
	char address[PCI_ADDRESS], path[128];
	char other[PCI_ADDRESS];

	cr_assert(pci_find(PCI_IVSHMEM, 0, address));
	pci_unbind(address);
	cr_assert_lt(pci_uio_number(address), 0);
	snprintf(path, sizeof(path), "%snew_id", driver);
	cr_assert_eq(write_to(path, "1af4 1110"), 0);
	cr_assert_geq(pci_uio_number(address), 0, "a device with a new id was not taken");
	/* Other devices were not bound. */
	cr_assert(pci_find(PCI_TESTDEV, 0, other));
	cr_assert_lt(pci_uio_number(other), 0);
	snprintf(path, sizeof(path), "%sremove_id", driver);
	cr_assert_eq(write_to(path, "1af4 1110"), 0);
	pci_unbind(address);
	cr_assert_neq(write_to("/sys/bus/pci/drivers/uio_stub/bind", address), 0,
		      "bound with an id that was taken back");

	/* Other devices are behind a bridge, so user space must not get it. */
	cr_assert(pci_find(PCI_ROOT_PORT, 1, address));
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver/unbind", address);
	cr_assert_eq(write_to(path, address), 0);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver_override", address);
	cr_assert_eq(write_to(path, "uio_stub"), 0);
	cr_assert_eq(write_to("/sys/bus/pci/drivers/uio_stub/bind", address), EINVAL);
	cr_assert_eq(write_to(path, "\n"), 0);
	cr_assert_eq(write_to("/sys/bus/pci/drivers/pcieport/bind", address), 0);
}
