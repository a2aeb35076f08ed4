/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Names, BARs and configuration space under each UIO driver; and the functions that all of these
 * tests use.
 */
#include "uio-drivers.h"

#include <stdio.h>
#include <string.h>

const char * const drivers[2] = { "uio_stub", "uio_pci_generic" };

bool generic(const char *driver)
{
	return strcmp(driver, "uio_pci_generic") == 0;
}

struct uiomap_device *take(uint16_t vendor, uint16_t id, const char *driver, const char *options,
			   unsigned int flags)
{
	char address[PCI_ADDRESS], selector[32];
	struct uiomap_device *device;

	cr_assert(pci_find(vendor, id, 0, address),
		  "no %04x:%04x in the VM: scripts/lib/devices.sh", vendor, id);
	pci_bind(address, driver, generic(driver) ? NULL : options);
	snprintf(selector, sizeof(selector), "pci:%04x:%04x#0", vendor, id);
	device = uiomap_open(selector, flags);
	cr_assert(device, "%s: %s", selector, uiomap_error());
	cr_assert_str_eq(uiomap_info_device(uiomap_device_info(device)), address);
	cr_assert_str_eq(uiomap_info_driver(uiomap_device_info(device)), driver);
	return device;
}

void leave(struct uiomap_device *device)
{
	char address[PCI_ADDRESS];

	snprintf(address, sizeof(address), "%s", uiomap_info_device(uiomap_device_info(device)));
	uiomap_close(device);
	pci_unbind(address);
}

volatile void *map(struct uiomap_device *device, const char *name)
{
	struct uiomap_region *region = uiomap_map_name(device, name, 0);

	cr_assert(region, "%s", uiomap_error());
	return uiomap_region_base(region);
}

void edu_ack(volatile void *regs)
{
	uiomap_write32(regs, EDU_ACK, uiomap_read32(regs, EDU_CAUSES));
	(void)uiomap_read32(regs, EDU_ID);
}

/* Write a snapshot's BARs as text. Under both drivers the text must be the same. */
static void describe(const struct uiomap_info *info, char *text, size_t size)
{
	size_t used = 0;

	for (unsigned int i = 0; i < uiomap_info_map_count(info); i++) {
		const struct uiomap_map_info *m = uiomap_info_map(info, i);

		used += (size_t)snprintf(text + used, size - used, "%s 0x%llx 0x%llx +0x%x %s\n",
					 m->name, (unsigned long long)m->addr,
					 (unsigned long long)m->size, m->offset,
					 uiomap_memtype_name(m->memtype));
	}
	for (unsigned int i = 0; i < uiomap_info_port_count(info); i++) {
		const struct uiomap_port_info *p = uiomap_info_port(info, i);

		used += (size_t)snprintf(text + used, size - used, "%s ports 0x%llx 0x%llx %s\n",
					 p->name, (unsigned long long)p->start,
					 (unsigned long long)p->size, p->type);
	}
}

/*
 * Each device has the same BARs under both drivers. Each BAR can be mapped, and found by its
 * address.
 */
Test(uio_drivers, bars)
{
	static const struct {
		uint16_t vendor, id;
		const char *has; /* one of its BARs */
	} cards[] = {
		{ PCI_EDU, "BAR0 " },		{ PCI_E1000, "BAR1 ports " },
		{ PCI_TESTDEV, "BAR1 ports " }, { PCI_BOCHS, "write-combining\nBAR2 " },
		{ PCI_NVME, "BAR0 " },		{ PCI_IVSHMEM, "BAR2 " },
	};

	for (size_t i = 0; i < sizeof(cards) / sizeof(*cards); i++) {
		char text[2][1024] = { "", "" }, selector[64];

		for (int d = 0; d < 2; d++) {
			struct uiomap_device *device =
				take(cards[i].vendor, cards[i].id, drivers[d], NULL, 0);
			const struct uiomap_info *info = uiomap_device_info(device);

			describe(info, text[d], sizeof(text[d]));
			for (unsigned int k = 0; k < uiomap_info_map_count(info); k++) {
				const struct uiomap_map_info *m = uiomap_info_map(info, k);
				struct uiomap_region *region = uiomap_map_name(device, m->name, 0);
				struct uiomap_info *found;

				cr_assert(region, "%s", uiomap_error());
				cr_assert_eq(uiomap_region_size(region), m->size);
				snprintf(selector, sizeof(selector), "addr:0x%llx",
					 (unsigned long long)m->addr);
				found = uiomap_find(selector);
				cr_assert(found, "%s: %s", selector, uiomap_error());
				cr_assert_eq(uiomap_info_number(found), uiomap_info_number(info),
					     "%s", selector);
				uiomap_info_free(found);
			}
			snprintf(selector, sizeof(selector), "pci:%s", uiomap_info_device(info));
			uiomap_close(device);
			device = uiomap_open(selector, UIOMAP_EXCLUSIVE);
			cr_assert(device, "%s", uiomap_error());
			leave(device);
		}
		cr_assert_str_eq(text[0], text[1], "%s: uio_stub: %s uio_pci_generic: %s", selector,
				 text[0], text[1]);
		cr_assert(strstr(text[0], cards[i].has), "%s: no '%s' in: %s", selector,
			  cards[i].has, text[0]);
	}
	FAILS_NULL(uiomap_find("pci:1234:11e8"), ENODEV);
	FAILS_NULL(uiomap_find("pci:1234:11e8x"), EINVAL);
}

