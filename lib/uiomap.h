/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#ifndef UIOMAP_H
#define UIOMAP_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uiomap-io.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file uiomap.h
 * @brief libuiomap: device drivers in user space, with the kernel's UIO or VFIO.
 *
 * A driver finds a device, opens it, maps its memory regions, uses registers, interrupts and DMA
 * memory, and closes the device.
 *
 * **Errors.** A function that can fail returns -1 (int) or NULL (pointer) and sets errno.
 * uiomap_guard() is the exception: it returns UIOMAP_GUARD_FAILED. After a failure uiomap_error()
 * returns a text that says what failed, where (device, file, value) and what to do. errno and the
 * text are meaningful only after a failure. A required argument that is NULL fails with EINVAL;
 * this is not repeated below. Getters of plain values (number, count, size, name) return 0 or ""
 * for NULL. The functions that close, free, unmap or remove accept NULL and never change errno.
 *
 * **Threads.** The library starts no threads. It takes no lock, except a short one in
 * uiomap_guard_install() and uiomap_guard_remove(). It never prints, exits or aborts. Different
 * objects can be used in different threads at the same time. One object must be used by one
 * thread at a time, except with functions marked "Any thread". Regions, port regions and DMA
 * buffers are part of their device handle in this respect; register and port accessors can be
 * used in any thread. After fork() only one of the two processes may use a device handle.
 *
 * **Lifetime.** Regions, port regions and DMA buffers belong to the device handle that made them.
 * uiomap_close() releases those that are left. All file descriptors are close-on-exec.
 *
 * **Backends.** What a device is bound to decides how the library reaches it: by UIO (uio_stub and
 * the mainline drivers for UIO) or by VFIO (vfio-pci). The calls are the same; what differs is said
 * at each call. docs/vfio.md has it all together.
 *
 * **Sources.** Kernel functions named below are in drivers/uio/uio.c. The kernel's own description
 * is Documentation/driver-api/uio-howto.rst.
 *
 * Guides, in the source tree: docs/selectors.md, docs/pci.md (PCI devices under the two kernel
 * drivers), docs/dma.md (where DMA memory comes from), docs/access.md (permissions),
 * docs/errors-and-threads.md.
 */

/**
 * @brief The most maps a device can have.
 *
 * The kernel's UIO has 5 (MAX_UIO_MAPS in linux/uio_driver.h); a PCI device under
 * uio_pci_generic has up to 6 BARs.
 */
#define UIOMAP_MAX_MAPS 6

/** @brief The most port regions a device can have: see #UIOMAP_MAX_MAPS (MAX_UIO_PORT_REGIONS). */
#define UIOMAP_MAX_PORTS 6

/** @brief A timeout that never ends. All timeouts are in nanoseconds. */
#define UIOMAP_FOREVER INT64_C(-1)

/**
 * @struct uiomap_info
 * @brief What a device is: a snapshot that never changes.
 */
struct uiomap_info;
/**
 * @struct uiomap_device
 * @brief An open device.
 */
struct uiomap_device;
/**
 * @struct uiomap_region
 * @brief A memory region that is mapped.
 */
struct uiomap_region;
/**
 * @struct uiomap_port
 * @brief An open port region.
 */
struct uiomap_port;
/**
 * @struct uiomap_dma
 * @brief A buffer of DMA memory.
 */
struct uiomap_dma;
/**
 * @struct uiomap_monitor
 * @brief Reports devices that are added and removed.
 */
struct uiomap_monitor;

/**
 * @brief The calling thread's last error, as one line of text.
 *
 * Bytes that are not printable ASCII are shown as \\xNN. Any thread.
 *
 * @return The text, "" if there was no error yet. It belongs to the thread and is valid until the
 * thread's next failing call.
 */
const char *uiomap_error(void);

/**
 * @brief The version of the library. Any thread.
 * @return "MAJOR.MINOR.PATCH"; a constant.
 */
const char *uiomap_version(void);

/**
 * @defgroup libuiomap_find Find devices
 *
 * A selector is a text that names a device. The grammar is the same in the library, the command
 * and the udev links (docs/selectors.md has all rules):
 *
 * | selector                   | device                                                      |
 * |----------------------------|-------------------------------------------------------------|
 * | `uioN`                     | the kernel's number                                         |
 * | `NAME`, `NAME#K`           | the UIO name; the Kth (from 0) of several with this name    |
 * | `name:NAME`, `name:NAME#K` | the same, for a NAME that looks like another form           |
 * | `BUS:DEVICE`               | the parent: `platform:uio_dummy.0`, `pci:0000:01:00.0`      |
 * | `pci:VVVV:DDDD[#K]`        | PCI vendor and device id, 4 hexadecimal digits each         |
 * | `of:PATH`                  | the parent's device-tree path                               |
 * | `addr:0xADDRESS`           | the device with a map that begins at this address           |
 * | `/dev/...`, `/sys/...`     | a node, a link to a node, or a directory in sysfs           |
 *
 * A VFIO device has no name and no uioN: the other forms find it. Only if no UIO device matches are
 * VFIO devices looked at, except for `#K`, which counts both. Of VFIO devices those on PCI are
 * found. Their descriptions need Linux 6.1 or newer.
 *
 * @{
 */

/** @brief The kernel's interface to a device. */
enum uiomap_backend {
	/** UIO: the node is /dev/uioN. */
	UIOMAP_BACKEND_UIO = 1,
	/** VFIO: the node is /dev/vfio/GROUP or /dev/vfio/devices/vfioN. */
	UIOMAP_BACKEND_VFIO,
};

/**
 * @brief The name of a backend. Any thread.
 * @param backend The backend.
 * @return "uio", "vfio", or "unknown" for any other value; a constant.
 */
const char *uiomap_backend_name(enum uiomap_backend backend);

/** @brief The memory type of a map. */
enum uiomap_memtype {
	/** Not known: the kernel driver is one that this library doesn't know. */
	UIOMAP_MEMTYPE_UNKNOWN,
	/** Device memory or registers, uncached. */
	UIOMAP_MEMTYPE_UNCACHED,
	/** Device memory, write-combining: fast to write, very slow to read. */
	UIOMAP_MEMTYPE_WRITE_COMBINING,
	/** Kernel memory, cached (UIO_MEM_LOGICAL, UIO_MEM_VIRTUAL). */
	UIOMAP_MEMTYPE_CACHED,
	/** Memory that CPU and device see alike. Its address is a bus address. */
	UIOMAP_MEMTYPE_DMA_COHERENT,
};

/**
 * @brief The name of a memory type. Any thread.
 * @param memtype The memory type.
 * @return "uncached", "write-combining", "cached", "dma-coherent", or "unknown" for any other
 * value; a constant.
 */
