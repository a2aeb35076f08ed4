/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Declarations that the library's files share. Everything is compiled with
 * hidden visibility; only what uiomap.h declares is exported.
 */
#ifndef UIOMAP_INTERNAL_H
#define UIOMAP_INTERNAL_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

#pragma GCC visibility push(default)
#include "uiomap.h"
#pragma GCC visibility pop

#include "attribute.h"
#include "bus-device.h"
#include "clock.h"
#include "error-text.h"
#include "locks.h"
#include "number.h"
#include "paths.h"
#include "pci-resource.h"
#include "quote.h"
#include "selector.h"
#include "uio-class.h"

/* The unit tests set this to a relative path, in a tree of their own. */
#ifndef UIOMAP_RUN
#define UIOMAP_RUN "/run"
#endif

/*
 * Shared functions have the prefix uiomap_i_: in a static library, hidden
 * visibility doesn't keep them apart from a program's own functions.
 */

/* ---- error.c ---- */

/*
 * What a process needs to use a PCI device's files in sysfs. open(2) fails with
 * EACCES without permission; later calls fail with EPERM if the kernel is
 * locked down.
 */
#define FILE_RIGHT(error)                                                                          \
	((error) == EPERM ?                                                                        \
		 "the kernel is locked down (man kernel_lockdown)" :                               \
		 "that takes root or, by uiomap's udev rules, the group uio (man uiomap.conf)")

/* "uio3"; of a VFIO device "pci:0000:01:00.0" */
#define SHORT_SIZE  64
#define SHORT(info) uiomap_i_short((char[SHORT_SIZE]){ 0 }, info)
const char *uiomap_i_short(char buffer[SHORT_SIZE], const struct uiomap_info *info);

/* 'uio3 "counter"'; of a VFIO device, which has no name, "pci:0000:01:00.0" */
#define LABEL_SIZE  (QUOTE_SIZE + 24)
#define LABEL(info) uiomap_i_label((char[LABEL_SIZE]){ 0 }, info)
const char *uiomap_i_label(char buffer[LABEL_SIZE], const struct uiomap_info *info);

/* A duration as text: "1.5 s", "20 ms". */
#define DURATION_SIZE 32
#define DURATION(ns)  uiomap_i_duration((char[DURATION_SIZE]){ 0 }, ns)
const char *uiomap_i_duration(char buffer[DURATION_SIZE], int64_t ns);

/* ---- geometry.c: where the device's memory is in a mapping ---- */

struct uiomap_i_geometry {
	uint64_t addr;	 /* where the device's memory begins */
	uint64_t size;	 /* usable bytes from there */
	uint32_t start;	 /* offset of addr in the mapping */
	uint64_t length; /* of the mapping: whole pages */
};

/* Computes *out from addr, size and offset in sysfs. Returns NULL, or what is wrong with them. */
const char *uiomap_i_geometry(uint64_t addr, uint64_t size, uint64_t offset, uint64_t page,
			      struct uiomap_i_geometry *out);

/* ---- info.c ---- */

struct backend;

/* The file to open for mapping a map. */
struct map_source {
	char file[24]; /* a BAR's file, relative to the device's directory; "": none */
	int index;     /* number of the kernel's UIO map, or of the VFIO region; -1: none */
};

struct uiomap_info {
	const struct backend *backend;
	unsigned int number;
	dev_t rdev;
	/* of a VFIO device: its own node, 0 if it has none, and its IOMMU group */
	dev_t cdev;
	unsigned int group;
	char *name;
	char *version;
	struct bus_device dev; /* its parent */
	char node[32];
	enum uiomap_irq irq;
	unsigned int map_count;
	unsigned int port_count;
	struct uiomap_map_info maps[UIOMAP_MAX_MAPS];
	struct uiomap_port_info ports[UIOMAP_MAX_PORTS];
	uint64_t lengths[UIOMAP_MAX_MAPS]; /* of the mappings, in bytes */
	struct map_source sources[UIOMAP_MAX_MAPS];
};

