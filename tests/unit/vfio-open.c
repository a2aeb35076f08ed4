/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Opening VFIO devices with a fake of VFIO's ioctl(2)s: what a VM doesn't have, or can't be made
 * to do. A regular file is the device's file: BAR0 is at its beginning, then configuration space.
 */
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/ioctl.h>

#include "fake-sysfs.h"

#define ADDRESS	  "0000:01:00.0"
#define PARENT	  "sys/devices/pci0000:00/" ADDRESS "/"
#define BAR0_SIZE 0x4000
#define CONFIG	  0x10000
#define VECTORS	  5

static struct {
	/* the request that fails, and how */
	unsigned long fails;
	int error;
	bool not_viable, no_type1, no_mmap;
	/* parts of BAR0 that can be mapped; 0: all */
	unsigned int parts;
	/* interrupts of each index, and the flags of MSI-X */
	uint32_t irqs[VFIO_PCI_NUM_IRQS], msix_flags;
	/* vectors that the machine has left */
	uint32_t vectors;
	/* what was bound last: eventfds, and their number */
	int bound[VFIO_PCI_NUM_IRQS], others;
	uint32_t bound_count;
	unsigned int masks, unmasks;
	/* addresses of the IOMMU, and bytes that may be locked */
	struct vfio_iova_range ranges[2];
	uint64_t lockable;
	unsigned int mapped;
} fake;

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);

static int region_info(struct vfio_region_info *info)
{
	struct vfio_region_info_cap_sparse_mmap *sparse = (void *)(info + 1);
	const uint32_t full = sizeof(*info) + sizeof(*sparse) + 2 * sizeof(sparse->areas[0]);
	const bool config = info->index == VFIO_PCI_CONFIG_REGION_INDEX;

	info->offset = config ? CONFIG : 0;
	info->size = config ? PCI_CFG_SPACE_SIZE : BAR0_SIZE;
	info->flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	if (!config && !fake.no_mmap)
		info->flags |= VFIO_REGION_INFO_FLAG_MMAP;
	if (config || !fake.parts)
		return 0;
	info->flags |= VFIO_REGION_INFO_FLAG_CAPS;
	if (info->argsz < full) {
		info->argsz = full;
		return 0;
	}
	info->cap_offset = sizeof(*info);
	*sparse = (struct vfio_region_info_cap_sparse_mmap){
		.header = { .id = VFIO_REGION_INFO_CAP_SPARSE_MMAP, .version = 1 },
		.nr_areas = fake.parts
	};
	sparse->areas[0] = (struct vfio_region_sparse_mmap_area){ 0, PAGE };
	sparse->areas[1] = (struct vfio_region_sparse_mmap_area){ 2 * PAGE, 2 * PAGE };
	return 0;
}

static int iommu_info(struct vfio_iommu_type1_info *info)
{
	struct vfio_iommu_type1_info_cap_iova_range *cap = (void *)(info + 1);
	const uint32_t full = sizeof(*info) + sizeof(*cap) + sizeof(fake.ranges);

	info->flags = VFIO_IOMMU_INFO_PGSIZES | VFIO_IOMMU_INFO_CAPS;
	info->iova_pgsizes = PAGE | 2 << 20;
	if (info->argsz < full) {
		info->argsz = full;
		return 0;
	}
	info->cap_offset = sizeof(*info);
	*cap = (struct vfio_iommu_type1_info_cap_iova_range){
		.header = { .id = VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE, .version = 1 },
		.nr_iovas = 2
	};
	memcpy(cap->iova_ranges, fake.ranges, sizeof(fake.ranges));
	return 0;
}

