/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * uio_dummy: simulated hardware. One struct dummy is one simulated device.
 *
 * core.c      appears and disappears: the platform device
 * config.c    configfs: what it is to be
 * stimulus.c  sysfs: what is done to it while it lives
 * irq.c       its interrupt line
 * iommu.c     its DMA operations: a small simulated IOMMU
 * mem.c       its memory; kept while a process can still reach it
 * memory.c, counter.c, framebuffer.c, ring.c   the models: its behaviour
 */
#ifndef DUMMY_H
#define DUMMY_H

#include <linux/atomic.h>
#include <linux/configfs.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/uio_driver.h>
#include <linux/version.h>

#include "../uio_dummy.h"

struct dummy;

/* What a model adds. Callbacks may be NULL. */
struct dummy_model {
	const char *name;
	u32 id;				/* UIO_DUMMY_MODEL_* */
	/* Check the configuration as a whole: 0 or -EINVAL. d->lock held. */
	int (*check)(const struct dummy *d);
	/* Allocate memory beyond the registers (which are there) with dummy_mem_add(), start the engine. d->lock held. */
	int (*start)(struct dummy *d);
	/* Stop the engine: nothing may touch the device's memory afterwards. d->lock held; its driver is gone. */
	void (*stop)(struct dummy *d);
	/* The line was unmasked: look at the registers now. Hard irq context. */
	void (*kick)(struct dummy *d);
	/* One event of `trigger` or `burst`; NULL: dummy_irq_event(). Process context. */
	void (*event)(struct dummy *d);
	/* Stimulus attributes of this model alone, or NULL. */
	const struct attribute_group *group;
};

extern const struct dummy_model dummy_memory, dummy_counter, dummy_framebuffer, dummy_ring;

enum dummy_kind { DUMMY_PHYSICAL, DUMMY_PREFETCHABLE, DUMMY_PORT, DUMMY_LOGICAL, DUMMY_VIRTUAL, DUMMY_COHERENT };
enum dummy_irq_type { DUMMY_IRQ_NONE, DUMMY_IRQ_LEVEL, DUMMY_IRQ_EDGE };

/* One map as configured. */
struct dummy_map {
	enum dummy_kind kind;
	u32 offset;			/* sub-page start, bytes; of ports: the first port */
	u32 size;			/* bytes */
	char name[32];
};

#define DUMMY_MAX_MAPS	MAX_UIO_MAPS
#define DUMMY_MAX_PORTS	MAX_UIO_PORT_REGIONS

/* What configfs sets; immutable while live. */
struct dummy_config {
	const struct dummy_model *model;
	enum dummy_irq_type irq;
	struct dummy_map maps[DUMMY_MAX_MAPS + DUMMY_MAX_PORTS];
	unsigned int nmaps;
	u32 width, height, format, refresh_hz, vram_size;	/* framebuffer */
	u32 vram_prefetchable;
	u32 ring_size, max_length;				/* ring */
};

/* Memory of a device, as the device (the kernel's side) sees it: one per map. */
struct dummy_mem {
	enum dummy_kind kind;
	void *base;			/* page-aligned allocation */
	void *start;			/* base + offset: where the device's bytes begin */
	size_t size;			/* device's bytes, from start */
	size_t pages;
	dma_addr_t bus;			/* coherent only */
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
	 * Configuration, live and what belongs to it. Held while the platform
	 * device is added and removed, so no stimulus attribute may take it but
	 * `unplug`, which first lets go of its own attribute.
	 */
	struct mutex lock;
	struct dummy_config config;
	bool live;
	int id;				/* N of uio_dummy.N */
	struct platform_device *pdev;	/* while live */
	const struct attribute_group *groups[3];
	struct dummy_mem mem[DUMMY_MAX_MAPS];
	unsigned int nmem;
	void *regs;			/* mem[0].start of models with registers, else NULL */
	struct dummy_faults faults;
	void *priv;			/* the model's own, from start to stop */
	struct dummy_irq *irq;		/* while live, unless config.irq is none */
	struct dummy_iommu *iommu;	/* while live */
	struct list_head users;		/* UIO devices whose mappings outlive them: mem.c */
	struct uio_info info;		/* memory.c: when it registers itself */
};

static inline struct dummy *to_dummy(struct config_item *item)
{
	return container_of(to_config_group(item), struct dummy, group);
}

static inline const char *dummy_name(struct dummy *d)
{
	return config_item_name(&d->group.cg_item);
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

/* core.c */
struct dummy *dummy_of(struct device *dev);	/* the simulated device behind a platform device, or NULL */
int dummy_start(struct dummy *d);		/* d->lock held */
void dummy_stop(struct dummy *d);		/* d->lock held */
struct uio_device *dummy_uio(struct dummy *d);	/* its UIO device, to be given back with put_device(&->dev), or NULL */

/* config.c */
int dummy_config_init(void);
void dummy_config_exit(void);

/* stimulus.c */
extern const struct attribute_group dummy_group;

/* mem.c */
struct dummy_mem *dummy_mem_add(struct dummy *d, const struct dummy_map *map);	/* zeroed; NULL: no memory, told in the log */
void dummy_mem_user(struct dummy *d, struct device *uio);	/* takes over the reference */
void dummy_mem_remove(struct dummy *d);
int dummy_mem_init(void);
void dummy_mem_exit(void);

/* irq.c */
int dummy_irq_add(struct dummy *d);
void dummy_irq_remove(struct dummy *d);
int dummy_irq_number(struct dummy *d);
void dummy_irq_event(struct dummy *d);		/* IRQ_SEQ + 1 and, unless lost, delayed or disabled, an interrupt. Any context. */
int dummy_irq_stats(struct dummy *d, char *buf);

/*
 * iommu.c: kernel address of [bus, bus + len) if all of it lies in one window
 * of DMA memory, else NULL, and a DMA fault is counted. The window isn't freed
 * before the matching dummy_dma_put().
 */
int dummy_iommu_add(struct dummy *d);
void dummy_iommu_remove(struct dummy *d);
extern const struct dma_map_ops dummy_dma_ops;
void *dummy_dma_get(struct dummy *d, u64 bus, size_t len);
void dummy_dma_put(struct dummy *d);
u32 dummy_dma_faults(struct dummy *d);
void *dummy_dma_alloc(struct dummy *d, size_t size, dma_addr_t *bus);
void dummy_dma_free(struct dummy *d, void *cpu, dma_addr_t bus);

/* memory.c: it has maps that are no resources, so it registers with the UIO core itself */
int dummy_maps_check(const struct dummy_config *config);	/* 0 or -EINVAL */
bool dummy_registers_itself(const struct dummy *d);
extern struct platform_driver dummy_driver;

#endif /* DUMMY_H */