/*
 * Append the target of a link to a path. In sysfs ".." can be resolved
 * textually, because no component of a link's target is a link itself.
 */
void uiomap_i_follow(char *path, size_t size, const char *link);

/* Parse "MAJOR:MINOR", the content of `dev`; this changes text. */
bool uiomap_i_parse_dev(char *text, dev_t *dev);

/* Read the link to the device's kernel driver; "" if it has none. */
int uiomap_i_info_driver(int dirfd, unsigned int number, char driver[LINK_SIZE]);

/*
 * Take a snapshot of the device whose sysfs directory is dirfd. Success means
 * that the number is still that device's. driver: from uiomap_i_info_driver(),
 * or NULL to read it here.
 */
struct uiomap_info *uiomap_i_info_read(int dirfd, unsigned int number, const char *driver);

/*
 * Wait until the kernel has registered the device completely. The kernel
 * creates the device's directory before its attributes, and its node and uevent
 * before its maps.
 */
void uiomap_i_info_settle(int dirfd);

/* Set the memory types of the maps and the type of the interrupt, as far as the driver is known. */
int uiomap_i_info_memtypes(int dirfd, struct uiomap_info *info);

/* Does this driver mask the interrupt at each event? */
bool uiomap_i_driver_masks(const char *driver);

/* ---- pci.c ---- */

#define PCI_CONFIG_SIZE 4096 /* maximum: PCI Express Base Specification, section 7.2 */

/* Is it bound to uio_pci_generic? Then BARs and INTx masking are accessed through sysfs. */
bool uiomap_i_pci_generic(const struct uiomap_info *info);

/*
 * For a PCI device read its ids, and under uio_pci_generic and VFIO its BARs,
 * which replace the kernel's maps and ports.
 */
int uiomap_i_pci_read(int dirfd, struct uiomap_info *info);

/* ---- pci-config.c ---- */

/* Change the command register: unmask or mask INTx; turn bus mastering on. */
int uiomap_i_config_intx(struct uiomap_device *device, bool on);
int uiomap_i_config_bus_master(struct uiomap_device *device);

/*
 * For closing a node: read bus mastering, or set it if that is permitted. They
 * set no error text.
 */
bool uiomap_i_config_mastering(const struct uiomap_device *device);
void uiomap_i_config_set_mastering(const struct uiomap_device *device, bool on);

/* Read or write configuration space with the device's file in sysfs. */
int uiomap_i_sysfs_config(struct uiomap_device *device, size_t offset, void *value, size_t width,
			  bool write);

/* ---- match.c ---- */

/*
 * Does uioN or vfioN match? Reads from the class directory with as few system
 * calls as possible and without a snapshot. Ignores the selector's instance.
 * Returns 1, 0, or -1 with errno.
 */
int uiomap_i_match_number(const struct selector *selector, const struct backend *backend,
			  int classfd, unsigned int number);

/* Keep only the devices that match. Closes the scan and sets a text on failure. */
int uiomap_i_match_scan(struct class_scan *scan, const struct selector *selector,
			const struct backend *backend);

/* Does the device of this snapshot match? */
bool uiomap_i_match_info(const struct selector *selector, struct uiomap_info *info);

/* ---- find.c ---- */

/* Find the backend and number of the one device that matches. Errors as uiomap_find(). */
int uiomap_i_find_number(struct selector *selector, const char *text,
			 const struct backend **backend, unsigned int *number);

/* ---- uio-find.c ---- */

/* Collect the numbers of the UIO devices that match. */
int uiomap_i_uio_scan(struct class_scan *scan, struct selector *selector);
struct uiomap_info *uiomap_i_uio_snapshot(unsigned int number);

/* ---- vfio-find.c: the class directory of VFIO, which lists its devices ---- */

#define VFIO_CLASS UIOMAP_SYSFS "/class/vfio-dev"

