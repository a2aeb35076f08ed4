/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Devices that the configuration names, with a real udevd: bound, named and given to the group,
 * and nothing left behind.
 */
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <uio_dummy.h>
#include <unistd.h>

#include "../../udev/bind.h"
#include "sim-fixture.h"
#include "edu.h"
#include "qmp.h"
#include "pci.h"
#include "udev-rules.h"

#define CYCLES 100

TestSuite(autobind, .init = rules_begin, .fini = rules_end);

/* Expect the next event of a device, after udevd has handled it. */
static void expect_event(struct uiomap_monitor *m, enum uiomap_event type)
{
	struct uiomap_info *info;
	int event = uiomap_monitor_next(m, 60 * SECOND, &info);

	OK(event);
	cr_assert_eq(event, (int)type, "event %d of %s", event, uiomap_info_name(info));
	uiomap_info_free(info);
}

/* ---- a simulated device ------------------------------------------------------ */

/* Map the device, read a register, take an interrupt. */
static const char *use_counter(const void *link)
{
	struct uiomap_device *device = uiomap_open(link, 0);
	struct uiomap_region *map = device ? uiomap_map_name(device, "registers", 0) : NULL;
	volatile void *regs;
	uint32_t n;

	if (!map)
		return uiomap_error();
	regs = uiomap_region_base(map);
	if (uiomap_read32(regs, UIO_DUMMY_MAGIC) != UIO_DUMMY_MAGIC_VALUE)
		return "its magic is another";
	uiomap_write32(regs, UIO_DUMMY_IRQ_ENABLE, 1);
	uiomap_write32(regs, UIO_DUMMY_COUNTER_CTRL, UIO_DUMMY_COUNTER_RUN);
	if (uiomap_irq_wait(device, 10 * SECOND, &n) < 0)
		return uiomap_error();
	uiomap_write32(regs, UIO_DUMMY_COUNTER_CTRL, 0);
	uiomap_close(device);
	return NULL;
}

/* udevd must report no error when it reads and applies the rules. */
static void rules_are_good(const char *link)
{
	char line[512];

	snprintf(
		line, sizeof(line),
		"udevadm test --action=add $(udevadm info -q path %s) > /run/rules 2>&1 && grep -q '60-uiomap.rules:.*LINK' /run/rules && "
		"! grep -E '60-uiomap.rules:.*([Ii]nvalid|[Uu]nknown|[Ff]ailed|ignoring|error)' /run/rules",
		link);
	cr_assert_eq(system(line), 0, "see above");
	unlink("/run/rules");
}

/*
 * A group member can use a device by its links. Another device, which the file doesn't name, is
 * left alone.
 */
Test(autobind, appears)
{
	struct uiomap_monitor *m;
	struct uiosim *d, *other;
	char link[128], options[512] = "";
	FILE *f;

	other = plug("other", "counter", NULL, NULL, NULL);
	start("platform:nothing\nplatform:uio_dummy wc dma=64K\n");
	m = uiomap_monitor_open(NULL);
	cr_assert(m, "%s", uiomap_error());
	d = plug("counter", "counter", NULL, NULL, NULL);
	expect_event(m, UIOMAP_EVENT_ADD);
	expect_mode(uiosim_uio_node(d), installed_group(), 0660);
	cr_assert(!strcmp(leads("/dev/uio/by-name/counter") + 5, uiosim_uio_node(d) + 4), "%s",
		  leads("/dev/uio/by-name/counter"));
	snprintf(link, sizeof(link), "/dev/uio/by-path/platform:%s", uiosim_device(d));
	as_member(use_counter, link);
	as_member(use_counter, "/dev/uio/by-name/counter#0");
	f = fopen("/sys/module/uio_stub/parameters/options", "re");
	cr_assert(f && fgets(options, sizeof(options), f));
	fclose(f);
	cr_assert(strstr(options, "dma=65536") && strstr(options, "wc"), "%s", options);
	rules_are_good(link);
	/* It was plugged in before udevd started, so udevd has no event for it. */
	cr_assert_eq(uiosim_uio_number(other), -1);

	OK(uiosim_unplug(d));
	expect_event(m, UIOMAP_EVENT_REMOVE);
	udevd_settle();
	cr_assert_eq(entries("/dev/uio/by-name", ""), 0);
	cr_assert_eq(entries("/dev/uio/by-path", ""), 0);
	uiomap_monitor_close(m);
	uiosim_free(d);
	uiosim_free(other);
}

static int by_value(const void *a, const void *b)
{
	return (*(const int64_t *)a > *(const int64_t *)b) -
	       (*(const int64_t *)a < *(const int64_t *)b);
}

