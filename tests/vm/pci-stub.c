/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * PCI devices under uio_stub: their maps and access rights, cache modes, DMA, and neighbours in a
 * page.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "edu-transfer.h"
#include "pci-fixture.h"
#include "qmp.h"

/* Flags in the sysfs file `resource`: include/linux/ioport.h of the kernel. */
#define IO	     0x100
#define MEMORY	     0x200
#define PREFETCHABLE 0x2000
#define IS_64_BIT    0x100000

struct bar {
	uint64_t start, end, flags;
};

static const struct {
	uint16_t ids[2];
	const char *irq;
	unsigned int maps, ports, prefetchable, wide;
} cards[] = {
	{ { PCI_EDU }, "counted", 1, 0, 0, 0 },	 { { PCI_BOCHS }, "none", 2, 0, 1, 0 },
	{ { PCI_NVME }, "counted", 1, 0, 0, 1 }, { { PCI_E1000 }, "masked", 1, 1, 0, 0 },
	{ { PCI_TESTDEV }, "none", 1, 1, 0, 0 }, { { PCI_IVSHMEM }, "none", 2, 0, 1, 1 },
};

static uint64_t number_of(const struct card *c, const char *format, unsigned int index,
			  const char *file)
{
	char name[64], at[32];

	snprintf(at, sizeof(at), format, index);
	snprintf(name, sizeof(name), "uio/uio%d/%s/%s", pci_uio_number(c->address), at, file);
	return strtoull(fixture_text(c, name), NULL, 0);
}

static void is_named(const struct card *c, const char *format, unsigned int index, unsigned int bar)
{
	char name[64], at[32], wanted[8];

	snprintf(at, sizeof(at), format, index);
	snprintf(name, sizeof(name), "uio/uio%d/%s/name", pci_uio_number(c->address), at);
	snprintf(wanted, sizeof(wanted), "BAR%u", bar);
	cr_assert_str_eq(fixture_text(c, name), wanted, "%s, %s", c->address, at);
}

/*
 * Compare maps and ports with the PCI core's list of BARs: nothing is left out, nothing is added.
 */
Test(pci_stub, bars)
{
	for (size_t k = 0; k < sizeof(cards) / sizeof(cards[0]); k++) {
		unsigned int maps = 0, ports = 0, prefetchable = 0, wide = 0;
		char resources[1024], kinds[256], file[64], name[16];
		struct card c;
		char *line = resources;

		fixture_bind(&c, cards[k].ids[0], cards[k].ids[1], NULL);
		snprintf(file, sizeof(file), "uio/uio%d/name", pci_uio_number(c.address));
		snprintf(name, sizeof(name), "%04x:%04x", cards[k].ids[0], cards[k].ids[1]);
		cr_assert_str_eq(fixture_text(&c, file), name);
		cr_assert_str_eq(fixture_text(&c, "uio_stub/irq"), cards[k].irq, "%s", name);
		snprintf(resources, sizeof(resources), "%s", fixture_text(&c, "resource"));
		snprintf(kinds, sizeof(kinds), "%s", fixture_text(&c, "uio_stub/maps"));

		for (unsigned int i = 0; i < 6; i++, line = strchr(line, '\n') + 1) {
			struct bar bar;
			uint64_t size;
			char kind[32];

			cr_assert_eq(sscanf(line, "%" SCNx64 "%" SCNx64 "%" SCNx64, &bar.start,
					    &bar.end, &bar.flags),
				     3);
			size = bar.end - bar.start + 1;
			if (bar.flags & IO) {
				is_named(&c, "portio/port%u", ports, i);
				cr_assert_eq(number_of(&c, "portio/port%u", ports, "start"),
					     bar.start);
				cr_assert_eq(number_of(&c, "portio/port%u", ports, "size"), size);
				ports++;
			} else if (bar.flags & MEMORY) {
				is_named(&c, "maps/map%u", maps, i);
				cr_assert_eq(number_of(&c, "maps/map%u", maps, "addr") +
						     number_of(&c, "maps/map%u", maps, "offset"),
					     bar.start);
				cr_assert_eq(number_of(&c, "maps/map%u", maps, "size"), size);
				snprintf(kind, sizeof(kind), "%u %s", maps,
					 bar.flags & PREFETCHABLE ? "write-combining" : "uncached");
				cr_assert(strstr(kinds, kind), "%s: BAR%u is to be '%s', not '%s'",
					  name, i, kind, kinds);
				prefetchable += !!(bar.flags & PREFETCHABLE);
				wide += !!(bar.flags & IS_64_BIT);
				maps++;
			}
		}
		cr_assert(maps == cards[k].maps && ports == cards[k].ports &&
				  prefetchable == cards[k].prefetchable && wide == cards[k].wide,
			  "%s: %u maps, %u ports, %u prefetchable, %u of 64 bits", name, maps,
			  ports, prefetchable, wide);
		pci_unbind(c.address);
	}
}