static int set_irqs(const struct vfio_irq_set *set)
{
	const int *fds = (const int *)(const void *)set->data;

	fake.masks += !!(set->flags & VFIO_IRQ_SET_ACTION_MASK);
	fake.unmasks += !!(set->flags & VFIO_IRQ_SET_ACTION_UNMASK);
	if (!(set->flags & VFIO_IRQ_SET_DATA_EVENTFD))
		return 0;
	if (set->index == VFIO_PCI_MSIX_IRQ_INDEX && set->count > fake.vectors)
		return fake.vectors ? (int)fake.vectors : (errno = ENOSPC, -1);
	fake.bound[set->index] = fds[0];
	fake.bound_count = set->count;
	fake.others = -1;
	for (uint32_t i = 1; i < set->count; i++)
		if (fds[i] != -1)
			fake.others = fds[i];
	return 0;
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	struct vfio_iommu_type1_dma_map *map;
	struct vfio_irq_info *irq;
	va_list args;
	void *arg;

	(void)fd;
	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (request == fake.fails) {
		errno = fake.error;
		return -1;
	}
	switch (request) {
	case VFIO_CHECK_EXTENSION:
		return !fake.no_type1;
	case VFIO_GROUP_GET_STATUS:
		((struct vfio_group_status *)arg)->flags =
			fake.not_viable ? 0 : VFIO_GROUP_FLAGS_VIABLE;
		return 0;
	case VFIO_GROUP_GET_DEVICE_FD:
		cr_assert_str_eq(arg, ADDRESS);
		return open("backing/vfio", O_RDWR | O_CLOEXEC);
	case VFIO_DEVICE_GET_INFO:
		((struct vfio_device_info *)arg)->flags = VFIO_DEVICE_FLAGS_PCI;
		return 0;
	case VFIO_DEVICE_GET_REGION_INFO:
		return region_info(arg);
	case VFIO_IOMMU_GET_INFO:
		return iommu_info(arg);
	case VFIO_DEVICE_GET_IRQ_INFO:
		irq = arg;
		irq->count = fake.irqs[irq->index];
		irq->flags = irq->index == VFIO_PCI_MSIX_IRQ_INDEX ? fake.msix_flags : 0;
		return 0;
	case VFIO_DEVICE_SET_IRQS:
		return set_irqs(arg);
	case VFIO_IOMMU_MAP_DMA:
		map = arg;
		if (map->size > fake.lockable) {
			errno = ENOMEM;
			return -1;
		}
		fake.lockable -= map->size;
		fake.mapped++;
		return 0;
	case VFIO_IOMMU_UNMAP_DMA:
		fake.lockable += ((struct vfio_iommu_type1_dma_unmap *)arg)->size;
		fake.mapped--;
		return 0;
	default:
		return 0;
	}
}

/* A card with MSI-X, whose group has a second device. */
static void begin(void)
{
	static const char config[PCI_CFG_SPACE_SIZE] = { 0x34, 0x12, 0x08, 0x11 };
	int fd;

	tree_begin();
	memset(&fake, 0, sizeof(fake));
	fake.irqs[VFIO_PCI_MSIX_IRQ_INDEX] = VECTORS;
	fake.irqs[VFIO_PCI_MSI_IRQ_INDEX] = fake.irqs[VFIO_PCI_INTX_IRQ_INDEX] = 1;
	fake.irqs[VFIO_PCI_REQ_IRQ_INDEX] = 1;
	fake.vectors = 16;
	fake.lockable = UINT64_MAX;
	fake.ranges[0] = (struct vfio_iova_range){ 0, 0x1ffff };
	fake.ranges[1] = (struct vfio_iova_range){ 0x40000, 0x4ffff };
	tree_write(PARENT "vendor", "0x1234\n");
	tree_write(PARENT "device", "0x11e8\n");
	tree_write(PARENT "resource",
		   "0xfe000000 0xfe003fff 0x40200\n0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n"
		   "0x0 0x0 0x0\n0x0 0x0 0x0\n");
	tree_link("../../../bus/pci", PARENT "subsystem");
	tree_link("../../../bus/pci/drivers/vfio-pci", PARENT "driver");
	tree_link("../../../kernel/iommu_groups/12", PARENT "iommu_group");
	tree_link("../../../" ADDRESS, PARENT "vfio-dev/vfio3/device");
	tree_link("../../devices/pci0000:00/" ADDRESS "/vfio-dev/vfio3",
		  "sys/class/vfio-dev/vfio3");
	tree_link("../../../../../bus/pci/drivers/e1000",
		  "sys/kernel/iommu_groups/12/devices/0000:01:00.1/driver");
	tree_link("../../../../../bus/pci/drivers/pcieport",
		  "sys/kernel/iommu_groups/12/devices/0000:00:01.0/driver");
	tree_write("sys/class/vfio/12/dev", "240:12\n");
	core_add(12, CORE_IRQ);
	tree_link("../uio12", "dev/vfio/12");
	tree_write("dev/vfio/vfio", "%s", "");
	tree_write("backing/vfio", "%s", "");
	fd = open("backing/vfio", O_RDWR | O_CLOEXEC);
	cr_assert(fd >= 0 && ftruncate(fd, CONFIG) == 0 &&
		  pwrite(fd, config, sizeof(config), CONFIG) == sizeof(config));
	close(fd);
}