const char *uiomap_memtype_name(enum uiomap_memtype memtype);

/** @brief How a device's interrupt behaves. */
enum uiomap_irq {
	/**
	 * sysfs doesn't say (mainline drivers, VFIO). uiomap_device_info() of an open device may
	 * know.
	 */
	UIOMAP_IRQ_UNKNOWN,
	/** The device has no interrupt. */
	UIOMAP_IRQ_NONE,
	/** Masked at each interrupt until it is enabled again (level-triggered lines, INTx). */
	UIOMAP_IRQ_MASKED,
	/**
	 * Never masked by the kernel; each interrupt is counted (edge-triggered lines, MSI, MSI-X).
	 */
	UIOMAP_IRQ_COUNTED,
};

/** @brief One map, as described by sysfs. */
struct uiomap_map_info {
	/** "" if it has no name; cut to 63 bytes. */
	char name[64];
	/**
	 * Address of the first usable byte: physical, bus (UIOMAP_MEMTYPE_DMA_COHERENT) or kernel
	 * virtual (UIOMAP_MEMTYPE_CACHED). All bits are 1 if it is not known.
	 */
	uint64_t addr;
	/** Usable bytes from there. Not rounded, unless the kernel driver rounds. */
	uint64_t size;
	/** Bytes from the beginning of the mapping to there. uiomap_region_base() includes them. */
	uint32_t offset;
	/** The memory type. */
	enum uiomap_memtype memtype;
};

/** @brief One port region, as described by sysfs: see uiomap_port_open(). */
struct uiomap_port_info {
	/** "" if it has no name; cut to 63 bytes. */
	char name[64];
	/** The first port. */
	uint64_t start;
	/** The number of ports. */
	uint64_t size;
	/** "port_x86", "port_gpio", "port_other" or "port_none". */
	char type[16];
};

/**
 * @brief Find one device.
 *
 * For each device only the attribute that the selector needs is read (its name: open, read,
 * close). The device that matches is then read as a whole. A selector that is a number or a node
 * needs no search. Any thread.
 *
 * @param selector Which device.
 * @return A snapshot of the device as it is now. The caller owns it and frees it with
 * uiomap_info_free(). Or NULL, with errno:
 * - ENODEV: no device matches, or it was removed while it was read; the text lists the devices
 *   that exist
 * - ENOTUNIQ: several devices match; the text lists them
 * - EINVAL: the selector is malformed; the text says where
 * - EPROTO: sysfs content that the kernel doesn't produce; the text names file and value
 * - ENOMEM, EMFILE, ENFILE
 * - EACCES, and others of open(2) and stat(2), on sysfs or on a path given as selector
 */
struct uiomap_info *uiomap_find(const char *selector);

/**
 * @brief Find all devices that match a selector.
 *
 * The devices are in the order of their numbers, those of VFIO after those of UIO. A device is left
 * out if its sysfs content is malformed, or if it is removed while it is read. Any thread.
 *
 * @param selector Which devices; NULL: all.
 * @param[out] count The number of devices, which may be 0. May be NULL.
 * @return An array of *count snapshots and a final NULL. The caller owns it and frees it with
 * uiomap_list_free(). Or NULL, with errno:
 * - EINVAL: the selector is malformed
 * - ENODEV: sysfs is not mounted
 * - ENOMEM, EMFILE, ENFILE, EACCES, and others of readdir(3)
 */
struct uiomap_info **uiomap_list(const char *selector, size_t *count);

/**
 * @brief Free a list and its snapshots.
 * @param list The list of uiomap_list(); NULL is allowed.
 */
void uiomap_list_free(struct uiomap_info **list);

/**
 * @brief Copy a snapshot. Any thread.
 * @param info The snapshot.
 * @return A copy. The caller owns it and frees it with uiomap_info_free(). Or NULL, with errno
 * ENOMEM.
 */
struct uiomap_info *uiomap_info_copy(const struct uiomap_info *info);

/**
 * @brief Free a snapshot of uiomap_find(), uiomap_info_copy() or uiomap_monitor_next().
 * @param info The snapshot; NULL is allowed.
 */
void uiomap_info_free(struct uiomap_info *info);

/**
 * @brief The kernel's interface to the device. Any thread.
 * @param info The snapshot.
 * @return The backend; 0 for NULL.
 */
enum uiomap_backend uiomap_info_backend(const struct uiomap_info *info);

/**
 * @brief The kernel's number of the device. Any thread.
 * @param info The snapshot.
 * @return N of uioN; of a VFIO device N of vfioN, in /sys/class/vfio-dev. Each backend counts for
 * itself. The number of an IOMMU group is in uiomap_info_node().
 */
unsigned int uiomap_info_number(const struct uiomap_info *info);

/**
 * @brief The UIO name of the device. Any thread.
 * @param info The snapshot.
 * @return The name, "" for a VFIO device; it belongs to the snapshot. Never NULL.
 */
const char *uiomap_info_name(const struct uiomap_info *info);

/**
 * @brief The version text of the kernel driver. Any thread.
 * @param info The snapshot.
 * @return The text, "" for a VFIO device; it belongs to the snapshot. Never NULL.
 */
const char *uiomap_info_version(const struct uiomap_info *info);

/**
 * @brief The path of the device's node. Any thread.
 * @param info The snapshot.
 * @return "/dev/uioN"; of a VFIO device "/dev/vfio/GROUP", which all devices of the IOMMU group
 * share, or "/dev/vfio/devices/vfioN" where the kernel has no nodes for groups; it belongs to the
 * snapshot. Never NULL.
 */
const char *uiomap_info_node(const struct uiomap_info *info);

/**
 * @brief The real path of the parent device in sysfs. Any thread.
 * @param info The snapshot.
 * @return The path, "" if there is no parent device; it belongs to the snapshot. Never NULL.
 */
const char *uiomap_info_syspath(const struct uiomap_info *info);

/**
 * @brief The bus of the parent device. Any thread.
 * @param info The snapshot.
 * @return "platform", "pci", …, or "" if there is none; it belongs to the snapshot. Never NULL.
 */
const char *uiomap_info_bus(const struct uiomap_info *info);

/**
 * @brief The name of the parent device on its bus. Any thread.
 * @param info The snapshot.
 * @return The name, "" if there is no parent device; it belongs to the snapshot. Never NULL.
 */
const char *uiomap_info_device(const struct uiomap_info *info);

/**
 * @brief The kernel driver of the parent device. Any thread.
 * @param info The snapshot.
 * @return The driver's name, "" if there is none; it belongs to the snapshot. Never NULL.
 */
