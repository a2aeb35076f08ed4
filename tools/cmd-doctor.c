/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * uiomap doctor: find out why a device has no /dev/uioN, or why its interrupt
 * doesn't come. Each check depends on the earlier ones. Doctor changes nothing.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bind.h"
#include "doctor.h"
#include "left-out.h"
#include "tool.h"

static const struct argp_child children[] = { { &device_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	NULL,
	NULL,
	"[DEVICE]",
	"Say why DEVICE has no /dev/uioN, or why its interrupt doesn't come, and what to do. DEVICE is a selector or a device that no "
	"UIO driver has yet: platform:NAME, pci:0000:01:00.0, pci:1234:11e8. Without one, looks at the machine only. Exit status 1 if "
	"something is wrong.",
	children,
	0,
	0
};

/* Returns false if all further checks would fail, too. */
static bool check_core(struct diagnosis *d)
{
	struct utsname kernel;
	enum module state;

	if (access("/sys/class/uio", F_OK) == 0) {
		diag_add(d, FINE, "core", "the kernel's UIO core is loaded");
		return true;
	}
	state = module_state("uio");
	uname(&kernel);
	if (state == MODULE_ABSENT) {
		diag_add(d, WRONG, "core",
			 "the UIO core is not loaded, and kernel %s has no module uio",
			 kernel.release);
		diag_advise(
			d,
			"boot a kernel with CONFIG_UIO (Debian's linux-image-amd64 has it), or install this kernel's modules");
	} else {
		diag_add(d, WRONG, "core", "the UIO core is not loaded");
		fix_by_modprobe(d, module_state("uio_stub") == MODULE_ABSENT ? "uio" : "uio_stub");
	}
	return false;
}

/* driver_override names a driver, and that hasn't bound the device. */
static void check_override(struct diagnosis *d, const struct bus_device *p)
{
	char path[300];

	if (bind_is_aside(p->override)) {
		diag_add(d, WRONG, "driver",
			 "%s has no driver: it is set aside for a line in " CONF_DIR
			 ", and udev has not bound it yet, or could not",
			 p->name);
		diag_fix(d, "udevadm trigger --action=add %s; journalctl -b -t uiomap-bind",
			 shell_word(p->path));
		return;
	}
	snprintf(path, sizeof(path), "/sys/bus/%s/drivers/%s", p->bus, p->override);
	if (access(path, F_OK) == 0) {
		diag_add(
			d, WRONG, "driver",
			"%s has no driver; driver_override says %s, which is loaded but has not bound it",
			p->name, p->override);
		if (bind_is_uio(p->override)) {
			/* If binding fails again, `uiomap bind` says why. */
			snprintf(path, sizeof(path), " driver=%s", p->override);
			fix_by_bind(d, p, path);
		} else {
			fix_by_bind(d, p, " take");
		}
	} else if (module_state(p->override) == MODULE_ABSENT) {
		diag_add(
			d, WRONG, "driver",
			"%s has no driver; driver_override says %s, which is not a module of this kernel",
			p->name, p->override);
		fix_by_bind(d, p, " take");
	} else {
		diag_add(d, WRONG, "driver",
			 "%s has no driver; driver_override says %s, which is not loaded", p->name,
			 p->override);
		fix_by_modprobe(d, p->override);
	}
}

/* Whether this driver has, or may have, a platform device. */
static bool has_devices(const char *driver)
{
	char path[128];
	struct dirent *entry;
	bool yes = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/bus/platform/drivers/%s", driver);
	dir = opendir(path);
	while (dir && !yes && (errno = 0, entry = readdir(dir)))
		yes = entry->d_type == DT_LNK && strcmp(entry->d_name, "module");
	if (errno &&
	    errno != ENOENT) /* if it can't be listed, don't suggest to unload the driver */
		yes = true;
	if (dir)
		closedir(dir);
	return yes;
}

/* The device has no driver. */
static void check_unbound(struct diagnosis *d, const struct bus_device *p)
{
	char of_id[256] = "", why[512];

	if (*p->override) {
		check_override(d, p);
		return;
	}
	if (*p->compatible && !in_use(p, why, sizeof(why)) &&
	    module_state("uio_pdrv_genirq") == MODULE_LOADED &&
	    (!uiomap_i_attr_line(AT_FDCWD, "/sys/module/uio_pdrv_genirq/parameters/of_id", of_id,
				 sizeof(of_id)) ||
	     strcmp(of_id, p->compatible))) {
		diag_add(
			d, WRONG, "of_id",
			"%s has no driver: its compatible is \"%s\", and uio_pdrv_genirq looks for of_id=\"%s\" "
			"(or: uiomap bind)",
			p->name, p->compatible, !strcmp(of_id, "(null)") ? "" : of_id);
		/* Don't suggest unloading a driver that has other devices: they would lose it. */
		if (has_devices("uio_pdrv_genirq"))
			fix_by_bind(d, p, " driver=uio_pdrv_genirq");
		else
			diag_fix(d,
				 "modprobe -r uio_pdrv_genirq && modprobe uio_pdrv_genirq of_id=%s",
				 shell_word(p->compatible));
		return;
	}
	/* `uiomap bind` loads an installed module. */
	if (module_state("uio_stub") == MODULE_ABSENT)
		check_stub(d, WRONG);
	diag_add(d, WRONG, "driver", "%s has no driver", p->name);
	fix_by_bind(d, p, "");
}

/* Returns false if there is no UIO device to check. */
static bool check_driver(struct diagnosis *d, const struct bus_device *p)
{
	if (!*p->name && p->uio >= 0) {
		diag_add(d, FINE, "driver", "uio%d was registered by its own driver", p->uio);
		return true;
	}
	if (p->uio >= 0) {
		diag_add(d, FINE, "driver", "%s is bound to %s: uio%d", p->name, p->driver, p->uio);
		return true;
	}
	if (!*p->driver) {
		check_unbound(d, p);
		return false;
	}
	if (bind_is_uio(p->driver)) {
		diag_add(d, WRONG, "registration",
			 "%s is bound to %s, but that registered no UIO device", p->name,
			 p->driver);
		diag_fix(d, "dmesg | grep %s", shell_word(p->name));
		return false;
	}
	if (check_vfio(d, p))
		return false;
	diag_add(
		d, WRONG, "held-by-driver",
		"%s is held by another driver, %s, which loses it when it is bound to a UIO driver",
		p->name, p->driver);
	fix_by_bind(d, p, " take");
	check_take(d, p);
	return false;
}

/*
 * The node is missing from /dev, or belongs to another device. The kernel makes a node only
 * once, when the device appears.
 */
static void fix_node(struct diagnosis *d, int uio, dev_t device, const char *before)
{
	diag_fix(
		d,
		"%smknod -m 660 /dev/uio%d c %u %u && udevadm trigger --action=add /sys/class/uio/uio%d",
		before, uio, major(device), minor(device), uio);
	diag_advise(
		d,
		"in a container: give it the node. The kernel does not remove a node that it did not make: remove it (rm) when the device is gone");
}

/* By /etc/group: a session that began earlier may not have the group yet. */
static bool is_member(const struct group *group, const struct passwd *user)
{
	bool yes = user->pw_gid == group->gr_gid;

	for (char **name = group->gr_mem; *name && !yes; name++)
		yes = !strcmp(*name, user->pw_name);
	return yes;
}

static void check_node(struct diagnosis *d, const struct bus_device *p)
{
	unsigned int major_number = 0, minor_number = 0;
	struct passwd *user;
	struct group *group;
	char node[32], path[64], text[64];
	struct stat st;
	dev_t device;

	snprintf(path, sizeof(path), "/sys/class/uio/uio%d/dev", p->uio);
	if (!uiomap_i_attr_line(AT_FDCWD, path, text, sizeof(text)) ||
	    sscanf(text, "%u:%u", &major_number, &minor_number) != 2)
		return;
	device = makedev(major_number, minor_number);
	snprintf(node, sizeof(node), "/dev/uio%d", p->uio);
	if (stat(node, &st) < 0) {
		diag_add(d, WRONG, "node", "%s: %s", node, strerror(errno));
		fix_node(d, p->uio, device, "");
		return;
	}
	if (!S_ISCHR(st.st_mode) || st.st_rdev != device) {
		snprintf(text, sizeof(text), "rm %s && ", node);
		diag_add(d, WRONG, "node", "%s is the node of another device (%u:%u)", node,
			 major_number, minor_number);
		fix_node(d, p->uio, device, text);
		return;
	}
	if (access(node, R_OK | W_OK) == 0) {
		diag_add(
			d, FINE, "node", "you may open %s%s", node,
			is_in_container() ?
				", unless this container's device rules forbid it (then opening it says EPERM)" :
				"");
		return;
	}
	group = getgrgid(st.st_gid);
	diag_add(d, WRONG, "permission",
		 "%s: no permission for you (mode %04o, owner %u, group %s)", node,
		 st.st_mode & 07777, st.st_uid, group ? group->gr_name : "unknown");
	user = getpwuid(geteuid());
	if ((st.st_mode & 060) == 060 && group && user && is_member(group, user)) {
		diag_fix(d, "newgrp %s", shell_word(group->gr_name));
		diag_advise(d, "you are in that group, but this session is older; log in again");
	} else if ((st.st_mode & 060) == 060 && group && st.st_gid && user) {
		diag_fix(d, "usermod -a -G %s %s", shell_word(group->gr_name),
			 shell_word(user->pw_name));
		diag_advise(d, "then log in again");
	} else if (getgrnam("uio")) {
		diag_fix(d, "chgrp uio %s && chmod 660 %s", node, node);
	} else {
		diag_advise(d,
			    "install uiomap's udev rules, which give such nodes to the group uio");
	}
}

/* The device works without these, but a driver may need them. */
static void check_left_out(struct diagnosis *d, const struct bus_device *p)
{
	struct left_out *list;
	const size_t count = left_out_read(p, true, &list);
	char text[LEFT_OUT_TEXT];

	for (size_t i = 0; i < count; i++) {
		diag_add(d, NOTE, "left-out", "uio%d is without %s", p->uio,
			 left_out_text(&list[i], text));
		if (!strcmp(list[i].reason, "page"))
			fix_by_bind(d, p, " share_page take");
		else if (!strcmp(list[i].kind, "message") && !strcmp(list[i].reason, "driver"))
			fix_by_bind(d, p, " driver=uio_stub take");
	}
	free(list);
}

/*
 * The kernel's UIO drivers map whole pages, and so does uio_stub with share_page. Users of the
 * device can then access more than the device.
 */
static void check_neighbours(struct diagnosis *d, const struct bus_device *p)
{
	char names[NEIGHBOUR_NAME];

	if (!left_out_neighbours(p, names))
		return;
	diag_add(
		d, NOTE, "shared-page",
		"who may open uio%d can also read and write what else is in the pages of its maps: %s",
		p->uio, names);
	diag_advise(
		d,
		"a page of its own would end that (a PCI device: pci=resource_alignment= at boot); uio_stub without share_page leaves such a map out");
}

static void check_iommu(struct diagnosis *d, const struct bus_device *p)
{
	char type[32];

	if (!strcmp(p->driver, "uio_stub"))
		return;
	device_file(p, "iommu_group/type", type, sizeof(type));
	if (!*type || !strcmp(type, "identity"))
		return;
	/* Whether the driver does DMA can't be found out, so this is only a note. */
	diag_add(
		d, NOTE, "iommu",
		"an IOMMU translates the addresses of %s (%s): DMA to physical addresses fails; memory from uio_stub's dma=SIZE is mapped in the IOMMU",
		p->name, type);
	fix_by_bind(d, p, " driver=uio_stub dma=1M take");
}

static int examine_device(struct diagnosis *d, const char *device)
{
	struct bus_device p;

	if (device_find(device, &p) < 0) {
		if (errno == ENOTUNIQ)
			return complain(TOOL_NO_DEVICE, "%s", uiomap_i_error_text());
		diag_add(d, WRONG, "device", "there is no device '%s' on any bus", device);
		diag_fix(d, "lspci -nn; ls /sys/bus/platform/devices; uiomap list");
		return TOOL_NO_DEVICE;
	}
	if (*p.name)
		diag_add(d, FINE, "device", "%s:%s is there", p.bus, p.name);
	if (check_driver(d, &p)) {
		check_node(d, &p);
		check_left_out(d, &p);
		check_neighbours(d, &p);
		if (!strcmp(p.bus, "pci"))
			check_bus_master(d, &p);
		check_interrupt(d, &p);
		check_lockdown(d, &p);
		if (!strcmp(p.bus, "pci"))
			check_iommu(d, &p);
	} else {
		check_lockdown(d, &p);
	}
	uiomap_i_bus_device_clear(&p);
	return TOOL_OK;
}

int cmd_doctor(int argc, char **argv)
{
	struct device_arguments a = { 0 };
	struct diagnosis d = { 0 };
	int status = TOOL_OK, output;
	bool core;

	arguments_parse(&argp, argc, argv, &a, sizeof(a));
	d.json = a.json;
	d.findings = json_array();
	if (check_sysfs(&d)) {
		core = check_core(&d);
		if (a.device) {
			status = examine_device(&d, a.device);
		} else {
			check_stub(&d, core ? NOTE : WRONG);
			check_lockdown(&d, NULL);
			check_services(&d);
		}
	}
	/*
	 * The device may work in spite of a bad configuration, but perhaps not after the next
	 * boot.
	 */
	check_conf(&d, a.device ? NOTE : WRONG);
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
