/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Find and bind PCI devices through sysfs, and access their configuration space. Independent of
 * libuiomap. A failure here fails the test.
 */
#ifndef PCI_H
#define PCI_H

#include <linux/pci_regs.h> /* PCI_COMMAND, PCI_CAP_ID_MSI, … */
#include <stdbool.h>
#include <stdint.h>

/* An address, "0000:00:04.0". */
#define PCI_ADDRESS 16

/*
 * The devices in the tests' VM (scripts/lib/devices.sh): vendor and device id as in
 * "pci:1234:11e8".
 */
#define PCI_EDU	      0x1234, 0x11e8
#define PCI_BOCHS     0x1234, 0x1111
#define PCI_NVME      0x1b36, 0x0010
#define PCI_E1000     0x8086, 0x100e
#define PCI_TESTDEV   0x1b36, 0x0005
#define PCI_RTL8139   0x10ec, 0x8139
#define PCI_IVSHMEM   0x1af4, 0x1110
#define PCI_ROOT_PORT 0x1b36, 0x000c
#define PCI_SERIAL    0x1b36, 0x0002
#define PCI_E1000E    0x8086, 0x10d3

/*
 * Find device number `index` (from 0, by address) with these ids. Returns false if there is none.
 */
bool pci_find(uint16_t vendor, uint16_t device, unsigned int index, char address[PCI_ADDRESS]);

/* Returns true if the device is plugged in. */
bool pci_present(const char *address);

/*
 * Bind the device to "uio_stub", "uio_pci_generic" or "vfio-pci", and unbind its current driver
 * first. The UIO or VFIO device exists when this returns. `options` are uio_stub's options for this device ("dma=64K";
 * NULL: none). They stay until the next bind.
 */
void pci_bind(const char *address, const char *driver, const char *options);

/*
 * Unbind the device, so that any driver can bind it. Succeeds if it has no driver or was removed.
 */
void pci_unbind(const char *address);

/* Compare the device's driver and driver_override: "e1000 (null)"; "- uio_stub". */
void pci_expect_driver(const char *address, const char *state);

/* The number N of uioN; -1 if the device has none. */
int pci_uio_number(const char *address);

/* Access the configuration space. `width` is in bytes: 1, 2, 4. */
uint32_t pci_config_read(const char *address, unsigned int offset, unsigned int width);
void pci_config_write(const char *address, unsigned int offset, unsigned int width, uint32_t value);
/* The offset of a capability (PCI_CAP_ID_…); 0 if the device doesn't have it. */
unsigned int pci_capability(const char *address, uint8_t id);

/* Returns true if the machine has memory at this physical address. */
bool pci_is_ram(uint64_t address);
/* The physical address of this process's memory; doesn't work for mappings of device drivers. */
uint64_t pci_physical(const void *memory);

/* Reserve hugepages, which uiomap_dma_alloc() uses under uio_pci_generic. 0: release them. */
void pci_hugepages(unsigned int count);

/*
 * Hot-plug. From port0 and port1 (QEMU's ids), devices are removed by ACPI: device_del asks the
 * kernel, the kernel releases the device, then QEMU removes it. From port2 a device can be pulled:
 * it is gone at once, all reads return ones, and the kernel notices afterwards.
 */
enum { PCI_PORT0, PCI_PORT1, PCI_PORT2 };
/* Wait until a device appears in this port, at most 10 s; stores its address. */
void pci_plugged(unsigned int port, char address[PCI_ADDRESS]);
/* Pull the device in port2; QEMU then sends DEVICE_DELETED. */
void pci_pull(void);
/* Wait until the kernel has removed the device, at most 10 s. */
void pci_gone(const char *address);

#endif /* PCI_H */
