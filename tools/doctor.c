/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * uiomap doctor: why a device has no /dev/uioN, or why its interrupt doesn't
 * come. Looks at one thing after the other in the order in which they must be
 * right; changes nothing.
 */
#include <errno.h>
#include <grp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "patient.h"
#include "tool.h"

/* PCI Local Bus Specification 3.0: 6.1 (configuration header), 6.2.2 (command), 6.8 (MSI and MSI-X). */
#define PCI_COMMAND_HIGH	0x05
#define PCI_INTX_DISABLE	0x04	/* bit 10 of the command register */
#define PCI_INTERRUPT_PIN	0x3d
#define PCI_CAP_MSI		0x05
#define PCI_CAP_MSIX		0x11

struct arguments {
	const char *device;
	bool json;
};

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "as JSON", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case 'j':
		a->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (a->device)
			argp_error(state, "one device only");
		a->device = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	options, parse, "[DEVICE]",
	"Say why DEVICE has no /dev/uioN, or why its interrupt doesn't come, and what to do. DEVICE is a selector or a device that no "
	"UIO driver has yet: platform:NAME, pci:0000:01:00.0, pci:1234:11e8. Without one, looks at the machine only. Exit status 1 if "
	"something is wrong.", 0, 0, 0
};

enum verdict { FINE, NOTE, WRONG };

struct diagnosis {
	bool json;
	json_t *findings;
	unsigned int wrong;
};

/* One finding; `id` names it for programs, `fix` is a command or an advice, or NULL. */
static void find(struct diagnosis *d, enum verdict verdict, const char *id, const char *fix, const char *format, ...)
	__attribute__((__format__(__printf__, 5, 6)));
static void find(struct diagnosis *d, enum verdict verdict, const char *id, const char *fix, const char *format, ...)
{
	static const char * const names[] = { "ok", "note", "wrong" };
	char *text;
	va_list args;
	int length;

	d->wrong += verdict == WRONG;
	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0)
		return;
	if (d->json) {
		json_t *finding = json_pack("{s:s, s:s, s:o}", "check", id, "verdict", names[verdict], "text", json_text(text));

		if (fix)
			json_object_set_new(finding, "fix", json_text(fix));
		json_array_append_new(d->findings, finding);
	} else {
		printf("%-5s %s\n", names[verdict], printable(text));
		if (fix)
			printf("      -> %s\n", printable(fix));
	}
	free(text);
}

static bool is_uio_driver(const char *driver)
{
	return !strncmp(driver, "uio_", 4);
}

/* false: nothing else can be right either. */
static bool check_core(struct diagnosis *d)
{
	struct utsname kernel;
	enum module state;

	if (access("/sys/class/uio", F_OK) == 0) {
		find(d, FINE, "core", NULL, "the kernel's UIO core is there");
		return true;
	}
	state = module_state("uio");
	uname(&kernel);
	if (state == MODULE_ABSENT)
		find(d, WRONG, "core", "boot a kernel with CONFIG_UIO (Debian's linux-image-amd64 has it), or install this kernel's modules",
		     "the UIO core is not loaded, and kernel %s has no module uio", kernel.release);
	else
		find(d, WRONG, "core", "modprobe uio_stub", "the UIO core is not loaded");
	return false;
}

static void check_stub(struct diagnosis *d, enum verdict absent)
{
	struct utsname kernel;

	uname(&kernel);
	switch (module_state("uio_stub")) {
	case MODULE_LOADED:
		find(d, FINE, "uio_stub", NULL, "uio_stub is loaded");
		break;
	case MODULE_INSTALLED:
		find(d, absent, "uio_stub", "modprobe uio_stub", "uio_stub is installed, but not loaded");
		break;
	case MODULE_ABSENT:
		find(d, absent, "uio_stub", "install it by DKMS (kernel/dkms.conf), or: make modules && insmod kernel/uio_stub.ko",
		     "kernel %s has no module uio_stub", kernel.release);
		break;
	}
}

/* Forbids what a driver of this kind needs. */
static void check_lockdown(struct diagnosis *d, const struct patient *p)
{
	char text[128], *open, *close;

	if (!first_line("/sys/kernel/security/lockdown", text, sizeof(text)))
		return;
	open = strchr(text, '[');
	close = open ? strchr(open, ']') : NULL;
	if (!close)
		return;
	*close = '\0';
	if (!strcmp(open + 1, "none"))
		return;
	if (p && !strcmp(p->driver, "uio_stub"))
		return;
	find(d, WRONG, "lockdown", "sign uio_stub with a key that is enrolled (mokutil --import), or turn Secure Boot off",
	     "kernel lockdown (%s): modules without a trusted signature don't load, PCI BARs can't be mapped through sysfs", open + 1);
}

