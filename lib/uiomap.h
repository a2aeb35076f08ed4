/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file uiomap.h
 * libuiomap: device drivers in user space on Linux UIO.
 *
 * find -> open -> map -> registers, interrupts, DMA memory -> close
 *
 * ERRORS. A function that can fail returns -1 (int) or NULL (pointer) and sets
 * errno; uiomap_error() then tells in words what failed, where (device, file,
 * value) and what to do. Everything else returns what its text says. Passing
 * NULL where an object is expected gives EINVAL; the close, free, unmap and
 * put functions accept NULL and do nothing, and keep errno.
 *
 * THREADS. The library has no threads and no locks of its own and never
 * prints, exits or aborts. Different objects can be used in different threads
 * at the same time. One object can be used by one thread at a time, except for
 * what is marked "any thread". Register accessors are plain loads and stores.
 * A device handle may be used across fork() by one of the two processes only.
 *
 * LIFETIME. Regions and DMA buffers belong to the device handle that made them
 * and must be given back before, or are taken back by, uiomap_close().
 */
#ifndef UIOMAP_H
#define UIOMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uiomap-io.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The most maps, and the most port regions, a device can have (MAX_UIO_MAPS, MAX_UIO_PORT_REGIONS in linux/uio_driver.h). */
#define UIOMAP_MAX_MAPS 5
#define UIOMAP_MAX_PORTS 5

/** Timeouts are in ns; this one waits for ever. */
#define UIOMAP_FOREVER INT64_C(-1)

struct uiomap_info;	/**< what a device is: an immutable snapshot */
struct uiomap_device;	/**< an open device */
struct uiomap_region;	/**< a mapped map */
struct uiomap_dma;	/**< DMA memory */
struct uiomap_monitor;	/**< devices that come and go */

/** The last error of the calling thread in words; "" if there was none. Valid until its next failing call. Any thread. */
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
 *                      order of their sysfs paths, which no probe order changes
 *   name:NAME[#K]      the same, for a NAME that reads like another form
 *   BUS:DEVICE         the parent device by bus and name: platform:uio_dummy.0,
 *                      pci:0000:01:00.0
 *   of:PATH            the parent's device-tree path: of:/soc/dma@40000000
 *   addr:0xADDRESS     the device that has a map beginning at this address
 *   /dev/…             any node or link that leads to the device's node
 *   /sys/…             the UIO device's or its parent's directory in sysfs
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
	UIOMAP_IRQ_UNKNOWN,		/**< can't be told from outside; uiomap_irq_wait() finds out */
	UIOMAP_IRQ_NONE,		/**< the device has no interrupt */
	UIOMAP_IRQ_MASKED,		/**< masked at each event until enabled again (level lines) */
	UIOMAP_IRQ_COUNTED,		/**< never masked by itself, each event counted (edge lines, MSI) */
};

/** One map, as sysfs tells it. */
struct uiomap_map_info {
	char name[64];		/**< "" if it has none; cut to 63 bytes */
	uint64_t addr;		/**< where the device's memory begins: physical, bus (DMA_COHERENT) or kernel virtual (CACHED) address */
	uint64_t size;		/**< usable bytes from there */
	uint32_t offset;	/**< where that is in the first page of the mapping, bytes */
	enum uiomap_kind kind;
};

/** One port region, as sysfs tells it. */
struct uiomap_port_info {
	char name[64];
	uint64_t start;		/**< first port */
	uint64_t size;		/**< ports */
	char type[16];		/**< "port_x86", "port_gpio", "port_other", "port_none" */
};

/**
 * Find one device.
 * @return a snapshot of the device as it was now, to be given back with
 *	uiomap_info_free(); or NULL with errno
 *	- ENODEV: no device matches (the text says what there is)
 *	- ENOTUNIQ: several match; the text lists them
 *	- EINVAL: the selector is malformed; the text says where
 *	- EPROTO: the device's sysfs content is not what a UIO device's is
 *	- EACCES, ENOMEM, EMFILE, ENFILE
 */
struct uiomap_info *uiomap_find(const char *selector);

