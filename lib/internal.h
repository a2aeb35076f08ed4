/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What the library's files share. Everything is compiled with hidden
 * visibility; only what uiomap.h declares is seen from outside.
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

/* The unit tests set this to a relative path of a tree of their own. */
#ifndef UIOMAP_RUN
#define UIOMAP_RUN "/run"
#endif

/*
 * In a static library hidden visibility hides nothing: what the files share
 * goes by longer names there, so that it never meets a program's own.
 */

/* ---- error.c ---- */

/*
 * What it takes to use a PCI device's files in sysfs, by errno: open(2) asks for the right
 * (EACCES), the use for no lockdown (EPERM).
 */
#define FILE_RIGHT(error)                                                                          \
	((error) == EPERM ?                                                                        \
		 "the kernel is locked down (man kernel_lockdown)" :                               \
		 "that takes root or, by uiomap's udev rules, the group uio (man uiomap.conf)")

/* 'uio3 "counter"' */
#define LABEL_SIZE  (QUOTE_SIZE + 24)
#define LABEL(info) uiomap_i_label((char[LABEL_SIZE]){ 0 }, info)
const char *uiomap_i_label(char buffer[LABEL_SIZE], const struct uiomap_info *info);

/* A time for people: "1.5 s", "20 ms". */
#define DURATION_SIZE 32
#define DURATION(ns)  uiomap_i_duration((char[DURATION_SIZE]){ 0 }, ns)
const char *uiomap_i_duration(char buffer[DURATION_SIZE], int64_t ns);

/* ---- geometry.c: where the device's memory is in a mapping ---- */

struct uiomap_i_geometry {
	uint64_t addr;	 /* where the device's memory begins */
	uint64_t size;	 /* usable bytes from there */
	uint32_t start;	 /* where that is in the mapping */
	uint64_t length; /* of the mapping: whole pages */
};

/* From sysfs addr, size and offset. NULL; or what is wrong with them. */
const char *uiomap_i_geometry(uint64_t addr, uint64_t size, uint64_t offset, uint64_t page,
			      struct uiomap_i_geometry *out);

/* ---- info.c ---- */

/* What is opened to map a map. */
struct map_source {
	char file[24]; /* of a BAR, relative to the device's directory; "": none */
	int index;     /* number of the kernel's UIO map; -1: none */
};

