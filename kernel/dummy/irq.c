// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * The interrupt line: a Linux interrupt number with its own irq chip, raised in
 * hard interrupt context. So request, mask, pending state and /proc/interrupts
 * are handled by the kernel, as with hardware.
 *
 * Level: asserted while there is an event that the driver has not acknowledged.
 * For a device without registers: for which its handler was not called yet. The
 * state is checked again when the line is unmasked.
 *
 * Edge: one interrupt for each event while the line is enabled. Events while it
 * is disabled are latched by the irq core as one interrupt, which is delivered
 * when the line is enabled.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irq_work.h>
#include <linux/irqdesc.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "dummy.h"

/* Maximum number of delayed interrupts; further ones are merged with the last. */
#define MAX_LATE  64u
/* Maximum number delivered without a pause for other interrupts. */
#define BUDGET	  64u
/* Maximum number of undelivered interrupts of an edge line. */
#define MAX_EDGES 1000000u

struct late {
	u64 when; /* ns */
	u32 seq;  /* IRQ_SEQ of its last event */
	u32 n;
};

struct dummy_irq {
	struct dummy *d;
	unsigned int line; /* 0: none */
	bool level;
	struct irq_work work; /* from any context to hard interrupt context */
	struct hrtimer timer; /* expires for late[first] */

	/*
	 * Protects all members below. The chip's callbacks are called with the descriptor's lock
	 * held and take this lock. So it is never held during a call into the irq core.
	 */
	raw_spinlock_t lock;
	bool quiet, kicked, delivering, was_handled;
	bool masked;
	u32 seq;     /* IRQ_SEQ */
	u32 reached; /* level: the last event that was signalled on the line */
	/* level, no registers: the last event for which a driver's handler was called */
	u32 handled_seq;
	u32 edges;		    /* edge: events that are not delivered yet */
	struct late late[MAX_LATE]; /* sorted by time, from first on */
	unsigned int first, nlate;
	u64 ignored, lost, delayed, raised, handled;
};

/*
 * Level: is there an event that was signalled and is not acknowledged? Delayed
 * and lost events are not signalled.
 */
static bool asserted(const struct dummy_irq *irq)
{
	const u32 ack = irq->d->regs ? dummy_read(irq->d, UIO_DUMMY_IRQ_ACK) : irq->handled_seq;

	return irq->seq - ack > irq->seq - irq->reached;
}

/*
 * Is there an interrupt to deliver now? Edges are delivered even if masked: the
 * irq core keeps them pending.
 */
static bool due(const struct dummy_irq *irq)
{
	return irq->level ? asserted(irq) && !irq->masked : irq->edges > 0;
}

/*
 * Raise the interrupt. The irq core calls the driver's handler, unless the line
 * is disabled. Called with irq->lock held.
 */
static void raise(struct dummy_irq *irq)
{
	const u32 seq = irq->reached;

	irq->raised++;
	if (!irq->level)
		irq->edges--;
	irq->was_handled = false;
	raw_spin_unlock(&irq->lock);
	generic_handle_irq(irq->line);
	raw_spin_lock(&irq->lock);
	if (irq->was_handled) {
		irq->handled++;
		irq->handled_seq = seq;
	}
}

static void dummy_irq_work(struct irq_work *work)
{
	struct dummy_irq *irq = container_of(work, struct dummy_irq, work);
	const struct dummy_model *model = irq->d->config.model;
	unsigned int n;
	bool kick;

	raw_spin_lock(&irq->lock);
	kick = irq->kicked && !irq->quiet;
	irq->kicked = false;
	raw_spin_unlock(&irq->lock);
	if (kick && model->kick)
		model->kick(irq->d);

	raw_spin_lock(&irq->lock);
	/*
	 * This work may run on two CPUs at once, but an interrupt that arrives while another one is
	 * handled would be merged with the next. So only one CPU delivers, and checks again before
	 * it stops.
	 */
	if (!irq->delivering) {
		irq->delivering = true;
		for (n = 0; n < BUDGET && due(irq); n++)
			raise(irq);
		irq->delivering = false;
		if (due(irq))
			irq_work_queue(&irq->work);
	}
	raw_spin_unlock(&irq->lock);
}