const char *uiomap_info_driver(const struct uiomap_info *info);

/**
 * @brief How the device's interrupt behaves. Any thread.
 * @param info The snapshot.
 * @return The behaviour, as far as it is known.
 */
enum uiomap_irq uiomap_info_irq(const struct uiomap_info *info);

/**
 * @brief The number of maps. Any thread.
 * @param info The snapshot.
 * @return 0 to UIOMAP_MAX_MAPS. Maps are numbered from 0 without gaps.
 */
unsigned int uiomap_info_map_count(const struct uiomap_info *info);

/**
 * @brief One map. Any thread.
 * @param info The snapshot.
 * @param index The number of the map, from 0.
 * @return The map; it belongs to the snapshot. Or NULL, with errno ERANGE: there is no such map.
 */
const struct uiomap_map_info *uiomap_info_map(const struct uiomap_info *info, unsigned int index);

/**
 * @brief The number of port regions. Any thread.
 * @param info The snapshot.
 * @return 0 to UIOMAP_MAX_PORTS. Port regions are numbered from 0 without gaps.
 */
unsigned int uiomap_info_port_count(const struct uiomap_info *info);

/**
 * @brief One port region. Any thread.
 * @param info The snapshot.
 * @param index The number of the port region, from 0.
 * @return The port region; it belongs to the snapshot. Or NULL, with errno ERANGE: there is no such
 * port region.
 */
const struct uiomap_port_info *uiomap_info_port(const struct uiomap_info *info, unsigned int index);

/** @} */

/**
 * @defgroup libuiomap_open Open and close devices
 * @{
 */

/** @brief Flags of uiomap_open(). */
enum uiomap_open_flags {
	/**
	 * Open as a reader: maps are read-only, the interrupt can be neither enabled nor disabled,
	 * and there is no DMA memory.
	 */
	UIOMAP_RDONLY = 1,
	/**
	 * Be the only controller: fail with EBUSY if there is another, and make later ones fail.
	 */
	UIOMAP_EXCLUSIVE = 2,
	/** Allow uiomap_irq_wake(). It costs one more ppoll(2) in each uiomap_irq_wait(). */
	UIOMAP_WAKEABLE = 4,
};

/**
 * @brief Open a device.
 *
 * A handle opened with UIOMAP_RDONLY is a reader; any other is a controller. A device can have
 * several controllers, or one that opened it with UIOMAP_EXCLUSIVE. It can have any number of
 * readers at the same time. Drivers should use UIOMAP_EXCLUSIVE. These rules apply among users of
 * this library only (a controller holds a flock(2) on the node).
 *
 * What opening and closing does to the device depends on its kernel driver: see docs/access.md.
 * Under uio_stub, the first open (also by a reader) clears the DMA memory, powers the device up,
 * and turns bus mastering and the interrupt line on; the last close turns them off. Under
 * uio_pci_generic each close of the node turns bus mastering off, for other programs too: so the
 * library opens the node only when a call needs it.
 *
 * A VFIO device has one handle, which is alone like one with UIOMAP_EXCLUSIVE, also if it is a
 * reader: the kernel gives an IOMMU group to one user, and with it all its devices. The kernel
 * resets the device at open and close, if it can. Interrupts of a controller are bound at once.
 *
 * Safe if the number is reused meanwhile: the handle is the device that matched, or the call
 * fails. Interrupts are counted from here on. Any thread.
 *
 * @param selector Which device.
 * @param flags 0, or a combination of UIOMAP_RDONLY, UIOMAP_EXCLUSIVE and UIOMAP_WAKEABLE.
 * @return A handle. The caller owns it and closes it with uiomap_close(). Or NULL, with errno:
 * - those of uiomap_find()
 * - EACCES: no permission for the node (the text says its mode, owner and group), or the control
 *   group of the process or the file system (nodev) forbids it
 * - EBUSY: another controller has the device exclusively, or UIOMAP_EXCLUSIVE was given and there
 *   is another controller (the text says which process, from /proc/locks)
 * - EBUSY: under uio_stub, DMA memory is still in use by I/O of an earlier user (vmsplice(2),
 *   MSG_ZEROCOPY, io_uring)
 * - ENODEV: the device was removed meanwhile
 * - ENXIO: the node is missing, or is not the node of this device
 * - EINVAL: unknown flags, or UIOMAP_RDONLY with UIOMAP_EXCLUSIVE
 * - others of open(2), from the kernel driver
 * - EBUSY: under VFIO, another handle has the IOMMU group (the text says which process, if it uses
 *   this library), or another device of the group is bound to a kernel driver (the text names it)
 * - ENOTSUP: under VFIO, no IOMMU confines the device; vfio_iommu_type1 isn't loaded; or the kernel
 *   has no nodes of groups
 * - EPERM: under VFIO, the IOMMU doesn't remap interrupts
 *
 * Under uio_pci_generic EACCES, EBUSY, ENODEV and ENXIO may come from a later call instead: the
 * first one that needs the node.
 */
struct uiomap_device *uiomap_open(const char *selector, unsigned int flags);

/**
 * @brief Open a device that was found before. Any thread.
 * @param info The snapshot. It still belongs to the caller; the handle gets a new one.
 * @param flags As for uiomap_open().
 * @return As uiomap_open(). ENODEV also if another device (another name or parent) now has the
 * number.
 */
struct uiomap_device *uiomap_open_info(const struct uiomap_info *info, unsigned int flags);

/**
 * @brief Unmap all regions, free all DMA buffers, close all port regions and close the device.
 *
 * Pointers into its regions and DMA memory are invalid afterwards.
 *
 * @param device The handle; NULL is allowed.
 */
void uiomap_close(struct uiomap_device *device);

/**
 * @brief The snapshot that was taken when the device was opened.
 *
 * Its interrupt is UIOMAP_IRQ_NONE if the device has none, also under drivers whose sysfs doesn't
 * say so.
 *
 * @param device The handle.
 * @return The snapshot; it belongs to the handle.
 */
const struct uiomap_info *uiomap_device_info(const struct uiomap_device *device);

/**
 * @brief Ask the kernel whether a device was removed (unbound or unplugged).
 *
 * A VFIO device is removed, for this call and for waits, when the kernel asks for it: unbinding and
 * unplugging wait until the handle is closed. All but waits works until then.
 *
 * @param device The handle.
 * @return true if it was removed, also if another device has its number now; true for NULL.
 */
bool uiomap_device_removed(const struct uiomap_device *device);

/** @} */

/**
 * @defgroup libuiomap_map Memory regions and registers
 * @{
 */

