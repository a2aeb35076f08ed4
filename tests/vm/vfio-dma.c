/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* DMA memory under VFIO: of any size, for this card only, and by the right of a user. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vfio.h"

TestSuite(vfio_dma, .init = vfio_begin);

#define PAGE	   4096
#define SAYS(text) cr_assert(strstr(uiomap_error(), text), "no \"%s\" in: %s", text, uiomap_error())

static bool is_zero(const unsigned char *memory, size_t size)
{
	return !memory[0] && !memcmp(memory, memory + 1, size - 1);
}

static struct uiomap_dma *get(size_t size, size_t align)
{
	struct uiomap_dma *dma = uiomap_dma_alloc(card.device, size, align);

	cr_assert(dma, "%zu bytes: %s", size, uiomap_error());
	cr_assert_eq(uiomap_dma_addr(dma) % (align ? align : 64), 0);
	cr_assert(is_zero(uiomap_dma_cpu(dma), size), "%zu bytes: not zeroed", size);
	return dma;
}

/* Kilobytes that the process has locked: what is mapped for the card. */
static unsigned long locked(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	unsigned long kib = 1;
	char line[128];

	cr_assert(f);
	while (fgets(line, sizeof(line), f))
		sscanf(line, "VmLck: %lu", &kib);
	fclose(f);
	return kib;
}

Test(vfio_dma, any_size)
{
	static const size_t sizes[] = { 16384, 100000, 3 << 20, 48 << 20 };
	const unsigned long before = locked();
	struct uiomap_dma *small[3];
	uint64_t first = 0;

	card_open("vfio-pci", NULL);
	/* Small buffers share a page. */
	for (size_t i = 0; i < 3; i++) {
		small[i] = get(100, 0);
		cr_assert_eq(uiomap_dma_addr(small[i]) / PAGE, uiomap_dma_addr(small[0]) / PAGE);
	}
	memset(uiomap_dma_cpu(small[1]), 0xff, 100);
	uiomap_dma_free(small[1]);
	small[1] = get(100, 0);
	cr_assert_eq(uiomap_dma_offset(small[1]), SIZE_MAX);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct uiomap_dma *dma = get(sizes[i], i ? 0 : 1 << 20), *other = get(PAGE, 0);

		/* The card has 32 address lines. */
		cr_assert_lt(uiomap_dma_addr(dma) + sizes[i], UINT64_C(1) << 32);
		card_there_and_back(dma);
		uiomap_dma_free(dma);
		uiomap_dma_free(other);
	}
	/* Over and over: what is freed is unmapped, and its address is used again. */
	for (int i = 0; i < 3; i++) {
		struct uiomap_dma *dma = get(64 << 20, 0);

		first = i ? first : uiomap_dma_addr(dma);
		cr_assert_eq(uiomap_dma_addr(dma), first);
		cr_assert_geq(locked(), before + 65536);
		uiomap_dma_free(dma);
	}
	/* Hugepages, if there are some. */
	pci_hugepages(4);
	card_there_and_back(get(4 << 20, 0));
	/* More than the machine has: nothing stays behind. */
	FAILS_NULL(uiomap_dma_alloc(card.device, (size_t)1 << 40, 0), ENOMEM);
	FAILS_NULL(uiomap_dma_alloc(card.device, SIZE_MAX, 0), ENOMEM);
	card_close();
	cr_assert_eq(locked(), before);
	pci_hugepages(0);
}

/* Memory that the program has already: private, shared, and in a file. */
Test(vfio_dma, memory_of_the_program)
{
	enum { SIZE = 8 * PAGE };
	static const int kinds[] = { MAP_PRIVATE | MAP_ANONYMOUS, MAP_SHARED | MAP_ANONYMOUS,
				     MAP_SHARED };
	const int file = memfd_create("memory", MFD_CLOEXEC);
	struct uiomap_dma *dma;

	cr_assert(file >= 0 && ftruncate(file, SIZE) == 0);
	card_open("vfio-pci", NULL);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		unsigned char *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, kinds[i],
					     kinds[i] & MAP_ANONYMOUS ? -1 : file, 0);

		cr_assert_neq(memory, MAP_FAILED);
		memory[SIZE - 1] = 0xab;
		dma = uiomap_dma_map(card.device, memory, SIZE);
		cr_assert(dma, "%s", uiomap_error());
		cr_assert_eq(uiomap_dma_cpu(dma), memory);
		cr_assert_eq(uiomap_dma_size(dma), SIZE);
		cr_assert_eq(memory[SIZE - 1], 0xab, "it is not zeroed");
		/* It gives no room to others. */
		cr_assert_neq(uiomap_dma_addr(get(64, 0)) / PAGE, uiomap_dma_addr(dma) / PAGE);
		card_there_and_back(dma);
		FAILS_NULL(uiomap_dma_map(card.device, memory + 64, PAGE), EINVAL);
		FAILS_NULL(uiomap_dma_map(card.device, memory, 64), EINVAL);
		FAILS_NULL(uiomap_dma_map(card.device, memory, 0), EINVAL);
		uiomap_dma_unmap(dma);
		/* Still the program's. */
		memory[0] = 1;
		cr_assert_eq(munmap(memory, SIZE), 0);
		FAILS_NULL(uiomap_dma_map(card.device, memory, SIZE), EFAULT);
	}
	close(file);
	card_close();
	card_open("uio_stub", "dma=64K");
	FAILS_NULL(uiomap_dma_map(card.device, &card, PAGE), ENOTSUP);
	SAYS("uiomap_dma_alloc()");
	card_close();
}

