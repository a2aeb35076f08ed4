/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file uiomap.h
 * libuiomap: device drivers in user space on Linux UIO.
 *
 * find -> open -> map -> registers, interrupts, DMA memory -> close
 *
 * ERRORS. A function that can fail returns -1 (int) or NULL (pointer) and sets
 * errno; uiomap_guard() alone returns UIOMAP_GUARD_FAILED. uiomap_error() then
 * tells in words what failed, where (device, file, value) and what to do. Look
 * at both only after a failure. A required argument that is NULL fails with
 * EINVAL, which is not repeated below; getters of plain values (number, count,
 * size, name) answer it with 0 or "". The close, free, unmap and remove
 * functions accept NULL, do nothing then, and always keep errno.
 *
 * THREADS. The library has no threads of its own, takes no lock but a short one
 * in uiomap_guard_install() and uiomap_guard_remove(), and never prints, exits
 * or aborts. Different objects can be used in different threads at the same
 * time. One object can be used by one thread at a time, except by what is
 * marked "any thread". Regions, port regions and DMA buffers count as part of
 * their device handle here; register and port accessors are for any thread.
 * After fork() a device handle may be used by one of the two processes only.
 *
 * LIFETIME. Regions, port regions and DMA buffers belong to the device handle
 * that made them. Give them back before uiomap_close(), or let it take them
 * back. All descriptors are close-on-exec.
 *
 * SOURCE. Kernel functions named below are in drivers/uio/uio.c; the kernel's
 * own description is Documentation/driver-api/uio-howto.rst.
 */
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
 * The most maps, and the most port regions, a device can have: 5 of the
 * kernel's UIO (MAX_UIO_MAPS, MAX_UIO_PORT_REGIONS in linux/uio_driver.h), or 6
 * BARs under uio_pci_generic.
 */
#define UIOMAP_MAX_MAPS 6
#define UIOMAP_MAX_PORTS 6

/** Timeouts are in ns; this one waits for ever. */
#define UIOMAP_FOREVER INT64_C(-1)

struct uiomap_info;	/**< what a device is: an immutable snapshot */
struct uiomap_device;	/**< an open device */
struct uiomap_region;	/**< a memory region that is mapped */
struct uiomap_port;	/**< an open port region */
struct uiomap_dma;	/**< DMA memory */
struct uiomap_monitor;	/**< devices that come and go */

/**
 * The last error of the calling thread in words, one line; "" if there was
 * none. Bytes of names that are not printable ASCII are shown as \xNN.
 * @return belongs to the thread; valid until its next failing call. Any thread.
 */
const char *uiomap_error(void);

/** Version of the library, "MAJOR.MINOR.PATCH". Any thread. */
const char *uiomap_version(void);

/* ---- find --------------------------------------------------------------- */

/*
 * SELECTOR: one grammar in the library, the command and the udev names.
 *
 *   uioN               the kernel's number
 *   NAME               the UIO name (/sys/class/uio/uioN/name)
 *   NAME#K             the Kth (from 0) of several that share the name, in the
 *                      order of their sysfs paths (numbers in them by value),
 *                      which no probe order changes
 *   VVVV:DDDD[#K]      is a name too, 4 hexadecimal digits each: the one that
 *                      uio_stub gives to a PCI device
 *   name:NAME[#K]      the same, for a NAME that reads like another form. Digits
 *                      after the last # are always an instance
 *   BUS:DEVICE         the parent device by bus and name: platform:uio_dummy.0,
 *                      pci:0000:01:00.0 (domain:bus:device.function)
 *   pci:VVVV:DDDD      the PCI device of this vendor and device id, 4 hexadecimal
 *                      digits each (the first two registers of its configuration
 *                      space; PCI Local Bus Specification 3.0, section 6.2.1)
 *   pci:VVVV:DDDD#K    the Kth of several, in the same order as NAME#K
 *   of:PATH            the parent's device-tree path: of:/soc/dma@40000000
 *   addr:0xADDRESS     the device that has a map whose memory begins at this
 *                      address (struct uiomap_map_info, addr)
 *   /dev/...           any node or link, anywhere, that leads to the device's node
 *   /sys/...           the UIO device's or its parent's directory in sysfs, by
 *                      whatever path
 *
 * More than one match is an error where one device is wanted.
 *
 * PCI: bind the device to uio_stub, or to the kernel's own uio_pci_generic; the
 * calls are the same, and so is the program if it selects by pci: and knows the
 * kind of interrupt (below). (The UIO name is VVVV:DDDD under the
 * one and "uio_pci_generic" under the other.) Its memory BARs are maps named
 * BAR0 ... BAR5 and its I/O BARs are port regions of these names, in BAR order,
 * without those it doesn't have: look for a BAR by name.
 *
 * uio_stub takes one interrupt, of the first kind that the device has: MSI-X,
 * MSI, INTx; uio_pci_generic uses INTx. With MSI-X the device's own registers
 * have to route each cause that is wanted to vector 0. With MSI and MSI-X there
 * is no INTx status to acknowledge; the device's cause register is cleared as
 * its manual says for messages, or no further one comes. UIOMAP_IRQ_COUNTED is
 * a message here, UIOMAP_IRQ_MASKED and UIOMAP_IRQ_UNKNOWN are INTx.
 *
 * Prefetchable BARs are write-combining under both. A card may well have registers
 * in one (virtio, many network cards): a store to such a register may wait in the
 * CPU, pass others or be merged with the next one, until uiomap_mb(), which goes
 * after each store that the device is to see as it is. The map's kind tells.
 *
 * uio_stub has bus mastering, without which there is neither DMA nor a message, on
 * while the device is open anywhere.
 *
 * What uio_pci_generic doesn't do (Documentation/driver-api/uio-howto.rst), and
 * what becomes of it here:
 *	- it registers only some of the BARs: the library takes all from sysfs and
 *	  maps them by the device's resourceN files, prefetchable ones by
 *	  resourceN_wc, which makes them write-combining
 *	  (Documentation/PCI/sysfs-pci.rst). BARs that it does register can be
 *	  mapped by who was given the node, the others by root or, with this
 *	  project's udev rules (uiomap.conf(5)) and if the BAR is made of whole
 *	  pages, by the group uio
 *	- it masks INTx at each event and can't unmask it: uiomap_irq_wait() does,
 *	  in the configuration space, which takes root or that group, and two
 *	  system calls more
 *	- it uses no message-signalled interrupt, and refuses a device whose INTx
 *	  can't be masked
 *	- it has no DMA memory: uiomap_dma_alloc() takes hugepages, with root, and
 *	  without an IOMMU
 *	- it takes no mapping away when the device goes: uiomap_region_base()
 *	- each close of its node turns bus mastering off, also for others who have
 *	  the node open: so the library opens it only when it needs it, see
 *	  uiomap_open()
 */