/** @brief Flags of uiomap_map(). */
enum uiomap_map_flags {
	/** Map read-only: a store raises SIGSEGV. */
	UIOMAP_MAP_RDONLY = 1,
	/**
	 * Cause all page faults now (MAP_POPULATE), for cached and DMA memory. The kernel doesn't
	 * do this for registers. Under uio_stub the first access to registers causes one page
	 * fault, which maps all of a mapping up to 16 MiB, or the 2 MiB around the access. A
	 * program that can't accept this delay later makes one access first. Other drivers map
	 * registers completely at once.
	 */
	UIOMAP_MAP_PREFAULT = 2,
};

/**
 * @brief Map one of the device's memory regions, by number.
 *
 * The region is always mapped as a whole: the kernel has no other way (uio_mmap()). Mapping it
 * twice makes two regions.
 *
 * @param device The handle.
 * @param index The number of the map, from 0.
 * @param flags 0, or a combination of UIOMAP_MAP_RDONLY and UIOMAP_MAP_PREFAULT.
 * @return The region; it belongs to the handle. Or NULL, with errno:
 * - ERANGE: there is no such map (the text lists the maps)
 * - EACCES: the handle is a reader and UIOMAP_MAP_RDONLY is missing
 * - EACCES: under uio_pci_generic, a BAR that only root or the group uio may map
 * - ENODEV: the device was removed
 * - EINVAL: unknown flags
 * - EINVAL: the kernel refuses the map, because its driver registered an address or a size that
 *   is not a whole number of pages, or, under uio_pci_generic, because another kernel driver has
 *   claimed the BAR
 * - EAGAIN: mlockall(MCL_FUTURE) was called, and the map is larger than what the process may still
 *   lock (RLIMIT_MEMLOCK, getrlimit(2)); device memory counts
 * - EROFS: under uio_pci_generic, a BAR that can only be mapped with its file in sysfs, and sysfs
 *   is mounted read-only (as in most containers)
 * - EPROTO: the BAR's file in sysfs is not a regular file
 * - ENOTSUP: VFIO doesn't map a BAR that shares a page with other devices
 * - ENOMEM, and others of mmap(2), from the kernel driver
 * - those of uiomap_open(), under uio_pci_generic, if this is the first call that needs the node
 */
struct uiomap_region *uiomap_map(struct uiomap_device *device, unsigned int index,
				 unsigned int flags);

/**
 * @brief Map one of the device's memory regions, by name.
 * @param device The handle.
 * @param name The name of the map.
 * @param flags As for uiomap_map().
 * @return As uiomap_map(). ENOTUNIQ: several maps have this name.
 */
struct uiomap_region *uiomap_map_name(struct uiomap_device *device, const char *name,
				      unsigned int flags);

/**
 * @brief Unmap one region before the device is closed.
 * @param region The region; NULL is allowed.
 */
void uiomap_unmap(struct uiomap_region *region);

/**
 * @brief The address where the device's memory begins, for the accessors of uiomap-io.h.
 *
 * After the device was removed, an access raises SIGBUS (uio_stub), or reaches whatever is now at
 * that address (mainline drivers). Under uio_pci_generic a BAR's mapping survives the removal; a
 * mapping made by root is removed when a kernel driver next claims the BAR, on kernels with
 * CONFIG_IO_STRICT_DEVMEM (revoke_iomem() in kernel/resource.c). If nothing answers at the address,
 * reads return all ones on PCI (0 in QEMU) and raise no signal: call uiomap_device_removed().
 * Under VFIO the device stays until the handle is closed. A part of a region that VFIO doesn't map
 * raises SIGSEGV. Any thread.
 *
 * @param region The region.
 * @return The address, valid until uiomap_unmap() or uiomap_close().
 */
volatile void *uiomap_region_base(const struct uiomap_region *region);

/**
 * @brief The size of a region. Any thread.
 * @param region The region.
 * @return Usable bytes from uiomap_region_base() on.
 */
size_t uiomap_region_size(const struct uiomap_region *region);

/**
 * @brief What sysfs says about the region. Any thread.
 * @param region The region.
 * @return The description; it belongs to the device handle.
 */
const struct uiomap_map_info *uiomap_region_info(const struct uiomap_region *region);

/**
 * @name Checked reads
 * @{
 */
/**
 * @brief Read a register, with a check of the bounds.
 *
 * One load of exactly this width, in native byte order, as in uiomap-io.h. After
 * uiomap_guard_install() an access to a removed device fails with ENODEV: the accessor guards
 * itself, and a guard of the program around it is not ended. Without uiomap_guard_install() see
 * uiomap_region_base(). The error text names device, map and offset. Any thread.
 *
 * @param region The region.
 * @param offset Bytes from uiomap_region_base() on, a multiple of the width.
 * @param[out] value The register's value; unchanged on failure.
 * @return 0; or -1 without an access, with errno:
 * - ERANGE: offset + width is beyond the region
 * - EINVAL: the register's address is not a multiple of the width
 * - ENOTSUP: 64 bits, on a machine without 64-bit accesses
 * - ENODEV, EIO: as uiomap_guard(), after uiomap_guard_install()
 */
int uiomap_region_read8(const struct uiomap_region *region, size_t offset, uint8_t *value);
int uiomap_region_read16(const struct uiomap_region *region, size_t offset, uint16_t *value);
int uiomap_region_read32(const struct uiomap_region *region, size_t offset, uint32_t *value);
int uiomap_region_read64(const struct uiomap_region *region, size_t offset, uint64_t *value);
/** @} */

/**
 * @name Checked writes
 * @{
 */
/**
 * @brief Write a register, with a check of the bounds.
 *
 * One store of exactly this width; all else as uiomap_region_read8(). Any thread.
 *
 * @param region The region.
 * @param offset Bytes from uiomap_region_base() on, a multiple of the width.
 * @param value The value to write.
 * @return As uiomap_region_read8(). EACCES: the region is mapped UIOMAP_MAP_RDONLY.
 */
int uiomap_region_write8(struct uiomap_region *region, size_t offset, uint8_t value);
int uiomap_region_write16(struct uiomap_region *region, size_t offset, uint16_t value);
int uiomap_region_write32(struct uiomap_region *region, size_t offset, uint32_t value);
int uiomap_region_write64(struct uiomap_region *region, size_t offset, uint64_t value);
/** @} */

/**
 * @name Polling
 * @{
 */