/* The device has no driver. */
static void check_unbound(struct diagnosis *d, const struct patient *p)
{
	char fix[1024], of_id[256] = "";

	if (*p->override) {
		enum module state = module_state(p->override);

		if (state == MODULE_LOADED) {
			snprintf(fix, sizeof(fix), "echo %s > /sys/bus/%s/drivers_probe; then look at: dmesg | grep '%s'", p->name, p->bus,
				 p->name);
			find(d, WRONG, "driver", fix, "%s has no driver; driver_override says %s, which is loaded but did not take it",
			     p->name, p->override);
		} else {
			snprintf(fix, sizeof(fix), "modprobe %s", p->override);
			find(d, WRONG, "driver", state == MODULE_ABSENT ? "install that module, or: uiomap bind" : fix,
			     "%s has no driver; driver_override says %s, which is %s", p->name, p->override,
			     state == MODULE_ABSENT ? "no module of this kernel" : "not loaded");
		}
		return;
	}
	if (*p->compatible && module_state("uio_pdrv_genirq") == MODULE_LOADED &&
	    (!first_line("/sys/module/uio_pdrv_genirq/parameters/of_id", of_id, sizeof(of_id)) || strcmp(of_id, p->compatible))) {
		snprintf(fix, sizeof(fix), "modprobe -r uio_pdrv_genirq && modprobe uio_pdrv_genirq of_id=%s, or: uiomap bind %s:%s",
			 p->compatible, p->bus, p->name);
		find(d, WRONG, "of_id", fix, "%s has no driver: its compatible is \"%s\", and uio_pdrv_genirq looks for of_id=\"%s\"",
		     p->name, p->compatible, !strcmp(of_id, "(null)") ? "" : of_id);
		return;
	}
	check_stub(d, WRONG);
	snprintf(fix, sizeof(fix), "uiomap bind %s:%s", p->bus, p->name);
	find(d, WRONG, "driver", fix, "%s has no driver", p->name);
}

/* false: there is no UIO device to look at. */
static bool check_driver(struct diagnosis *d, const struct patient *p)
{
	char fix[1024];

	if (!*p->name && p->uio >= 0) {
		find(d, FINE, "driver", NULL, "uio%d was registered by its own driver", p->uio);
		return true;
	}
	if (p->uio >= 0) {
		find(d, FINE, "driver", NULL, "%s is bound to %s: uio%d", p->name, p->driver, p->uio);
		return true;
	}
	if (!*p->driver) {
		check_unbound(d, p);
		return false;
	}
	if (is_uio_driver(p->driver)) {
		snprintf(fix, sizeof(fix), "dmesg | grep '%s'", p->name);
		find(d, WRONG, "registration", fix, "%s is bound to %s, but that registered no UIO device", p->name, p->driver);
		return false;
	}
	snprintf(fix, sizeof(fix), "uiomap bind --take %s:%s (it stops working with %s)", p->bus, p->name, p->driver);
	find(d, WRONG, "held-by-driver", fix, "%s is held by another driver, %s", p->name, p->driver);
	return false;
}

static void check_node(struct diagnosis *d, const struct patient *p)
{
	char node[32], fix[512];
	struct group *group;
	struct stat st;

	snprintf(node, sizeof(node), "/dev/uio%d", p->uio);
	if (stat(node, &st) < 0) {
		snprintf(fix, sizeof(fix), "udevadm trigger /sys/class/uio/uio%d, or in a container: give it the node", p->uio);
		find(d, WRONG, "node", fix, "%s: %s", node, strerror(errno));
		return;
	}
	if (access(node, R_OK | W_OK) == 0) {
		find(d, FINE, "node", NULL, "%s can be opened", node);
		return;
	}
	group = getgrgid(st.st_gid);
	if ((st.st_mode & 060) == 060 && group && st.st_gid)
		snprintf(fix, sizeof(fix), "usermod -a -G %s USER, and log in again", group->gr_name);
	else
		snprintf(fix, sizeof(fix), "install uiomap's udev rules (group uio), or: chgrp GROUP %s && chmod 660 %s", node, node);
	find(d, WRONG, "permission", fix, "%s: no permission for you (mode %04o, owner %u, group %s)", node, st.st_mode & 07777, st.st_uid,
	     group ? group->gr_name : "unknown");
}