struct uiomap_info {
	unsigned int number;
	dev_t rdev;
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

/* The link to its kernel driver, "" if it has none. */
int uiomap_i_info_driver(int dirfd, unsigned int number, char driver[LINK_SIZE]);

/*
 * A snapshot of the device whose directory dirfd is. As long as this works, the number is that
 * device's. driver: from uiomap_i_info_driver(); NULL: it is read here.
 */
struct uiomap_info *uiomap_i_info_read(int dirfd, unsigned int number, const char *driver);

/*
 * Wait until the kernel is done with registering this device: its directory comes
 * before its attributes, its node and uevent before its maps.
 */
void uiomap_i_info_settle(int dirfd);

/* Fill in the kinds of maps and interrupt from what is known of the driver. */
int uiomap_i_info_memtypes(int dirfd, struct uiomap_info *info);

/* Known to mask its interrupt at each event, if it has one. */
bool uiomap_i_driver_masks(const char *driver);

/* ---- pci.c ---- */

#define PCI_CONFIG_SIZE 4096 /* the most: PCI Express Base Specification, section 7.2 */

/* Bound to uio_pci_generic, whose BARs and whose interrupt's mask are reached through sysfs. */
bool uiomap_i_pci_generic(const struct uiomap_info *info);

/* On PCI: ids, and under uio_pci_generic the BARs in place of the kernel's maps and ports. */
int uiomap_i_pci_read(int dirfd, struct uiomap_info *info);

/* ---- pci-config.c ---- */

/* Command register: INTx unmasked or masked; bus mastering on. */
int uiomap_i_config_intx(struct uiomap_device *device, bool on);
int uiomap_i_config_bus_master(struct uiomap_device *device);

/* For the close of a node: is bus mastering on; turn it on or off, if that is allowed. No text. */
bool uiomap_i_config_mastering(const struct uiomap_device *device);
void uiomap_i_config_set_mastering(const struct uiomap_device *device, bool on);

/* ---- match.c ---- */

/*
 * Does uioN, of the class directory, match? As few system calls as will do, no snapshot. 1, 0, or
 * -1 with errno. An instance is not looked at.
 */
int uiomap_i_match_number(const struct selector *selector, int classfd, unsigned int number);

/* Does the device of this snapshot? */
bool uiomap_i_match_info(const struct selector *selector, struct uiomap_info *info);

/* ---- find.c ---- */

/* The number of the one device that matches, with the errors of uiomap_find(). */
int uiomap_i_find_number(struct selector *selector, const char *text, unsigned int *number);

/* ---- suggest.c ---- */

/*
 * ENODEV: nothing matches; what may be wrong with the selector (NULL: nothing), and what there is.
 */
int uiomap_i_fail_none(const struct selector *selector, const char *text);

/*
 * How uio_stub gets the device with this setting and those that it has: "uiomap bind
 * pci:0000:01:00.0 take wc=1 dma=SIZE".
 */
#define REBIND_SIZE		   384
#define REBIND(info, how, setting) uiomap_i_rebind((char[REBIND_SIZE]){ 0 }, info, how, setting)
const char *uiomap_i_rebind(char buffer[REBIND_SIZE], const struct uiomap_info *info,
			    const char *how, const char *setting);

/*
 * As FILE_RIGHT, for what the group has under uio_stub only by a word of the device's line
 * (udev/access.h).
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
	struct uiomap_dma *next; /* in rising order of their offsets */
	struct dma_pool *pool;
	size_t offset;
	size_t size;
};

/*
 * A way to a device: all that the objects (device, region, irq, dma) ask of the
 * kernel's interface by which it is driven. Each function sets errno and the text.
 */
struct backend {
	/* Find the device and take its snapshot. On failure too, close() follows. */
	int (*open)(struct uiomap_device *device, unsigned int number);
	/* It is the one that was meant: lock it as its flags say. */
	int (*hold)(struct uiomap_device *device);
	/*
	 * What was put off until it is needed, for interrupts and DMA: after this, device->fd is
	 * there. For controllers only.
	 */
	int (*need)(struct uiomap_device *device);
	/* Let go of it; keeps errno. */
	void (*close)(struct uiomap_device *device);
	/* Is it gone, whoever has its number now? Sets no text. */
	bool (*removed)(const struct uiomap_device *device);
	/*
	 * Map one of its maps as a whole, with UIOMAP_MAP_ flags; MAP_FAILED. To be unmapped by
	 * munmap(2).
	 */
	void *(*map)(struct uiomap_device *device, unsigned int index, unsigned int flags);
	/* Enable or disable its interrupt. ENOSYS: that can't be done. */
	int (*irq_switch)(struct uiomap_device *device, bool enable);
	/*
	 * The number of its interrupts so far, by device->fd. EAGAIN without a text: it hasn't
	 * changed.
	 */
	int (*irq_read)(struct uiomap_device *device, uint32_t *total);
	/* The same without device->fd, into device->node_total. */
	int (*irq_total)(struct uiomap_device *device);
	/* From now on it may reach DMA memory. */
	int (*start_dma)(struct uiomap_device *device);
};

