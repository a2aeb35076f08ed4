/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * DMA through an IOMMU, in a VM that has one (devices_iommu in scripts/lib/devices.sh). It
 * remaps interrupts, too.
 */
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "iommu-card.h"

#define PAGE 4096
#define MAP  0x10000

Test(iommu, translated)
{
	enum { HUGEPAGE = 2 << 20, SIZE = 16 };
	struct uiomap_dma *dma;
	unsigned char *theirs, *memory, kept[SIZE];
	uint64_t where;
	int log;

	card_group_type(NULL);
	cr_assert_eq(strncmp(card.type, "DMA", 3), 0, "%s is '%s'", card.type_file, card.type);
	pci_hugepages(1);
	theirs = mmap(NULL, HUGEPAGE, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	cr_assert_neq(theirs, MAP_FAILED, "%s", strerror(errno));
	card_open("uio_stub", "dma=64K");
	log = card_log_open();
	dma = uiomap_dma_alloc(card.device, MAP, 0);
	cr_assert(dma, "%s", uiomap_error());
	memory = uiomap_dma_cpu(dma);
	/*
	 * Translated addresses begin at the upper end of the 32-bit range, where this VM has no
	 * memory.
	 */
	cr_assert(!pci_is_ram(uiomap_dma_addr(dma)),
		  "the card is told where the memory really is: 0x%" PRIx64, uiomap_dma_addr(dma));
	card_there_and_back(dma);
	cr_assert_eq(card_faults(log, 0), 0);

	/* Write these bytes to the card. */
	memset(memory, 0xee, SIZE);
	card_transfer(uiomap_dma_addr(dma), SIZE, 0);
	/* The physical address of memory that isn't mapped for the card. */
	card_fill(theirs, SIZE, 2);
	memcpy(kept, theirs, SIZE);
	where = pci_physical(theirs);
	cr_assert(pci_is_ram(where));
	card_transfer(where, SIZE, EDU_DMA_TO_RAM);
	card_expect_fault(log, where);
	cr_assert_arr_eq(theirs, kept, SIZE, "the card wrote to 0x%" PRIx64, where);
	card_transfer(where, SIZE, 0);
	card_expect_fault(log, where);
	card_transfer(uiomap_dma_addr(dma), SIZE, EDU_DMA_TO_RAM);
	cr_assert_arr_neq(memory, kept, SIZE, "the card read at 0x%" PRIx64, where);
	/* One page before the card's memory. The kernel reports at most 3 faults in 5 s. */
	where = uiomap_dma_addr(dma) - PAGE;
	card_transfer(where, SIZE, EDU_DMA_TO_RAM);
	card_expect_fault(log, where);
	/* DMA still works afterwards. */
	card_there_and_back(dma);
	cr_assert_eq(card_faults(log, 0), 0);
	close(log);
	card_close();
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

	card_group_type(NULL);
	card_open("uio_stub", "dma=16K,dma_bits=28");
	dma = uiomap_dma_alloc(card.device, SIZE, 0);
	cr_assert(dma, "%s", uiomap_error());
	cr_assert_leq(uiomap_dma_addr(dma) + SIZE, UINT64_C(1) << 28, "0x%" PRIx64,
		      uiomap_dma_addr(dma));
	card_there_and_back(dma);
	card_close();
}

/* Hugepages have physical addresses, which the card can't use. */
Test(iommu, no_hugepages)
{
	static const char * const drivers[] = { "uio_pci_generic", "uio_stub" };

	pci_hugepages(2);
	card_group_type(NULL);
	for (size_t i = 0; i < 2; i++) {
		uint32_t result;

		card_open(drivers[i], NULL);
		FAILS_NULL(uiomap_dma_alloc(card.device, PAGE, 0), ENOTSUP);
		cr_assert(strstr(uiomap_error(), "IOMMU") &&
				  strstr(uiomap_error(), "iommu_group/type") &&
				  strstr(uiomap_error(), "dma=SIZE") &&
				  strstr(uiomap_error(), card.address),
			  "%s", uiomap_error());
		/* Without DMA the card works: its interrupts are remapped. */
		cr_assert_eq(edu_factorial(card.edu, 10, CARD_PATIENCE, &result), 0, "%s: %s",
			     drivers[i], edu_error());
		cr_assert_eq(result, 3628800);
		card_close();
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
	card_group_type(NULL);
	memcpy(before, card.type, sizeof(before));
	card_group_type("identity");
	cr_assert_str_eq(card.type, "identity");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct uiomap_dma *dma;
		int log;

		card_open(cases[i].driver, cases[i].options);
		log = card_log_open();
		dma = uiomap_dma_alloc(card.device, MAP, 0);
		cr_assert(dma, "%s: %s", cases[i].driver, uiomap_error());
		/* /proc/self/pagemap has no physical address for uio_stub's DMA map. */
		if (cases[i].options)
			cr_assert(pci_is_ram(uiomap_dma_addr(dma)), "0x%" PRIx64,
				  uiomap_dma_addr(dma));
		else
			cr_assert_eq(uiomap_dma_addr(dma), pci_physical(uiomap_dma_cpu(dma)));
		card_there_and_back(dma);
		cr_assert_eq(card_faults(log, 0), 0);
		close(log);
		card_close();
	}
	card_group_type(before);
	cr_assert_str_eq(card.type, before);
	pci_hugepages(0);
}