/* PCI: which kinds of interrupt the card has. false: none at all. */
static bool check_pci_interrupt(struct diagnosis *d, const struct patient *p)
{
	bool msi = patient_capability(p, PCI_CAP_MSI) || patient_capability(p, PCI_CAP_MSIX);
	int pin = patient_config(p, PCI_INTERRUPT_PIN), command = patient_config(p, PCI_COMMAND_HIGH);
	char irq[32];

	if (!pin && !msi) {
		find(d, NOTE, "interrupt", "poll the device's registers", "%s has neither an INTx pin nor MSI: it can't interrupt", p->name);
		return false;
	}
	if (strcmp(p->driver, "uio_pci_generic"))
		return true;
	patient_file(p, "irq", irq, sizeof(irq));
	if (!pin || !strcmp(irq, "0")) {
		find(d, WRONG, "intx", "uiomap bind --driver uio_stub, which uses MSI",
		     "%s has no INTx line%s, and uio_pci_generic can use nothing else", p->name, msi ? " (it has MSI)" : "");
		return false;
	}
	if (command >= 0 && (command & PCI_INTX_DISABLE))
		find(d, NOTE, "intx-masked", "the driver has to clear it after each interrupt, as uiomap_irq_wait() does",
		     "%s: INTx is disabled in its command register (bit 10): nothing comes until somebody clears that", p->name);
	return true;
}

static void check_interrupt(struct diagnosis *d, const struct patient *p)
{
	char path[64], events[32], selector[32];
	struct uiomap_device *device;
	enum uiomap_irq irq;

	if (!strcmp(p->bus, "pci") && !check_pci_interrupt(d, p))
		return;
	snprintf(selector, sizeof(selector), "uio%d", p->uio);
	/* Only an open device tells whether it has an interrupt at all. */
	device = uiomap_open(selector, UIOMAP_RDONLY);
	if (!device) {
		if (errno == EBUSY)
			find(d, NOTE, "held", "ask whoever has it, or wait", "%s", uiomap_error());
		else if (errno != EACCES)
			find(d, WRONG, "open", NULL, "%s", uiomap_error());
		return;
	}
	irq = uiomap_info_irq(uiomap_device_info(device));
	uiomap_close(device);
	if (irq == UIOMAP_IRQ_NONE) {
		find(d, NOTE, "interrupt", "poll the device's registers; if it should have one, look at its firmware's description",
		     "uio%d has no interrupt: no line was described for it", p->uio);
		return;
	}
	snprintf(path, sizeof(path), "/sys/class/uio/uio%d/event", p->uio);
	if (!first_line(path, events, sizeof(events)))
		return;
	if (strcmp(events, "0"))
		find(d, FINE, "interrupt", NULL, "%s interrupts so far%s", events, irq == UIOMAP_IRQ_COUNTED ? "" :
		     "; after each, the next comes only once it is enabled again: write(1) or uiomap_irq_wait()");
	else
		find(d, NOTE, "no-event", "let the device's own interrupt enable be set, then: uiomap watch; a driver must have the device open",
		     "no interrupt has come yet");
}

static void check_iommu(struct diagnosis *d, const struct patient *p)
{
	char type[32];

	if (!strcmp(p->driver, "uio_stub"))
		return;
	patient_file(p, "iommu_group/type", type, sizeof(type));
	if (!*type || !strcmp(type, "identity"))
		return;
	find(d, WRONG, "iommu", "uiomap bind --driver uio_stub, with dma=SIZE for memory that the IOMMU maps",
	     "an IOMMU translates for %s (%s): physical addresses are not its bus addresses, DMA to them fails", p->name, type);
}

static int examine_device(struct diagnosis *d, const char *device)
{
	struct patient p;

	if (patient_find(device, &p) < 0) {
		if (errno == ENOTUNIQ)
			return complain_uiomap();
		find(d, WRONG, "device", "lspci -nn; ls /sys/bus/platform/devices; uiomap list", "there is no device '%s' on any bus", device);
		return TOOL_NO_DEVICE;
	}
	if (*p.name)
		find(d, FINE, "device", NULL, "%s:%s is there", p.bus, p.name);
	if (check_driver(d, &p)) {
		check_node(d, &p);
		check_interrupt(d, &p);
		check_lockdown(d, &p);
		if (!strcmp(p.bus, "pci"))
			check_iommu(d, &p);
	} else {
		check_lockdown(d, &p);
	}
	return TOOL_OK;
}

int cmd_doctor(int argc, char **argv)
{
	struct arguments a = { 0 };
	struct diagnosis d = { 0 };
	int status = TOOL_OK, output;
	bool core;

	argp_parse(&argp, argc, argv, 0, NULL, &a);
	d.json = a.json;
	d.findings = json_array();
	core = check_core(&d);
	if (a.device) {
		status = examine_device(&d, a.device);
	} else {
		check_stub(&d, core ? NOTE : WRONG);
		check_lockdown(&d, NULL);
	}
	if (!status && d.wrong)
		status = TOOL_FAILED;
	if (a.json) {
		output = print_json(d.findings, false);
	} else {
		json_decref(d.findings);
		output = flush_output();
	}
	return output ? output : status;
}
