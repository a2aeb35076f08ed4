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
 * it until write(1). An edge line needs no mask, nor do messages (MSI).
 */
#include <linux/interrupt.h>
#include <linux/irq.h>

#include "stub.h"

static void stub_irq_line(struct stub *stub, bool on)
{
	if (stub->irq_kind == STUB_IRQ_INTX)
		stub_pci_intx(stub, on);
	else if (on)
		enable_irq(stub->irq);
	else
		disable_irq_nosync(stub->irq);
}

/*
 * Did this device raise the line? Then it is masked now. That is the answer to
 * the kernel, which gives up a line for all devices on it if nobody's handler
 * says so: what was found counts, not what is wanted, since a program can undo
 * the mask in config space. Only an event that is wanted is told to the core.
 */
static bool stub_irq_take(struct stub *stub, bool *event)
{
	const bool intx = stub->irq_kind == STUB_IRQ_INTX;
	bool raised;

	raw_spin_lock(&stub->irq_lock);
	raised = !intx || stub_pci_intx_take(stub);
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
		atomic_inc(&stub->irq_untold);
		return IRQ_WAKE_THREAD;
	}
	uio_event_notify(&stub->info);
	return IRQ_HANDLED;
}

/* Only once the core's device is there, see stub_irq_start(). */
static void stub_irq_tell(struct stub *stub)
{
	while (atomic_dec_if_positive(&stub->irq_untold) >= 0)
		uio_event_notify(&stub->info);
}

static irqreturn_t stub_irq_thread(int irq, void *data)
{
	stub_irq_tell(data);
	return IRQ_HANDLED;
}

/*
 * The line stays disabled until stub_irq_start(), so the handler does not run
 * before. A shared one is the other devices' too: it is enabled at once, its
 * handler may be a thread where theirs are, and finds nothing on.
 */
int stub_irq_add(struct stub *stub, int irq, enum stub_irq kind)
{
	int ret;

	raw_spin_lock_init(&stub->irq_lock);
	if (kind == STUB_IRQ_NONE)
		return 0;
	stub->irq = irq;
	stub->irq_kind = kind;
	/* Off is masked at once, not by an interrupt more that finds it off. */
	if (kind == STUB_IRQ_MASKED)
		irq_set_status_flags(irq, IRQ_DISABLE_UNLAZY);
	ret = request_threaded_irq(
		irq, stub_irq_handler, IS_ENABLED(CONFIG_PREEMPT_RT) ? stub_irq_thread : NULL,
		kind == STUB_IRQ_INTX ? IRQF_SHARED : IRQF_NO_AUTOEN | IRQF_NO_THREAD,
		dev_name(stub->dev), stub);
	if (ret)
		return dev_err_probe(
			stub->dev, ret,
			"interrupt %d can't be had; /proc/interrupts shows who has it\n", irq);
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
		stub_irq_tell(stub);
}

/*
 * Registered: from now on the handler can reach the core's device. A file may
 * have been opened before, in the middle of registration.
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
	stub_irq_tell(stub);
}

/* Files may still be open and write(): that has no effect on the line any more. */
void stub_irq_remove(struct stub *stub)
{
	if (stub->irq_kind == STUB_IRQ_NONE)
		return;
	raw_spin_lock_irq(&stub->irq_lock);
	stub->irq_live = false;
	if (stub->irq_kind == STUB_IRQ_INTX)
		stub_irq_line(stub, false); /* others go on using it */
	raw_spin_unlock_irq(&stub->irq_lock);
	free_irq(stub->irq, stub);
}