/* Collect the numbers of the VFIO devices that match: N of vfioN. */
int uiomap_i_vfio_scan(struct class_scan *scan, struct selector *selector);
struct uiomap_info *uiomap_i_vfio_snapshot(unsigned int number);

/* Open the directory of vfioN. Fails with ENODEV if there is none. */
int uiomap_i_vfio_dir(unsigned int number);

/* Is this number the node's of the device, or of its IOMMU group? classfd: of VFIO_CLASS. */
bool uiomap_i_vfio_has_node(int classfd, const char *entry, dev_t node);

/* ---- vfio-info.c ---- */

/* As uiomap_i_info_read(), for vfioN. */
struct uiomap_info *uiomap_i_vfio_info_read(int dirfd, unsigned int number);

/* Was this directory's device unregistered? On Linux 6.1 only after its user has closed it. */
bool uiomap_i_vfio_gone(int dirfd);

/* As uiomap_i_fail_attr(). */
int uiomap_i_vfio_fail_attr(int dirfd, unsigned int number, const char *path);

/* ---- no-match.c ---- */

/*
 * Fail with ENODEV: no device matches. The text says what may be wrong with the
 * selector (if not NULL), and lists the devices that exist.
 */
int uiomap_i_fail_none(const struct selector *selector, const char *text);

/* ---- remedy.c ---- */

/*
 * The command that binds the device to uio_stub with one more setting, and
 * keeps the others: "uiomap bind pci:0000:01:00.0 take wc=1 dma=SIZE".
 */
#define REBIND_SIZE		   384
#define REBIND(info, how, setting) uiomap_i_rebind((char[REBIND_SIZE]){ 0 }, info, how, setting)
const char *uiomap_i_rebind(char buffer[REBIND_SIZE], const struct uiomap_info *info,
			    const char *how, const char *setting);

/*
 * As FILE_RIGHT, for files that uio_stub's devices give to the group only if
 * the device's line in uiomap.conf has this word (udev/access.h).
 */
#define WORD_RIGHT_SIZE (REBIND_SIZE + 160)
#define WORD_RIGHT(info, error, word)                                                              \
	uiomap_i_word_right((char[WORD_RIGHT_SIZE]){ 0 }, info, error, word)
const char *uiomap_i_word_right(char buffer[WORD_RIGHT_SIZE], const struct uiomap_info *info,
				int error, const char *word);

/* ---- device.c ---- */

struct uiomap_region {
	struct uiomap_region *next;
	struct uiomap_device *device;
	const struct uiomap_map_info *info;
	unsigned int flags;
	void *mapping;
	size_t length;
	volatile char *base;
	size_t size;
};

struct uiomap_dma {
	struct uiomap_dma *next; /* sorted by offset */
	struct dma_pool *pool;
	size_t offset;
	size_t size;
};

/* Memory that is mapped for the device, in whole pages. */
struct dma_memory {
	void *cpu;
	uint64_t bus;
	size_t size;
	bool foreign; /* it is the program's, and given to dma_get() */
};

/*
 * A backend is a kernel interface to a device. The objects (device, region,
 * irq, dma) use only these functions. Each function sets errno and the text.
 */