/* pci-testdev returns through each BAR the name of its kind: memory or ports. */
Test(pci_stub, testdev_speaks)
{
	volatile void *memory;
	unsigned int port;
	char name[8] = "";
	struct card c;

	fixture_bind(&c, PCI_TESTDEV, NULL);
	fixture_open(&c);
	memory = fixture_map(&c, 0, PAGE);
	uiomap_write8(memory, 0, 0); /* select the first test */
	for (int i = 0; i < 4; i++)
		name[i] = uiomap_read8(memory, 16 + i);
	cr_assert_str_eq(name, "mmio");
	port = number_of(&c, "portio/port%u", 0, "start");
	cr_assert_eq(iopl(3), 0, "%s", strerror(errno));
	outb(0, port);
	for (int i = 0; i < 6; i++)
		name[i] = inb(port + 16 + i);
	cr_assert_str_eq(name, "portio");
	munmap((void *)memory, PAGE);
	fixture_close(&c);
	pci_unbind(c.address);
}

#define REFUSED(fd, index, size, protection, flags)                                                \
	cr_assert_eq(mmap(NULL, (size), (protection), (flags), (fd), (off_t)(index) * PAGE),       \
		     MAP_FAILED, "%s: %s, %s on map %u was let through", c.address, #protection,   \
		     #flags, (unsigned int)(index))

Test(pci_stub, least_right)
{
	/* BAR0 and a DMA map; maps of other sizes; a write-combining map. */
	static const struct {
		uint16_t ids[2];
		unsigned int index;
		size_t size;
	} maps[] = {
		{ { PCI_EDU }, 0, 0x100000 },	  { { PCI_EDU }, 1, 0x4000 },
		{ { PCI_BOCHS }, 0, 0x1000000 },  { { PCI_BOCHS }, 1, PAGE },
		{ { PCI_IVSHMEM }, 1, 0x100000 },
	};

	for (size_t k = 0; k < sizeof(maps) / sizeof(maps[0]); k++) {
		const unsigned int i = maps[k].index;
		const size_t size = maps[k].size;
		char node[32];
		struct card c;
		void *p;
		int ro;

		fixture_bind(&c, maps[k].ids[0], maps[k].ids[1], k == 1 ? "dma=16K" : NULL);
		fixture_open(&c);
		snprintf(node, sizeof(node), "/dev/uio%d", pci_uio_number(c.address));
		ro = open(node, O_RDONLY | O_CLOEXEC);
		REFUSED(c.fd, i, size + PAGE, PROT_READ | PROT_WRITE, MAP_SHARED);
		REFUSED(c.fd, 2, PAGE, PROT_READ, MAP_SHARED);
		REFUSED(c.fd, i, size, PROT_READ | PROT_EXEC, MAP_SHARED);
		REFUSED(c.fd, i, size, PROT_READ, MAP_PRIVATE);
		REFUSED(ro, i, size, PROT_READ | PROT_WRITE, MAP_SHARED);
		p = mmap(NULL, size, PROT_READ, MAP_SHARED, ro, (off_t)i * PAGE);
		cr_assert_neq(p, MAP_FAILED, "%s", strerror(errno));
		cr_assert_eq(mprotect(p, size, PROT_READ | PROT_WRITE), -1);
		cr_assert_eq(mprotect(p, size, PROT_READ | PROT_EXEC), -1);
		cr_assert_eq(mremap(p, size, size + PAGE, MREMAP_MAYMOVE), MAP_FAILED);
		munmap(p, size);
		close(ro);
		fixture_close(&c);
		pci_unbind(c.address);
	}
}

/* Returns true if the mapping has this flag in /proc/self/smaps. */
static bool has_flag(const volatile void *p, const char *flag)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	bool here = false, found = false;
	unsigned long begin, end;
	char line[512];

	cr_assert(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &begin, &end) == 2)
			here = begin == (unsigned long)p;
		else if (here && strncmp(line, "VmFlags:", 8) == 0)
			found = strstr(line, flag) != NULL;
	}
	fclose(f);
	return found;
}