/**
 * All devices that match a selector (NULL: all there are), in the order of
 * their numbers. A device whose sysfs content is malformed or that goes while
 * it is read is left out.
 * @param[out] count	number of devices, may be 0
 * @return an array of *count snapshots and a final NULL, to be given back with
 *	uiomap_list_free(); or NULL with errno EINVAL, EACCES, ENOMEM, EMFILE, ENFILE
 */
struct uiomap_info **uiomap_list(const char *selector, size_t *count);
void uiomap_list_free(struct uiomap_info **list);

/** A copy of its own of a snapshot; NULL with errno ENOMEM. */
struct uiomap_info *uiomap_info_copy(const struct uiomap_info *info);
void uiomap_info_free(struct uiomap_info *info);

/* Getters. Returned pointers belong to the snapshot and live as long as it. */

unsigned int uiomap_info_number(const struct uiomap_info *info);	/**< N of uioN */
const char *uiomap_info_name(const struct uiomap_info *info);		/**< UIO name */
const char *uiomap_info_version(const struct uiomap_info *info);	/**< what the kernel driver says of itself */
const char *uiomap_info_node(const struct uiomap_info *info);		/**< "/dev/uioN" */
const char *uiomap_info_syspath(const struct uiomap_info *info);	/**< parent device's real path in sysfs, "" if it has none */
const char *uiomap_info_bus(const struct uiomap_info *info);		/**< parent's bus: "platform", "pci", …, or "" */
const char *uiomap_info_device(const struct uiomap_info *info);		/**< parent's name on that bus, or "" */
const char *uiomap_info_driver(const struct uiomap_info *info);		/**< kernel driver bound to the parent, or "" */
enum uiomap_irq uiomap_info_irq(const struct uiomap_info *info);
unsigned int uiomap_info_map_count(const struct uiomap_info *info);
/** Map number index; NULL with errno ERANGE if there is none. */
const struct uiomap_map_info *uiomap_info_map(const struct uiomap_info *info, unsigned int index);
unsigned int uiomap_info_port_count(const struct uiomap_info *info);
const struct uiomap_port_info *uiomap_info_port(const struct uiomap_info *info, unsigned int index);

/* ---- open and close ------------------------------------------------------ */

enum uiomap_open_flags {
	UIOMAP_RDONLY = 1,	/**< maps are read-only, the interrupt can't be enabled or disabled */
	UIOMAP_EXCLUSIVE = 2,	/**< EBUSY if another libuiomap user has it open, or comes later (advisory: flock(2) on the node) */
	UIOMAP_WAKEABLE = 4,	/**< uiomap_irq_wake() works; costs one poll(2) more per uiomap_irq_wait() */
};

/**
 * Open a device.
 * @param flags	0 or UIOMAP_RDONLY | UIOMAP_EXCLUSIVE | UIOMAP_WAKEABLE
 * @return a handle to be closed with uiomap_close(); or NULL with errno
 *	- those of uiomap_find()
 *	- EACCES: no permission on the node (the text says which group or mode it has)
 *	- EBUSY: held exclusively by another process, or UIOMAP_EXCLUSIVE and held at all (the text says by whom)
 *	- ENODEV: it went away meanwhile; ENXIO: the node isn't the device that sysfs tells of
 *	- EINVAL: unknown flags
 */
struct uiomap_device *uiomap_open(const char *selector, unsigned int flags);

/** The same for a device that was found before; ENODEV if another device has taken its number since. */
struct uiomap_device *uiomap_open_info(const struct uiomap_info *info, unsigned int flags);

/** Unmap what is mapped, free what is allocated, close. Pointers into its regions are dead then. */
void uiomap_close(struct uiomap_device *device);

/** The snapshot taken at open; belongs to the handle. */
const struct uiomap_info *uiomap_device_info(const struct uiomap_device *device);

/** true if the device is gone (unbound or unplugged); asks the kernel. */
bool uiomap_device_removed(const struct uiomap_device *device);

/* ---- map ----------------------------------------------------------------- */

enum uiomap_map_flags {
	UIOMAP_MAP_RDONLY = 1,	/**< a store to it raises SIGSEGV */
	UIOMAP_MAP_PREFAULT = 2, /**< all page faults now (MAP_POPULATE); only cached maps have any, others are mapped whole at once */
};