/* Signal n events on the line; seq is the number of the last one. */
static void signal_events(struct dummy_irq *irq, u32 seq, u32 n)
{
	if (!irq->line)
		return;
	if ((s32)(seq - irq->reached) > 0)
		irq->reached = seq;
	if (!irq->level)
		irq->edges = min(irq->edges + n, MAX_EDGES);
	irq_work_queue(&irq->work);
}

static void add_late(struct dummy_irq *irq, u64 when, u32 seq, u32 n)
{
	struct late *last;

	irq->delayed += n;
	if (irq->nlate == 0) {
		hrtimer_start(&irq->timer, ns_to_ktime(when), HRTIMER_MODE_ABS_HARD);
	} else {
		last = &irq->late[(irq->first + irq->nlate - 1) % MAX_LATE];
		when = max(when, last->when); /* keep their order */
		if (irq->nlate == MAX_LATE) {
			*last = (struct late){ when, seq, min(last->n + n, MAX_EDGES) };
			return;
		}
	}
	irq->late[(irq->first + irq->nlate++) % MAX_LATE] = (struct late){ when, seq, n };
}

static enum hrtimer_restart dummy_irq_late(struct hrtimer *timer)
{
	struct dummy_irq *irq = container_of(timer, struct dummy_irq, timer);
	enum hrtimer_restart restart = HRTIMER_NORESTART;
	const u64 now = ktime_get_ns();
	const struct late *late;

	raw_spin_lock(&irq->lock);
	while (irq->nlate && (late = &irq->late[irq->first])->when <= now) {
		signal_events(irq, late->seq, late->n);
		irq->first = (irq->first + 1) % MAX_LATE;
		irq->nlate--;
	}
	if (irq->nlate) {
		hrtimer_set_expires(timer, ns_to_ktime(irq->late[irq->first].when));
		restart = HRTIMER_RESTART;
	}
	raw_spin_unlock(&irq->lock);
	return restart;
}

/* Subtract up to n from a fault's count. Returns how many. */
static u32 consume(atomic_t *count, u32 n)
{
	int old = atomic_read(count), taken;

	do {
		taken = min_t(u32, old, n);
	} while (!atomic_try_cmpxchg(count, &old, old - taken));
	return taken;
}

void dummy_irq_events(struct dummy *d, u32 n)
{
	const u64 delay = READ_ONCE(d->faults.delay_irq_ns);
	struct dummy_irq *irq = d->irq;
	unsigned long flags;
	u32 lost;

	raw_spin_lock_irqsave(&irq->lock, flags);
	if (d->regs && dummy_read(d, UIO_DUMMY_IRQ_ENABLE) != 1) {
		irq->ignored += n;
	} else {
		irq->seq += n;
		if (d->regs)
			dummy_write(d, UIO_DUMMY_IRQ_SEQ, irq->seq);
		lost = consume(&d->faults.lose_irq, n);
		irq->lost += lost;
		n -= lost;
		if (n && delay)
			add_late(irq, ktime_get_ns() + delay, irq->seq, n);
		else if (n)
			signal_events(irq, irq->seq, n);
	}
	raw_spin_unlock_irqrestore(&irq->lock, flags);
}

static void chip_ack(struct irq_data *data)
{
	/* Nothing to do: an edge ends when it is delivered. */
}

static void chip_mask(struct irq_data *data)
{
	struct dummy_irq *irq = irq_data_get_irq_chip_data(data);

	raw_spin_lock(&irq->lock);
	irq->masked = true;
	raw_spin_unlock(&irq->lock);
}

static void chip_unmask(struct irq_data *data)
{
	struct dummy_irq *irq = irq_data_get_irq_chip_data(data);

	raw_spin_lock(&irq->lock);
	irq->masked = false;
	irq->kicked = true;
	irq_work_queue(&irq->work);
	raw_spin_unlock(&irq->lock);
}

/* Like many controllers, this one supports one type only. */
static int chip_set_type(struct irq_data *data, unsigned int type)
{
	struct dummy_irq *irq = irq_data_get_irq_chip_data(data);

	return type == (irq->level ? IRQ_TYPE_LEVEL_HIGH : IRQ_TYPE_EDGE_RISING) ? IRQ_SET_MASK_OK :
										   -EINVAL;
}