/* Thrice; the kernel tells of no more faults in 5 s. */
Test(vfio_dma, confined)
{
	enum { SIZE = 4 * PAGE, PART = 16 };
	unsigned char kept[PART];
	struct uiomap_dma *dma;
	uint64_t where;
	int log;

	card_open("vfio-pci", NULL);
	log = card_log_open();
	dma = get(SIZE, 0);
	card_there_and_back(dma);
	cr_assert_eq(card_faults(log, 0), 0);
	/* The card has these bytes. It writes them to where it may, and beyond. */
	memset(uiomap_dma_cpu(dma), 0xee, PART);
	card_transfer(uiomap_dma_addr(dma), PART, 0);
	where = uiomap_dma_addr(dma) + SIZE;
	card_transfer(where, PART, EDU_DMA_TO_RAM);
	card_expect_fault(log, where);
	/* After it was freed. The page is still the process's: another buffer has it. */
	where = uiomap_dma_addr(dma);
	uiomap_dma_free(dma);
	card_transfer(where, PART, EDU_DMA_TO_RAM);
	card_expect_fault(log, where);
	/* After close. */
	dma = get(SIZE, 0);
	where = uiomap_dma_addr(dma);
	edu_close(card.edu);
	uiomap_close(card.device);
	card_open("vfio-pci", NULL);
	card_transfer(where, PART, EDU_DMA_TO_RAM);
	card_expect_fault(log, where);
	/* DMA still works. */
	dma = get(SIZE, 0);
	memset(kept, 0, sizeof(kept));
	cr_assert_arr_eq(uiomap_dma_cpu(dma), kept, PART);
	card_there_and_back(dma);
	cr_assert_eq(card_faults(log, 0), 0);
	close(log);
	card_close();
}

enum expect { NO_RIGHT, LITTLE_MEMORY, ANY_MEMORY };

/* Runs as nobody. */
static void use(enum expect expect)
{
	const size_t much = 1 << 20;
	struct uiomap_dma *dma;
	uint32_t value;

	if (expect == NO_RIGHT) {
		FAILS_NULL(uiomap_open("pci:1234:11e8", 0), EACCES);
		SAYS("no permission for /dev/vfio/");
		SAYS("mode 0600, owner root");
		SAYS("chgrp GROUP /dev/vfio/");
		return;
	}
	card.device = uiomap_open("pci:1234:11e8", 0);
	cr_assert(card.device, "%s", uiomap_error());
	card.edu = edu_open(card.device);
	cr_assert(card.edu, "%s", edu_error());
	cr_assert_eq(edu_factorial(card.edu, 10, CARD_PATIENCE, &value), 0, "%s", edu_error());
	/* Under UIO this takes CAP_SYS_ADMIN. */
	OK(uiomap_config_read32(card.device, 0x40, &value));
	card_there_and_back(get(16384, 0));
	if (expect == LITTLE_MEMORY) {
		FAILS_NULL(uiomap_dma_alloc(card.device, much, 0), ENOMEM);
		SAYS("64 KiB (RLIMIT_MEMLOCK)");
		card_there_and_back(get(16384, 0));
	} else {
		dma = get(much, 0);
		card_there_and_back(dma);
	}
	edu_close(card.edu);
	uiomap_close(card.device);
}

static void as_nobody(const char *node, mode_t mode, rlim_t memlock, enum expect expect)
{
	const struct rlimit limit = { .rlim_cur = memlock, .rlim_max = memlock };
	int status;
	pid_t child;

	cr_assert(chown(node, 0, 65534) == 0 && chmod(node, mode) == 0);
	child = fork();
	cr_assert_geq(child, 0);
	if (!child) {
		cr_assert_eq(setrlimit(RLIMIT_MEMLOCK, &limit), 0);
		cr_assert(setgid(65534) == 0 && setuid(65534) == 0);
		use(expect);
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0, "case %d", (int)expect);
}

Test(vfio_dma, as_nobody)
{
	struct uiomap_info *info;
	char node[64];

	pci_bind(card.address, "vfio-pci", NULL);
	info = uiomap_find("pci:1234:11e8");
	cr_assert(info, "%s", uiomap_error());
	snprintf(node, sizeof(node), "%s", uiomap_info_node(info));
	uiomap_info_free(info);
	as_nobody(node, 0600, RLIM_INFINITY, NO_RIGHT);
	as_nobody(node, 0660, 65536, LITTLE_MEMORY);
	as_nobody(node, 0660, RLIM_INFINITY, ANY_MEMORY);
	pci_unbind(card.address);
}
