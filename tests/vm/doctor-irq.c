/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* uiomap doctor: why an interrupt doesn't come; the checks must not disturb the device. */
#include "command.h"
#include "sim-fixture.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "doctor.h"
#include "pci.h"
#include "uio_dummy.h"

Test(doctor, interrupts)
{
	struct uiosim *d = plug("sick-", "counter", "none", NULL, "uio_stub");
	const char *name = uiosim_name(d);
	char address[PCI_ADDRESS];
	struct counter c;

	NOTES("doctor %s", "interrupt", "has no interrupt");
	uiosim_free(d);

	/* The interrupt fires once and stays masked: the program never enables it again. */
	counter_new(&c, "level", "uio_stub", 0);
	name = uiosim_name(c.dummy);
	OK(uiosim_stimulate(c.dummy, "trigger", 1));
	cr_assert_eq(poll(&(struct pollfd){ .fd = uiomap_irq_fd(c.device), .events = POLLIN }, 1,
			  LATE / MS),
		     1);
	OK(uiomap_irq_read(c.device, NULL));
	counter_ack(&c);
	snprintf(address, sizeof(address), "(pid %d)", (int)getpid());
	WRONG("doctor %s", "not-enabled", address);
	OK(uiomap_irq_enable(c.device));
	PRINTS("doctor %s", "1 interrupts so far");
	counter_free(&c);

	cr_assert(pci_find(PCI_BOCHS, 0, address));
	name = address;
	pci_bind(address, "uio_pci_generic", NULL);
	NOTES("doctor pci:%s", "interrupt", "neither an INTx pin nor MSI");
	pci_unbind(address);
	cr_assert(pci_find(PCI_EDU, 0, address));
	pci_bind(address, "uio_stub", NULL);
	NOTES("doctor pci:%s", "no-event", "no interrupt has come yet (MSI)");
	SAYS("vector 0");
	PRINTS("info pci:%s", "interrupt  counted, MSI\n");
	pci_unbind(address);
	cr_assert(pci_find(PCI_NVME, 0, address));
	pci_bind(address, "uio_stub", NULL);
	NOTES("doctor pci:%s", "no-event", "no interrupt has come yet (MSI-X)");
	pci_unbind(address);
	cr_assert(pci_find(PCI_EDU, 0, address));
	pci_bind(address, "uio_pci_generic", NULL);
	PRINTS("info pci:%s", ", INTx\n");
	pci_config_write(address, PCI_COMMAND, 2,
			 pci_config_read(address, PCI_COMMAND, 2) | PCI_COMMAND_INTX_DISABLE);
	NOTES("doctor pci:%s", "intx-masked", "bit 10");
	pci_unbind(address);
}

static int watch_opens(const char *node)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	cr_assert(fd >= 0 && inotify_add_watch(fd, node, IN_OPEN) >= 0);
	return fd;
}

static bool was_opened(int fd)
{
	char events[4096];

	return read(fd, events, sizeof(events)) > 0;
}

/* Opening a device has side effects. */
Test(doctor, opens_only_where_nothing_else_tells)
{
	struct uiosim *d = plug("sick-", "counter", "level", NULL, "uio_stub");
	const char *name = uiosim_name(d);
	char card[PCI_ADDRESS], node[64];
	struct counter c;
	int opens;

	opens = watch_opens(uiosim_uio_node(d));
	NOTES("doctor %s", "no-event", "(level)");
	cr_assert_not(was_opened(opens));
	close(opens);
	uiosim_free(d);

	counter_new(&c, "level", "uio_pdrv_genirq", 0);
	name = uiosim_name(c.dummy);
	opens = watch_opens(uiosim_uio_node(c.dummy));
	NOTES("doctor %s", "no-event",
	      "was opened and closed again: under uio_pdrv_genirq only this shows");
	cr_assert(was_opened(opens));
	OK(uiosim_stimulate(c.dummy, "trigger", 1));
	OK(uiomap_irq_wait(c.device, LATE, NULL));
	PRINTS("doctor %s", "only once it is enabled again");
	cr_assert_not(was_opened(opens));
	close(opens);
	counter_free(&c);

	/* The last close would turn bus mastering off. */
	name = card;
	cr_assert(pci_find(PCI_EDU, 0, card));
	pci_bind(card, "uio_pci_generic", NULL);
	snprintf(node, sizeof(node), "/dev/uio%d", pci_uio_number(card));
	opens = watch_opens(node);
	NOTES("doctor pci:%s", "no-event", "(INTx)");
	cr_assert_not(was_opened(opens));
	close(opens);
	pci_unbind(card);
}