/*
 * Returns true if the memory at `start` has this type in the kernel's table. On x86 this table
 * determines the memory type, independent of the mapping.
 */
static bool has_type(uint64_t start, const char *type)
{
	FILE *f = fopen("/sys/kernel/debug/x86/pat_memtype_list", "re");
	char line[128], begin[32];
	bool found = false;

	cr_assert(f, "%s", strerror(errno));
	snprintf(begin, sizeof(begin), "[mem 0x%016" PRIx64 "-", start);
	while (fgets(line, sizeof(line), f))
		found |= strstr(line, begin) && strstr(line, type);
	fclose(f);
	return found;
}

/*
 * Cache modes. The kernel must not track the memory type of these mappings (flag "ar" in smaps,
 * VM_PAT): for that, fork() and munmap() would read page tables while unbinding clears them.
 */
Test(pci_stub, cache_modes)
{
	volatile uint32_t *dma;
	volatile void *vram;
	uint64_t vram_at;
	struct card edu, bochs;
	pid_t pid;
	int status;

	if (access("/sys/kernel/debug/x86", F_OK) != 0)
		cr_assert_eq(mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL), 0, "%s",
			     strerror(errno));
	/* BAR0 is prefetchable. Map 1 is BAR2, since the card has no BAR1. */
	fixture_bind(&bochs, PCI_BOCHS, "wc=1");
	fixture_open(&bochs);
	cr_assert(has_type(number_of(&bochs, "maps/map%u", 1, "addr"), "write-combining"),
		  "BAR2 of bochs-display");
	vram_at = number_of(&bochs, "maps/map%u", 0, "addr");
	cr_assert(has_type(vram_at, "write-combining"), "BAR0 of bochs-display");
	vram = fixture_map(&bochs, 0, 0x1000000);
	cr_assert_not(has_flag(vram, " ar"));
	cr_assert(has_flag(vram, " io") && has_flag(vram, " de") && has_flag(vram, " dd"));

	fixture_bind(&edu, PCI_EDU, "dma=64K");
	fixture_open(&edu);
	dma = fixture_map(&edu, 1, 0x10000);
	cr_assert_not(has_flag(dma, " ar"), "the DMA map");
	/* DMA memory consists of ordinary pages, so that the kernel can do I/O with them. */
	cr_assert(!has_flag(dma, " io") && !has_flag(dma, " pf") && has_flag(dma, " de") &&
		  has_flag(dma, " dd"));
	dma[0] = 42;
	pid = fork();
	if (pid == 0) {
		/* Unmap a part, then the rest: tracking would be wrong after the first part. */
		munmap((char *)dma + 0x8000, 0x8000);
		_exit(dma[0] == 42 ? 0 : 1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
	munmap((void *)dma, 0x10000);
	munmap((void *)vram, 0x1000000);
	fixture_close(&edu);
	fixture_close(&bochs);
	pci_unbind(edu.address);
	pci_unbind(bochs.address);
	cr_assert_not(has_type(vram_at, "write-combining"), "BAR0 of bochs-display, after unbind");
}

static bool is_translated(const struct card *c)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group/type", c->address);
	return access(path, F_OK) == 0 &&
	       strncmp(fixture_text(c, "iommu_group/type"), "DMA", 3) == 0;
}