/*
 * The maps are the device's registers: the card answers to what is written. A read-only map reads
 * the same memory.
 */
Test(uio_drivers, registers)
{
	for (int d = 0; d < 2; d++) {
		struct uiomap_device *edu = take(PCI_EDU, drivers[d], NULL, 0);
		struct uiomap_device *bochs = take(PCI_BOCHS, drivers[d], NULL, 0), *reader;
		struct uiomap_region *vram, *again;
		volatile void *regs = map(edu, "BAR0");

		cr_assert_eq(uiomap_read32(regs, EDU_ID) & 0xff, 0xed);
		uiomap_write32(regs, EDU_LIVENESS, 0x12345678);
		cr_assert_eq(uiomap_read32(regs, EDU_LIVENESS), ~UINT32_C(0x12345678));
		reader = uiomap_open("pci:1234:1111", UIOMAP_RDONLY);
		vram = uiomap_map_name(bochs, "BAR0", 0);
		FAILS_NULL(uiomap_map_name(reader, "BAR0", 0), EACCES);
		again = uiomap_map_name(reader, "BAR0", UIOMAP_MAP_RDONLY);
		cr_assert(vram && again, "%s", uiomap_error());
		cr_assert_eq(uiomap_region_info(vram)->memtype, UIOMAP_MEMTYPE_WRITE_COMBINING);
		OK(uiomap_region_write32(vram, uiomap_region_size(vram) - 4,
					 0xc0ffee00u + (unsigned int)d));
		uiomap_mb();
		cr_assert_eq(uiomap_read32(uiomap_region_base(again),
					   uiomap_region_size(again) - 4),
			     0xc0ffee00u + (unsigned int)d);
		FAILS(uiomap_region_write32(again, 0, 1), EACCES);
		FAILS_NULL(uiomap_map_name(bochs, "BAR1", 0), ERANGE);
		uiomap_close(reader);
		leave(bochs);
		leave(edu);
	}
}

Test(uio_drivers, configuration_space)
{
	for (int d = 0; d < 2; d++) {
		struct uiomap_device *device = take(PCI_E1000, drivers[d], NULL, 0);
		const char *address = uiomap_info_device(uiomap_device_info(device));
		uint32_t v32;
		uint16_t v16;
		uint8_t v8, line;

		for (unsigned int at = 0; at < 256; at++) {
			OK(uiomap_config_read8(device, at, &v8));
			cr_assert_eq(v8, pci_config_read(address, at, 1), "0x%x", at);
		}
		OK(uiomap_config_read32(device, 0, &v32));
		cr_assert_eq(v32, 0x100e8086);
		OK(uiomap_config_read16(device, PCI_DEVICE_ID, &v16));
		cr_assert_eq(v16, 0x100e);
		/* The device doesn't use the Interrupt Line register, so the test can change it. */
		OK(uiomap_config_read8(device, PCI_INTERRUPT_LINE, &line));
		OK(uiomap_config_write8(device, PCI_INTERRUPT_LINE, (uint8_t)~line));
		cr_assert_eq(pci_config_read(address, PCI_INTERRUPT_LINE, 1), (uint8_t)~line);
		OK(uiomap_config_write8(device, PCI_INTERRUPT_LINE, line));
		FAILS(uiomap_config_read32(device, 256, &v32), ERANGE);
		FAILS(uiomap_config_write32(device, 256, 0), ERANGE);
		FAILS(uiomap_config_read32(device, 2, &v32), EINVAL);
		leave(device);

		/* PCI Express: 4096 bytes */
		device = take(PCI_NVME, drivers[d], NULL, UIOMAP_RDONLY);
		OK(uiomap_config_read32(device, 4092, &v32));
		FAILS(uiomap_config_read32(device, 4096, &v32), ERANGE);
		FAILS(uiomap_config_write8(device, PCI_INTERRUPT_LINE, 0), EACCES);
		leave(device);
	}
}
