/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The VFIO backend, in the VM that has an IOMMU: one driver on every way to the card, finding and
 * opening, configuration space, ports. Debian's modules of VFIO are used.
 */
#include "vfio.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void vfio_begin(void)
{
	cr_assert_eq(system("modprobe -a vfio-pci vfio_iommu_type1"), 0);
	cr_assert(pci_find(PCI_EDU, 0, card.address));
}

TestSuite(vfio, .init = vfio_begin);

struct uiomap_device *vfio_open(const char *address, unsigned int flags)
{
	struct uiomap_device *device;
	char selector[32];

	pci_bind(address, "vfio-pci", NULL);
	snprintf(selector, sizeof(selector), "pci:%s", address);
	device = uiomap_open(selector, flags);
	cr_assert(device, "%s", uiomap_error());
	return device;
}

volatile void *vfio_registers(struct uiomap_device *device)
{
	struct uiomap_region *region = uiomap_map_name(device, "BAR0", 0);

	cr_assert(region, "%s", uiomap_error());
	return uiomap_region_base(region);
}

#define SAYS(text) cr_assert(strstr(uiomap_error(), text), "no \"%s\" in: %s", text, uiomap_error())

/* What the driver of drivers/edu gets from the card, as text. */
static void drive(const char *driver, const char *options, char *text, size_t size)
{
	struct uiomap_dma *dma;
	uint32_t result;

	card_open(driver, options);
	cr_assert_eq(edu_factorial(card.edu, 10, CARD_PATIENCE, &result), 0, "%s: %s", driver,
		     edu_error());
	dma = uiomap_dma_alloc(card.device, 16384, 0);
	cr_assert(dma, "%s: %s", driver, uiomap_error());
	card_there_and_back(dma);
	snprintf(text, size, "edu %u.%u, 10! = %u, by DMA %02x%02x", edu_major(card.edu),
		 edu_minor(card.edu), result, ((unsigned char *)uiomap_dma_cpu(dma))[0],
		 ((unsigned char *)uiomap_dma_cpu(dma))[16383]);
	card_close();
}

/* What the card is bound to decides; the driver is the same, and so is what it gets. */
Test(vfio, one_driver_three_ways)
{
	char before[sizeof(card.type)], stub[128], generic[128], vfio[128];

	card_group_type(NULL);
	memcpy(before, card.type, sizeof(before));
	/* uio_pci_generic has DMA memory only without translation; VFIO translates all the same. */
	card_group_type("identity");
	pci_hugepages(2);
	drive("uio_stub", "dma=64K", stub, sizeof(stub));
	drive("uio_pci_generic", NULL, generic, sizeof(generic));
	drive("vfio-pci", NULL, vfio, sizeof(vfio));
	cr_assert_str_eq(stub, generic);
	cr_assert_str_eq(stub, vfio);
	pci_hugepages(0);
	card_group_type(before);
}

Test(vfio, found)
{
	char selector[32], node[64];
	struct uiomap_info *info, **list;
	size_t count;

	pci_bind(card.address, "vfio-pci", NULL);
	info = uiomap_find("pci:1234:11e8");
	cr_assert(info, "%s", uiomap_error());
	cr_assert_eq(uiomap_info_backend(info), UIOMAP_BACKEND_VFIO);
	cr_assert_str_eq(uiomap_info_driver(info), "vfio-pci");
	cr_assert_eq(uiomap_info_map_count(info), 1);
	cr_assert_str_eq(uiomap_info_map(info, 0)->name, "BAR0");
	cr_assert_eq(uiomap_info_map(info, 0)->size, 1 << 20);
	snprintf(node, sizeof(node), "%s", uiomap_info_node(info));
	cr_assert_eq(strncmp(node, "/dev/vfio/", 10), 0, "%s", node);
	snprintf(selector, sizeof(selector), "addr:0x%llx",
		 (unsigned long long)uiomap_info_map(info, 0)->addr);
	uiomap_info_free(info);
	info = uiomap_find(node);
	cr_assert(info, "%s", uiomap_error());
	cr_assert_str_eq(uiomap_info_device(info), card.address);
	uiomap_info_free(info);
	info = uiomap_find(selector);
	cr_assert(info, "%s", uiomap_error());
	cr_assert_str_eq(uiomap_info_device(info), card.address);
	list = uiomap_list(NULL, &count);
	cr_assert(list, "%s", uiomap_error());
	cr_assert_eq(count, 1);
	uiomap_list_free(list);
	pci_unbind(card.address);
	/* The snapshot opens nothing else. */
	FAILS_NULL(uiomap_open_info(info, 0), ENODEV);
	FAILS_NULL(uiomap_find("pci:1234:11e8"), ENODEV);
	uiomap_info_free(info);
}