struct backend {
	const char *class, *prefix; /* its class directory, and how devices are named there */
	enum uiomap_backend kind;
	/* Collect the numbers of the devices that match. */
	int (*scan)(struct class_scan *scan, struct selector *selector);
	struct uiomap_info *(*snapshot)(unsigned int number);
	/* Find the device and take its snapshot. close() follows after a failure, too. */
	int (*open)(struct uiomap_device *device, unsigned int number);
	/* Lock the device as its flags say, after it was found to be the right one. */
	int (*hold)(struct uiomap_device *device);
	/*
	 * Open what interrupts and DMA need and open() has postponed. Afterwards device->fd is
	 * valid. For controllers only.
	 */
	int (*need)(struct uiomap_device *device);
	/* Release the device; preserves errno. */
	void (*close)(struct uiomap_device *device);
	/* Was the device removed, even if another one has its number now? Sets no text. */
	bool (*removed)(const struct uiomap_device *device);
	/*
	 * Map one of its maps as a whole, with UIOMAP_MAP_ flags. Returns MAP_FAILED on failure.
	 * The caller unmaps it with munmap(2).
	 */
	void *(*map)(struct uiomap_device *device, unsigned int index, unsigned int flags);
	/* Enable or disable its interrupt. Fails with ENOSYS if the driver can't. */
	int (*irq_switch)(struct uiomap_device *device, bool enable);
	/*
	 * Read the number of interrupts so far from device->fd. Fails with EAGAIN, without a text,
	 * if it hasn't changed.
	 */
	int (*irq_read)(struct uiomap_device *device, uint32_t *total);
	/* Read the same from sysfs, without device->fd, into device->node_total. */
	int (*irq_total)(struct uiomap_device *device);
	/* A descriptor that is readable if device->fd is, or if the device goes. NULL: device->fd. */
	int (*irq_fd)(struct uiomap_device *device);
	/* Permit the device to access DMA memory. */
	int (*start_dma)(struct uiomap_device *device);
	/*
	 * Allocate memory, unless it is foreign, and map it for the device; undo that, also after
	 * close(). NULL: DMA memory is a map of the device, or hugepages.
	 */
	int (*dma_get)(struct uiomap_device *device, size_t size, size_t align,
		       struct dma_memory *memory);
	void (*dma_put)(struct uiomap_device *device, const struct dma_memory *memory);
	/* Read or write configuration space. */
	int (*config)(struct uiomap_device *device, size_t offset, void *value, size_t width,
		      bool write);
	/*
	 * Returns the device's descriptor, and where in it one of its port regions begins. NULL:
	 * port.c uses sysfs or instructions.
	 */
	int (*port)(struct uiomap_device *device, unsigned int index, off_t *begin);
};

struct uiomap_device {
	const struct backend *backend;
	struct uiomap_info *info;
	int fd; /* /dev/uioN; -1 until needed under uio_pci_generic. VFIO: eventfd of interrupts */
	int lockfd; /* a BAR's file, locked instead of the node under uio_pci_generic; or -1 */
	/* its directory in sysfs; stays with this device even if its number is reused */
	int dirfd;
	int wakefd; /* eventfd, or -1 */
	/* VFIO: eventfd, readable when the kernel asks to release the device; else -1 */
	int gonefd;
	struct vfio *vfio;
	int configfd; /* its PCI configuration space, or -1 until needed */
	bool config_writable;
	unsigned int flags;
	bool held;	  /* fd was checked and locked */
	bool nonblocking; /* O_NONBLOCK is set on fd */
	bool unmaskable;  /* the kernel driver answered ENOSYS */
	/* interrupt is enabled; used only if the driver doesn't mask it at each event */
	bool enabled;
	uint32_t total; /* the kernel's count when interrupts were last reported */
	/* interrupts when fd was opened, which read(2) doesn't report; then the last total */
	uint32_t node_total;
	struct uiomap_region *regions;
	struct uiomap_port *ports;
	struct dma_pool *pools;
	size_t buffers; /* DMA buffers that were not freed */
};

/* ---- removed.c ---- */

/* Fail with ENODEV: the device was removed. */
int uiomap_i_fail_gone(const struct uiomap_device *device);

/* Fail with ENOTSUP: the device has no interrupt. Or with ENODEV, if it was removed. */
int uiomap_i_fail_no_irq(const struct uiomap_device *device);

/* ---- map-names.c ---- */

/* The names of a device's maps or port regions. */
struct names {
	const struct uiomap_info *info;
	const char *what; /* "map" */
	unsigned int count;
	const char *names[UIOMAP_MAX_MAPS];
};

struct names uiomap_i_names_of_maps(const struct uiomap_info *info);
struct names uiomap_i_names_of_ports(const struct uiomap_info *info);

/* Returns index; or fails with ERANGE if there is no such map. */
int uiomap_i_names_index(const struct names *names, unsigned int index);