/** What stands behind a map. */
enum uiomap_kind {
	UIOMAP_KIND_UNKNOWN,		/**< a driver this library doesn't know; nothing is promised */
	UIOMAP_KIND_UNCACHED,		/**< device memory or registers, uncached */
	UIOMAP_KIND_WRITE_COMBINING,	/**< device memory, write-combining: fast to write, very slow to read */
	UIOMAP_KIND_CACHED,		/**< kernel memory, cached (UIO_MEM_LOGICAL, UIO_MEM_VIRTUAL) */
	UIOMAP_KIND_DMA_COHERENT,	/**< memory that CPU and device see alike; its address is a bus address */
};

/** "uncached", "write-combining", …; "unknown" for anything else. Any thread. */
const char *uiomap_kind_name(enum uiomap_kind kind);

/** How the device's interrupt behaves. */
enum uiomap_irq {
	UIOMAP_IRQ_UNKNOWN,		/**< sysfs doesn't tell (mainline drivers); the snapshot of an open device tells more */
	UIOMAP_IRQ_NONE,		/**< the device has no interrupt */
	UIOMAP_IRQ_MASKED,		/**< masked at each event until enabled again (level lines) */
	UIOMAP_IRQ_COUNTED,		/**< never masked by itself, each event counted (edge lines, MSI) */
};

/** One map, as sysfs tells it. */
struct uiomap_map_info {
	char name[64];		/**< "" if it has none; cut to 63 bytes */
	uint64_t addr;		/**< of the first usable byte: physical, bus (DMA_COHERENT) or kernel virtual (CACHED); all ones: not known */
	uint64_t size;		/**< usable bytes from there; not rounded unless the kernel driver does */
	uint32_t offset;	/**< where that is in the mapping, bytes; uiomap_region_base() has it added */
	enum uiomap_kind kind;
};

/**
 * One port region, as sysfs tells it. It can't be mapped; uiomap_port_open()
 * gives access to it.
 */
struct uiomap_port_info {
	char name[64];
	uint64_t start;		/**< first port */
	uint64_t size;		/**< ports */
	char type[16];		/**< "port_x86", "port_gpio", "port_other", "port_none" */
};

/**
 * Find one device. Any thread.
 *
 * Of each device only what the selector asks for is looked at (its name: open,
 * read, close); the one that matches is then read whole. By number or node
 * nothing is searched.
 *
 * @return a snapshot of the device as it was now, owned by the caller, to be
 *	given back with uiomap_info_free(); or NULL with errno
 *	- ENODEV: no device matches, or it went away while it was read (the text
 *	  says what there is)
 *	- ENOTUNIQ: several match; the text lists them
 *	- EINVAL: the selector is malformed; the text says where
 *	- EPROTO: the device's sysfs content is not what the kernel gives: the
 *	  text names file and value
 *	- ENOMEM, EMFILE, ENFILE; EACCES and others of open(2) and stat(2) on
 *	  sysfs or on a path given as selector
 */
struct uiomap_info *uiomap_find(const char *selector);

/**
 * All devices that match a selector (NULL: all there are), in the order of
 * their numbers. A device whose sysfs content is malformed or that goes while
 * it is read is left out. Any thread.
 * @param[out] count	number of devices, may be 0; NULL if not wanted
 * @return an array of *count snapshots and a final NULL, owned by the caller, to
 *	be given back with uiomap_list_free(); or NULL with errno EINVAL (the
 *	selector is malformed), ENODEV (sysfs is not mounted), ENOMEM, EMFILE,
 *	ENFILE, EACCES, or others of readdir(3)
 */
struct uiomap_info **uiomap_list(const char *selector, size_t *count);
/** Give back a list and its snapshots. */
void uiomap_list_free(struct uiomap_info **list);

/** A copy of its own of a snapshot, owned by the caller; NULL with errno ENOMEM. */
struct uiomap_info *uiomap_info_copy(const struct uiomap_info *info);
/** Give back a snapshot of uiomap_find(), uiomap_info_copy() or uiomap_monitor_next(). */
void uiomap_info_free(struct uiomap_info *info);

