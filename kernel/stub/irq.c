// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * A device's interrupt, enabled while a file is open.
 *
 * This driver requests the line, not the UIO core (info.irq is UIO_IRQ_CUSTOM):
 * from 6.12 on the core counts in a thread, which merges events that follow
 * each other quickly. The handler here counts in hard interrupt context, also
 * with PREEMPT_RT. There uio_event_notify() may sleep, so a thread passes the
 * counted events to the core.
 *
 * A level line is still asserted when the handler returns, so the handler masks
 * it until write(1). Edge lines and messages (MSI) need no masking.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>

#include "stub.h"

static void stub_irq_line(struct stub *stub, bool on)
{
	if (stub->irq_kind == STUB_IRQ_INTX)
		stub->bus->intx(stub, on);
	else if (on)
		enable_irq(stub->irq);
	else
		disable_irq_nosync(stub->irq);
}

/*
 * Did this device raise the line? If so, mask it. The result is for the kernel,
 * which disables a shared line for all devices if no handler claims its
 * interrupts. So it depends on what was found and not on irq_on, since a
 * program can undo the mask in configuration space. *event: the interrupt is
 * wanted and must be passed to the core.
 */
static bool stub_irq_take(struct stub *stub, bool *event)
{
	const bool intx = stub->irq_kind == STUB_IRQ_INTX;
	bool raised;

	raw_spin_lock(&stub->irq_lock);
	raised = !intx || stub->bus->intx_take(stub);
	*event = raised && stub->irq_on && (!intx || stub->irq_live);
	if (*event) {
		stub->irq_on = false;
		if (!intx)
			disable_irq_nosync(stub->irq);
	}
	raw_spin_unlock(&stub->irq_lock);
	return raised;
}

static irqreturn_t stub_irq_handler(int irq, void *data)
{
	struct stub *stub = data;
	bool event = true;

	if (stub->irq_kind != STUB_IRQ_COUNTED && !stub_irq_take(stub, &event))
		return IRQ_NONE;
	if (!event)
		return IRQ_HANDLED;
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		atomic_inc(&stub->irq_queued);
		return IRQ_WAKE_THREAD;
	}
	uio_event_notify(&stub->info);
	return IRQ_HANDLED;
}

/* Pass counted events to the core. Only after registration, see stub_irq_start(). */
static void stub_irq_notify(struct stub *stub)
{
	while (atomic_dec_if_positive(&stub->irq_queued) >= 0)
		uio_event_notify(&stub->info);
}

static irqreturn_t stub_irq_thread(int irq, void *data)
{
	stub_irq_notify(data);
	return IRQ_HANDLED;
}

/*
 * The line stays disabled until stub_irq_start(), so the handler doesn't run
 * before. A shared line is used by other devices, too: it is enabled at once,
 * and the handler finds that irq_on is false. Its handler is threaded where those
 * of the other devices are.
 */
int stub_irq_add(struct stub *stub, int irq, enum stub_irq kind)
{
	int ret;

	raw_spin_lock_init(&stub->irq_lock);
	if (kind == STUB_IRQ_NONE)
		return 0;
	stub->irq = irq;
	stub->irq_kind = kind;
	/* Mask at once when disabled, not at the next interrupt. */
	if (kind == STUB_IRQ_MASKED)
		irq_set_status_flags(irq, IRQ_DISABLE_UNLAZY);
	ret = request_threaded_irq(
		irq, stub_irq_handler, IS_ENABLED(CONFIG_PREEMPT_RT) ? stub_irq_thread : NULL,
		kind == STUB_IRQ_INTX ? IRQF_SHARED : IRQF_NO_AUTOEN | IRQF_NO_THREAD,
		dev_name(stub->dev), stub);
	if (ret)
		return dev_err_probe(
			stub->dev, ret,
			"can't request interrupt %d; /proc/interrupts shows who has it\n", irq);
	return 0;
}

/*
 * Enable or disable the interrupt: write(1) and write(0), first open and last
 * close. Repeated calls have no effect. After disabling returns, no event is
 * counted.
 *
 * The lock is held around both steps. If irq_on were cleared while the line
 * isn't masked yet, the handler of an asserted level line would not mask it,
 * and would interrupt this CPU again and again.
 */
void stub_irq_switch(struct stub *stub, bool on)
{
	unsigned long flags;
	bool live;

	if (stub->irq_kind == STUB_IRQ_NONE)
		return;
	raw_spin_lock_irqsave(&stub->irq_lock, flags);
	live = stub->irq_live;
	if (stub->irq_on != on) {
		stub->irq_on = on;
		if (live)
			stub_irq_line(stub, on);
	}
	raw_spin_unlock_irqrestore(&stub->irq_lock, flags);
	if (!on)
		synchronize_irq(stub->irq);
	else if (live)
		stub_irq_notify(stub);
}

/*
 * Called after registration: from now on the handler can call the core. A file
 * may have been opened before, during registration.
 */
void stub_irq_start(struct stub *stub)
{
	if (stub->irq_kind == STUB_IRQ_NONE)
		return;
	raw_spin_lock_irq(&stub->irq_lock);
	stub->irq_live = true;
	if (stub->irq_on)
		stub_irq_line(stub, true);
	raw_spin_unlock_irq(&stub->irq_lock);
	stub_irq_notify(stub);
}

/* Files may still be open, but write(2) no longer affects the line. */
void stub_irq_remove(struct stub *stub)
{
	if (stub->irq_kind == STUB_IRQ_NONE)
		return;
	raw_spin_lock_irq(&stub->irq_lock);
	stub->irq_live = false;
	if (stub->irq_kind == STUB_IRQ_INTX)
		stub_irq_line(stub, false); /* other devices still use the line */
	raw_spin_unlock_irq(&stub->irq_lock);
	free_irq(stub->irq, stub);
}