/*
 * Returns the index of the one with this name. Fails with ERANGE, with the
 * caller's hint in the text, or with ENOTUNIQ.
 */
int uiomap_i_names_find(const struct names *names, const char *name, const char *hint);

/* ---- node-open-error.c ---- */

/*
 * Report a failed open(2) of a node, by errno: no permission, or another cause.
 * advice: how the user gets the right to open it.
 */
int uiomap_i_fail_node_right(const char *label, const char *node, const char *advice);

/* Report a failed open(2) of a node, by errno. There is no snapshot yet. */
int uiomap_i_fail_node_open(unsigned int number, int dirfd, const char *node);

/* ---- uio-node.c ---- */

/*
 * Does the library open the node of this driver's devices only when it is
 * needed? driver may be a link to it.
 */
bool uiomap_i_node_waits(const char *driver);

/* Read how many interrupts there were before open(2): read(2) counts from there. */
int uiomap_i_node_baseline(struct uiomap_device *device, unsigned int number);

/* Open the node. Needs no snapshot. */
int uiomap_i_node_open(struct uiomap_device *device, unsigned int number);

/* Lock the device as its flags say. Needs the snapshot. A node that isn't open may stay closed. */
int uiomap_i_node_hold(struct uiomap_device *device);

/* Open the node if it isn't open. For controllers only. */
int uiomap_i_node_need(struct uiomap_device *device);

/* Close the node. Preserves errno and sets no text. */
void uiomap_i_node_close(struct uiomap_device *device);

/* ---- uio-backend.c, uio-map.c, uio-irq.c: the kernel's UIO ---- */

extern const struct backend uiomap_i_uio_backend;
extern const struct backend uiomap_i_vfio_backend;

void *uiomap_i_uio_map(struct uiomap_device *device, unsigned int index, unsigned int flags);
int uiomap_i_uio_irq_switch(struct uiomap_device *device, bool enable);
int uiomap_i_uio_irq_read(struct uiomap_device *device, uint32_t *total);

/* ---- region.c ---- */

/* Returns the device's region that contains addr, or NULL. Async-signal-safe. */
struct uiomap_region *uiomap_i_region_at(const struct uiomap_device *device, const void *addr);

/* ---- guard.c ---- */

/* Has the program installed the SIGBUS handler? */
bool uiomap_i_guard_installed(void);

/* ---- dma.c ---- */

struct dma_pool {
	struct dma_pool *next;
	struct uiomap_device *device;
	struct uiomap_dma *buffers; /* sorted by offset */
	bool in_map;  /* the coherent map (also one of the device's regions), not a hugepage */
	bool mapped;  /* by the backend's dma_get() */
	bool foreign; /* memory of the program, mapped by dma_get() */
	char *cpu;
	uint64_t bus;
	size_t size;
};

/* Append a pool, so that older ones are filled first. */
struct dma_pool *uiomap_i_pool_add(struct uiomap_device *device, struct dma_pool content);

/* Find a place for the buffer. Returns 1, 0 if there is none, -1 with errno and text on failure. */
int uiomap_i_pool_place(struct dma_pool *pool, struct uiomap_dma *dma, size_t size, size_t align);

/*
 * Free all DMA memory. Call it last: the memory must not be reused before the
 * device has stopped.
 */
void uiomap_i_dma_close(struct uiomap_device *device);

/* ---- dma-map.c: memory that the backend maps for the device ---- */

bool uiomap_i_dma_from_backend(struct uiomap_device *device, struct uiomap_dma *dma, size_t size,
			       size_t align);

/* Unmap a pool that is no longer used. */
void uiomap_i_pool_unmap(struct dma_pool *pool);

/* ---- dma-range-lock.c: which controller uses which bytes of the coherent map ---- */

/*
 * Lock these bytes for this handle. Returns 1; 0 with *end if another handle
 * has some of them, up to *end; -1 with errno and text on failure.
 */