/*
 * Getters. Snapshots never change: any thread. Returned pointers belong to the
 * snapshot and live as long as it. No text is NULL.
 */

unsigned int uiomap_info_number(const struct uiomap_info *info);	/**< N of uioN */
const char *uiomap_info_name(const struct uiomap_info *info);		/**< UIO name */
const char *uiomap_info_version(const struct uiomap_info *info);	/**< what the kernel driver says of itself */
const char *uiomap_info_node(const struct uiomap_info *info);		/**< "/dev/uioN" */
const char *uiomap_info_syspath(const struct uiomap_info *info);	/**< parent device's real path in sysfs, "" if it has none */
const char *uiomap_info_bus(const struct uiomap_info *info);		/**< parent's bus: "platform", "pci", …, or "" */
const char *uiomap_info_device(const struct uiomap_info *info);		/**< parent's name on that bus, or "" */
const char *uiomap_info_driver(const struct uiomap_info *info);		/**< kernel driver bound to the parent, or "" */
enum uiomap_irq uiomap_info_irq(const struct uiomap_info *info);	/**< how its interrupt behaves, as far as is known */
unsigned int uiomap_info_map_count(const struct uiomap_info *info);	/**< maps, at most UIOMAP_MAX_MAPS; no holes */
/** Map number index; NULL with errno ERANGE if there is none. */
const struct uiomap_map_info *uiomap_info_map(const struct uiomap_info *info, unsigned int index);
unsigned int uiomap_info_port_count(const struct uiomap_info *info);	/**< port regions, at most UIOMAP_MAX_PORTS; no holes */
/** Port region number index; NULL with errno ERANGE if there is none. */
const struct uiomap_port_info *uiomap_info_port(const struct uiomap_info *info, unsigned int index);

/* ---- open and close ------------------------------------------------------ */

enum uiomap_open_flags {
	UIOMAP_RDONLY = 1,	/**< a reader: maps are read-only, the interrupt is neither enabled nor disabled, no DMA memory */
	UIOMAP_EXCLUSIVE = 2,	/**< the only controller: EBUSY if there is another, and for those who come later */
	UIOMAP_WAKEABLE = 4,	/**< uiomap_irq_wake() works; costs one ppoll(2) more per uiomap_irq_wait() */
};

/**
 * Open a device. Any thread.
 *
 * A handle opened UIOMAP_RDONLY is a reader; any other is a controller. There
 * can be several controllers, unless one of them asks for UIOMAP_EXCLUSIVE: then
 * it is the only one. A reader never keeps others from opening the device, and
 * nobody keeps a reader from it. So a driver takes UIOMAP_EXCLUSIVE, and its
 * device can still be looked at. These rules hold among users of this library
 * only (controllers hold a flock(2) on the node).
 *
 * What opening and closing a device does to it depends on its kernel driver
 * (docs/access.md):
 *	- uio_stub: the first open, also by a reader, zeroes the device's DMA
 *	  memory, powers the device up, and turns bus mastering and the interrupt
 *	  line on. The last close turns them off. Those in between do nothing
 *	- uio_pci_generic: opening the node does nothing, but each close of it turns
 *	  bus mastering off for all. So a reader doesn't open the node: it reads
 *	  sysfs, and it can map a BAR only if it may open resourceN. A controller
 *	  opens the node at once with UIOMAP_EXCLUSIVE or if it may not open
 *	  resourceN; else it locks resourceN, and opens the node later, when it first
 *	  asks for an interrupt, DMA memory or a BAR that it can't map otherwise.
 *	  An open that fails with EBUSY has not opened the node, unless /proc/locks
 *	  doesn't show the other controller and one of the two can't open resourceN.
 *	  Closing a handle turns bus mastering on again if it was on and other
 *	  controllers have the node open; but not if the handle has DMA buffers
 *	  that were not given back, as the device may still write to them. What
 *	  remains: bus mastering is off for a moment. It stays off if the process
 *	  is killed, if it may not write the configuration space, or if the others
 *	  use another library; their next uiomap_dma_alloc() turns it on
 *	- other drivers: it is up to them
 *
 * Safe if the number is reused meanwhile: the handle is the device that matched,
 * or the call fails. Interrupts are counted from here on.
 *
 * @param flags	0 or of UIOMAP_RDONLY, UIOMAP_EXCLUSIVE (not both), UIOMAP_WAKEABLE
 * @return a handle, owned by the caller, to be closed with uiomap_close(); or
 *	NULL with errno
 *	- those of uiomap_find()
 *	- EACCES: no permission on the node (the text says its mode, owner and group),
 *	  or it is refused by the process' control group or its file system (nodev)
 *	- EBUSY: another controller has it exclusively, or UIOMAP_EXCLUSIVE and
 *	  there is another controller (the text says who: /proc/locks); or uio_stub's
 *	  DMA memory is still part of I/O that a former user began (vmsplice(2),
 *	  MSG_ZEROCOPY, io_uring)
 *	- ENODEV: it went away meanwhile
 *	- ENXIO: the node is missing, or is not the device that sysfs tells of
 *	  (these, EACCES and EBUSY may come from the first call that needs the node,
 *	  under uio_pci_generic)
 *	- EINVAL: unknown flags, or UIOMAP_RDONLY | UIOMAP_EXCLUSIVE
 *	- others of open(2), as its kernel driver gave them
 */
struct uiomap_device *uiomap_open(const char *selector, unsigned int flags);

/**
 * The same for a device that was found before. The snapshot stays the
 * caller's; the handle has a new one of its own.
 * @return as uiomap_open(); ENODEV also if another device (another name or
 *	parent) has taken its number since
 */