/**
 * @brief Read a register until (value & mask) == want.
 *
 * The reads follow each other without a pause for 10 us; after that the CPU is yielded between
 * them. The last read happens after the time is over. Any thread.
 *
 * @param region The region.
 * @param offset Bytes from uiomap_region_base() on, a multiple of the width.
 * @param mask The bits to compare.
 * @param want The value to wait for.
 * @param timeout_ns 0: read once; UIOMAP_FOREVER: no limit.
 * @param[out] last The last value that was read, also on ETIMEDOUT; unchanged on any other
 * failure. May be NULL.
 * @return 0; or -1, with errno:
 * - ETIMEDOUT: the time is over (the text has the last value)
 * - EINVAL: a timeout below UIOMAP_FOREVER
 * - those of uiomap_region_read8()
 */
int uiomap_region_poll8(const struct uiomap_region *region, size_t offset, uint8_t mask,
			uint8_t want, int64_t timeout_ns, uint8_t *last);
int uiomap_region_poll16(const struct uiomap_region *region, size_t offset, uint16_t mask,
			 uint16_t want, int64_t timeout_ns, uint16_t *last);
int uiomap_region_poll32(const struct uiomap_region *region, size_t offset, uint32_t mask,
			 uint32_t want, int64_t timeout_ns, uint32_t *last);
int uiomap_region_poll64(const struct uiomap_region *region, size_t offset, uint64_t mask,
			 uint64_t want, int64_t timeout_ns, uint64_t *last);
/** @} */

/** @} */

/**
 * @defgroup libuiomap_port Port regions
 *
 * A port region of a PCI device (an I/O BAR) is accessed with the device's file resourceN in sysfs
 * (Documentation/PCI/sysfs-pci.rst). That works on every machine, for root. With this project's
 * udev rules (uiomap.conf(5)) it works for the group uio too: under uio_pci_generic always, under
 * uio_stub if the device's line says ports. A program that has this file open can still use the
 * ports when the device was given to another driver.
 *
 * A port region of any other device is accessed with the CPU's port instructions. Only x86 has
 * them, and they need CAP_SYS_RAWIO (ioperm(2)). The library calls ioperm() before and after each
 * access: don't call it for the same ports.
 *
 * Under VFIO ports are accessed with the device's file, which needs no other right.
 *
 * @{
 */

/**
 * @brief Open a port region, by number. Opening it twice makes two.
 * @param device The handle.
 * @param index The number of the port region, from 0.
 * @return The port region; it belongs to the handle. Or NULL, with errno:
 * - ERANGE: there is no such port region (the text lists them)
 * - EACCES: a PCI device, and the process is neither root nor in the group uio, or, under uio_stub,
 *   the device's line doesn't say ports; another device, and the process has no CAP_SYS_RAWIO; or
 *   the kernel is locked down (kernel_lockdown(7))
 * - EROFS: a PCI device, and sysfs is mounted read-only
 * - ENOTSUP: not a PCI device, and this machine has no instructions for ports of this type
 * - ENODEV: the device was removed
 * - EPROTO: sysfs content that the kernel doesn't produce
 * - ENOMEM, EMFILE, ENFILE, and others of open(2) and ioperm(2)
 */
struct uiomap_port *uiomap_port_open(struct uiomap_device *device, unsigned int index);

/**
 * @brief Open a port region, by name.
 * @param device The handle.
 * @param name The name of the port region.
 * @return As uiomap_port_open(). ENOTUNIQ: several port regions have this name.
 */
struct uiomap_port *uiomap_port_open_name(struct uiomap_device *device, const char *name);

/**
 * @brief Close one port region before the device is closed.
 * @param port The port region; NULL is allowed.
 */
void uiomap_port_close(struct uiomap_port *port);

/**
 * @brief What sysfs says about the port region. Any thread.
 * @param port The port region.
 * @return The description; it belongs to the device handle.
 */
const struct uiomap_port_info *uiomap_port_region(const struct uiomap_port *port);

/**
 * @name Port reads
 * @{
 */
/**
 * @brief Read a port.
 *
 * One access of exactly this width, in native byte order. System calls: three, which check that
 * the device is still bound; then one pread(2), or two ioperm(2) around the instruction. Ports
 * raise no SIGBUS, so uiomap_guard() isn't needed. Any thread.
 *
 * @param port The port region.
 * @param offset Ports from the beginning of the region. It need not be a multiple of the width:
 * devices have 16-bit ports at odd addresses.
 * @param[out] value The value; unchanged on failure.
 * @return 0; or -1, with errno:
 * - ERANGE: offset + width is beyond the region
 * - EACCES: as uiomap_port_open()
 * - ENODEV: the device was removed
 * - EINVAL: under VFIO, offset is not a multiple of the width
 * - others of pread(2) and ioperm(2)
 */
int uiomap_port_read8(const struct uiomap_port *port, size_t offset, uint8_t *value);
int uiomap_port_read16(const struct uiomap_port *port, size_t offset, uint16_t *value);
int uiomap_port_read32(const struct uiomap_port *port, size_t offset, uint32_t *value);
/** @} */

/**
 * @name Port writes
 * @{
 */
/**
 * @brief Write a port.
 *
 * One access of exactly this width; pwrite(2) instead of pread(2), all else as uiomap_port_read8().
 * Any thread.
 *
 * @param port The port region.
 * @param offset Ports from the beginning of the region.
 * @param value The value to write.
 * @return As uiomap_port_read8(). EACCES also if the device was opened UIOMAP_RDONLY.
 */
int uiomap_port_write8(struct uiomap_port *port, size_t offset, uint8_t value);
int uiomap_port_write16(struct uiomap_port *port, size_t offset, uint16_t value);
int uiomap_port_write32(struct uiomap_port *port, size_t offset, uint32_t value);
/** @} */

/** @} */

/**
 * @defgroup libuiomap_irq Interrupts
 * @{
 */