/* With and without an IOMMU, `addr` is the address for the device. */
Test(pci_stub, dma)
{
	volatile uint32_t *dma;
	volatile void *edu;
	uint64_t bus;
	struct card c;

	/*
	 * With an IOMMU, addresses begin at the upper end, where this VM has no memory, unless a
	 * device needs shorter ones.
	 */
	fixture_bind(&c, PCI_EDU, "dma=64K");
	bus = fixture_bus_address(&c, 1);
	cr_assert_eq(pci_is_ram(bus), !is_translated(&c), "addr 0x%" PRIx64, bus);
	fixture_open(&c);
	edu = fixture_map(&c, 0, 0x100000);
	dma = fixture_map(&c, 1, 0x10000);
	for (unsigned int i = 0; i < 512; i++)
		dma[i] = i * 0x01010101 + 1;
	/* Copy to the card, and back to another place. */
	edu_transfer(edu, bus, EDU_BUFFER, 2048, 0);
	edu_transfer(edu, EDU_BUFFER, bus + 0x8000, 2048, EDU_DMA_TO_RAM);
	for (unsigned int i = 0; i < 512; i++)
		cr_assert_eq(dma[0x2000 + i], i * 0x01010101 + 1, "word %u", i);

	/* Without bus mastering there is no DMA. */
	pci_config_write(c.address, PCI_COMMAND, 2,
			 pci_config_read(c.address, PCI_COMMAND, 2) & ~PCI_COMMAND_MASTER);
	dma[0x2000] = dma[0x2001] = 0;
	edu_transfer(edu, EDU_BUFFER, bus + 0x8000, 2048, EDU_DMA_TO_RAM);
	cr_assert(dma[0x2000] == 0 && dma[0x2001] == 0, "DMA with bus mastering off");

	/*
	 * Closing the file turns bus mastering off. Opening it again turns it on, and the memory is
	 * zeroed.
	 */
	munmap((void *)dma, 0x10000);
	munmap((void *)edu, 0x100000);
	fixture_close(&c);
	cr_assert_not(fixture_command(&c, PCI_COMMAND_MASTER));
	fixture_open(&c);
	cr_assert(fixture_command(&c, PCI_COMMAND_MASTER));
	edu = fixture_map(&c, 0, 0x100000);
	dma = fixture_map(&c, 1, 0x10000);
	for (unsigned int i = 0; i < 0x4000; i++)
		cr_assert_eq(dma[i], 0, "word %u is of the user before", i);
	edu_transfer(edu, EDU_BUFFER, bus, 2048, EDU_DMA_TO_RAM);
	cr_assert_eq(dma[1], 0x01010102, "bus mastering is off for one who opens again");
	munmap((void *)dma, 0x10000);
	munmap((void *)edu, 0x100000);
	fixture_close(&c);
	fixture_bind(&c, PCI_EDU, "dma=64K,dma_bits=28");
	bus = fixture_bus_address(&c, 1);
	cr_assert_leq(bus + 0x10000, UINT64_C(1) << 28, "addr 0x%" PRIx64, bus);
	pci_unbind(c.address);
}

/*
 * Two cards whose registers share a page: uio_stub maps that page for neither of them, unless
 * share_page is set.
 */
Test(pci_stub, neighbour_in_page)
{
	struct monitor *m = qmp_open();
	char resource[1024], wanted[64];
	char other[PCI_ADDRESS];
	volatile uint8_t *regs;
	struct card c = { 0 };
	struct bar a, b;

	/*
	 * Each card has 256 bytes as memory and as ports. The kernel sees both when function 0 is
	 * plugged in, so that comes last.
	 */
	qmp_plug(m, "rtl8139", "beside", "port0", ", \"addr\": \"0.1\", \"romfile\": \"\"");
	qmp_plug(m, "rtl8139", "here", "port0",
		 ", \"addr\": \"0.0\", \"multifunction\": true, \"romfile\": \"\"");
	pci_plugged(PCI_PORT0, c.address);
	for (int t = 0; t < LATE_MS && !pci_find(PCI_RTL8139, 1, other); t++)
		nap_ms(1);
	cr_assert(pci_find(PCI_RTL8139, 0, c.address) && pci_find(PCI_RTL8139, 1, other));
	pci_bind(c.address, "uio_stub", NULL);
	snprintf(resource, sizeof(resource), "%s", fixture_text(&c, "resource"));
	cr_assert_eq(sscanf(strchr(resource, '\n') + 1, "%" SCNx64 "%" SCNx64, &a.start, &a.end),
		     2);
	snprintf(wanted, sizeof(wanted), "memory %" PRIx64 " 100 page BAR1", a.start);
	cr_assert_str_eq(fixture_text(&c, "uio_stub/left_out"), wanted);
	is_named(&c, "portio/port%u", 0, 0);

	pci_bind(c.address, "uio_stub", "share_page");
	cr_assert_str_eq(fixture_text(&c, "uio_stub/left_out"), "");
	is_named(&c, "maps/map%u", 0, 1);
	fixture_open(&c);
	regs = fixture_map(&c, 0, PAGE);
	/*
	 * With share_page the other card's registers are in this mapping, too. The first ones
	 * contain its MAC address.
	 */
	pci_config_write(other, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
	b.start = pci_config_read(other, PCI_BASE_ADDRESS_1, 4) & ~0xfu;
	cr_assert_eq(b.start / PAGE, a.start / PAGE, "they have a page each");
	cr_assert(regs[b.start % PAGE] == 0x52 && regs[b.start % PAGE + 1] == 0x54);
	munmap((void *)regs, PAGE);
	fixture_close(&c);
	pci_unbind(c.address);
	qmp_unplug(m, "here");
	qmp_unplugged(m, "here");
	pci_gone(c.address);
	pci_gone(other);
	qmp_close(m);
}
