// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* uiomap doctor: find out why a device's interrupt doesn't come. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "doctor.h"
#include "node-users.h"
#include "tool.h"

/*
 * PCI Local Bus Specification 3.0: 6.1 (configuration header), 6.2.2 (command), 6.8 (MSI and
 * MSI-X).
 */
#define PCI_COMMAND_HIGH  0x05
#define PCI_INTX_DISABLE  0x04 /* bit 10 of the command register */
#define PCI_INTERRUPT_PIN 0x3d
#define PCI_CAP_MSI	  0x05
#define PCI_CAP_MSIX	  0x11

/*
 * The kernel's number for an unconnected pin: 1 << 31 (IRQ_NOTCONNECTED in
 * include/linux/interrupt.h).
 */
#define IRQ_NOT_CONNECTED "2147483648"

/* Longer than a driver takes to handle an interrupt. */
#define LOOK_AGAIN_NS 100000000

/* PCI: check which kinds of interrupt the card has. Returns false if it has none. */
static bool check_pci_interrupt(struct diagnosis *d, const struct bus_device *p)
{
	const int msi = device_capability(p, PCI_CAP_MSI) ?: device_capability(p, PCI_CAP_MSIX);
	int pin = device_config(p, PCI_INTERRUPT_PIN), command = device_config(p, PCI_COMMAND_HIGH);
	char irq[32];

	if (!pin && msi < 0) {
		diag_add(d, NOTE, "interrupt",
			 "%s has no INTx pin; only root can read whether it has MSI", p->name);
		diag_advise(d, "run doctor as root");
		return true;
	}
	if (!pin && !msi) {
		diag_add(d, NOTE, "interrupt",
			 "%s has neither an INTx pin nor MSI: it can't interrupt", p->name);
		diag_advise(d, "poll the device's registers");
		return false;
	}
	if (strcmp(p->driver, "uio_pci_generic"))
		return true;
	device_file(p, "irq", irq, sizeof(irq));
	if (!pin || !strcmp(irq, "0") || !strcmp(irq, IRQ_NOT_CONNECTED)) {
		diag_add(d, WRONG, "intx",
			 "%s has no INTx line%s, and uio_pci_generic can use nothing else", p->name,
			 msi > 0 ? " (it has MSI)" : "");
		if (msi)
			fix_by_bind(d, p, " driver=uio_stub take");
		else
			diag_advise(d, "poll the device's registers");
		return false;
	}
	if (command >= 0 && (command & PCI_INTX_DISABLE)) {
		diag_add(
			d, NOTE, "intx-masked",
			"%s: INTx is disabled in its command register (bit 10): no interrupt comes until that bit is cleared",
			p->name);
		diag_advise(
			d,
			"the driver has to clear it after each interrupt, as uiomap_irq_wait() does");
	}
	return true;
}

/*
 * Whether the interrupt is masked and the event count equals the one in `events`. Stores the
 * count in `events`.
 */
static bool stands_still(const struct bus_device *p, char events[32])
{
	char on[32], path[64], before[32];

	strcpy(before, events);
	snprintf(path, sizeof(path), "/sys/class/uio/uio%d/event", p->uio);
	device_file(p, "uio_stub/irq_enabled", on, sizeof(on));
	return uiomap_i_attr_line(AT_FDCWD, path, events, 32) && !strcmp(on, "0") &&
	       (!*before || !strcmp(before, events));
}

/*
 * uio_stub masks a level interrupt at each event. Check that the program that has the device
 * open enables it again. It may just be handling an event, so check twice.
 */
static bool check_enabled(struct diagnosis *d, const struct bus_device *p)
{
	char kind[32], events[32] = "", who[HOLDER_TEXT];
	struct holder holder;

	device_file(p, "uio_stub/irq", kind, sizeof(kind));
	if (strcmp(kind, "masked") || !stands_still(p, events) ||
	    !holder_of((unsigned int)p->uio, &holder))
		return true;
	nanosleep(&(struct timespec){ .tv_nsec = LOOK_AGAIN_NS }, NULL);
	if (!stands_still(p, events))
		return true;
	diag_add(
		d, WRONG, "not-enabled",
		"uio%d's interrupt is masked, after %s so far, and %s, which has it open, does not enable it: none will come",
		p->uio, events, holder_text(&holder, who));
	diag_advise(
		d,
		"the driver has to enable it after each interrupt: uiomap_irq_wait() does, or uiomap_irq_enable(), or write(1)");
	return false;
}

static void tell_held(struct diagnosis *d, const char *text)
{
	diag_add(d, NOTE, "held", "%s", text);
	diag_advise(d,
		    "this is right if it is the device's driver; otherwise ask its user, or wait");
}