/* The kernel gives an IOMMU group to one handle; the second learns who has it. */
Test(vfio, one_handle)
{
	struct uiomap_device *device = vfio_open(card.address, 0);
	char who[64];

	snprintf(who, sizeof(who), "(pid %d)", (int)getpid());
	FAILS_NULL(uiomap_open("pci:1234:11e8", 0), EBUSY);
	SAYS(who);
	FAILS_NULL(uiomap_open("pci:1234:11e8", UIOMAP_RDONLY), EBUSY);
	uiomap_close(device);
	device = uiomap_open("pci:1234:11e8", UIOMAP_EXCLUSIVE);
	cr_assert(device, "%s", uiomap_error());
	uiomap_close(device);
	pci_unbind(card.address);
}

Test(vfio, reader)
{
	struct uiomap_device *device = vfio_open(card.address, UIOMAP_RDONLY);
	struct uiomap_region *region;
	uint32_t value;

	FAILS_NULL(uiomap_map(device, 0, 0), EACCES);
	region = uiomap_map(device, 0, UIOMAP_MAP_RDONLY);
	cr_assert(region, "%s", uiomap_error());
	OK(uiomap_region_read32(region, EDU_ID, &value));
	cr_assert_eq(value & EDU_ID_MASK, EDU_ID_VALUE);
	FAILS(uiomap_irq_wait(device, 0, NULL), ENOTSUP);
	SAYS("UIOMAP_RDONLY");
	FAILS(uiomap_irq_read(device, NULL), ENOTSUP);
	FAILS(uiomap_irq_fd(device), ENOTSUP);
	FAILS_NULL(uiomap_dma_alloc(device, 1, 0), EACCES);
	uiomap_close(device);
	pci_unbind(card.address);
}

/* serial and testdev are one group. */
Test(vfio, group_with_a_kernel_driver)
{
	char serial[PCI_ADDRESS], testdev[PCI_ADDRESS];
	struct uiomap_device *device;

	cr_assert(pci_find(PCI_SERIAL, 0, serial) && pci_find(PCI_TESTDEV, 0, testdev));
	pci_bind(testdev, "uio_stub", NULL);
	pci_bind(serial, "vfio-pci", NULL);
	FAILS_NULL(uiomap_open("pci:1b36:0002", 0), EBUSY);
	SAYS(testdev);
	SAYS("(uio_stub)");
	pci_unbind(testdev);
	device = uiomap_open("pci:1b36:0002", 0);
	cr_assert(device, "%s", uiomap_error());
	uiomap_close(device);
	pci_unbind(serial);
}

Test(vfio, ports)
{
	char serial[PCI_ADDRESS];
	const size_t scratch = 7; /* a register of the UART that only keeps a value */
	struct uiomap_device *device;
	struct uiomap_port *port;
	uint16_t wide;
	uint8_t value;

	cr_assert(pci_find(PCI_SERIAL, 0, serial));
	device = vfio_open(serial, 0);
	port = uiomap_port_open_name(device, "BAR0");
	cr_assert(port, "%s", uiomap_error());
	OK(uiomap_port_write8(port, scratch, 0x5a));
	OK(uiomap_port_read8(port, scratch, &value));
	cr_assert_eq(value, 0x5a);
	OK(uiomap_port_read16(port, scratch - 1, &wide));
	FAILS(uiomap_port_read16(port, scratch - 2, &wide), EINVAL);
	FAILS(uiomap_port_read8(port, scratch + 1, &value), ERANGE);
	uiomap_close(device);
	pci_unbind(serial);
}

/* The kernel keeps what others depend on; the rest is the card's. */
Test(vfio, configuration_space)
{
	struct uiomap_device *device = vfio_open(card.address, 0);
	const unsigned int msi = pci_capability(card.address, PCI_CAP_ID_MSI);
	const uint32_t bar = pci_config_read(card.address, PCI_BASE_ADDRESS_0, 4);
	uint32_t value;
	uint16_t command;
	uint8_t id;

	OK(uiomap_config_read32(device, 0, &value));
	cr_assert_eq(value, 0x11e81234);
	OK(uiomap_config_read8(device, msi, &id));
	cr_assert_eq(id, PCI_CAP_ID_MSI);
	OK(uiomap_config_write32(device, PCI_BASE_ADDRESS_0, 0xffffffff));
	cr_assert_eq(pci_config_read(card.address, PCI_BASE_ADDRESS_0, 4), bar);
	/* Messages take bus mastering; it ends with the handle. */
	OK(uiomap_config_read16(device, PCI_COMMAND, &command));
	cr_assert(command & PCI_COMMAND_MASTER);
	FAILS(uiomap_config_read32(device, 4096, &value), ERANGE);
	uiomap_close(device);
	cr_assert(!(pci_config_read(card.address, PCI_COMMAND, 2) & PCI_COMMAND_MASTER));
	pci_unbind(card.address);
}