/**
 * Map a map, by number or by name. Mapping one twice gives two regions.
 * @return the region, or NULL with errno
 *	- ERANGE: no such map (the text lists those there are); ENOTUNIQ: several maps have the name
 *	- EACCES: the device was opened UIOMAP_RDONLY and UIOMAP_MAP_RDONLY is missing
 *	- ENODEV: the device is gone
 *	- EINVAL: unknown flags, or the kernel refused the size
 *	- ENOMEM
 */
struct uiomap_region *uiomap_map(struct uiomap_device *device, unsigned int index, unsigned int flags);
struct uiomap_region *uiomap_map_name(struct uiomap_device *device, const char *name, unsigned int flags);
void uiomap_unmap(struct uiomap_region *region);

/** Where the device's memory begins, for the accessors of uiomap-io.h. */
volatile void *uiomap_region_base(const struct uiomap_region *region);
/** Usable bytes from there. */
size_t uiomap_region_size(const struct uiomap_region *region);
/** What sysfs tells of it; lives as long as the device handle. */
const struct uiomap_map_info *uiomap_region_info(const struct uiomap_region *region);

/*
 * Bounds-checked accessors: -1 with errno ERANGE (offset + width is beyond the
 * region) or EINVAL (offset is no multiple of the width), naming device, map
 * and offset, EACCES for a write to a read-only region. Native byte order.
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
 * Read a register until (value & mask) == want. Spins, and yields the CPU
 * between looks once that has taken longer than 10 us.
 * @param timeout_ns	0: look once; UIOMAP_FOREVER: no limit
 * @param[out] last	the last value read, may be NULL; also set on ETIMEDOUT
 * @return 0; -1 with errno ETIMEDOUT, ERANGE or EINVAL (as above)
 */
int uiomap_region_poll32(const struct uiomap_region *region, size_t offset, uint32_t mask, uint32_t want,
			 int64_t timeout_ns, uint32_t *last);

/* ---- interrupts ----------------------------------------------------------- */

/**
 * Wait for an interrupt: enable it, then sleep until at least one came since
 * the last wait (the first time: since open). Enabling first loses none: a
 * level line that is still asserted fires again, and an edge that came while
 * disabled is kept by the kernel. Handle the device's own status (acknowledge)
 * before the next wait. One read(2) and, for lines that are masked at each
 * event, one write(2); one poll(2) more with a finite timeout or UIOMAP_WAKEABLE.
 *
 * @param timeout_ns	0: don't sleep; UIOMAP_FOREVER: no limit
 * @param[out] count	interrupts since the last wait, 1 or more; more than 1
 *	means that count - 1 were not waited for. Right across the wrap of the
 *	kernel's 32-bit counter. A level line that fired before the wait and is
 *	not acknowledged yet fires, and counts, once more. May be NULL.
 * @return 0; or -1 with errno
 *	- ETIMEDOUT: none came in time
 *	- ECANCELED: woken by uiomap_irq_wake()
 *	- ENODEV: the device is gone
 *	- ENOTSUP: the device has no interrupt
 *	- EINTR: a signal handler ran (only with handlers without SA_RESTART)
 *	- EINVAL: a timeout below UIOMAP_FOREVER
 */
int uiomap_irq_wait(struct uiomap_device *device, int64_t timeout_ns, uint32_t *count);

/**
 * Enable or disable the interrupt, whatever its state is.
 * @return 0; -1 with errno ENODEV, ENOTSUP (no interrupt), EOPNOTSUPP… see below
 *	- ENOSYS: this kernel driver can't mask it (the text says so)
 *	- EACCES: opened UIOMAP_RDONLY
 */
int uiomap_irq_enable(struct uiomap_device *device);
int uiomap_irq_disable(struct uiomap_device *device);

/**
 * Take the interrupts that have come, without enabling and without sleeping:
 * for programs that poll uiomap_irq_fd(). 0 and *count as above; -1 with errno
 * EAGAIN if none has come, ENODEV, ENOTSUP.
 */
int uiomap_irq_read(struct uiomap_device *device, uint32_t *count);

/**
 * The device's file descriptor for poll(2), epoll(7): readable when an
 * interrupt has come. After removal it reports POLLERR | POLLHUP (and POLLIN)
 * for ever: stop polling it then. Owned by the handle: don't close or read it.
 */
