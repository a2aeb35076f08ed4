/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * uio_dummy: simulated hardware. One struct dummy is one simulated device.
 *
 * core.c        it appears and disappears: the platform device
 * configfs.c    what it is to be
 * stimulus.c    what is done to it while it is live, by sysfs
 * irq.c         its interrupt line
 * iommu.c       its DMA operations: a small simulated IOMMU
 * map-memory.c         its memory; pages.c: of the physical kinds
 * deferred-free.c  memory that processes may still reach when the device has gone
 * uio-direct.c        registers the devices that no driver can be bound to with the UIO core
 * model-memory.c, model-resources.c, model-counter.c, model-framebuffer.c (scanout.c), model-ring.c
 * (ring-message.c; engine.c)
 *               the models: how it behaves
 */
#ifndef DUMMY_H
#define DUMMY_H

#include <linux/atomic.h>
#include <linux/configfs.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/uio_driver.h>
#include <linux/version.h>

#include "../uio_dummy.h"

struct dummy;

/* What a model adds to a device. Callbacks may be NULL. */
struct dummy_model {
	const char *name;
	u32 id; /* UIO_DUMMY_MODEL_*, of those with registers */
	/*
	 * Are the model's own values in range, and do they go together? 0 or -EINVAL. d->lock held.
	 * Asked at each write to configfs, whatever model is chosen, so that choosing one can't
	 * fail.
	 */
	int (*check)(const struct dummy *d);
	/*
	 * Allocate memory with dummy_mem_add() (the registers are there already), start the engine.
	 * d->lock held.
	 */
	int (*start)(struct dummy *d);
	/*
	 * Stop the engine: nothing may touch the device's memory afterwards. d->lock held; its
	 * driver is gone.
	 */
	void (*stop)(struct dummy *d);
	/*
	 * The line was unmasked: look at the registers now. Hard irq context; between start and
	 * stop.
	 */
	void (*kick)(struct dummy *d);
	/*
	 * `trigger` and `burst`: n events at once, of the model's own kind. NULL: n interrupt
	 * events.
	 */
	void (*events)(struct dummy *d, u32 n);
	/* Stimulus attributes of this model alone. */
	const struct attribute_group *group;
};

extern const struct dummy_model dummy_memory, dummy_resources, dummy_counter, dummy_framebuffer,
	dummy_ring;

enum dummy_kind {
	DUMMY_PHYSICAL,
	DUMMY_PREFETCHABLE,
	DUMMY_PORT,
	DUMMY_LOGICAL,
	DUMMY_VIRTUAL,
	DUMMY_COHERENT
};
enum dummy_irq_type { DUMMY_IRQ_NONE, DUMMY_IRQ_LEVEL, DUMMY_IRQ_EDGE };

/* One map as configured. */
struct dummy_map {
	enum dummy_kind kind;
	u32 offset; /* sub-page start, bytes */
	u32 size;   /* bytes */
	char name[32];
};

/* One resource as configured: of model "resources". */
struct dummy_resource {
	unsigned int kind; /* model-resources.c */
	u64 start, size;
	char name[32];
};

#define DUMMY_MAX_RESOURCES 16
#define DUMMY_MAX_MAPS	    MAX_UIO_MAPS
#define DUMMY_MAX_PORTS	    MAX_UIO_PORT_REGIONS
#define DUMMY_PORTS	    65536u /* most ports in one port map */

/* What configfs sets; immutable while live. */
struct dummy_config {
	const struct dummy_model *model;
	enum dummy_irq_type irq;
	bool irq_chosen; /* else it follows the model */
	struct dummy_map maps[DUMMY_MAX_MAPS + DUMMY_MAX_PORTS];
	unsigned int nmaps;
	struct dummy_resource resources[DUMMY_MAX_RESOURCES];
	unsigned int nresources;
	char label[64];					  /* empty: the device's name */
	u32 width, height, format, refresh_hz, vram_size; /* framebuffer */
	u32 vram_prefetchable;
	u32 ring_size, max_length; /* ring */
};

/* Memory of a device, as the device (the kernel's side) sees it: one per map. */
struct dummy_mem {
	enum dummy_kind kind;
	void *base;  /* page-aligned allocation */
	void *start; /* base + offset: where the device's bytes begin */
	size_t size; /* device's bytes, from start */
	size_t pages;
	dma_addr_t bus; /* coherent only: of base */
	char name[32];
};

/* Stimulus and faults; written by sysfs, consumed by the engines. */
struct dummy_faults {
	atomic_t lose_irq;
	atomic_t corrupt;
	atomic_t error;
	bool stall;
	u64 delay_irq_ns;
};

struct dummy {
	struct config_group group;
	/*
	 * The files of configfs, and `unplug` of sysfs, are written by whoever
	 * has them open, at the same time: this makes each write one step.
	 * Covers config and all that is there "while live".
	 *
	 * Held while the platform device is deleted, which waits for its sysfs
	 * files: those must not take it (`unplug` lets go of itself first).
	 */
	struct mutex lock;
	struct dummy_config config;
	bool live;
	int id;			      /* while live: N of uio_dummy.N */
	struct platform_device *pdev; /* while live */
	const struct attribute_group *groups[3];
	struct dummy_mem mem[DUMMY_MAX_MAPS];
	unsigned int nmem;
	void *regs; /* mem[0].start of models with registers, else NULL */
	struct dummy_faults faults;
	void *priv;		   /* the model's own, from start to stop */
	struct dummy_irq *irq;	   /* while live */
	struct dummy_iommu *iommu; /* while live */
	/* deferred-free.c: UIO devices that may have left mappings behind */
	struct list_head holders;
};