/* The line was enabled, and the irq core has kept an edge pending. */
static int chip_retrigger(struct irq_data *data)
{
	struct dummy_irq *irq = irq_data_get_irq_chip_data(data);

	raw_spin_lock(&irq->lock);
	irq->edges++;
	irq_work_queue(&irq->work);
	raw_spin_unlock(&irq->lock);
	return 1;
}

/*
 * Call the irq core's flow handler, and find out whether it called the driver's
 * handler: the count of interrupts then changes.
 */
static void flow(struct irq_desc *desc)
{
	struct dummy_irq *irq = irq_desc_get_chip_data(desc);
	const unsigned int before = desc->tot_count;

	if (irq->level)
		handle_level_irq(desc);
	else
		handle_edge_irq(desc);
	irq->was_handled = desc->tot_count != before;
}

static struct irq_chip chip = {
	.name = "uio_dummy",
	.irq_ack = chip_ack,
	.irq_mask = chip_mask,
	.irq_unmask = chip_unmask,
	.irq_set_type = chip_set_type,
	.irq_retrigger = chip_retrigger,
};

static int line_add(struct dummy_irq *irq)
{
	int line = irq_alloc_desc(NUMA_NO_NODE);

	if (line < 0)
		return line;
	irq->line = line;
	irq_set_chip_data(line, irq);
	irq_set_chip_and_handler_name(line, &chip, flow, irq->level ? "level" : "edge");
	irq_modify_status(line, IRQ_NOREQUEST, IRQ_NOPROBE);
	return irq_set_irq_type(line, irq->level ? IRQ_TYPE_LEVEL_HIGH : IRQ_TYPE_EDGE_RISING);
}

int dummy_irq_add(struct dummy *d)
{
	struct dummy_irq *irq = kzalloc(sizeof(*irq), GFP_KERNEL);
	int err;

	if (!irq)
		return -ENOMEM;
	irq->d = d;
	irq->level = d->config.irq == DUMMY_IRQ_LEVEL;
	irq->masked = true;
	irq->work = IRQ_WORK_INIT_HARD(dummy_irq_work);
	hrtimer_setup(&irq->timer, dummy_irq_late, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	raw_spin_lock_init(&irq->lock);
	d->irq = irq;
	err = d->config.irq == DUMMY_IRQ_NONE ? 0 : line_add(irq);
	if (err)
		dummy_irq_remove(d);
	return err;
}

void dummy_irq_quiet(struct dummy *d)
{
	raw_spin_lock_irq(&d->irq->lock);
	d->irq->quiet = true;
	raw_spin_unlock_irq(&d->irq->lock);
	irq_work_sync(&d->irq->work);
}

/*
 * The engine has stopped and no driver has the line, so it is neither raised
 * nor unmasked any more.
 */
void dummy_irq_remove(struct dummy *d)
{
	struct dummy_irq *irq = d->irq;

	hrtimer_cancel(&irq->timer);
	irq_work_sync(&irq->work);
	if (irq->line)
		irq_free_desc(irq->line);
	kfree(irq);
	d->irq = NULL;
}

unsigned int dummy_irq_line(const struct dummy *d)
{
	return d->irq->line;
}

void dummy_irq_settle(struct dummy *d)
{
	irq_work_sync(&d->irq->work);
}

ssize_t dummy_irq_stats(struct dummy *d, char *page)
{
	struct dummy_irq *irq = d->irq;
	u64 ignored, lost, delayed, raised, handled;
	u32 seq;

	raw_spin_lock_irq(&irq->lock);
	seq = irq->seq;
	ignored = irq->ignored;
	lost = irq->lost;
	delayed = irq->delayed;
	raised = irq->raised;
	handled = irq->handled;
	raw_spin_unlock_irq(&irq->lock);
	return sysfs_emit(
		page,
		"events %u\nignored %llu\nlost %llu\ndelayed %llu\nraised %llu\nhandled %llu\n",
		seq, ignored, lost, delayed, raised, handled);
}