/* Whether a process has the device open exclusively. */
static bool check_alone(struct diagnosis *d, const struct bus_device *p)
{
	struct holder holder;
	char text[128], who[HOLDER_TEXT];

	if (!holder_alone((unsigned int)p->uio, &holder))
		return false;
	snprintf(text, sizeof(text), "uio%d is held exclusively by %s", p->uio,
		 holder_text(&holder, who));
	tell_held(d, text);
	return true;
}

/*
 * Check what can be known without opening the device. Opening has side effects:
 * uio_stub enables bus mastering; the last close under uio_pci_generic disables
 * it, even while a driver works; other drivers power the device up.
 */
static bool irq_when_closed(struct diagnosis *d, const struct bus_device *p, const char *events,
			    enum uiomap_irq *irq)
{
	char selector[32];
	struct uiomap_info *info;

	/*
	 * These drivers mask at each event. check_pci_interrupt() has made sure that there is
	 * an INTx line for uio_pci_generic.
	 */
	if (!strcmp(p->driver, "uio_pci_generic") ||
	    (!strcmp(p->driver, "uio_pdrv_genirq") && strcmp(events, "0"))) {
		*irq = UIOMAP_IRQ_MASKED;
		return true;
	}
	snprintf(selector, sizeof(selector), "uio%d", p->uio);
	info = uiomap_find(selector);
	if (!info) {
		diag_add(d, WRONG, "open", "%s", uiomap_error());
		return false;
	}
	*irq = uiomap_info_irq(info);
	uiomap_info_free(info);
	return true;
}

/*
 * With most drivers, only opening the device shows whether it has an interrupt. Returns false
 * if it can't be opened.
 */
static bool irq_when_open(struct diagnosis *d, const struct bus_device *p, enum uiomap_irq *irq)
{
	struct uiomap_device *device;
	char selector[32];
	int error;

	snprintf(selector, sizeof(selector), "uio%d", p->uio);
	device = uiomap_open(selector, UIOMAP_RDONLY);
	if (!device) {
		error = errno;
		if (error == EBUSY)
			tell_held(d, uiomap_error());
		else if (error != EACCES)
			diag_add(d, WRONG, "open", "%s", uiomap_error());
		return error == EBUSY;
	}
	*irq = uiomap_info_irq(uiomap_device_info(device));
	uiomap_close(device);
	diag_add(
		d, FINE, "opened",
		"uio%d was opened and closed again: under %s only this shows whether there is an interrupt",
		p->uio, *p->driver ? p->driver : "its driver");
	return true;
}

static void tell_events(struct diagnosis *d, const struct bus_device *p, enum uiomap_irq irq,
			const char *events)
{
	const char *kind = device_irq_kind(p);
	/* Only uio_stub sets up MSI or MSI-X, with one vector. */
	const bool message = kind && (!strcmp(kind, IRQ_KIND_MSIX) || !strcmp(kind, IRQ_KIND_MSI));
	char by[32] = "", text[320];

	if (kind)
		snprintf(by, sizeof(by), " (%s)", kind);
	if (strcmp(events, "0")) {
		diag_add(
			d, FINE, "interrupt", "%s interrupts so far%s%s", events, by,
			irq != UIOMAP_IRQ_MASKED ?
				"" :
				"; after each, the next comes only once it is enabled again: write(1) or uiomap_irq_wait()");
		return;
	}
	diag_add(d, NOTE, "no-event", "no interrupt has come yet%s", by);
	/* The register and its bits depend on the device; only its data sheet has them. */
	snprintf(
		text, sizeof(text),
		"%slet the device's own interrupt enable be set, by its driver or, to try, by uiomap write -m MAP uio%d "
		"OFFSET VALUE; then: uiomap watch uio%d; a driver must have the device open",
		message ? "there is one vector: route all the device's causes to vector 0; " : "",
		p->uio, p->uio);
	diag_advise(d, text);
}

void check_interrupt(struct diagnosis *d, const struct bus_device *p)
{
	char path[64], events[32];
	enum uiomap_irq irq;
	bool alone;

	if (!strcmp(p->bus, "pci") && !check_pci_interrupt(d, p))
		return;
	if (!check_enabled(d, p))
		return;
	snprintf(path, sizeof(path), "/sys/class/uio/uio%d/event", p->uio);
	if (!uiomap_i_attr_line(AT_FDCWD, path, events, sizeof(events)))
		return;
	alone = check_alone(d, p);
	if (!irq_when_closed(d, p, events, &irq))
		return;
	/* An event count above 0 shows that it has an interrupt. */
	if (irq == UIOMAP_IRQ_UNKNOWN && !strcmp(events, "0") && !alone &&
	    !irq_when_open(d, p, &irq))
		return;
	if (irq == UIOMAP_IRQ_NONE) {
		diag_add(d, NOTE, "interrupt",
			 "uio%d has no interrupt: its firmware describes no interrupt line",
			 p->uio);
		diag_advise(
			d,
			"poll the device's registers; if it should have one, check its firmware's description");
		return;
	}
	tell_events(d, p, irq, events);
}
