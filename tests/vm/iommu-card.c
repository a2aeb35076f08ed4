/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "iommu-card.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "edu-transfer.h"

struct card card;

void card_group_type(const char *wanted)
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

void card_open(const char *driver, const char *options)
{
	char selector[32];

	pci_bind(card.address, driver, options);
	snprintf(selector, sizeof(selector), "pci:%s", card.address);
	card.device = uiomap_open(selector, 0);
	cr_assert(card.device, "%s", uiomap_error());
	card.edu = edu_open(card.device);
	cr_assert(card.edu, "%s", edu_error());
}

void card_close(void)
{
	edu_close(card.edu);
	uiomap_close(card.device);
	pci_unbind(card.address);
}

void card_fill(unsigned char *memory, size_t size, unsigned int seed)
{
	for (size_t i = 0; i < size; i++)
		memory[i] = (unsigned char)((i + seed) * 2654435761u >> 24);
}

void card_there_and_back(const struct uiomap_dma *dma)
{
	const size_t end = uiomap_dma_size(dma) - EDU_BUFFER_SIZE;
	unsigned char *memory = uiomap_dma_cpu(dma);

	card_fill(memory, EDU_BUFFER_SIZE + 100, 1);
	cr_assert_eq(edu_dma_to_card(card.edu, dma, 100, 0, EDU_BUFFER_SIZE, CARD_PATIENCE), 0,
		     "%s", edu_error());
	cr_assert_eq(edu_dma_from_card(card.edu, 0, dma, end, EDU_BUFFER_SIZE, CARD_PATIENCE), 0,
		     "%s", edu_error());
	cr_assert_arr_eq(memory + 100, memory + end, EDU_BUFFER_SIZE,
			 "%s: what came back is not what was sent", card.type);
}

int card_log_open(void)
{
	const int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	cr_assert_geq(fd, 0, "/dev/kmsg: %s", strerror(errno));
	lseek(fd, 0, SEEK_END);
	return fd;
}

unsigned int card_faults(int log, uint64_t bus)
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

void card_transfer(uint64_t bus, uint32_t size, uint32_t command)
{
	volatile void *regs = uiomap_region_base(uiomap_map_name(card.device, "BAR0", 0));
	const bool to_ram = command & EDU_DMA_TO_RAM;

	edu_transfer(regs, to_ram ? EDU_BUFFER : bus, to_ram ? bus : EDU_BUFFER, size, command);
}

void card_expect_fault(int log, uint64_t bus)
{
	const int64_t end = now() + CARD_PATIENCE;
	unsigned int count = 0;

	while (!count) {
		cr_assert_lt(now(), end, "no fault at 0x%" PRIx64, bus);
		count = card_faults(log, bus);
	}
}