/**
 * @brief Enable the interrupt and wait for it.
 *
 * Returns when at least one interrupt has come since the last wait (the first time: since
 * uiomap_open()). Enabling the interrupt first loses none: a level-triggered line that is still
 * asserted fires again, and the kernel keeps an edge that came while the interrupt was disabled.
 * Acknowledge the interrupt in the device's own registers before the next wait.
 *
 * System calls: one read(2); before it one write(2) if the interrupt is masked at each event; under
 * uio_pci_generic, where user space unmasks INTx, one pread(2) and one pwrite(2) of the
 * configuration space; one ppoll(2) with a finite timeout or UIOMAP_WAKEABLE.
 *
 * A reader (UIOMAP_RDONLY) doesn't enable the interrupt: another program has to. Under
 * uio_pci_generic a reader reads the interrupt total from sysfs every 10 ms (three system calls);
 * so a count above 1 doesn't mean that an interrupt was missed.
 *
 * Under VFIO the interrupt is the first vector of MSI-X, else of MSI, else INTx. System calls: one
 * ppoll(2) and one read(2); before them with INTx one ioctl(2). A reader has no interrupt.
 *
 * If the device is removed, the wait ends. There is a rare exception under mainline drivers: the
 * UIO core can lose the wake-up of a process that was about to sleep (seen in uio_read() of Linux
 * 6.1 and 6.12). Use a timeout there. uio_stub sends one more wake-up, which may look like an
 * interrupt; then the next wait fails.
 *
 * @param device The handle.
 * @param timeout_ns 0: don't sleep; UIOMAP_FOREVER: no limit. The clock is CLOCK_MONOTONIC; the
 * wait never ends early.
 * @param[out] count The number of interrupts since the last wait, at least 1. A number above 1
 * means that count - 1 interrupts came before they were waited for. It stays correct when the
 * kernel's 32-bit counter wraps (UINT32_MAX means a complete wrap). A level-triggered line
 * that fired before the wait and is not acknowledged yet fires and counts once more: in this wait
 * or, under mainline drivers from Linux 6.12 on, in the next one, which then finds nothing to do in
 * the device. Unchanged on failure. May be NULL.
 * @return 0; or -1, with errno:
 * - ETIMEDOUT: no interrupt came in time
 * - ECANCELED: woken by uiomap_irq_wake(). An interrupt that came as well is reported by the next
 *   wait
 * - ENODEV: the device was removed. Interrupts that were not waited for are lost (uio_read())
 * - ENOTSUP: the device has no interrupt; or under VFIO, opened UIOMAP_RDONLY
 * - EINTR: a signal handler ran. With UIOMAP_FOREVER and without UIOMAP_WAKEABLE this happens only
 *   for handlers installed without SA_RESTART, otherwise for all (signal(7): ppoll is never
 *   restarted)
 * - EINVAL: a timeout below UIOMAP_FOREVER
 * - EACCES: under uio_pci_generic, and the process is neither root nor in the group uio
 *   (uiomap_config_write8())
 * - those of uiomap_open(), under uio_pci_generic, if this is the first call that needs the node
 * - others of write(2), if the kernel driver fails to enable the interrupt
 */
int uiomap_irq_wait(struct uiomap_device *device, int64_t timeout_ns, uint32_t *count);

/**
 * @brief Enable the interrupt, in whatever state it is.
 *
 * System calls: one write(2); under uio_pci_generic also one pread(2) and one pwrite(2), for the
 * Interrupt Disable bit in the configuration space (PCI Local Bus Specification 3.0, section
 * 6.2.2).
 *
 * @param device The handle.
 * @return 0; or -1, with errno:
 * - ENODEV: the device was removed
 * - ENOTSUP: the device has no interrupt
 * - ENOSYS: the kernel driver can't mask the interrupt (uio_write()): use the device's own
 *   registers. uiomap_irq_wait() works all the same
 * - EACCES: opened UIOMAP_RDONLY; or under uio_pci_generic, and the process is neither root nor in
 *   the group uio
 * - others of write(2), from the kernel driver
 * - those of uiomap_open(), under uio_pci_generic, if this is the first call that needs the node
 */
int uiomap_irq_enable(struct uiomap_device *device);

/**
 * @brief Disable the interrupt, in whatever state it is.
 *
 * Under VFIO a message that comes while it is disabled is kept by the device with MSI-X, and lost
 * with MSI.
 *
 * @param device The handle.
 * @return As uiomap_irq_enable().
 */
int uiomap_irq_disable(struct uiomap_device *device);

/**
 * @brief Read the number of interrupts that have come, without enabling and without sleeping.
 *
 * For programs that poll uiomap_irq_fd() and call uiomap_irq_enable() themselves. One read(2).
 *
 * @param device The handle.
 * @param[out] count As for uiomap_irq_wait().
 * @return 0; or -1, with errno:
 * - EAGAIN: no interrupt has come
 * - ENODEV: the device was removed
 * - ENOTSUP: the device has no interrupt
 * - those of uiomap_open(), under uio_pci_generic, if this is the first call that needs the node
 */
int uiomap_irq_read(struct uiomap_device *device, uint32_t *count);

/**
 * @brief The device's file descriptor, for poll(2) and epoll(7).
 *
 * It is readable when an interrupt has come. If the device has no interrupt, or was removed, it
 * reports POLLERR | POLLHUP (and POLLIN) without end: stop polling it then (uio_poll()). Under VFIO
 * it reports POLLIN without end when the device is to be released.
 *
 * @param device The handle.
 * @return The descriptor. It belongs to the handle: don't close it, read from it or change its
 * flags. Or -1, under uio_pci_generic and VFIO only, with errno:
 * - ENOTSUP: opened UIOMAP_RDONLY; such a handle has no descriptor there
 * - EMFILE, ENFILE, ENOMEM: under VFIO, at the first call
 * - those of uiomap_open(), if this is the first call that needs the node
 */
int uiomap_irq_fd(struct uiomap_device *device);

/**
 * @brief Make uiomap_irq_wait() return ECANCELED: the current wait or else the next one.
 *
 * Several calls before that wait have the effect of one. Any thread; async-signal-safe, so it sets
 * no error text.
 *
 * @param device The handle.
 * @return 0; or -1, with errno EINVAL: the device wasn't opened UIOMAP_WAKEABLE.
 */
int uiomap_irq_wake(struct uiomap_device *device);

/** @} */

/**
 * @defgroup libuiomap_config PCI configuration space
 *
 * The layout of the first 64 bytes is in PCI Local Bus Specification 3.0, section 6.1.
 *
 * The kernel uses the configuration space too, and doesn't notice these writes: a driver must not
 * change the BARs, the interrupt registers or power management. uio_stub restores the configuration
 * space when the device is unbound. Under VFIO the kernel keeps BARs, interrupts and power for
 * itself, and no right is needed but the handle. A device that has been unplugged returns all ones
 * until the kernel notices.
 *
 * @{
 */

/**
 * @name Configuration space reads
 * @{
 */
/**
 * @brief Read the configuration space of a PCI device.
 *
 * One access of exactly this width. The space is little-endian; the value is in native byte order.
 * System calls: one pread(2), and three that check that the device is still bound; the first
 * time, one openat(2) more.
 *
 * @param device The handle.
 * @param offset Bytes, a multiple of the width.
 * @param[out] value The value; unchanged on failure.
 * @return 0; or -1, with errno:
 * - ENOTSUP: not a PCI device
 * - ERANGE: beyond the end of the space, which is 256 or, with PCI Express, 4096 bytes
 * - EINVAL: offset is not a multiple of the width
 * - EACCES: offset is 64 or more, and the process has no CAP_SYS_ADMIN
 * - ENODEV: the device was removed
 * - EPROTO: `config` in sysfs is not a regular file
 * - others of open(2) and pread(2)
 */