struct uiomap_device {
	const struct backend *backend;
	struct uiomap_info *info;
	int fd;	    /* /dev/uioN; -1 until it is needed, under uio_pci_generic */
	int lockfd; /* a BAR's file, locked there in place of the node; or -1 */
	/* its directory in sysfs: tells whether it is gone, whoever has the number now */
	int dirfd;
	int wakefd;   /* eventfd, or -1 */
	int configfd; /* its PCI configuration space, once that was needed, or -1 */
	bool config_writable;
	unsigned int flags;
	bool held;	  /* fd is the device's and locked */
	bool nonblocking; /* O_NONBLOCK is set on fd */
	bool unmaskable;  /* the kernel driver answered ENOSYS */
	/*
	 * nothing has disabled it since it was last enabled; only of use where it isn't masked by
	 * itself
	 */
	bool enabled;
	uint32_t total; /* interrupts, as the kernel counted at the last look */
	/* interrupts when fd was opened, which read(2) does not tell of; then the last total */
	uint32_t node_total;
	struct uiomap_region *regions;
	struct uiomap_port *ports;
	struct dma_pool *pools;
	size_t buffers; /* of DMA memory, that were not given back */
};

/* ---- removed.c ---- */

/* ENODEV, with its text. */
int uiomap_i_fail_gone(const struct uiomap_device *device);

/* ENOTSUP, or ENODEV: it has no interrupt, or is gone. */
int uiomap_i_fail_no_irq(const struct uiomap_device *device);

/* ---- map-names.c ---- */

/* Of a device's maps, or port regions. */
struct names {
	const struct uiomap_info *info;
	const char *what; /* "map" */
	unsigned int count;
	const char *names[UIOMAP_MAX_MAPS];
};

struct names uiomap_i_names_of_maps(const struct uiomap_info *info);
struct names uiomap_i_names_of_ports(const struct uiomap_info *info);

/* The index, if there is one; or ERANGE. */
int uiomap_i_names_index(const struct names *names, unsigned int index);

/* The index of the one that has the name; or ERANGE, with a hint of the caller's, ENOTUNIQ. */
int uiomap_i_names_find(const struct names *names, const char *name, const char *hint);

/* ---- uio-node.c ---- */

/*
 * Does the library keep the node of this driver's devices closed until it is needed? `driver` may
 * be a link to it.
 */
bool uiomap_i_node_waits(const char *driver);

/* How many interrupts there were before open(2): the kernel's listener begins to count there. */
int uiomap_i_node_baseline(struct uiomap_device *device, unsigned int number);

/* open(2). There need not be a snapshot yet. */
int uiomap_i_node_open(struct uiomap_device *device, unsigned int number);

/*
 * Lock the device as its flags say; it has its snapshot. A node that isn't open yet may stay
 * closed.
 */
int uiomap_i_node_hold(struct uiomap_device *device);

/* Open the node, if it isn't open yet. For controllers only. */
int uiomap_i_node_need(struct uiomap_device *device);

/* Keeps errno, sets no text. */
void uiomap_i_node_close(struct uiomap_device *device);

/* ---- uio-backend.c, uio-map.c, uio-irq.c: the kernel's UIO ---- */

extern const struct backend uiomap_i_uio_backend;

void *uiomap_i_uio_map(struct uiomap_device *device, unsigned int index, unsigned int flags);
int uiomap_i_uio_irq_switch(struct uiomap_device *device, bool enable);
int uiomap_i_uio_irq_read(struct uiomap_device *device, uint32_t *total);

/* ---- region.c ---- */

/* The region of the device that addr is in, or NULL. Async-signal-safe. */
struct uiomap_region *uiomap_i_region_at(const struct uiomap_device *device, const void *addr);

/* ---- guard.c ---- */

/* Can uiomap_guard() be called? */
bool uiomap_i_guard_installed(void);

/* ---- dma.c ---- */

/* Give back all DMA memory. Last of all: it may be no one else's before the device has stopped. */
void uiomap_i_dma_close(struct uiomap_device *device);

/* ---- dma-range.c: bytes of the coherent map, of which each is one controller's ---- */

/*
 * Take these bytes for this handle: 1; 0 if another handle has some of them, which end at *end; -1
 * with errno and text.
 */