/* Each cycle takes less than a second, and nothing is left after a hundred. */
Test(autobind, cycles)
{
	static const char * const folders[] = { "/dev/uio/by-name", "/dev/uio/by-path",
						"/run/udev/data", "/run/udev/tags/systemd" };
	char options[512] = "";
	int64_t took[CYCLES];
	struct uiomap_monitor *m;
	struct uiosim *d;
	FILE *f;

	start("platform:uio_dummy dma=64K\n");
	m = uiomap_monitor_open(NULL);
	cr_assert(m, "%s", uiomap_error());
	d = uiosim_new("cycle");
	cr_assert(d, "%s", uiosim_error());
	OK(uiosim_set(d, "model", "counter"));
	for (int i = 0; i < CYCLES; i++) {
		took[i] = now();
		OK(uiosim_go_live(d));
		expect_event(m, UIOMAP_EVENT_ADD);
		took[i] = now() - took[i];
		cr_assert_neq(*leads("/dev/uio/by-name/cycle"), '\0');
		expect_mode("/dev/uio/by-name/cycle", installed_group(), 0660);
		OK(uiosim_unplug(d));
		expect_event(m, UIOMAP_EVENT_REMOVE);
	}
	udevd_settle();
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		cr_assert_eq(entries(folders[i], ""), 0, "%s", folders[i]);
	/* udevd keeps one lock file for each link that ever existed, and nothing else. */
	cr_assert_eq(
		system("! find /run/udev/links -type f -o -type l 2> /dev/null | grep -v '/.lock$'"),
		0);
	cr_assert_leq(entries("/run/udev/links", ""), 3);
	f = fopen("/sys/module/uio_stub/parameters/options", "re");
	cr_assert(f);
	cr_assert(!fgets(options, sizeof(options), f) || *options == '\n', "%s", options);
	fclose(f);
	cr_assert_eq(entries("/run/uiomap", ""), 0);
	qsort(took, CYCLES, sizeof(*took), by_value);
	fprintf(stderr,
		"from live to the link's being there: least %lld ms, median %lld ms, most %lld ms\n",
		(long long)(took[0] / MS), (long long)(took[CYCLES / 2] / MS),
		(long long)(took[CYCLES - 1] / MS));
	/* Slower cycles depend on the host's load, so only the fastest quarter is checked. */
	cr_assert_lt(took[CYCLES / 4], SECOND);
	uiomap_monitor_close(m);
	uiosim_free(d);
}

/* ---- a PCI device ------------------------------------------------------------ */

/* Use configuration space, a register, an interrupt. */
static const char *use_edu(const void *link)
{
	struct uiomap_device *device = uiomap_open(link, 0);
	struct edu *edu = device ? edu_open(device) : NULL;
	uint32_t id, result;

	if (!device || uiomap_config_read32(device, 0, &id) < 0)
		return uiomap_error();
	if (id != 0x11e81234)
		return "its ids are others";
	if (!edu || edu_factorial(edu, 5, 10 * SECOND, &result) < 0)
		return edu_error();
	edu_close(edu);
	uiomap_close(device);
	return result == 120 ? NULL : "5! is not 120";
}

static void read_device(const char *address, struct bus_device *dev)
{
	cr_assert_eq(bind_device_read("pci", address, dev), 0, "%s", uiomap_i_error_text());
}

/* The device exists before udevd starts, as at boot; with each UIO driver for PCI. */
Test(autobind, pci)
{
	static const char * const drivers[] = { "uio_stub", "uio_pci_generic" };
	char address[PCI_ADDRESS], conf[64], link[64];
	const gid_t group = installed_group();
	struct bus_device dev;

	cr_assert(pci_find(PCI_EDU, 0, address));
	start("");
	for (size_t i = 0; i < 2; i++) {
		snprintf(conf, sizeof(conf), "pci:1234:11e8 driver=%s\n", drivers[i]);
		installed_conf(conf);
		uevent(pci_device(address), "add");
		udevd_settle();
		read_device(address, &dev);
		cr_assert_str_eq(dev.driver, drivers[i]);
		cr_assert_str_eq(dev.override, drivers[i]);
		snprintf(link, sizeof(link), "/dev/uio/by-path/pci:%s", address);
		expect_mode(link, group, 0660);
		as_member(use_edu, link);

		installed_conf("");
		cr_assert_eq(bind_release(&dev), 0, "%s", uiomap_i_error_text());
		udevd_settle();
		cr_assert_str_eq(dev.driver, "");
		cr_assert_str_eq(dev.override, "");
		cr_assert_eq(*leads(link), '\0');
	}
}

