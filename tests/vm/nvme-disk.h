/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The NVMe disk, opened for a test: its controller, bound to a kernel driver, and its image, which
 * is a file on the host.
 */
#ifndef NVME_DISK_H
#define NVME_DISK_H

#include "sim-fixture.h"

#include "nvme.h"
#include "pci.h"

#define MIB   0x100000u
#define DISK  (256 * MIB)
#define BLOCK 512u

#define NVME_OK(call) cr_assert_geq((call), 0, "%s: errno %d: %s", #call, errno, nvme_error())
#define NVME_FAILS(call, error)                                                                    \
	do {                                                                                       \
		errno = 0;                                                                         \
		cr_assert_eq((call), -1, "%s", #call);                                             \
		cr_assert_eq(errno, (error), "%s: errno %d: %s", #call, errno, nvme_error());      \
	} while (0)

struct disk {
	char address[PCI_ADDRESS];
	struct uiomap_device *device;
	struct nvme *nvme;
	struct uiomap_dma *buffer; /* 1 MiB */
	unsigned char *data;
	int image;
};

/* Bind the controller at d->address to this kernel driver, and open it. */
void open_at(struct disk *d, const char *driver, enum nvme_mode mode, uint32_t depth);
/* Open the disk that is always present. */
void open_disk(struct disk *d, const char *driver, enum nvme_mode mode, uint32_t depth);
void close_disk(struct disk *d);

/* Run one I/O with d->buffer and wait until it completes, as nvme_do() does. */
int transfer(struct disk *d, enum nvme_op op, uint64_t block, uint32_t count, size_t offset);

/* Returns true if the host's file has these bytes at this offset. */
bool on_the_host(const struct disk *d, uint64_t offset, const void *expected, size_t bytes);

/*
 * Pass the host's whole file to look(), MiB by MiB. It is read through a second, read-only disk
 * that QEMU makes of the same file: 9p of Linux 6.12 transfers 4 KiB at a time, and would take most
 * of a minute.
 */
void whole_image(void (*look)(void *arg, uint64_t offset, unsigned char *data, size_t bytes),
		 void *arg);

#endif /* NVME_DISK_H */