int uiomap_i_range_take(const struct uiomap_device *device, size_t begin, size_t size, size_t *end);
void uiomap_i_range_give_back(const struct uiomap_device *device, size_t begin, size_t size);

/* Add to *room the bytes from begin to limit that no other handle has locked. */
struct room {
	size_t left, largest;
	bool others; /* another handle has a part */
};
void uiomap_i_range_room(const struct uiomap_device *device, size_t begin, size_t limit,
			 struct room *room);

/*
 * Under uio_pci_generic, which has no coherent map: mark that this controller
 * has the node open; ask whether another controller has it open.
 */
int uiomap_i_range_mark(const struct uiomap_device *device);
bool uiomap_i_range_marked(const struct uiomap_device *device);

/* ---- hugepage.c ---- */

/* The size of a hugepage. 0 with errno and text if this machine has none. */
size_t uiomap_i_hugepage_size(const struct uiomap_device *device);

/*
 * Fails, with errno and text, if the device's addresses are not, or may not be,
 * physical addresses.
 */
int uiomap_i_hugepage_refused(const struct uiomap_device *device);

/*
 * Map a zeroed hugepage for the device and find its physical address. Returns
 * MAP_FAILED with errno and text on failure. The caller unmaps it with
 * munmap(2).
 */
void *uiomap_i_hugepage_map(const struct uiomap_device *device, size_t size, uint64_t *physical);

/* ---- lock-owner.c ---- */

/*
 * Describe the processes that hold a lock on this file: '"fb-demo" (pid 4711)';
 * "a process that can't be seen from here" if none is found. If self is not
 * NULL, one lock of this process is left out: its own.
 */
void uiomap_i_lock_owners(const struct stat *node, const struct uiomap_device *self, char *buffer,
			  size_t size);

/* Count the visible locks on this file; if alone, only exclusive locks. */
unsigned int uiomap_i_locks_on(const struct stat *node, bool alone);

/* ---- uevent.c ---- */

enum uevent_type { UEVENT_ADD, UEVENT_REMOVE, UEVENT_READY };

struct uevent {
	/* added, removed, or set up by udevd after it was added */
	enum uevent_type type;
	unsigned int number;
	uint64_t seqnum; /* the kernel's sequence number; udevd's event has the same one */
};

struct uevents {
	struct udev *udev;
	struct udev_monitor *kernel, *udevd;
	/* if either is readable, call uiomap_i_uevents_next() */
	int kernel_fd, udevd_fd;
	struct uevent held; /* udevd's event, until the kernel's earlier ones are delivered */
	bool holds;
};

int uiomap_i_uevents_listen(struct uevents *u);
void uiomap_i_uevents_close(struct uevents *u);

/*
 * Receive the next event. Returns 1; 0 if there is none now; -1 with errno
 * ENOBUFS if the kernel dropped events.
 */
int uiomap_i_uevents_next(struct uevents *u, struct uevent *event);

/* Does udevd run? It may have been killed and have left its control socket, so limit each wait. */
bool uiomap_i_uevents_udevd(void);

/* Has udevd processed the device's rules? */
bool uiomap_i_uevents_initialized(struct uevents *u, unsigned int number);

/* ---- monitor-events.c ---- */

struct event;

/* Append an event. It owns info on success. */
int uiomap_i_events_add(struct event **events, enum uiomap_event type, struct uiomap_info *info);

/* Remove and return the first event. The list must not be empty. The caller owns info. */
enum uiomap_event uiomap_i_events_take(struct event **events, struct uiomap_info **info);

void uiomap_i_events_free(struct event **events);

/* ---- deadline.c ---- */

/* The absolute end of a timeout that begins now; UIOMAP_FOREVER stays. */
int64_t uiomap_i_deadline(int64_t timeout_ns);

/* ppoll(2) until an absolute time. Returns 0 only after that time. */
struct pollfd;
int uiomap_i_poll_until(struct pollfd *fds, unsigned int count, int64_t end);

#endif /* UIOMAP_INTERNAL_H */
