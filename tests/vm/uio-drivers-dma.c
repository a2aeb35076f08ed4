/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* DMA memory, from uio_stub's map or from hugepages; and what a user without root can do. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "uio-drivers.h"

#define BYTES 2048

/* Copy data to the card and back to another address. */
static void round_trip(struct uiomap_device *device, const char *driver)
{
	struct uiomap_dma *a = uiomap_dma_alloc(device, BYTES, 4096),
			  *b = uiomap_dma_alloc(device, BYTES, 0);
	volatile void *regs = map(device, "BAR0");
	uint32_t *from = uiomap_dma_cpu(a), *to = uiomap_dma_cpu(b);

	cr_assert(a && b, "%s", uiomap_error());
	cr_assert_lt(uiomap_dma_addr(a), UINT64_C(1) << 32, "the VM has no memory there");
	for (uint32_t i = 0; i < BYTES / 4; i++) {
		from[i] = 0xa5000000 + i * 0x10001;
		cr_assert_eq(to[i], 0);
	}
	edu_transfer(regs, uiomap_dma_addr(a), EDU_BUFFER, BYTES, 0);
	edu_transfer(regs, EDU_BUFFER, uiomap_dma_addr(b), BYTES, EDU_DMA_TO_RAM);
	cr_assert_eq(memcmp(from, to, BYTES), 0, "%s: what came back is not what was sent", driver);
	uiomap_dma_free(a);
	uiomap_dma_free(b);
}

static void there_and_back(struct uiomap_device *device, const char *driver)
{
	round_trip(device, driver);
	/* again: this memory was used before, and must be zeroed */
	round_trip(device, driver);
}

static unsigned int free_hugepages(void)
{
	FILE *f = fopen("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "re");
	unsigned int count = 0;

	cr_assert(f && fscanf(f, "%u", &count) == 1);
	fclose(f);
	return count;
}

/* Hugepages as DMA memory: allocation fails when none is left, and freed memory is used again. */
static void by_hugepages(struct uiomap_device *device, const char *driver)
{
	pci_hugepages(0);
	FAILS_NULL(uiomap_dma_alloc(device, 1, 0), ENOMEM);
	cr_assert(strstr(uiomap_error(), "nr_hugepages"), "%s", uiomap_error());
	pci_hugepages(2);
	there_and_back(device, driver);
	FAILS_NULL(uiomap_dma_alloc(device, (2 << 20) + 1, 0), ENOMEM);
	/* the device's first hugepage has no allocation any more */
	cr_assert(uiomap_dma_alloc(device, 2 << 20, 0), "%s", uiomap_error());
	cr_assert_eq(free_hugepages(), 1, "%u are free", free_hugepages());
	cr_assert(uiomap_dma_alloc(device, 1, 0), "%s", uiomap_error());
	cr_assert_eq(free_hugepages(), 0);
}

bool is_master(const char *address)
{
	return pci_config_read(address, PCI_COMMAND, 2) & PCI_COMMAND_MASTER;
}

/*
 * DMA memory from uio_stub's map; from hugepages under uio_stub without such a map; from hugepages
 * under uio_pci_generic.
 */
Test(uio_drivers, dma)
{
	static const struct {
		const char *driver, *options;
	} cases[] = { { "uio_stub", "dma=64K" },
		      { "uio_stub", NULL },
		      { "uio_pci_generic", NULL } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct uiomap_device *device = take(PCI_EDU, cases[i].driver, cases[i].options, 0);
		char address[PCI_ADDRESS];

		snprintf(address, sizeof(address), "%s",
			 uiomap_info_device(uiomap_device_info(device)));
		if (cases[i].options)
			there_and_back(device, cases[i].driver);
		else
			by_hugepages(device, cases[i].driver);
		cr_assert(is_master(address));
		uiomap_close(uiomap_open("pci:1234:11e8", UIOMAP_RDONLY));
		cr_assert(is_master(address));
		uiomap_close(device);
		cr_assert_eq(free_hugepages(), cases[i].options ? 0 : 2);
		cr_assert(!is_master(address));
		pci_unbind(address);
	}
	pci_hugepages(0);
}

/*
 * A user without root but with permission for the node. Runs in its own process. Returns 0, or the
 * line that failed.
 */
static int as_nobody(const char *driver)
{
	struct uiomap_device *edu, *bochs;
	struct uiomap_region *region;
	uint8_t value;
	uint32_t n;

#define EXPECT(what)                                                                               \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			fprintf(stderr, "%s: errno %d: %s\n", #what, errno, uiomap_error());       \
			return __LINE__;                                                           \
		}                                                                                  \
	} while (0)
	EXPECT(setgid(65534) == 0 && setuid(65534) == 0);
	edu = uiomap_open("pci:1234:11e8", 0);
	bochs = uiomap_open("pci:1234:1111", 0);
	EXPECT(edu && bochs);
	region = uiomap_map_name(edu, "BAR0", 0);
	EXPECT(region);
	EXPECT((uiomap_read32(uiomap_region_base(region), EDU_ID) & 0xff) == 0xed);
	EXPECT(uiomap_config_read8(edu, 63, &value) == 0);
	EXPECT(uiomap_config_read8(edu, 64, &value) < 0 && errno == EACCES &&
	       strstr(uiomap_error(), "CAP_SYS_ADMIN"));
	EXPECT(uiomap_config_read8(edu, 256, &value) < 0 && errno == ERANGE);
	EXPECT(uiomap_config_write8(edu, PCI_INTERRUPT_LINE, 0) < 0 && errno == EACCES);
	EXPECT(!uiomap_dma_alloc(edu, 1, 0) && errno == EACCES);
	uiomap_write32(uiomap_region_base(region), EDU_RAISE, 1);
	if (generic(driver)) {
		EXPECT(uiomap_irq_wait(edu, UIOMAP_FOREVER, &n) < 0 && errno == EACCES);
		EXPECT(!uiomap_map_name(bochs, "BAR0", 0) && errno == EACCES &&
		       strstr(uiomap_error(), "resource0_wc"));
	} else {
		EXPECT(uiomap_irq_wait(edu, UIOMAP_FOREVER, &n) == 0);
		EXPECT(uiomap_map_name(bochs, "BAR0", 0));
	}
	edu_ack(uiomap_region_base(region));
	uiomap_close(edu);
	uiomap_close(bochs);
	return 0;
}

Test(uio_drivers, without_root)
{
	for (int d = 0; d < 2; d++) {
		struct uiomap_device *edu = take(PCI_EDU, drivers[d], NULL, 0),
				     *bochs = take(PCI_BOCHS, drivers[d], NULL, 0);
		int status;
		pid_t pid;

		pci_hugepages(1);
		cr_assert_eq(chmod(uiomap_info_node(uiomap_device_info(edu)), 0666), 0);
		cr_assert_eq(chmod(uiomap_info_node(uiomap_device_info(bochs)), 0666), 0);
		pid = fork();
		if (!pid)
			_exit(as_nobody(drivers[d]) != 0);
		cr_assert_eq(waitpid(pid, &status, 0), pid);
		cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: status 0x%x",
			  drivers[d], status);
		pci_hugepages(0);
		leave(edu);
		leave(bochs);
	}
}