int uiomap_config_read8(struct uiomap_device *device, size_t offset, uint8_t *value);
int uiomap_config_read16(struct uiomap_device *device, size_t offset, uint16_t *value);
int uiomap_config_read32(struct uiomap_device *device, size_t offset, uint32_t *value);
/** @} */

/**
 * @name Configuration space writes
 * @{
 */
/**
 * @brief Write to the configuration space of a PCI device.
 *
 * One access of exactly this width; pwrite(2) instead of pread(2), all else as
 * uiomap_config_read8().
 *
 * @param device The handle.
 * @param offset Bytes, a multiple of the width.
 * @param value The value to write, in native byte order.
 * @return As uiomap_config_read8(), and:
 * - EACCES: opened UIOMAP_RDONLY; or the kernel is locked down (kernel_lockdown(7)); or the process
 *   may not write. Root may. The group uio may with this project's udev rules (uiomap.conf(5)):
 *   under uio_pci_generic always, under uio_stub if the device's line says config_write
 * - EROFS: sysfs is mounted read-only (as in most containers)
 */
int uiomap_config_write8(struct uiomap_device *device, size_t offset, uint8_t value);
int uiomap_config_write16(struct uiomap_device *device, size_t offset, uint16_t value);
int uiomap_config_write32(struct uiomap_device *device, size_t offset, uint32_t value);
/** @} */

/** @} */

/**
 * @defgroup libuiomap_dma DMA memory
 * @{
 */

/**
 * @brief Allocate memory for DMA.
 *
 * CPU and device see each other's writes to it without cache maintenance; order the accesses with
 * uiomap_dma_wmb() and uiomap_dma_rmb(). The memory is zeroed.
 *
 * It is part of the device's first DMA-coherent map, if the device has one (uio_stub: dma=SIZE).
 * Several handles, in one process or in several, get different parts of that map. A part is free
 * again when its handle is closed or its process ends; after fork(2), when both processes have
 * closed the handle. If another handle keeps the device open, the device may still access that
 * memory. The kernel can use it for I/O without a copy (O_DIRECT), with exceptions.
 *
 * Without such a map it is part of a hugepage, if the device is a PCI device, the machine is an
 * x86, and no IOMMU translates the device's addresses. This needs CAP_SYS_ADMIN. Hugepages stay
 * with the handle until it is closed. Under uio_pci_generic this also turns bus mastering on.
 *
 * Under VFIO it is ordinary memory of the process, of any size, in hugepages if there are some. It
 * is locked, and the IOMMU lets the device access it and nothing else. Its addresses are the lowest
 * that are free, and never 0. Freeing it unmaps it, unless other buffers are in the same page.
 *
 * docs/dma.md explains these, and why the map is better than hugepages.
 *
 * @param device The handle.
 * @param size Bytes, at least 1. In hugepages at most one hugepage: usually 2 MiB.
 * @param align The alignment of the bus address: a power of two up to 1 MiB; 0: 64 (a cache line).
 * @return The buffer; it belongs to the handle. Or NULL, with errno:
 * - ENOMEM: under VFIO, there is not so much memory, or the process may not lock so much
 *   (RLIMIT_MEMLOCK, getrlimit(2); the text says how much)
 * - ENOTSUP: the device has no DMA memory: it has no such map, and hugepages can't be used (the
 *   text says why, and how to get DMA memory)
 * - ENOMEM: not enough is free in one piece (the text says how much is), or no hugepage is free
 *   (the text says how to reserve some)
 * - EBUSY: not enough is free in one piece, and other controllers have parts of the map (the text
 *   says which process has the device open)
 * - EINVAL: size is 0, or align is not a power of two up to 1 MiB
 * - EACCES: opened UIOMAP_RDONLY; or hugepages, and the process has no CAP_SYS_ADMIN
 * - ENODEV: the device was removed; also while the memory is zeroed, so this call needs no
 *   uiomap_guard()
 * - EMFILE, ENFILE: no file descriptor is left (two are needed for a moment)
 * - EPROTO, EIO: content of /proc that the kernel doesn't produce
 * - others of open(2) and mmap(2)
 * - those of uiomap_open(), under uio_pci_generic, if this is the first call that needs the node
 */
struct uiomap_dma *uiomap_dma_alloc(struct uiomap_device *device, size_t size, size_t align);

/**
 * @brief Free a buffer. The device must no longer use it.
 * @param dma The buffer; NULL is allowed.
 */
void uiomap_dma_free(struct uiomap_dma *dma);

/**
 * @brief Map memory that the program already has for DMA, without a copy.
 *
 * For an anonymous mapping, a file in hugetlbfs or a shared memory segment. Under VFIO only. Until
 * uiomap_dma_unmap() or uiomap_close() the device can access these bytes, and the memory is locked.
 * It is not zeroed, and must stay mapped in the process; its content stays when it is unmapped from
 * the device. After fork(2) a write to private memory moves it away from the device: use shared
 * memory, or madvise(2) with MADV_DONTFORK. Mapping the same memory twice gives it two addresses.
 *
 * @param device The handle.
 * @param memory The first byte; a multiple of the page size.
 * @param size Bytes; a multiple of the page size.
 * @return A buffer, which belongs to the handle; the memory stays the caller's. Or NULL, with
 * errno:
 * - ENOTSUP: not under VFIO (the text says what to do instead)
 * - EINVAL: memory or size is not a multiple of the page size
 * - EFAULT: a part is not mapped, or is read-only
 * - ENOMEM: there is not so much memory, or the process may not lock so much (RLIMIT_MEMLOCK; the
 *   text says how much)
 * - ENOSPC: the IOMMU has no free addresses for it
 * - EACCES: opened UIOMAP_RDONLY
 */
struct uiomap_dma *uiomap_dma_map(struct uiomap_device *device, void *memory, size_t size);

/**
 * @brief Undo uiomap_dma_map(). The device must no longer use the memory.
 * @param dma The buffer; NULL is allowed.
 */
void uiomap_dma_unmap(struct uiomap_dma *dma);

/**
 * @brief The address of a buffer for the CPU. Any thread.
 * @param dma The buffer.
 * @return The address, valid until the buffer is freed or the device is closed.
 */
void *uiomap_dma_cpu(const struct uiomap_dma *dma);

/**
 * @brief Where a buffer is in the device's first DMA-coherent map.
 *
 * A reader (UIOMAP_RDONLY) that maps this map finds the buffer there. Any thread.
 *
 * @param dma The buffer.
 * @return Bytes from uiomap_region_base() on; SIZE_MAX for memory in hugepages or under
 * VFIO, which only this process has.
 */