/*
 * Three cards with one name; the one with the last address was added first. Instances follow
 * the addresses.
 */
Test(autobind, instances)
{
	static const char first[] = "/dev/uio/by-name/1234:11e8#0",
			  second[] = "/dev/uio/by-name/1234:11e8#1",
			  alone[] = "/dev/uio/by-name/1234:11e8";
	char a[PCI_ADDRESS], b[PCI_ADDRESS], path[64], by_path[256];
	struct monitor *m = qmp_open();

	start("pci:1234:11e8\n");
	qmp_plug(m, "edu", "late", "port1", "");
	pci_plugged(PCI_PORT1, b);
	udevd_settle();
	snprintf(path, sizeof(path), "/dev/uio/by-path/pci:%s", b);
	strcpy(by_path, leads(path));
	cr_assert_neq(*by_path, '\0');
	cr_assert_str_eq(leads(first), by_path);
	cr_assert_str_eq(leads(alone), by_path);

	qmp_plug(m, "edu", "early", "port0", "");
	pci_plugged(PCI_PORT0, a);
	cr_assert_lt(strcmp(a, b), 0, "%s, %s", a, b);
	udevd_settle();
	cr_assert_str_eq(leads(second), by_path);
	cr_assert_eq(*leads(alone), '\0', "the name alone is nobody's now");
	snprintf(path, sizeof(path), "/dev/uio/by-path/pci:%s", a);
	strcpy(by_path, leads(path));
	cr_assert_neq(*by_path, '\0');
	cr_assert_str_eq(leads(first), by_path);

	qmp_unplug(m, "early");
	qmp_unplugged(m, "early");
	udevd_settle();
	snprintf(path, sizeof(path), "/dev/uio/by-path/pci:%s", b);
	strcpy(by_path, leads(path));
	cr_assert_str_eq(leads(first), by_path);
	cr_assert_str_eq(leads(alone), by_path);
	cr_assert_eq(*leads(second), '\0');
	qmp_unplug(m, "late");
	qmp_unplugged(m, "late");
	udevd_settle();
	cr_assert_eq(entries("/dev/uio/by-name", ""), 0);
	qmp_close(m);
}

/* ---- what must not be bound ------------------------------------------------- */

/*
 * A device with a driver, in a file with invalid lines. Then the file says take, and later the
 * device is given back.
 */
Test(autobind, left_alone)
{
	struct bus_device dev;
	char address[PCI_ADDRESS];
	const char *log;
	struct uiosim *d;

	cr_assert_eq(system("modprobe e1000"), 0);
	cr_assert(pci_find(PCI_E1000, 0, address));
	read_device(address, &dev);
	cr_assert_str_eq(dev.driver, "e1000");
	start("pci:8086:100e\nnonsense\nplatform:uio_dummy driver=e1000\nplatform:uio_dummy\n");
	uevent(pci_device(address), "add");
	udevd_settle();
	read_device(address, &dev);
	cr_assert_str_eq(dev.driver, "e1000");
	cr_assert_str_eq(dev.override, "");
	log = installed_log();
	cr_assert(strstr(log, CONF ":2: 'nonsense' is not a device"), "%s", log);
	cr_assert(strstr(log, CONF ":3: driver=e1000 must be"), "%s", log);
	cr_assert(strstr(log, CONF ":1: "), "%s", log);
	cr_assert(strstr(log, "has the driver e1000 and is left alone"), "%s", log);

	d = plug("fine", "memory", NULL, NULL, NULL);
	udevd_settle();
	cr_assert_neq(*leads("/dev/uio/by-name/fine"), '\0');
	uiosim_free(d);
	log = installed_log();
	cr_assert(!strstr(log, "nonsense"), "told twice: %s", log);

	installed_conf("pci:8086:100e take\n");
	uevent(pci_device(address), "add");
	udevd_settle();
	read_device(address, &dev);
	cr_assert_str_eq(dev.driver, "uio_stub");
	cr_assert_neq(*leads("/dev/uio/by-name/8086:100e"), '\0');
	cr_assert_eq(system("modprobe -r e1000"), 0);
	installed_conf("");
	cr_assert_eq(bind_release(&dev), 0, "%s", uiomap_i_error_text());
	cr_assert_str_eq(dev.driver, "e1000", "its normal driver doesn't come back");
	cr_assert_str_eq(dev.override, "");
	udevd_settle();
	cr_assert_eq(*leads("/dev/uio/by-name/8086:100e"), '\0');
	cr_assert_eq(system("modprobe -r e1000"), 0);
}