int uiomap_irq_fd(const struct uiomap_device *device);

/**
 * Make the current or else the next uiomap_irq_wait() return ECANCELED.
 * Any thread; async-signal-safe.
 * @return 0; -1 with errno EINVAL if the device wasn't opened UIOMAP_WAKEABLE
 */
int uiomap_irq_wake(struct uiomap_device *device);

/* ---- DMA memory ------------------------------------------------------------ */

/**
 * Allocate memory that the device can reach: CPU and device see each other's
 * writes without cache maintenance; order them with uiomap_dma_wmb() and
 * uiomap_dma_rmb(). Zeroed. It comes from the coherent map that uio_stub
 * registers on request (module option dma=SIZE).
 * @param size	bytes, at least 1
 * @param align	power of two, up to 1 MiB, of the bus address; 0: 64 (a cache line)
 * @return the buffer, or NULL with errno
 *	- ENOTSUP: the device has no DMA memory (the text says how to get some)
 *	- ENOMEM: not enough is left (the text says how much is)
 *	- EINVAL, EACCES (opened UIOMAP_RDONLY), ENODEV
 */
struct uiomap_dma *uiomap_dma_alloc(struct uiomap_device *device, size_t size, size_t align);
void uiomap_dma_free(struct uiomap_dma *dma);
void *uiomap_dma_cpu(const struct uiomap_dma *dma);		/**< CPU address */
uint64_t uiomap_dma_bus(const struct uiomap_dma *dma);		/**< bus address (IOVA behind an IOMMU): what the device is told */
size_t uiomap_dma_size(const struct uiomap_dma *dma);

/* ---- removal ---------------------------------------------------------------- */

/**
 * Install the SIGBUS handler that uiomap_guard() needs; process-wide, the only
 * global thing in this library, and only on request. The handler that was
 * there before is called for every SIGBUS that isn't ours. Install and remove
 * are counted, and remove restores. Any thread.
 * @return 0; -1 with the errno of sigaction(2)
 */
int uiomap_guard_install(void);
void uiomap_guard_remove(void);

/**
 * Run body(arg) such that an access to a region or DMA memory of `device`
 * after its removal ends it, as siglongjmp() would: body must not hold what
 * only its own end would give back. Accesses inside cost nothing more than
 * without. Guards nest, also for different devices; each thread has its own.
 * @return what body returned; -1 with errno ENODEV if the access was caught;
 *	-1 with errno EINVAL if the handler isn't installed
 */
int uiomap_guard(struct uiomap_device *device, int (*body)(void *arg), void *arg);

/* ---- hotplug ----------------------------------------------------------------- */

enum uiomap_event { UIOMAP_EVENT_ADD = 1, UIOMAP_EVENT_REMOVE = 2 };

/**
 * Watch devices come and go. It listens before it scans, so none is missed:
 * those that are there already come first, as ADD events.
 * @param selector	which; NULL: all
 * @return the monitor; or NULL with errno EINVAL, ENOMEM, EMFILE, ENFILE, EACCES
 */
struct uiomap_monitor *uiomap_monitor_open(const char *selector);
void uiomap_monitor_close(struct uiomap_monitor *monitor);

/** For poll(2), epoll(7): readable while there is something for uiomap_monitor_next(). Owned by the monitor. */
int uiomap_monitor_fd(const struct uiomap_monitor *monitor);

/**
 * The next event. ADD comes after udev has set up the node, where udevd runs.
 * @param[out] info	the device; on REMOVE as it was when it came. The
 *	caller gives it back with uiomap_info_free().
 * @return UIOMAP_EVENT_ADD or UIOMAP_EVENT_REMOVE; -1 with errno
 *	- ETIMEDOUT: none in timeout_ns
 *	- EINTR, ENOMEM
 *	- ENOBUFS: the kernel dropped events; call again: the monitor has scanned anew and reports the differences
 */
int uiomap_monitor_next(struct uiomap_monitor *monitor, int64_t timeout_ns, struct uiomap_info **info);

#ifdef __cplusplus
}
#endif

#endif /* UIOMAP_H */