size_t uiomap_dma_offset(const struct uiomap_dma *dma);

/**
 * @brief The address of a buffer for the device. Any thread.
 * @param dma The buffer.
 * @return The bus address (IOVA behind an IOMMU), to be written to the device's registers and
 * descriptors.
 */
uint64_t uiomap_dma_addr(const struct uiomap_dma *dma);

/**
 * @brief The size of a buffer. Any thread.
 * @param dma The buffer.
 * @return Bytes, as given to uiomap_dma_alloc().
 */
size_t uiomap_dma_size(const struct uiomap_dma *dma);

/** @} */

/**
 * @defgroup libuiomap_guard Device removal
 * @{
 */

/**
 * @brief Install the SIGBUS handler that uiomap_guard() needs.
 *
 * This is the only global state of the library, and it is created only here. A SIGBUS that
 * isn't caused by a device of this library goes to the handler that was installed before, with its
 * mask and flags, or to the default action. Calls of install and remove are counted; the last
 * remove restores the former handler, unless the program has installed another one since, which
 * may call this one. Any thread.
 *
 * @return 0; or -1, with the errno of sigaction(2).
 */
int uiomap_guard_install(void);

/** @brief Undo one uiomap_guard_install(). Not inside uiomap_guard(). Any thread. */
void uiomap_guard_remove(void);

/** @brief uiomap_guard() returns this, with errno, if body did not return or was not called. */
#define UIOMAP_GUARD_FAILED INT_MIN

/**
 * @brief Call body(arg), and end it if it accesses the device after its removal.
 *
 * An access to a region or DMA memory of the device after its removal ends body as siglongjmp()
 * would: body must hold nothing that only its remaining code releases, and must leave by
 * returning. The accesses cost nothing more than without a guard; the call makes no system call.
 * Guards nest, also for different devices; each thread has its own. Other threads may use the
 * device's registers meanwhile, with guards of their own, but must not map or unmap regions.
 *
 * The guard catches a SIGBUS at an address inside the device's mappings with one of these codes
 * (sigaction(2)): BUS_ADRERR (the kernel has removed the pages), BUS_OBJERR (arm64: nothing
 * answered), BUS_MCEERR_AR (the hardware reports lost memory). Mainline drivers don't remove
 * mappings of physical memory (uiomap_region_base()), and DMA memory in hugepages stays with the
 * process.
 *
 * @param device The handle.
 * @param body The function to call. It must not return UIOMAP_GUARD_FAILED.
 * @param arg Its argument.
 * @return What body returned. Or UIOMAP_GUARD_FAILED, which is below 0, with errno:
 * - ENODEV: an access was caught, and the device was removed
 * - EIO: an access was caught because nothing answered it or the hardware reported an error; the
 *   kernel still has the device. Under VFIO also while the device is reset, or its memory is off in
 *   the command register
 * - EINVAL: the handler isn't installed
 */
int uiomap_guard(struct uiomap_device *device, int (*body)(void *arg), void *arg);

/** @} */

/**
 * @defgroup libuiomap_monitor Hotplug
 * @{
 */

/** @brief What happened to a device. */
enum uiomap_event {
	/** The device was added, or was there before. */
	UIOMAP_EVENT_ADD = 1,
	/** The device was removed. */
	UIOMAP_EVENT_REMOVE = 2,
};

/**
 * @brief Begin to watch for devices that are added and removed.
 *
 * The monitor listens before it scans, so no device is missed. The devices that exist are reported
 * first, as UIOMAP_EVENT_ADD, in the order of their numbers; those that udevd hasn't set up yet
 * follow (uiomap_monitor_next()).
 *
 * @param selector Which devices; NULL: all. `NAME#K` is refused, since the Kth device changes when
 * others are added or removed. A /dev/ or /sys/ path is resolved each time a device is added.
 * @return The monitor. The caller owns it and closes it with uiomap_monitor_close(). Or NULL, with
 * errno:
 * - EINVAL: the selector is malformed or refused
 * - ENODEV: sysfs is not mounted
 * - ENOTSUP: this user namespace receives no uevents (in a nested user namespace this can't be
 *   detected, and the monitor may never report an event)
 * - ENOMEM, EMFILE, ENFILE, EACCES, and others of socket(2) for netlink
 */
struct uiomap_monitor *uiomap_monitor_open(const char *selector);

/**
 * @brief Close a monitor. Events that were not read are dropped.
 * @param monitor The monitor; NULL is allowed.
 */
void uiomap_monitor_close(struct uiomap_monitor *monitor);

/**
 * @brief The monitor's file descriptor, for poll(2) and epoll(7).
 *
 * It is readable while uiomap_monitor_next() has an event or an error to report, also after the
 * wait for udevd has ended. It also becomes readable with each uevent of other devices, until
 * uiomap_monitor_next() has returned ETIMEDOUT.
 *
 * @param monitor The monitor.
 * @return The descriptor. It belongs to the monitor: don't close it or read from it.
 */
int uiomap_monitor_fd(const struct uiomap_monitor *monitor);

/**
 * @brief Read the next event.
 *
 * For each device the events alternate: ADD, REMOVE, ADD, …
 *
 * If udevd is running (/run/udev/control exists), ADD is reported when udevd has set owner, mode
 * and links of the node and the programs of its rules have ended: a user who gets access from the
 * rules can open the node then. ADD is reported 5 s after the device was seen at the latest, also
 * if udevd has not finished (it hangs, it was killed, or it was started after the device came and
 * `udevadm trigger` was not run). Without udevd it is reported at once. A device that is removed
 * before its ADD produces no event. REMOVE is always reported at once.
 *
 * A device whose sysfs content is malformed is never reported, nor is a VFIO device.
 *
 * @param monitor The monitor.
 * @param timeout_ns 0: don't sleep; UIOMAP_FOREVER: no limit.
 * @param[out] info The device; for REMOVE as it was at its ADD. The caller owns it and frees it
 * with uiomap_info_free(). Unchanged on failure.
 * @return UIOMAP_EVENT_ADD or UIOMAP_EVENT_REMOVE; or -1, with errno:
 * - ETIMEDOUT: no event came in time
 * - ENOBUFS: the kernel dropped events; call again: the monitor scans again and reports the
 *   differences
 * - EINTR: a signal handler ran
 * - EINVAL: a timeout below UIOMAP_FOREVER
 * - ENOMEM, EMFILE, ENFILE, EACCES: call again; nothing is lost
 */
int uiomap_monitor_next(struct uiomap_monitor *monitor, int64_t timeout_ns,
			struct uiomap_info **info);

/** @} */

#ifdef __cplusplus
}
#endif

#endif /* UIOMAP_H */