struct uiomap_device *uiomap_open_info(const struct uiomap_info *info, unsigned int flags);

/** Unmap what is mapped, free what is allocated, close. Pointers into its regions and DMA memory are dead then. */
void uiomap_close(struct uiomap_device *device);

/**
 * The snapshot taken when it was opened; belongs to the handle. Its interrupt
 * is UIOMAP_IRQ_NONE if there is none, also under drivers that don't tell sysfs.
 */
const struct uiomap_info *uiomap_device_info(const struct uiomap_device *device);

/** true if the device is gone (unbound or unplugged), also if another has its number; asks the kernel. true for NULL. */
bool uiomap_device_removed(const struct uiomap_device *device);

/* ---- map ----------------------------------------------------------------- */

enum uiomap_map_flags {
	UIOMAP_MAP_RDONLY = 1,	/**< a store to it raises SIGSEGV */
	/**
	 * Have all page faults now (MAP_POPULATE): of cached maps and of DMA
	 * memory. The kernel doesn't do this for registers. uio_stub fills a
	 * mapping of registers at the first access: the whole mapping up to
	 * 16 MiB, else the 2 MiB around the access. A program that can't wait
	 * later makes that access beforehand. Under other drivers registers are
	 * mapped at once, as a whole.
	 */
	UIOMAP_MAP_PREFAULT = 2,
};

/**
 * Map one of the device's memory regions (a map), by number or by name. Always
 * the whole map: the kernel has no other way (uio_mmap()). Mapping one twice
 * gives two regions.
 * @param flags	0 or UIOMAP_MAP_RDONLY | UIOMAP_MAP_PREFAULT
 * @return the region, owned by the device handle; or NULL with errno
 *	- ERANGE: no such map (the text lists those there are)
 *	- ENOTUNIQ: several maps have the name
 *	- EACCES: the device was opened UIOMAP_RDONLY and UIOMAP_MAP_RDONLY is
 *	  missing; or a BAR under uio_pci_generic that only root, or
 *	  the group uio, may map
 *	- ENODEV: the device is gone
 *	- EINVAL: unknown flags; or the kernel refuses the map, since its driver
 *	  registered an address or a size that is not made of whole pages, or,
 *	  under uio_pci_generic, since another kernel driver claims the BAR
 *	- EAGAIN: mlockall(MCL_FUTURE) was called, and the map is larger than what
 *	  this process may still lock (RLIMIT_MEMLOCK, getrlimit(2)); device
 *	  memory counts
 *	- EROFS: under uio_pci_generic, a BAR that can only be mapped by its file
 *	  in sysfs, which is mounted read-only (as in most containers)
 *	- EPROTO: a BAR's file in sysfs is no regular file
 *	- ENOMEM, and others of mmap(2), as its kernel driver gave them
 */
struct uiomap_region *uiomap_map(struct uiomap_device *device, unsigned int index, unsigned int flags);
struct uiomap_region *uiomap_map_name(struct uiomap_device *device, const char *name, unsigned int flags);

/** Take one region back before the device is closed. */
void uiomap_unmap(struct uiomap_region *region);

/**
 * Where the device's memory begins, for the accessors of uiomap-io.h; valid
 * until uiomap_unmap() or uiomap_close(). Once the device is gone, accesses
 * raise SIGBUS (uio_stub), or go on reaching whatever is at that address
 * (mainline drivers). Under uio_pci_generic removal takes no mapping of a BAR
 * away. One that root mapped is taken away when a kernel driver claims the BAR
 * next, on kernels with CONFIG_IO_STRICT_DEVMEM (revoke_iomem() in
 * kernel/resource.c). Where nothing answers any more, reads give all ones (PCI;
 * QEMU: 0) and raise nothing: ask uiomap_device_removed(). Any thread.
 */
volatile void *uiomap_region_base(const struct uiomap_region *region);
/** Usable bytes from there. Any thread. */
size_t uiomap_region_size(const struct uiomap_region *region);
/** What sysfs tells of it; lives as long as the device handle. Any thread. */
const struct uiomap_map_info *uiomap_region_info(const struct uiomap_region *region);

/*
 * Bounds-checked accessors, native byte order, any thread. One load or store
 * each, as in uiomap-io.h. 0; or -1, and no access, with errno
 *	- ERANGE: offset + width is beyond the region
 *	- EINVAL: the register's address is no multiple of the width
 *	- EACCES: a write to a region mapped UIOMAP_MAP_RDONLY
 *	- ENOTSUP: 64 bits on a machine that can't do that at once
 * and, if uiomap_guard_install() was called, each accessor guards itself:
 *	- ENODEV, EIO: as uiomap_guard(). Inside a guard of the program, too, only
 *	  the accessor fails, and the guarded function goes on
 * The text names device, map and offset. Without the handler an access after
 * the removal raises SIGBUS, or reaches nothing, as at uiomap_region_base().
 */
int uiomap_region_read8(const struct uiomap_region *region, size_t offset, uint8_t *value);
int uiomap_region_read16(const struct uiomap_region *region, size_t offset, uint16_t *value);
int uiomap_region_read32(const struct uiomap_region *region, size_t offset, uint32_t *value);
int uiomap_region_read64(const struct uiomap_region *region, size_t offset, uint64_t *value);
int uiomap_region_write8(struct uiomap_region *region, size_t offset, uint8_t value);
int uiomap_region_write16(struct uiomap_region *region, size_t offset, uint16_t value);
int uiomap_region_write32(struct uiomap_region *region, size_t offset, uint32_t value);
int uiomap_region_write64(struct uiomap_region *region, size_t offset, uint64_t value);