static inline struct dummy *to_dummy(struct config_item *item)
{
	return container_of(to_config_group(item), struct dummy, group);
}

static inline const char *dummy_name(const struct dummy *d)
{
	return d->group.cg_item.ci_name;
}

/* The device's registers. */
static inline u32 dummy_read(const struct dummy *d, u32 reg)
{
	return READ_ONCE(*(u32 *)(d->regs + reg));
}

static inline void dummy_write(struct dummy *d, u32 reg, u32 value)
{
	WRITE_ONCE(*(u32 *)(d->regs + reg), value);
}

static inline void dummy_write64(struct dummy *d, u32 reg, u64 value)
{
	WRITE_ONCE(*(u64 *)(d->regs + reg), value);
}

/* core.c: plug and unplug: d->lock held. */
int dummy_plug(struct dummy *d);
void dummy_unplug(struct dummy *d);
/*
 * The simulated device behind a platform device's struct device: valid in its attributes, driver
 * and DMA operations.
 */
struct dummy *dummy_of(struct device *dev);
/* Is it one of ours at all? */
bool dummy_is(struct device *dev);
/* As a driver finds it before probe. */
struct uio_info *dummy_uio_info(struct device *dev);
/* Where map, its n-th of ports, begins. */
u64 dummy_port(const struct dummy *d, const struct dummy_map *map, unsigned int n);
/* Its UIO device, with a reference that the caller puts, or NULL. */
struct device *dummy_uio_device(struct device *dev);

/* configfs.c */
int dummy_configfs_init(void);
void dummy_configfs_exit(void);
/* A number in decimal or 0x…, and nothing else: 0 or -EINVAL. */
int dummy_parse(const char *text, u64 max, u64 *value);

/* stimulus.c */
extern const struct attribute_group dummy_stimulus_group;

/*
 * map-memory.c: allocate a map of the given kind, zeroed, and append it to d->mem.
 * The kernel's own mapping of physical memory is made uncached, as a driver
 * will map it; prefetchable memory is left write-back (whoever maps it reserves
 * its memory type). NULL: -ENOMEM, told in the log.
 */
struct dummy_mem *dummy_mem_add(struct dummy *d, const struct dummy_map *map);
/*
 * Free it, unless a process may still reach it (deferred-free.c). The platform device is deleted
 * but still there.
 */
void dummy_mem_remove(struct dummy *d);
void dummy_mem_free(const struct dummy_mem *mem);

/* pages.c: zeroed; to be freed with the same arguments */
void *dummy_pages_alloc(size_t pages, bool uncached);
void dummy_pages_free(void *base, size_t pages, bool uncached);
void dummy_pages_exit(void);

/* deferred-free.c */
void dummy_hold(struct dummy *d, struct device *uio); /* takes over the reference to uio */
/* free d->mem when nobody can reach it any more */
void dummy_deferred_free(struct dummy *d);
void dummy_deferred_free_exit(void);

/*
 * irq.c: n events: IRQ_SEQ + n and, unless lost, delayed or disabled, n
 * interrupts (of an edge line). Any context.
 */
void dummy_irq_events(struct dummy *d, u32 n);
static inline void dummy_irq_event(struct dummy *d)
{
	dummy_irq_events(d, 1);
}
int dummy_irq_add(struct dummy *d);
void dummy_irq_quiet(struct dummy *d); /* no model->kick() any more */
void dummy_irq_remove(struct dummy *d);
unsigned int dummy_irq_line(const struct dummy *d); /* Linux interrupt number, 0: none */
/* wait until what is due is delivered; process context */
void dummy_irq_settle(struct dummy *d);
ssize_t dummy_irq_stats(struct dummy *d, char *page);

/*
 * iommu.c: kernel address of [bus, bus + len) if all of it lies in one window
 * of DMA memory, else NULL and a DMA fault is counted. The window can't be
 * freed before the matching dummy_dma_put(). May be nested; not in interrupts.
 */
void *dummy_dma_get(struct dummy *d, u64 bus, size_t len);
void dummy_dma_put(struct dummy *d);
u32 dummy_dma_faults(struct dummy *d);
int dummy_iommu_add(struct dummy *d);
void dummy_iommu_attach(struct device *dev);
void dummy_iommu_remove(struct dummy *d);

/* A name is one word wherever it is shown, and no part of a path. */
int dummy_parse_name(char to[32], const char *name);

/* model-resources.c: the text of `resources`; one as the kernel knows it */
int dummy_resources_parse(struct dummy_config *config, char *text);
ssize_t dummy_resources_print(const struct dummy_config *config, char *page);
struct resource dummy_resource(const struct dummy_resource *r);

/* model-memory.c: the text of `maps` */
int dummy_maps_parse(struct dummy_config *config, char *text);
ssize_t dummy_maps_print(const struct dummy_config *config, char *page);

/* uio-direct.c */
bool dummy_is_direct(const struct dummy *d); /* has maps that are no resources */
int dummy_direct_init(void);
void dummy_direct_exit(void);

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

#endif /* DUMMY_H */
