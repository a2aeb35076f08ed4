// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * A device's interrupt, enabled while a file is open.
 *
 * The line is requested here, not by the UIO core (info.irq is UIO_IRQ_CUSTOM):
 * from 6.12 the core counts in a thread, which merges events that come quickly.
 * Ours counts in hard interrupt context, with PREEMPT_RT too; there UIO's
 * wake-up may sleep, so that a thread passes on what was counted.
 *
 * A level line is still asserted when the handler returns, so the handler masks
 * it until write(1). An edge line needs no mask.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>

#include "stub.h"

static irqreturn_t stub_irq_handler(int irq, void *data)
{
	struct stub *stub = data;

	if (!stub->irq_counted) {
		raw_spin_lock(&stub->irq_lock);
		if (stub->irq_on) {
			stub->irq_on = false;
			disable_irq_nosync(irq);
		}
		raw_spin_unlock(&stub->irq_lock);
	}
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		atomic_inc(&stub->irq_untold);
		return IRQ_WAKE_THREAD;
	}
	uio_event_notify(&stub->info);
	return IRQ_HANDLED;
}

static irqreturn_t stub_irq_thread(int irq, void *data)
{
	struct stub *stub = data;

	while (atomic_dec_if_positive(&stub->irq_untold) >= 0)
		uio_event_notify(&stub->info);
	return IRQ_HANDLED;
}

/* The line stays disabled until stub_irq_start(), so the handler does not run before. */
int stub_irq_add(struct stub *stub, int irq)
{
	int ret;

	raw_spin_lock_init(&stub->irq_lock);
	if (!irq)
		return 0;
	/* An unknown trigger type is taken for level: masking is right for both. */
	stub->irq_counted = irq_get_trigger_type(irq) & IRQ_TYPE_EDGE_BOTH;
	ret = request_threaded_irq(irq, stub_irq_handler,
				   IS_ENABLED(CONFIG_PREEMPT_RT) ? stub_irq_thread : NULL,
				   IRQF_NO_AUTOEN | IRQF_NO_THREAD, dev_name(stub->dev), stub);
	if (ret)
		return dev_err_probe(stub->dev, ret,
				     "interrupt %d can't be had; /proc/interrupts shows who has it\n",
				     irq);
	stub->irq = irq;
	return 0;
}

/*
 * write(1) and write(0), first open and last close. Doing it twice is doing it
 * once. Off means off: no event is counted after the return.
 *
 * The lock is held around both steps: were the flag cleared but the line not
 * yet masked, the handler of an asserted level line would neither mask it nor
 * let this CPU go on to do so.
 */
void stub_irq_switch(struct stub *stub, bool on)
{
	unsigned long flags;

	if (!stub->irq)
		return;
	raw_spin_lock_irqsave(&stub->irq_lock, flags);
	if (stub->irq_on != on) {
		stub->irq_on = on;
		if (stub->irq_live && on)
			enable_irq(stub->irq);
		else if (stub->irq_live)
			disable_irq_nosync(stub->irq);
	}
	raw_spin_unlock_irqrestore(&stub->irq_lock, flags);
	if (!on)
		synchronize_irq(stub->irq);
}

/*
 * Registered: from now on the handler can reach the core's device. A file may
 * have been opened before, in the middle of registration.
 */
void stub_irq_start(struct stub *stub)
{
	if (!stub->irq)
		return;
	raw_spin_lock_irq(&stub->irq_lock);
	stub->irq_live = true;
	if (stub->irq_on)
		enable_irq(stub->irq);
	raw_spin_unlock_irq(&stub->irq_lock);
}

/* Files may still be open and write(): that has no effect on the line any more. */
void stub_irq_remove(struct stub *stub)
{
	if (!stub->irq)
		return;
	raw_spin_lock_irq(&stub->irq_lock);
	stub->irq_live = false;
	raw_spin_unlock_irq(&stub->irq_lock);
	free_irq(stub->irq, stub);
}
