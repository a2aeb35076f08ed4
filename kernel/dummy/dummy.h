/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * uio_dummy: simulated hardware. One struct dummy is one simulated device.
 *
 * module.c      loading and unloading
 * configfs.c    its configuration
 * core.c        adds and removes it
 * stimulus.c    events and faults while it is live, through sysfs
 * uio-direct.c  registers devices with UIO that no other driver can be bound to
 * models.c      the list of models
 * model-memory.c, model-resources.c, model-counter.c, model-framebuffer.c (scanout.c, crc.c),
 * model-ring.c (ring-message.c); engine.c
 *               the models: its behaviour
 * irq.c         its interrupt line
 * iommu.c       its DMA operations: a small simulated IOMMU
 * deferred-free.c  memory that processes may still have mapped after removal
 * map-memory.c  its memory; pages.c: physical memory
 * map-ports.c   its ports
 * platform-device.c  what it is for the rest of the kernel
 * parse.c       numbers and names
 *
 * Each file calls only those below it. core.c reaches the models through struct dummy_model.
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

/* A model. Callbacks may be NULL. */
struct dummy_model {
	const char *name;
	u32 id; /* UIO_DUMMY_MODEL_*; 0: it has no registers */
	/*
	 * Check the model's part of the configuration. Returns 0 or -EINVAL. Called with d->lock
	 * held at each write to configfs, for every model, so that choosing a model can't fail.
	 */
	int (*check)(const struct dummy *d);
	/*
	 * Allocate memory with dummy_mem_add() and start the engine. The registers exist already.
	 * Called with d->lock held.
	 */
	int (*start)(struct dummy *d);
	/*
	 * Stop the engine: it must not access the device's memory afterwards. Called with d->lock
	 * held; the device has no driver any more.
	 */
	void (*stop)(struct dummy *d);
	/*
	 * The line was unmasked: read the registers now. Called in hard irq context, between start
	 * and stop.
	 */
	void (*kick)(struct dummy *d);
	/*
	 * Generate n events of the model's kind, for `trigger` and `burst`. NULL: n interrupt
	 * events.
	 */
	void (*events)(struct dummy *d, u32 n);
	/*
	 * Append the resources that the device has besides d->mem and the line. Together with d->mem
	 * at most DUMMY_MAX_RESOURCES. Returns how many were appended.
	 */
	unsigned int (*resources)(const struct dummy *d, struct resource *r);
	/* Stimulus attributes of this model only. */
	const struct attribute_group *group;
};

extern const struct dummy_model dummy_memory, dummy_resources, dummy_counter, dummy_framebuffer,
	dummy_ring;

/* models.c: NULL if there is no model of this name; what all models say of a configuration */
const struct dummy_model *dummy_models_find(const char *name);
int dummy_models_check(const struct dummy *d);

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

/* One resource as configured, for the model "resources". */
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
	bool irq_chosen; /* else the model decides */
	struct dummy_map maps[DUMMY_MAX_MAPS + DUMMY_MAX_PORTS];
	unsigned int nmaps;
	struct dummy_resource resources[DUMMY_MAX_RESOURCES];
	unsigned int nresources;
	char label[64];					  /* empty: the device's name */
	u32 width, height, format, refresh_hz, vram_size; /* framebuffer */
	u32 vram_prefetchable;
	u32 ring_size, max_length; /* ring */
};