/**
 * Read a register of 8, 16, 32 or 64 bits until (value & mask) == want. Spins;
 * after 10 us it yields the CPU between reads. The last read comes after the
 * time is over. Any thread.
 * @param offset	bytes, a multiple of the width
 * @param timeout_ns	0: look once; UIOMAP_FOREVER: no limit
 * @param[out] last	the last value read, also on ETIMEDOUT; untouched on any other
 *	failure. May be NULL
 * @return 0; -1 with errno ETIMEDOUT (the text has the last value), EINVAL (a
 *	timeout below UIOMAP_FOREVER), or as the accessors above
 */
int uiomap_region_poll8(const struct uiomap_region *region, size_t offset, uint8_t mask, uint8_t want,
			int64_t timeout_ns, uint8_t *last);
int uiomap_region_poll16(const struct uiomap_region *region, size_t offset, uint16_t mask, uint16_t want,
			 int64_t timeout_ns, uint16_t *last);
int uiomap_region_poll32(const struct uiomap_region *region, size_t offset, uint32_t mask, uint32_t want,
			 int64_t timeout_ns, uint32_t *last);
int uiomap_region_poll64(const struct uiomap_region *region, size_t offset, uint64_t mask, uint64_t want,
			 int64_t timeout_ns, uint64_t *last);

/* ---- ports --------------------------------------------------------------- */

/**
 * Open a port region, by number or by name. Opening one twice gives two.
 *
 * A port region of a PCI device (an I/O BAR) is reached through the device's file
 * resourceN in sysfs (Documentation/PCI/sysfs-pci.rst). That works on every
 * machine, for root and, with this project's udev rules (uiomap.conf(5)), for the
 * group uio: under uio_pci_generic always, under uio_stub if the device's line says
 * ports. Who has that file open can use the ports also after the device was given
 * to another driver. A port region of another device is reached by the CPU's
 * instructions, which only x86 has, and which need CAP_SYS_RAWIO (ioperm(2)). The
 * library calls ioperm() before each access and again after it: don't call it
 * for the same ports yourself.
 *
 * @return the port region, owned by the device handle; or NULL with errno
 *	- ERANGE: no such port region (the text lists those there are)
 *	- ENOTUNIQ: several have the name
 *	- EACCES: a PCI device, and neither root nor in the group uio, or under
 *	  uio_stub the device's line doesn't say ports (see above); another
 *	  device, and no CAP_SYS_RAWIO; or the kernel is locked down
 *	  (kernel_lockdown(7))
 *	- EROFS: a PCI device, and sysfs is mounted read-only
 *	- ENOTSUP: not a PCI device, and this machine has no instructions for ports
 *	  of that kind
 *	- ENODEV: the device is gone
 *	- EPROTO: sysfs content that the kernel doesn't give; ENOMEM, EMFILE,
 *	  ENFILE, and others of open(2) and ioperm(2)
 */
struct uiomap_port *uiomap_port_open(struct uiomap_device *device, unsigned int index);
struct uiomap_port *uiomap_port_open_name(struct uiomap_device *device, const char *name);

/** Close one port region before the device is closed. */
void uiomap_port_close(struct uiomap_port *port);

/** What sysfs tells of it; lives as long as the device handle. Any thread. */
const struct uiomap_port_info *uiomap_port_region(const struct uiomap_port *port);

/**
 * One access of exactly this width to ports, native byte order. Any offset
 * inside the region: there are ports of 16 bits at odd addresses. Any thread.
 *
 * System calls: three, which check that the device is still bound; then one
 * pread(2) or pwrite(2), or two ioperm(2) around the instruction.
 * @return 0; -1 with errno
 *	- ERANGE: offset + width is beyond the region
 *	- EACCES: a write, and opened UIOMAP_RDONLY; or as uiomap_port_open()
 *	- ENODEV: the device is gone. Ports raise no SIGBUS, so they need no
 *	  uiomap_guard()
 *	- others of pread(2), pwrite(2), ioperm(2)
 */
int uiomap_port_read8(const struct uiomap_port *port, size_t offset, uint8_t *value);
int uiomap_port_read16(const struct uiomap_port *port, size_t offset, uint16_t *value);
int uiomap_port_read32(const struct uiomap_port *port, size_t offset, uint32_t *value);
int uiomap_port_write8(struct uiomap_port *port, size_t offset, uint8_t value);
int uiomap_port_write16(struct uiomap_port *port, size_t offset, uint16_t value);
int uiomap_port_write32(struct uiomap_port *port, size_t offset, uint32_t value);

/* ---- interrupts ----------------------------------------------------------- */

