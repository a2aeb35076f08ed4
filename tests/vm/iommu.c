/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * DMA through an IOMMU, in a VM that has one (devices_iommu in scripts/lib/devices.sh). It
 * remaps interrupts, too.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim-fixture.h"
#include "edu-transfer.h"
#include "pci.h"

#define PATIENCE (10 * SECOND)
#define PAGE	 4096
#define MAP	 0x10000

static struct {
	char address[PCI_ADDRESS], type_file[128], type[16];
	struct uiomap_device *device;
	struct edu *edu;
} card;

/* Set the type of the card's IOMMU group; `wanted` NULL: only read it. */
static void group_type(const char *wanted)
{
	ssize_t length;
	int fd;

	cr_assert(pci_find(PCI_EDU, 0, card.address));
	pci_unbind(card.address); /* the type can't change while a driver is bound */
	snprintf(card.type_file, sizeof(card.type_file), "/sys/bus/pci/devices/%s/iommu_group/type",
		 card.address);
	fd = open(card.type_file, (wanted ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	cr_assert_geq(fd, 0, "%s: %s; this VM is to have an IOMMU", card.type_file,
		      strerror(errno));
	if (wanted)
		cr_assert_eq(write(fd, wanted, strlen(wanted)), (ssize_t)strlen(wanted),
			     "%s: '%s': %s", card.type_file, wanted, strerror(errno));
	length = pread(fd, card.type, sizeof(card.type) - 1, 0);
	cr_assert_gt(length, 0);
	card.type[length - 1] = '\0';
	close(fd);
}

static void fixture_open(const char *driver, const char *options)
{
	char selector[32];

	pci_bind(card.address, driver, options);
	snprintf(selector, sizeof(selector), "pci:%s", card.address);
	card.device = uiomap_open(selector, 0);
	cr_assert(card.device, "%s", uiomap_error());
	card.edu = edu_open(card.device);
	cr_assert(card.edu, "%s", edu_error());
}

static void fixture_close(void)
{
	edu_close(card.edu);
	uiomap_close(card.device);
	pci_unbind(card.address);
}

static void fill(unsigned char *memory, size_t size, unsigned int seed)
{
	for (size_t i = 0; i < size; i++)
		memory[i] = (unsigned char)((i + seed) * 2654435761u >> 24);
}

/*
 * Copy data through the card, from the beginning of the memory to its end. Both transfers cross
 * page boundaries.
 */
static void there_and_back(const struct uiomap_dma *dma)
{
	const size_t end = uiomap_dma_size(dma) - EDU_BUFFER_SIZE;
	unsigned char *memory = uiomap_dma_cpu(dma);

	fill(memory, EDU_BUFFER_SIZE + 100, 1);
	cr_assert_eq(edu_dma_to_card(card.edu, dma, 100, 0, EDU_BUFFER_SIZE, PATIENCE), 0, "%s",
		     edu_error());
	cr_assert_eq(edu_dma_from_card(card.edu, 0, dma, end, EDU_BUFFER_SIZE, PATIENCE), 0, "%s",
		     edu_error());
	cr_assert_arr_eq(memory + 100, memory + end, EDU_BUFFER_SIZE,
			 "%s: what came back is not what was sent", card.type);
}

/* Open the kernel log; later reads return only messages that come from now on. */
static int log_open(void)
{
	const int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	cr_assert_geq(fd, 0, "/dev/kmsg: %s", strerror(errno));
	lseek(fd, 0, SEEK_END);
	return fd;
}

/* The number of IOMMU faults of the card at this page; there must be no others. */
static unsigned int faults(int log, uint64_t bus)
{
	unsigned int count = 0;
	char line[8192], who[32], where[32];
	ssize_t length;

	/* bus:device.function, without the domain; the page's address. */
	snprintf(who, sizeof(who), "[%s]", strchr(card.address, ':') + 1);
	snprintf(where, sizeof(where), "fault addr 0x%" PRIx64 " ", bus);
	while ((length = read(log, line, sizeof(line) - 1)) > 0) {
		line[length] = '\0';
		if (!strstr(line, "DMAR:") || !strstr(line, "fault addr"))
			continue;
		cr_assert(strstr(line, who) && strstr(line, where), "another than %s %s: %s", who,
			  where, line);
		count++;
	}
	return count;
}

/* Start a transfer without edu_dma_to_card() and edu_dma_from_card(), which would refuse it. */
static void transfer(uint64_t bus, uint32_t size, uint32_t command)
{
	volatile void *regs = uiomap_region_base(uiomap_map_name(card.device, "BAR0", 0));
	const bool to_ram = command & EDU_DMA_TO_RAM;

	edu_transfer(regs, to_ram ? EDU_BUFFER : bus, to_ram ? bus : EDU_BUFFER, size, command);
}

static void expect_fault(int log, uint64_t bus)
{
	const int64_t end = now() + PATIENCE;
	unsigned int count = 0;

	while (!count) {
		cr_assert_lt(now(), end, "no fault at 0x%" PRIx64, bus);
		count = faults(log, bus);
	}
}

Test(iommu, translated)
{
	enum { HUGEPAGE = 2 << 20, SIZE = 16 };
	struct uiomap_dma *dma;
	unsigned char *theirs, *memory, kept[SIZE];
	uint64_t where;
	int log;

	group_type(NULL);
	cr_assert_eq(strncmp(card.type, "DMA", 3), 0, "%s is '%s'", card.type_file, card.type);
	pci_hugepages(1);
	theirs = mmap(NULL, HUGEPAGE, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	cr_assert_neq(theirs, MAP_FAILED, "%s", strerror(errno));
	fixture_open("uio_stub", "dma=64K");
	log = log_open();
	dma = uiomap_dma_alloc(card.device, MAP, 0);
	cr_assert(dma, "%s", uiomap_error());
	memory = uiomap_dma_cpu(dma);
	/*
	 * Translated addresses begin at the upper end of the 32-bit range, where this VM has no
	 * memory.
	 */
	cr_assert(!pci_is_ram(uiomap_dma_addr(dma)),
		  "the card is told where the memory really is: 0x%" PRIx64, uiomap_dma_addr(dma));
	there_and_back(dma);
	cr_assert_eq(faults(log, 0), 0);

	/* Write these bytes to the card. */
	memset(memory, 0xee, SIZE);
	transfer(uiomap_dma_addr(dma), SIZE, 0);
	/* The physical address of memory that isn't mapped for the card. */
	fill(theirs, SIZE, 2);
	memcpy(kept, theirs, SIZE);
	where = pci_physical(theirs);
	cr_assert(pci_is_ram(where));
	transfer(where, SIZE, EDU_DMA_TO_RAM);
	expect_fault(log, where);
	cr_assert_arr_eq(theirs, kept, SIZE, "the card wrote to 0x%" PRIx64, where);
	transfer(where, SIZE, 0);
	expect_fault(log, where);
	transfer(uiomap_dma_addr(dma), SIZE, EDU_DMA_TO_RAM);
	cr_assert_arr_neq(memory, kept, SIZE, "the card read at 0x%" PRIx64, where);
	/* One page before the card's memory. The kernel reports at most 3 faults in 5 s. */
	where = uiomap_dma_addr(dma) - PAGE;
	transfer(where, SIZE, EDU_DMA_TO_RAM);
	expect_fault(log, where);
	/* DMA still works afterwards. */
	there_and_back(dma);
	cr_assert_eq(faults(log, 0), 0);
	close(log);
	fixture_close();
	munmap(theirs, HUGEPAGE);
	pci_hugepages(0);
}

/*
 * A card with fewer address lines. This test's name makes it run last: the kernel searches for free
 * addresses from the place where it allocated before.
 */
Test(iommu, with_short_addresses)
{
	enum { SIZE = MAP / 4 };
	struct uiomap_dma *dma;

	group_type(NULL);
	fixture_open("uio_stub", "dma=16K,dma_bits=28");
	dma = uiomap_dma_alloc(card.device, SIZE, 0);
	cr_assert(dma, "%s", uiomap_error());
	cr_assert_leq(uiomap_dma_addr(dma) + SIZE, UINT64_C(1) << 28, "0x%" PRIx64,
		      uiomap_dma_addr(dma));
	there_and_back(dma);
	fixture_close();
}

/* Hugepages have physical addresses, which the card can't use. */
Test(iommu, no_hugepages)
{
	static const char * const drivers[] = { "uio_pci_generic", "uio_stub" };

	pci_hugepages(2);
	group_type(NULL);
	for (size_t i = 0; i < 2; i++) {
		uint32_t result;

		fixture_open(drivers[i], NULL);
		FAILS_NULL(uiomap_dma_alloc(card.device, PAGE, 0), ENOTSUP);
		cr_assert(strstr(uiomap_error(), "IOMMU") &&
				  strstr(uiomap_error(), "iommu_group/type") &&
				  strstr(uiomap_error(), "dma=SIZE") &&
				  strstr(uiomap_error(), card.address),
			  "%s", uiomap_error());
		/* Without DMA the card works: its interrupts are remapped. */
		cr_assert_eq(edu_factorial(card.edu, 10, PATIENCE, &result), 0, "%s: %s",
			     drivers[i], edu_error());
		cr_assert_eq(result, 3628800);
		fixture_close();
	}
	pci_hugepages(0);
}

/* An IOMMU group of type identity: addresses are not translated. */
Test(iommu, identity)
{
	static const struct {
		const char *driver, *options;
	} cases[] = { { "uio_pci_generic", NULL },
		      { "uio_stub", NULL },
		      { "uio_stub", "dma=64K" } };
	char before[sizeof(card.type)];

	pci_hugepages(2);
	group_type(NULL);
	memcpy(before, card.type, sizeof(before));
	group_type("identity");
	cr_assert_str_eq(card.type, "identity");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct uiomap_dma *dma;
		int log;

		fixture_open(cases[i].driver, cases[i].options);
		log = log_open();
		dma = uiomap_dma_alloc(card.device, MAP, 0);
		cr_assert(dma, "%s: %s", cases[i].driver, uiomap_error());
		/* /proc/self/pagemap has no physical address for uio_stub's DMA map. */
		if (cases[i].options)
			cr_assert(pci_is_ram(uiomap_dma_addr(dma)), "0x%" PRIx64,
				  uiomap_dma_addr(dma));
		else
			cr_assert_eq(uiomap_dma_addr(dma), pci_physical(uiomap_dma_cpu(dma)));
		there_and_back(dma);
		cr_assert_eq(faults(log, 0), 0);
		close(log);
		fixture_close();
	}
	group_type(before);
	cr_assert_str_eq(card.type, before);
	pci_hugepages(0);
}