TestSuite(vfio_open, .init = begin, .fini = tree_end);

static struct uiomap_device *open_card(unsigned int flags)
{
	struct uiomap_device *device = uiomap_open("pci:" ADDRESS, flags);

	assert_ok(device);
	return device;
}

static void fails(int error, const char *text)
{
	const int before = tree_open_fds();

	errno = 0;
	cr_assert_null(uiomap_open("pci:" ADDRESS, 0), "not: %s", text);
	assert_errno(error);
	assert_text(text);
	cr_assert_eq(tree_open_fds(), before, "%s", text);
}

static void fails_by(unsigned long request, int error, int expected, const char *text)
{
	fake.fails = request;
	fake.error = error;
	fails(expected, text);
	fake.fails = 0;
}

Test(vfio_open, each_failure)
{
	fails_by(VFIO_GET_API_VERSION, EINVAL, ENOTSUP, "has another interface");
	fails_by(VFIO_GROUP_SET_CONTAINER, EPERM, EBUSY, "0000:01:00.1 (e1000)");
	fails_by(VFIO_SET_IOMMU, EPERM, EPERM, "allow_unsafe_interrupts");
	fails_by(VFIO_SET_IOMMU, ENOMEM, ENOMEM, "VFIO_SET_IOMMU");
	fails_by(VFIO_GROUP_GET_DEVICE_FD, EINVAL, EINVAL, "VFIO_GROUP_GET_DEVICE_FD");
	fails_by(VFIO_IOMMU_GET_INFO, ENOTTY, ENOTTY, "VFIO_IOMMU_GET_INFO");
	fails_by(VFIO_DEVICE_SET_IRQS, EINVAL, EINVAL, "can't tell of its removal");
	fake.no_type1 = true;
	fails(ENOTSUP, "modprobe vfio_iommu_type1");
	fake.no_type1 = false;
	fake.not_viable = true;
	fails(EBUSY, "IOMMU group 12 can't be used: 0000:01:00.1 (e1000) has a kernel driver");
	fake.not_viable = false;
	core_openat_error("vfio/12", O_RDONLY, EBUSY);
	fails(EBUSY, "its IOMMU group 12 is held by");
	core_openat_error("vfio/12", O_RDONLY, EACCES);
	fails(EACCES, "no permission for dev/vfio/12");
	core_openat_error("vfio/12", O_RDONLY, EPERM);
	fails(EACCES, "control group forbids it");
	core_openat_error("vfio/12", O_RDONLY, ENOENT);
	fails(ENXIO, "was the node created");
	core_openat_error("vfio/vfio", O_RDONLY, ENODEV);
	fails(ENXIO, "modprobe vfio");
	core_openat_error(NULL, 0, 0);
	core_set_rdev(12, 240, 13);
	fails(ENXIO, "the node of another group");
	core_set_rdev(12, 240, 12);
	uiomap_close(open_card(0));
	/* without an IOMMU, and with a node of the device alone */
	tree_unlink("sys/class/vfio/12");
	tree_write("sys/class/vfio/noiommu-12/dev", "240:12\n");
	fails(ENOTSUP, "no IOMMU confines it");
	tree_unlink("sys/class/vfio/noiommu-12");
	tree_write(PARENT "vfio-dev/vfio3/dev", "240:12\n");
	fails(ENOTSUP, "CONFIG_VFIO_GROUP");
}