/**
 * Wait for an interrupt: enable it, then sleep until at least one came since
 * the last wait (the first time: since uiomap_open() was called). Enabling
 * first loses none: a level line that is still asserted fires again, and an
 * edge that came while disabled is kept by the kernel. Handle the device's own
 * status (acknowledge) before the next wait.
 *
 * System calls: one read(2), and for lines that are masked at each event one
 * write(2) before; under uio_pci_generic, which leaves unmasking to user space,
 * also one pread(2) and one pwrite(2) of the configuration space. One ppoll(2)
 * more with a finite timeout or UIOMAP_WAKEABLE.
 * A handle opened UIOMAP_RDONLY doesn't enable the interrupt: somebody else has
 * to. Under uio_pci_generic such a handle has no node to sleep on. It reads the
 * total in sysfs every 10 ms (three system calls), so a count above 1 doesn't
 * mean that a wait came too late.
 *
 * A device that goes while this waits ends the wait. Except, now and then, under
 * a mainline driver: the UIO core can lose the wake-up of one that was just
 * about to sleep (seen in uio_read() of 6.1 and 6.12), so give a timeout there.
 * uio_stub wakes once more, which in that case may look like an interrupt; the
 * next wait fails.
 *
 * @param timeout_ns	0: don't sleep; UIOMAP_FOREVER: no limit. By
 *	CLOCK_MONOTONIC; never early.
 * @param[out] count	interrupts since the last wait, 1 or more; more than 1
 *	means that count - 1 were not waited for. Right across the wrap of the
 *	kernel's 32-bit counter (UINT32_MAX stands for a whole turn). A level
 *	line that fired before the wait and is not acknowledged yet fires, and
 *	counts, once more: here or, under a mainline driver from 6.12 on, at the
 *	next wait, which then finds nothing to do in the device. Untouched on
 *	failure. May be NULL.
 * @return 0; or -1 with errno
 *	- ETIMEDOUT: none came in time
 *	- ECANCELED: woken by uiomap_irq_wake(). Comes before an interrupt, which
 *	  stays for the next wait
 *	- ENODEV: the device is gone. Interrupts that came before it went and
 *	  were not taken are lost with it (uio_read())
 *	- ENOTSUP: the device has no interrupt
 *	- EINTR: a signal handler ran. With UIOMAP_FOREVER and without
 *	  UIOMAP_WAKEABLE only one that was installed without SA_RESTART;
 *	  otherwise any (signal(7): ppoll is never restarted)
 *	- EINVAL: a timeout below UIOMAP_FOREVER
 *	- EACCES: under uio_pci_generic, and neither root nor in the group
 *	  uio (uiomap_config_write8())
 *	- those of uiomap_open(), under uio_pci_generic, if this is the first call
 *	  that needs the node
 *	- others of write(2), if its kernel driver fails to enable the interrupt
 */
int uiomap_irq_wait(struct uiomap_device *device, int64_t timeout_ns, uint32_t *count);

/**
 * Enable or disable the interrupt, whatever its state is: one write(2); under
 * uio_pci_generic also one pread(2) and one pwrite(2), for the configuration
 * space's Interrupt Disable bit (PCI Local Bus Specification 3.0, section 6.2.2).
 * @return 0; -1 with errno
 *	- ENODEV: the device is gone
 *	- ENOTSUP: the device has no interrupt
 *	- ENOSYS: it has one, but its kernel driver can't mask it (uio_write());
 *	  use the device's own registers. uiomap_irq_wait() works all the same
 *	- EACCES: opened UIOMAP_RDONLY; or under uio_pci_generic, and neither
 *	  root nor in the group uio
 *	- others of write(2), as its kernel driver gave them
 */
int uiomap_irq_enable(struct uiomap_device *device);
int uiomap_irq_disable(struct uiomap_device *device);

/**
 * Take the interrupts that have come, without enabling and without sleeping:
 * for programs that poll uiomap_irq_fd() and then uiomap_irq_enable(). One
 * read(2).
 * @return 0 and *count as above; -1 with errno EAGAIN if none has come, ENODEV,
 *	ENOTSUP
 */
int uiomap_irq_read(struct uiomap_device *device, uint32_t *count);

/**
 * The device's file descriptor for poll(2), epoll(7): readable when an
 * interrupt has come. Without an interrupt, and after removal, it reports
 * POLLERR | POLLHUP (and POLLIN) for ever: stop polling it then (uio_poll()).
 * Owned by the handle: don't close or read it, don't change its flags.
 * @return the descriptor; -1 with errno, under uio_pci_generic only
 *	- ENOTSUP: opened UIOMAP_RDONLY; such a handle has no descriptor there
 *	- those of uiomap_open(), if this is the first call that needs the node
 */
int uiomap_irq_fd(struct uiomap_device *device);

/**
 * Make the current or else the next uiomap_irq_wait() return ECANCELED. Several
 * wakes before that are one. Any thread; async-signal-safe, so it sets no text.
 * @return 0; -1 with errno EINVAL if the device wasn't opened UIOMAP_WAKEABLE
 */
int uiomap_irq_wake(struct uiomap_device *device);

/* ---- PCI configuration space -------------------------------------------------- */

/*
 * One access of exactly this width to the configuration space of a PCI device:
 * little-endian there, native here. Offsets in bytes, a multiple of the width;
 * what is where, up to 0x40: PCI Local Bus Specification 3.0, section 6.1.
 *
 * The space is the kernel's too, which isn't told of a write: a driver has no
 * business with the BARs, the interrupt's registers or those of power
 * management. uio_stub restores it when the device is unbound. A device that
 * has been pulled answers with all ones, until the kernel knows.
 *
 * System calls: one pread(2) or pwrite(2), and three which see that the device
 * is still bound; the first time, one openat(2) more.
 *
 * @return 0; -1 with errno
 *	- ENOTSUP: no PCI device
 *	- ERANGE: beyond its end, which is 256 or, with PCI Express, 4096
 *	- EINVAL: offset is no multiple of the width
 *	- EACCES: a write, and the handle was opened UIOMAP_RDONLY, the kernel is
 *	  locked down (kernel_lockdown(7)), or the process has no right to write.
 *	  Root has it. The group uio has it by this project's udev rules
 *	  (uiomap.conf(5)): under uio_pci_generic always, under uio_stub if the
 *	  device's line says config_write. Or a read at offset 64 or above without
 *	  CAP_SYS_ADMIN
 *	- EROFS: a write, and sysfs is mounted read-only (as in most containers)
 *	- ENODEV: the device is gone
 *	- EPROTO: `config` is no regular file: this is no sysfs
 *	- others of open(2), pread(2), pwrite(2)
 */
