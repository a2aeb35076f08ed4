// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * The interrupt line: a Linux interrupt number of its own with a small chip,
 * raised from hard-irq context, so that requesting, masking, pending and
 * /proc/interrupts are the kernel's own doing.
 *
 * Level: asserted from an event on until the driver has written IRQ_SEQ to
 * IRQ_ACK; looked at again whenever the line is unmasked. (A device without
 * registers lowers it when it is unmasked.)
 * Edge: each event is one interrupt; the irq core keeps one that comes while
 * the line is disabled.
 */
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irq_work.h>
#include <linux/slab.h>

#include "dummy.h"

struct dummy_irq {
	struct dummy *d;
	int number;
	bool edge;
	struct irq_work work;		/* to hard-irq context */
	struct hrtimer delay;
	raw_spinlock_t lock;		/* IRQ_SEQ, line, the counts */
	bool line;			/* level: an event has asserted it */
	atomic_t edges;			/* edge: events to deliver */
	atomic_t kicked;
	u64 raised, lost, delivered;
};

static bool asserted(struct dummy_irq *irq)
{
	struct dummy *d = irq->d;

	return irq->line && (!d->regs || dummy_read(d, UIO_DUMMY_IRQ_SEQ) != dummy_read(d, UIO_DUMMY_IRQ_ACK));
}

static void deliver(struct irq_work *work)
{
	struct dummy_irq *irq = container_of(work, struct dummy_irq, work);
	struct dummy *d = irq->d;

	if (atomic_xchg(&irq->kicked, 0) && d->config.model->kick)
		d->config.model->kick(d);
	if (irq->edge) {
		while (atomic_dec_if_positive(&irq->edges) >= 0) {
			irq->delivered++;
			generic_handle_irq(irq->number);
		}
	} else if (asserted(irq)) {
		irq->delivered++;
		generic_handle_irq(irq->number);
	}
}

static enum hrtimer_restart delayed(struct hrtimer *timer)
{
	irq_work_queue(&container_of(timer, struct dummy_irq, delay)->work);
	return HRTIMER_NORESTART;
}

static void chip_nothing(struct irq_data *data)
{
}

/* The driver enables the line: look at it, and at the registers, again. */
static void chip_unmask(struct irq_data *data)
{
	struct dummy_irq *irq = irq_data_get_irq_chip_data(data);

	if (!irq->edge && !asserted(irq))
		irq->line = false;
	atomic_set(&irq->kicked, 1);
	irq_work_queue(&irq->work);
}

static int chip_set_type(struct irq_data *data, unsigned int type)
{
	struct dummy_irq *irq = irq_data_get_irq_chip_data(data);

	return !!(type & IRQ_TYPE_EDGE_BOTH) == irq->edge ? 0 : -EINVAL;
}

static int chip_retrigger(struct irq_data *data)
{
	struct dummy_irq *irq = irq_data_get_irq_chip_data(data);

	atomic_inc(&irq->edges);
	irq_work_queue(&irq->work);
	return 1;
}

static struct irq_chip level_chip = {
	.name = "uio_dummy",
	.irq_mask = chip_nothing,
	.irq_unmask = chip_unmask,
	.irq_set_type = chip_set_type,
};

static struct irq_chip edge_chip = {
	.name = "uio_dummy",
	.irq_ack = chip_nothing,
	.irq_mask = chip_nothing,
	.irq_unmask = chip_unmask,
	.irq_set_type = chip_set_type,
	.irq_retrigger = chip_retrigger,
};

int dummy_irq_add(struct dummy *d)
{
	struct dummy_irq *irq;
	int number;

	if (d->config.irq == DUMMY_IRQ_NONE)
		return 0;
	irq = kzalloc(sizeof(*irq), GFP_KERNEL);
	if (!irq)
		return -ENOMEM;
	number = irq_alloc_desc(NUMA_NO_NODE);
	if (number < 0) {
		kfree(irq);
		return number;
	}
	irq->d = d;
	irq->number = number;
	irq->edge = d->config.irq == DUMMY_IRQ_EDGE;
	raw_spin_lock_init(&irq->lock);
	irq->work = IRQ_WORK_INIT_HARD(deliver);
	hrtimer_init(&irq->delay, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	irq->delay.function = delayed;
	irq_set_chip_data(number, irq);
	if (irq->edge)
		irq_set_chip_and_handler(number, &edge_chip, handle_edge_irq);
	else
		irq_set_chip_and_handler(number, &level_chip, handle_level_irq);
	irqd_set_trigger_type(irq_get_irq_data(number), irq->edge ? IRQ_TYPE_EDGE_RISING : IRQ_TYPE_LEVEL_HIGH);
	irq_modify_status(number, IRQ_NOREQUEST | IRQ_NOAUTOEN, IRQ_NOPROBE);
	d->irq = irq;
	return 0;
}

/* Its engine has stopped and no driver has it requested. */
void dummy_irq_remove(struct dummy *d)
{
	struct dummy_irq *irq = d->irq;

	if (!irq)
		return;
	hrtimer_cancel(&irq->delay);
	irq_work_sync(&irq->work);
	irq_free_desc(irq->number);
	kfree(irq);
	d->irq = NULL;
}

int dummy_irq_number(struct dummy *d)
{
	return d->irq->number;
}

void dummy_irq_event(struct dummy *d)
{
	struct dummy_irq *irq = d->irq;
	u64 delay = READ_ONCE(d->faults.delay_irq_ns);
	unsigned long flags;
	bool lost;

	if (d->regs && !dummy_read(d, UIO_DUMMY_IRQ_ENABLE))
		return;
	if (!irq)
		return;
	raw_spin_lock_irqsave(&irq->lock, flags);
	if (d->regs)
		dummy_write(d, UIO_DUMMY_IRQ_SEQ, dummy_read(d, UIO_DUMMY_IRQ_SEQ) + 1);
	lost = atomic_dec_if_positive(&d->faults.lose_irq) >= 0;
	if (lost) {
		irq->lost++;
	} else {
		irq->raised++;
		if (irq->edge)
			atomic_inc(&irq->edges);
		else
			irq->line = true;
	}
	raw_spin_unlock_irqrestore(&irq->lock, flags);
	if (lost)
		return;
	if (!delay)
		irq_work_queue(&irq->work);
	else if (!hrtimer_is_queued(&irq->delay))
		hrtimer_start(&irq->delay, ns_to_ktime(delay), HRTIMER_MODE_REL_HARD);
}

int dummy_irq_stats(struct dummy *d, char *buf)
{
	struct dummy_irq *irq = d->irq;

	if (!irq)
		return sysfs_emit(buf, "raised 0\nlost 0\ndelivered 0\n");
	return sysfs_emit(buf, "raised %llu\nlost %llu\ndelivered %llu\n", irq->raised, irq->lost, irq->delivered);
}