/* What the process may do with the memory there: "rw-s" ... */
static const char *rights(const void *address)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long begin, end;
	static char found[8];

	assert_ok(maps);
	found[0] = '\0';
	while (fscanf(maps, "%lx-%lx %7s%*[^\n]", &begin, &end, found) == 3)
		if ((uintptr_t)address >= begin && (uintptr_t)address < end)
			break;
	fclose(maps);
	return found;
}

/* The kernel protects registers in the middle of a BAR: only the rest can be mapped. */
Test(vfio_open, region_in_parts)
{
	struct uiomap_device *device = open_card(0);
	struct uiomap_region *region;
	uint32_t value = 0;
	int fd;

	fake.parts = 2;
	region = uiomap_map_name(device, "BAR0", 0);
	assert_ok(region);
	cr_assert_eq(uiomap_region_size(region), BAR0_SIZE);
	cr_assert_eq(uiomap_region_write32(region, 0x10, 0x11111111), 0);
	cr_assert_eq(uiomap_region_write32(region, 2 * PAGE + 0x10, 0x22222222), 0);
	fd = open("backing/vfio", O_RDONLY | O_CLOEXEC);
	cr_assert_eq(pread(fd, &value, 4, 2 * PAGE + 0x10), 4);
	cr_assert_eq(value, 0x22222222);
	close(fd);
	cr_assert_str_eq(rights((char *)uiomap_region_base(region) + PAGE), "---p");
	uiomap_unmap(region);
	fake.no_mmap = true;
	errno = 0;
	cr_assert_null(uiomap_map_name(device, "BAR0", 0));
	assert_errno(ENOTSUP);
	assert_text("VFIO doesn't map BAR0");
	uiomap_close(device);
}

/* Before Linux 6.5 the number of vectors is fixed at first use; later one is enough. */
Test(vfio_open, vectors)
{
	struct uiomap_device *device = open_card(0);

	cr_assert_eq(fake.bound_count, 1);
	uiomap_close(device);
	fake.msix_flags = VFIO_IRQ_INFO_NORESIZE;
	device = open_card(0);
	cr_assert_eq(fake.bound_count, VECTORS);
	cr_assert_eq(fake.others, -1);
	uiomap_close(device);
	/* the machine has fewer left */
	fake.vectors = 3;
	device = open_card(0);
	cr_assert_eq(fake.bound_count, 3);
	cr_assert_eq(uiomap_info_irq(uiomap_device_info(device)), UIOMAP_IRQ_COUNTED);
	uiomap_close(device);
	/* none: MSI */
	fake.vectors = 0;
	device = open_card(0);
	cr_assert_eq(uiomap_info_irq(uiomap_device_info(device)), UIOMAP_IRQ_COUNTED);
	cr_assert_gt(fake.bound[VFIO_PCI_MSI_IRQ_INDEX], 0);
	uiomap_close(device);
	fake.irqs[VFIO_PCI_MSI_IRQ_INDEX] = 0;
	device = open_card(0);
	cr_assert_eq(uiomap_info_irq(uiomap_device_info(device)), UIOMAP_IRQ_MASKED);
	uiomap_close(device);
	/* it has MSI-X, which can't be had, and nothing else */
	fake.irqs[VFIO_PCI_INTX_IRQ_INDEX] = 0;
	fails(ENOSPC, "can't enable its interrupt");
	fake.irqs[VFIO_PCI_MSIX_IRQ_INDEX] = 0;
	device = open_card(0);
	errno = 0;
	cr_assert_eq(uiomap_irq_wait(device, 0, NULL), -1);
	assert_errno(ENOTSUP);
	assert_text("VFIO finds none");
	uiomap_close(device);
}

static void fire(unsigned int index, uint64_t count)
{
	cr_assert_eq(write(fake.bound[index], &count, sizeof(count)), sizeof(count));
}