int uiomap_config_read8(struct uiomap_device *device, size_t offset, uint8_t *value);
int uiomap_config_read16(struct uiomap_device *device, size_t offset, uint16_t *value);
int uiomap_config_read32(struct uiomap_device *device, size_t offset, uint32_t *value);
int uiomap_config_write8(struct uiomap_device *device, size_t offset, uint8_t value);
int uiomap_config_write16(struct uiomap_device *device, size_t offset, uint16_t value);
int uiomap_config_write32(struct uiomap_device *device, size_t offset, uint32_t value);

/* ---- DMA memory ------------------------------------------------------------ */

/**
 * Allocate memory that the device can reach: CPU and device see each other's
 * writes without cache maintenance; order them with uiomap_dma_wmb() and
 * uiomap_dma_rmb(). Zeroed.
 *
 * It comes from the device's first coherent map, if it has one: uio_stub
 * registers one on request (its option dma=SIZE), with an IOMMU and without.
 * Several controllers, in one process or in several, get different parts of that
 * map (F_OFD_SETLK, fcntl(2), on the node): no byte belongs to two handles at a
 * time, and an allocation zeroes its own bytes only. The memory of a handle is
 * free again when the handle is closed or its process ends, in whatever way;
 * after fork(2), when both processes have closed it. If another handle keeps the
 * device open, the device may still use that memory then.
 *
 * The kernel can do I/O with this memory without a copy (O_DIRECT, vmsplice(2),
 * MSG_ZEROCOPY; io_uring's fixed buffers from Linux 6.5 on). It can't, and such
 * calls fail with EFAULT, if the device is not cache-coherent, addresses fewer
 * than 32 bits, or is reached through bounce buffers (swiotlb), or if there is no
 * IOMMU and the map is above 4 MiB: copy through a buffer of the program's own
 * there. I/O that is under way when the device goes keeps its pages until it
 * ends. A futex in this memory works within one process only.
 *
 * Else it comes from hugepages, if that is right for the device: PCI, on x86,
 * and no IOMMU translates its addresses (/sys/.../iommu_group is missing, or its
 * `type` is identity). It is memory of this process, pinned by being a hugepage,
 * and its physical address is the bus address. Hugepages have to be reserved
 * (Documentation/admin-guide/mm/hugetlbpage.rst), and it takes CAP_SYS_ADMIN
 * (pagemap.rst there). What to know of it, and why the map is better:
 *	- one buffer is at most one hugepage: 2 MiB, unless the kernel was told
 *	  otherwise at boot
 *	- it may be anywhere, also above 4 GiB: compare uiomap_dma_bus() with what
 *	  the device can address
 *	- the kernel takes it back from a process that dies before it has stopped
 *	  the device: a transfer that goes on then hits memory of somebody else
 *	- where guest memory is encrypted, and on Xen PV, it doesn't work
 * Hugepages stay with the handle until it is closed. Under uio_pci_generic this
 * also turns bus mastering on (PCI Local Bus Specification 3.0, section 6.2.2);
 * the kernel turns it off again when any file of the device is closed
 * (uiomap_open()).
 *
 * @param size	bytes, at least 1
 * @param align	power of two, up to 1 MiB, of the bus address; 0: 64 (a cache line)
 * @return the buffer, owned by the device handle; or NULL with errno
 *	- ENOTSUP: there is no DMA memory for the device: no map, and hugepages
 *	  would be wrong (the text says why, and how to get some)
 *	- ENOMEM: not enough is left in one piece (the text says how much is), or
 *	  no hugepage is free (the text says how to reserve some)
 *	- EBUSY: not enough is left in one piece, and other controllers have parts
 *	  of the map (the text says who holds the device)
 *	- EINVAL: size is 0, or align is not a power of two up to 1 MiB
 *	- EACCES: opened UIOMAP_RDONLY; or hugepages, and no CAP_SYS_ADMIN
 *	- ENODEV: the device is gone. It may go while its memory is zeroed: this
 *	  call needs no uiomap_guard()
 *	- EMFILE, ENFILE: no descriptor is left (two are used for a moment)
 *	- EPROTO, EIO: /proc is not what the kernel gives; others of open(2) and
 *	  mmap(2)
 */
struct uiomap_dma *uiomap_dma_alloc(struct uiomap_device *device, size_t size, size_t align);

/** Give back a buffer. The device must have stopped using it. */
void uiomap_dma_free(struct uiomap_dma *dma);

/* Any thread. */

void *uiomap_dma_cpu(const struct uiomap_dma *dma);		/**< CPU address; valid until the buffer is freed or the device closed */
/**
 * Where the buffer is in the device's first coherent map, bytes from
 * uiomap_region_base(): a reader (UIOMAP_RDONLY) that maps this map finds the
 * buffer there. SIZE_MAX for memory from hugepages, which only this process has.
 */
size_t uiomap_dma_offset(const struct uiomap_dma *dma);
uint64_t uiomap_dma_bus(const struct uiomap_dma *dma);		/**< bus address (IOVA behind an IOMMU): what the device is told */
size_t uiomap_dma_size(const struct uiomap_dma *dma);		/**< bytes, as asked for */

