/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "fake-libudev.h"
#include "fake-sysfs.h"

#include <libudev.h>
#include <sys/eventfd.h>

struct udev {
	int unused;
};

struct udev_device {
	char action[16], name[32];
	unsigned int seqnum;
	bool initialized;
};

struct message {
	struct message *next;
	struct udev_device device;
};

struct udev_monitor {
	int fd;
	bool udevd, filtered, receiving, overflow;
	struct message *messages;
};

static struct udev_monitor *monitors[2]; /* the kernel's, udevd's */
static char initialized[64];
static unsigned int seqnum;
static int objects;
void (*udev_on_listen)(void);

static void signal_fd(int fd, bool on)
{
	uint64_t value = 1;
	ssize_t done = on ? write(fd, &value, sizeof(value)) : read(fd, &value, sizeof(value));

	(void)done;
}

void udev_run(void)
{
	tree_write("run/udev/control", "%s", "");
}

void udev_end(void)
{
	tree_unlink("run/udev/control");
}

static void arrive(struct udev_monitor *m, struct udev_device device, const char *action,
		   const char *name)
{
	struct message **tail = &m->messages, *message = calloc(1, sizeof(*message));

	/* Events before the monitor starts receiving are lost. */
	if (!m->receiving) {
		free(message);
		return;
	}
	while (*tail)
		tail = &(*tail)->next;
	snprintf(device.action, sizeof(device.action), "%s", action);
	snprintf(device.name, sizeof(device.name), "%s", name);
	message->device = device;
	*tail = message;
	signal_fd(m->fd, true);
}

unsigned int udev_send(const char *action, const char *name)
{
	arrive(monitors[0], (struct udev_device){ .seqnum = ++seqnum }, action, name);
	return seqnum;
}

void udev_passes_on(unsigned int number, const char *action, const char *name)
{
	arrive(monitors[1], (struct udev_device){ .seqnum = number, .initialized = true }, action,
	       name);
}

static void drop_first(struct udev_monitor *m)
{
	struct message *first = m->messages;

	m->messages = first->next;
	free(first);
}

void udev_overflow(const char *source)
{
	struct udev_monitor *m = monitors[!strcmp(source, "udev")];

	while (m->messages)
		drop_first(m);
	m->overflow = true;
	signal_fd(m->fd, true);
}

void udev_initialized(const char *name)
{
	snprintf(initialized, sizeof(initialized), "%s", name ? name : "");
}

bool udev_filtered(void)
{
	return monitors[0]->filtered && monitors[1]->filtered;
}

int udev_leaked(void)
{
	return objects;
}

/* ---- libudev ---- */

struct udev *udev_new(void)
{
	objects++;
	return calloc(1, sizeof(struct udev));
}

struct udev *udev_unref(struct udev *udev)
{
	objects -= !!udev;
	free(udev);
	return NULL;
}

struct udev_monitor *udev_monitor_new_from_netlink(struct udev *udev, const char *name)
{
	struct udev_monitor *m = calloc(1, sizeof(*m));

	(void)udev;
	objects++;
	m->udevd = !strcmp(name, "udev");
	cr_assert(m->udevd || !strcmp(name, "kernel"));
	m->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	monitors[m->udevd] = m;
	return m;
}

struct udev_monitor *udev_monitor_unref(struct udev_monitor *m)
{
	if (m) {
		objects--;
		close(m->fd);
		while (m->messages)
			drop_first(m);
		monitors[m->udevd] = NULL;
		free(m);
	}
	return NULL;
}

int udev_monitor_filter_add_match_subsystem_devtype(struct udev_monitor *m, const char *subsystem,
						    const char *devtype)
{
	m->filtered = !m->receiving && !strcmp(subsystem, "uio") && !devtype;
	return 0;
}

int udev_monitor_enable_receiving(struct udev_monitor *m)
{
	m->receiving = true;
	if (m->udevd && udev_on_listen)
		udev_on_listen();
	return 0;
}

int udev_monitor_get_fd(struct udev_monitor *m)
{
	return m->fd;
}

struct udev_device *udev_monitor_receive_device(struct udev_monitor *m)
{
	struct udev_device *device;

	signal_fd(m->fd, false);
	if (m->overflow) {
		m->overflow = false;
		errno = ENOBUFS;
		return NULL;
	}
	if (!m->messages) {
		errno = EAGAIN;
		return NULL;
	}
	device = malloc(sizeof(*device));
	*device = m->messages->device;
	drop_first(m);
	/* One read empties an eventfd, but a socket with messages stays readable. */
	if (m->messages)
		signal_fd(m->fd, true);
	objects++;
	return device;
}

struct udev_device *udev_device_unref(struct udev_device *device)
{
	objects -= !!device;
	free(device);
	return NULL;
}

const char *udev_device_get_action(struct udev_device *device)
{
	return *device->action ? device->action : NULL;
}

const char *udev_device_get_sysname(struct udev_device *device)
{
	return device->name;
}

unsigned long long udev_device_get_seqnum(struct udev_device *device)
{
	return device->seqnum;
}

struct udev_device *udev_device_new_from_subsystem_sysname(struct udev *udev, const char *subsystem,
							   const char *name)
{
	struct udev_device *device = calloc(1, sizeof(*device));

	(void)udev;
	cr_assert_str_eq(subsystem, "uio");
	snprintf(device->name, sizeof(device->name), "%s", name);
	objects++;
	return device;
}

int udev_device_get_is_initialized(struct udev_device *device)
{
	return device->initialized || !strcmp(device->name, initialized);
}