/* The UIO driver's module can't be loaded when the device appears, and is loaded later. */
Test(autobind, module_later)
{
	struct uiomap_monitor *m;
	const char *log;
	struct uiosim *d;

	start("platform:uio_dummy\n");
	cr_assert_eq(
		system("modprobe -r uio_stub && cd /lib/modules/$(uname -r)/updates && mv uio_stub.ko /run/vm/share/"),
		0);
	d = plug("waits", "counter", NULL, NULL, NULL);
	udevd_settle();
	cr_assert_eq(uiosim_uio_number(d), -1);
	log = installed_log();
	cr_assert_eq(system("mv /run/vm/share/uio_stub.ko /lib/modules/$(uname -r)/updates/"), 0);
	cr_assert(strstr(log, "there is no module uio_stub for this kernel"), "%s", log);
	m = uiomap_monitor_open(NULL);
	cr_assert(m, "%s", uiomap_error());
	cr_assert_eq(system("modprobe uio_stub"), 0);
	expect_event(m, UIOMAP_EVENT_ADD);
	as_member(use_counter, "/dev/uio/by-name/waits");
	uiomap_monitor_close(m);
	uiosim_free(d);
}

/* ---- names ------------------------------------------------------------------- */

static void write_name(const char *name)
{
	const int fd = open("/run/odd-name", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	cr_assert(fd >= 0 && write(fd, name, strlen(name)) == (ssize_t)strlen(name) &&
			  close(fd) == 0,
		  "%s", strerror(errno));
}

/* Unusual names, by a file in place of the device's attribute. */
Test(autobind, odd_names)
{
	static const struct {
		const char *name, *link;
	} odd[] = {
		{ "\n", "" },
		{ "..\n", "\\x2e." },
		{ "../../../run/evil\n", "\\x2e.\\x2f..\\x2f..\\x2frun\\x2fevil" },
		{ "a b /etc/c\n", "a\\x20b\\x20\\x2fetc\\x2fc" },
		{ "x\x01\x1b[31m\ny\n", "x\\x01\\x1b\\x5b31m\\x0ay" },
		{ "N\nE:SYSTEMD_WANTS=evil.service\nSYSTEMD_WANTS=evil.service\n",
		  "N\\x0aE:SYSTEMD_WANTS=evil.service\\x0aSYSTEMD_WANTS=evil.service" },
		{ "caf\xc3\xa9\xff\n", "caf\\xc3\\xa9\\xff" },
		{ "$env{PATH}%k$$\n", "\\x24env\\x7bPATH\\x7d\\x25k\\x24\\x24" },
	};
	char name[300], link[300], attribute[128], device[64];
	struct uiosim *d = plug("odd", "counter", NULL, NULL, "uio_stub");

	snprintf(device, sizeof(device), "/sys/class/uio/uio%d", uiosim_uio_number(d));
	snprintf(attribute, sizeof(attribute), "%s/name", device);
	write_name("\n");
	cr_assert_eq(mount("/run/odd-name", attribute, NULL, MS_BIND, NULL), 0, "%s",
		     strerror(errno));
	start("");
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		write_name(odd[i].name);
		uevent(device, "change");
		udevd_settle();
		snprintf(link, sizeof(link), "/dev/uio/by-name/%s", odd[i].link);
		cr_assert(!*odd[i].link || *leads(link), "no %s", link);
		cr_assert_eq(entries("/dev/uio/by-name", ""), *odd[i].link ? 2 : 0, "%s",
			     odd[i].link);
		cr_assert_eq(entries("/dev/uio/by-path", "platform:uio_dummy."), 1);
		cr_assert_eq(access("/run/evil", F_OK), -1);
	}
	/* The longest valid file name, and one byte more: with #K it is too long. */
	for (size_t length = 240; length <= 255; length += 15) {
		memset(name, 'x', length);
		name[length] = '\0';
		write_name(name);
		uevent(device, "change");
		udevd_settle();
		cr_assert_eq(entries("/dev/uio/by-name", ""), length < 255 ? 2 : 0, "%zu", length);
		cr_assert_eq(entries("/dev/uio/by-path", ""), 1);
	}
	cr_assert_eq(umount(attribute), 0);
	uiosim_free(d);
	udevd_settle();
	cr_assert_eq(entries("/dev/uio/by-name", ""), 0);
}

/* ---- many of one name -------------------------------------------------------- */

#define MANY 30

struct many {
	struct uiosim *dummy;
	char uio[64], attribute[128], name[32];
};