/* ---- removal ---------------------------------------------------------------- */

/**
 * Install the SIGBUS handler that uiomap_guard() needs; process-wide, the only
 * global thing in this library, and only on request. The handler that was
 * there before is called, with its own mask and flags, for every SIGBUS that
 * isn't ours; where there was none, the default action follows. Install and
 * remove are counted, and the last remove restores, unless somebody else has
 * installed a handler after ours, which then may rely on it. Any thread.
 * @return 0; -1 with the errno of sigaction(2)
 */
int uiomap_guard_install(void);
/** Undo one uiomap_guard_install(). Not inside uiomap_guard(). Any thread. */
void uiomap_guard_remove(void);

/** uiomap_guard() returns this, with errno set, if body did not return or was not called. */
#define UIOMAP_GUARD_FAILED INT_MIN

/**
 * Run body(arg) such that an access to a region or DMA memory of `device`
 * after its removal ends it, as siglongjmp() would: body must hold nothing that
 * only its remaining code releases, and must leave by returning. Accesses
 * inside cost nothing more than without, entering costs no system call.
 * Guards nest, also for different devices; each thread has its own. Other
 * threads may use the device's registers meanwhile, under guards of their own,
 * but must not map or unmap.
 *
 * The guard catches SIGBUS at an address inside the device's mappings, with one of
 * these codes (sigaction(2)): BUS_ADRERR (an access to pages that the kernel has
 * taken away), BUS_OBJERR (arm64: nothing answered), BUS_MCEERR_AR (the hardware
 * reports lost memory).
 * Mainline drivers don't take physical memory away (uiomap_region_base()), and
 * DMA memory from hugepages stays the program's own.
 *
 * @return what body returned (it must not return UIOMAP_GUARD_FAILED itself); or
 *	UIOMAP_GUARD_FAILED, which is below 0, with errno
 *	- ENODEV: an access was caught: the device is gone
 *	- EIO: an access was caught that nothing answered, or that the hardware
 *	  answered with an error; the device is still there, as far as the kernel
 *	  knows
 *	- EINVAL: the handler isn't installed
 */
int uiomap_guard(struct uiomap_device *device, int (*body)(void *arg), void *arg);

/* ---- hotplug ----------------------------------------------------------------- */

/** What has happened to a device. */
enum uiomap_event { UIOMAP_EVENT_ADD = 1, UIOMAP_EVENT_REMOVE = 2 };

/**
 * Watch devices come and go. It listens before it scans, so none is missed:
 * those that are there already come first, as ADD events, in the order of
 * their numbers, but for those that udevd hasn't set up yet
 * (uiomap_monitor_next()).
 * @param selector	which; NULL: all. NAME#K is refused: which one is the Kth
 *	changes while others come and go. A /dev/ or /sys/ path is looked at when
 *	a device comes
 * @return the monitor, owned by the caller, to be given back with
 *	uiomap_monitor_close(); or NULL with errno EINVAL (the selector),
 *	ENODEV (sysfs is not mounted), ENOTSUP (no uevents reach this user
 *	namespace; in a nested user namespace this can't be found out, and the
 *	monitor may hear nothing), ENOMEM, EMFILE, ENFILE, EACCES, or others of
 *	socket(2) for netlink
 */
struct uiomap_monitor *uiomap_monitor_open(const char *selector);
/** Events that were not taken are dropped. */
void uiomap_monitor_close(struct uiomap_monitor *monitor);

/**
 * For poll(2), epoll(7). Readable while uiomap_monitor_next() has an event or an
 * error to tell, the end of a wait for udevd included; and after each uevent of
 * any other device, until uiomap_monitor_next() has said ETIMEDOUT. Owned by the
 * monitor: don't close or read it.
 */
int uiomap_monitor_fd(const struct uiomap_monitor *monitor);

/**
 * The next event. For each device ADD and REMOVE alternate, ADD first.
 *
 * Where udevd runs, ADD comes when udevd has set up the node, its owner, mode and
 * links, and the programs that its rules run have ended: whom the rules
 * let open it can open it then. If udevd hasn't done so 5 s after the device was
 * seen (it is stuck, died without removing /run/udev/control, or was started after
 * the device came and not told of it by `udevadm trigger`), ADD comes all the
 * same. Without udevd (no /run/udev/control) it comes at once. A device that is
 * removed before its ADD produces no event. REMOVE always comes at once.
 *
 * A device whose sysfs content is malformed never comes.
 * @param timeout_ns	0: don't sleep; UIOMAP_FOREVER: no limit
 * @param[out] info	the device; on REMOVE as it was when it came. Owned by
 *	the caller, to be given back with uiomap_info_free(). Untouched on failure.
 * @return UIOMAP_EVENT_ADD or UIOMAP_EVENT_REMOVE; -1 with errno
 *	- ETIMEDOUT: none in timeout_ns
 *	- ENOBUFS: the kernel dropped events; call again: the monitor scans again
 *	  and reports the differences
 *	- EINTR: a signal handler ran
 *	- EINVAL: a timeout below UIOMAP_FOREVER
 *	- ENOMEM, EMFILE, ENFILE, EACCES; call again: nothing is lost
 */
int uiomap_monitor_next(struct uiomap_monitor *monitor, int64_t timeout_ns, struct uiomap_info **info);

#ifdef __cplusplus
}
#endif

#endif /* UIOMAP_H */