Test(vfio_open, counts_and_removal)
{
	struct uiomap_device *device;
	uint32_t count;

	fake.irqs[VFIO_PCI_MSIX_IRQ_INDEX] = fake.irqs[VFIO_PCI_MSI_IRQ_INDEX] = 0;
	device = open_card(0);
	fire(VFIO_PCI_INTX_IRQ_INDEX, 3);
	cr_assert_eq(uiomap_irq_wait(device, UIOMAP_FOREVER, &count), 0);
	cr_assert_eq(count, 3);
	cr_assert_eq(fake.unmasks, 1);
	fire(VFIO_PCI_INTX_IRQ_INDEX, (uint64_t)UINT32_MAX + 1);
	cr_assert_eq(uiomap_irq_read(device, &count), 0);
	cr_assert_eq(count, UINT32_MAX);
	cr_assert_eq(uiomap_irq_disable(device), 0);
	cr_assert_eq(fake.masks, 1);
	cr_assert(!uiomap_device_removed(device));
	/* a wait ends, however many interrupts come; one that came before can still be read */
	fire(VFIO_PCI_INTX_IRQ_INDEX, 1);
	fire(VFIO_PCI_REQ_IRQ_INDEX, 1);
	cr_assert(uiomap_device_removed(device));
	errno = 0;
	cr_assert_eq(uiomap_irq_wait(device, UIOMAP_FOREVER, &count), -1);
	assert_errno(ENODEV);
	cr_assert_eq(uiomap_irq_read(device, &count), 0);
	errno = 0;
	cr_assert_eq(uiomap_irq_read(device, &count), -1);
	assert_errno(ENODEV);
	assert_text("waits until this handle is closed");
	errno = 0;
	cr_assert_eq(uiomap_irq_wait(device, UIOMAP_FOREVER, &count), -1);
	assert_errno(ENODEV);
	uiomap_close(device);
}

static struct uiomap_dma *get(struct uiomap_device *device, size_t size, uint64_t addr)
{
	struct uiomap_dma *dma = uiomap_dma_alloc(device, size, 0);

	assert_ok(dma);
	cr_assert_eq(uiomap_dma_addr(dma), addr, "at 0x%llx",
		     (unsigned long long)uiomap_dma_addr(dma));
	return dma;
}

/* 0x10000 to 0x1ffff and 0x40000 to 0x4ffff are free; what is between is reserved. */
Test(vfio_open, addresses)
{
	struct uiomap_device *device = open_card(0);
	static char memory[2 * PAGE] __attribute__((__aligned__(PAGE))) = { 1 };
	struct uiomap_dma *a, *b, *c, *mapped;
	uint16_t command;

	a = get(device, 0x8000, 0x10000);
	b = get(device, 0x4000, 0x18000);
	c = get(device, 0x8000, 0x40000);
	cr_assert_eq(uiomap_config_read16(device, PCI_COMMAND, &command), 0);
	cr_assert(command & PCI_COMMAND_MASTER);
	uiomap_dma_free(get(device, 0x4000, 0x1c000));
	uiomap_dma_free(a);
	a = get(device, PAGE, 0x10000);
	uiomap_dma_free(b);
	b = get(device, 0xf000, 0x11000);
	cr_assert_eq(fake.mapped, 3);
	/* no room: 0x48000 to 0x4ffff are left */
	errno = 0;
	cr_assert_null(uiomap_dma_alloc(device, 0x9000, 0));
	assert_errno(ENOSPC);
	cr_assert_eq(fake.mapped, 3);
	uiomap_dma_free(get(device, 0x8000, 0x48000));
	/* a limit of the kernel */
	fake.lockable = PAGE;
	errno = 0;
	cr_assert_null(uiomap_dma_alloc(device, 2 * PAGE, 0));
	assert_errno(ENOMEM);
	get(device, PAGE, 0x48000);
	errno = 0;
	cr_assert_null(uiomap_dma_map(device, memory, 2 * PAGE));
	assert_errno(ENOMEM);
	fake.lockable = UINT64_MAX;
	mapped = uiomap_dma_map(device, memory, 2 * PAGE);
	assert_ok(mapped);
	cr_assert_eq(uiomap_dma_addr(mapped), 0x49000);
	errno = 0;
	cr_assert_null(uiomap_dma_map(device, memory, PAGE - 1));
	assert_errno(EINVAL);
	uiomap_dma_unmap(mapped);
	cr_assert_eq(memory[0], 1, "it is the program's");
	uiomap_dma_free(c);
	cr_assert_eq(fake.mapped, 3);
	uiomap_close(device);
}