/*
 * All names have the same length: the file is overwritten in place, so that no reader sees an
 * incomplete name.
 */
static void rename_to(const struct many *device, const char *name)
{
	const int fd = open(device->name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	cr_assert(fd >= 0 && pwrite(fd, name, 5, 0) == 5 && close(fd) == 0, "%s: %s", device->name,
		  strerror(errno));
}

/* Open a socket for the kernel's uevents. */
static int uevents_open(void)
{
	const struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	const int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			      NETLINK_KOBJECT_UEVENT),
		  size = 4 << 20;

	cr_assert(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) == 0 &&
			  bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0,
		  "%s", strerror(errno));
	return fd;
}

/* The number of change events of UIO devices since the last call. */
static unsigned int uevents_changes(int fd)
{
	unsigned int count = 0;
	char text[8192];
	ssize_t n;

	while ((n = recv(fd, text, sizeof(text) - 1, 0)) >= 0) {
		text[n] = '\0';
		count += !strncmp(text, "change@", 7) && strstr(text, "/uio/uio");
	}
	cr_assert_eq(errno, EAGAIN, "%s", strerror(errno));
	return count;
}

/*
 * Each device must have the link of its instance, in the order of paths, and none the name
 * alone.
 */
static void expect_instances(const struct many devices[MANY])
{
	for (int i = 0; i < MANY; i++) {
		char link[64];

		snprintf(link, sizeof(link), "/dev/uio/by-name/same#%d", i);
		cr_assert_str_eq(strrchr(leads(link), '/') + 1, strrchr(devices[i].uio, '/') + 1,
				 "%s", link);
	}
	cr_assert_eq(entries("/dev/uio/by-name", ""), MANY);
	cr_assert_eq(entries("/dev/uio/by-path", ""), MANY);
}

/*
 * Add or rename all devices while udevd's queue is stopped; then let it handle all events.
 * Returns the number of change events.
 */
static unsigned int all_at_once(struct many *devices, int count, const char *action)
{
	const int uevents = uevents_open();
	unsigned int changes;

	udevd_freeze();
	for (int i = 0; i < count; i++) {
		char name[16];

		snprintf(name, sizeof(name), "no%02d\n", i);
		rename_to(&devices[i], strcmp(action, "remove") ? "same\n" : name);
		uevent(devices[i].uio, action);
	}
	udevd_thaw();
	udevd_settle();
	changes = uevents_changes(uevents);
	close(uevents);
	return changes;
}

/*
 * As at boot, each device finds all others. Then first one half, and when these have links, the
 * other half, which sorts before it.
 */
Test(autobind, many)
{
	struct many devices[MANY];
	unsigned int changes;

	for (int i = 0; i < MANY; i++) {
		struct many *d = &devices[i];

		snprintf(d->name, sizeof(d->name), "/run/many-%02d", i);
		d->dummy = plug(d->name + 5, "memory", NULL, NULL, "uio_stub");
		cr_assert(i == 0 ||
			  strverscmp(uiosim_device(d[-1].dummy), uiosim_device(d->dummy)) < 0);
		snprintf(d->uio, sizeof(d->uio), "/sys/class/uio/uio%d",
			 uiosim_uio_number(d->dummy));
		snprintf(d->attribute, sizeof(d->attribute), "%s/name", d->uio);
		rename_to(d, "same\n");
		cr_assert_eq(mount(d->name, d->attribute, NULL, MS_BIND, NULL), 0, "%s",
			     strerror(errno));
	}
	start("");
	changes = all_at_once(devices, MANY, "add");
	cr_assert_eq(changes, 0, "%u changes", changes);
	expect_instances(devices);

	all_at_once(devices, MANY, "remove");
	cr_assert_eq(entries("/dev/uio/by-name", ""), 0);
	changes = all_at_once(devices + MANY / 2, MANY / 2, "add");
	cr_assert_eq(changes, 0, "%u changes", changes);
	cr_assert_neq(*leads("/dev/uio/by-name/same#0"), '\0');
	changes = all_at_once(devices, MANY / 2, "add");
	cr_assert_eq(changes, MANY / 2, "%u changes", changes);
	expect_instances(devices);

	for (int i = 0; i < MANY; i++) {
		cr_assert_eq(umount(devices[i].attribute), 0, "%s", strerror(errno));
		unlink(devices[i].name);
		uiosim_free(devices[i].dummy);
	}
	udevd_settle();
	cr_assert_eq(entries("/dev/uio/by-name", "") + entries("/dev/uio/by-path", "") +
			     entries("/run/uiomap", ""),
		     0);
}