int uiomap_i_range_take(const struct uiomap_device *device, size_t begin, size_t size, size_t *end);
void uiomap_i_range_give_back(const struct uiomap_device *device, size_t begin, size_t size);

/* Add to *room the bytes from begin to limit that no other handle has. */
struct room {
	size_t left, largest;
	bool others; /* somebody else has a part */
};
void uiomap_i_range_room(const struct uiomap_device *device, size_t begin, size_t limit,
			 struct room *room);

/*
 * Under uio_pci_generic, where there is no such map: note that a controller has the node open; ask
 * whether another has.
 */
int uiomap_i_range_mark(const struct uiomap_device *device);
bool uiomap_i_range_marked(const struct uiomap_device *device);

/* ---- hugepage.c ---- */

/* Bytes of one. 0 with errno and text if this machine has none. */
size_t uiomap_i_hugepage_size(const struct uiomap_device *device);

/*
 * Would a physical address be wrong, or is nothing known of what the device makes of it? Then errno
 * and text.
 */
int uiomap_i_hugepage_refused(const struct uiomap_device *device);

/*
 * One, for the device: zeroed, and where it is physically. MAP_FAILED with errno and text. To be
 * unmapped by munmap(2).
 */
void *uiomap_i_hugepage_map(const struct uiomap_device *device, size_t size, uint64_t *physical);

/* ---- lock-owner.c ---- */

/*
 * Who holds a lock on this file: '"fb-demo" (pid 4711)'; "a process that can't be seen from here"
 * if so. But for one of this process, if self is given: its own.
 */
void uiomap_i_lock_owners(const struct stat *node, const struct uiomap_device *self, char *buffer,
			  size_t size);

/*
 * How many locks on this file can be seen from here; only those that keep all others off, if alone.
 */
unsigned int uiomap_i_locks_on(const struct stat *node, bool alone);

/* ---- uevent.c ---- */

enum uevent_type { UEVENT_ADD, UEVENT_REMOVE, UEVENT_READY };

struct uevent {
	/* it came, it went, or it came earlier and now udevd has set it up */
	enum uevent_type type;
	unsigned int number;
	uint64_t seqnum; /* the kernel's; udevd passes it on */
};

struct uevents {
	struct udev *udev;
	struct udev_monitor *kernel, *udevd;
	/* either readable: there may be something for uiomap_i_uevents_next() */
	int kernel_fd, udevd_fd;
	struct uevent held; /* udevd's, until the kernel's before it are told of */
	bool holds;
};

int uiomap_i_uevents_listen(struct uevents *u);
void uiomap_i_uevents_close(struct uevents *u);

/* The next one: 1; 0 if there is none for now; -1 with errno ENOBUFS if some were lost. */
int uiomap_i_uevents_next(struct uevents *u, struct uevent *event);

/* Is there a udevd, to whom one would have to wait? It may have died without a word. */
bool uiomap_i_uevents_udevd(void);

/* Has udevd set up the device? */
bool uiomap_i_uevents_initialized(struct uevents *u, unsigned int number);

/* ---- monitor-events.c ---- */

struct event;

/* Behind the others. Takes over info, if it succeeds. */
int uiomap_i_events_add(struct event **events, enum uiomap_event type, struct uiomap_info *info);

/* The first of them, of which there is one; info is the caller's then. */
enum uiomap_event uiomap_i_events_take(struct event **events, struct uiomap_info **info);

void uiomap_i_events_free(struct event **events);

/* ---- deadline.c ---- */

/* When a timeout that begins now is over; UIOMAP_FOREVER stays. */
int64_t uiomap_i_deadline(int64_t timeout_ns);

/* ppoll(2) until an absolute time; 0 once it is over, never before. */
struct pollfd;
int uiomap_i_poll_until(struct pollfd *fds, unsigned int count, int64_t end);

#endif /* UIOMAP_INTERNAL_H */