/* Memory of a device, from the device's side: one per map. */
struct dummy_mem {
	enum dummy_kind kind;
	void *base;  /* page-aligned allocation */
	void *start; /* base + offset: the device's first byte */
	size_t size; /* the device's bytes, from start on */
	size_t pages;
	dma_addr_t bus; /* bus address of base; coherent only */
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
	 * Processes write to the files in configfs and to `unplug` in sysfs at the same time. This
	 * lock makes each write atomic. It protects config and all members that exist only while
	 * live.
	 *
	 * It is held while the platform device is deleted, which waits for its sysfs files: so
	 * those must not take it (`unplug` removes itself first).
	 */
	struct mutex lock;
	struct dummy_config config;
	bool live;
	int id;			      /* while live: N of uio_dummy.N */
	struct platform_device *pdev; /* while live */
	const struct attribute_group *groups[4];
	struct dummy_mem mem[DUMMY_MAX_MAPS];
	unsigned int nmem;
	void *regs; /* mem[0].start of models with registers, else NULL */
	struct dummy_faults faults;
	void *priv;		   /* for the model, from start to stop */
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
extern struct notifier_block dummy_bus_notifier;

/* platform-device.c: a new one for d, or an ERR_PTR() */
struct platform_device *dummy_platform_device_alloc(struct dummy *d);
/*
 * The simulated device behind a platform device's struct device: valid in its attributes, driver
 * and DMA operations.
 */
struct dummy *dummy_of(struct device *dev);
/* Is it a device of this module? */
bool dummy_is(struct device *dev);
/* The initial struct uio_info that a driver finds in probe. */
struct uio_info *dummy_uio_info(struct device *dev);
/* Its UIO device, with a reference that the caller puts, or NULL. */
struct device *dummy_uio_device(struct device *dev);

/* configfs.c */
int dummy_configfs_init(void);
void dummy_configfs_exit(void);

/* parse.c: a number, decimal or 0x…, without other characters. Returns 0 or -EINVAL. */
int dummy_parse(const char *text, u64 max, u64 *value);
/* A name: one word that contains no path. */
int dummy_parse_name(char to[32], const char *name);

/* stimulus.c */
extern const struct attribute_group dummy_stimulus_group;

/*
 * map-memory.c: allocate a zeroed map of the given kind and append it to
 * d->mem. The kernel's own mapping of physical memory is made uncached, as
 * drivers map it; prefetchable memory stays write-back (a driver that maps it
 * reserves its memory type). Returns NULL without memory, after logging that.
 */
struct dummy_mem *dummy_mem_add(struct dummy *d, const struct dummy_map *map);
void dummy_mem_free(const struct dummy_mem *mem);

/* map-ports.c: the resource of map, which is d's n-th port map */
struct resource dummy_port_resource(const struct dummy *d, const struct dummy_map *map,
				    unsigned int n);

/* pages.c: allocates zeroed pages; free them with the same arguments */
void *dummy_pages_alloc(size_t pages, bool uncached);
void dummy_pages_free(void *base, size_t pages, bool uncached);
void dummy_pages_exit(void);

/* deferred-free.c */
void dummy_hold(struct dummy *d, struct device *uio); /* takes over the reference to uio */
/*
 * Free d->mem, as soon as no process has it mapped any more. The platform
 * device is deleted but still allocated.
 */
void dummy_mem_remove(struct dummy *d);
void dummy_deferred_free_exit(void);

/*
 * irq.c: generate n events: add n to IRQ_SEQ and, unless they are lost, delayed
 * or disabled, raise n interrupts (of an edge line). Any context.
 */
void dummy_irq_events(struct dummy *d, u32 n);
static inline void dummy_irq_event(struct dummy *d)
{
	dummy_irq_events(d, 1);
}
int dummy_irq_add(struct dummy *d);
void dummy_irq_quiet(struct dummy *d); /* model->kick() isn't called any more */
void dummy_irq_remove(struct dummy *d);
unsigned int dummy_irq_line(const struct dummy *d); /* Linux interrupt number, 0: none */
/* wait until due interrupts are delivered; process context */
void dummy_irq_settle(struct dummy *d);
ssize_t dummy_irq_stats(struct dummy *d, char *page);

/*
 * iommu.c: returns the kernel address of [bus, bus + len) if it lies in one
 * window of DMA memory. Otherwise counts a DMA fault and returns NULL. The
 * window isn't freed before the matching dummy_dma_put(). Calls can be nested;
 * not in interrupts.
 */
void *dummy_dma_get(struct dummy *d, u64 bus, size_t len);
void dummy_dma_put(struct dummy *d);
u32 dummy_dma_faults(struct dummy *d);
int dummy_iommu_add(struct dummy *d);
void dummy_iommu_attach(struct device *dev);
void dummy_iommu_remove(struct dummy *d);

/* model-resources.c: the text of `resources` */
int dummy_resources_parse(struct dummy_config *config, char *text);
ssize_t dummy_resources_print(const struct dummy_config *config, char *page);

/* model-memory.c: the text of `maps` */
int dummy_maps_parse(struct dummy_config *config, char *text);
ssize_t dummy_maps_print(const struct dummy_config *config, char *page);

/* uio-direct.c */
bool dummy_is_direct(const struct dummy *d); /* has maps that can't be resources */
extern struct platform_driver dummy_direct_driver;

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
