/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "udev.h"
#include "tree.h"

#include <libudev.h>
#include <sys/eventfd.h>

struct udev {
	int unused;
};

struct udev_device {
	char action[16], name[32];
};

struct message {
	struct message *next;
	struct udev_device device;
};

struct udev_monitor {
	int fd;
	bool receiving;
};

struct udev_queue {
	int fd;
};

static struct message *messages;
static struct udev_monitor *monitor;
static struct udev_queue *queue;
static char source[16], initialized[64];
static bool filtered, overflow, busy;
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

void udev_send(const char *action, const char *name)
{
	struct message **tail = &messages, *message = calloc(1, sizeof(*message));

	while (*tail)
		tail = &(*tail)->next;
	snprintf(message->device.action, sizeof(message->device.action), "%s", action);
	snprintf(message->device.name, sizeof(message->device.name), "%s", name);
	*tail = message;
	if (monitor && monitor->receiving)
		signal_fd(monitor->fd, true);
}

static void drop_first(void)
{
	struct message *first = messages;

	messages = first->next;
	free(first);
}

void udev_overflow(void)
{
	while (messages)
		drop_first();
	overflow = true;
	signal_fd(monitor->fd, true);
}

void udev_busy(bool on)
{
	busy = on;
	if (!on && queue)
		signal_fd(queue->fd, true);
}

void udev_initialized(const char *name, bool yes)
{
	snprintf(initialized, sizeof(initialized), "%s", yes ? name : "");
}

const char *udev_source(void)
{
	return source;
}

bool udev_filtered(void)
{
	return filtered;
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
	(void)udev;
	objects++;
	snprintf(source, sizeof(source), "%s", name);
	monitor = calloc(1, sizeof(*monitor));
	monitor->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return monitor;
}

struct udev_monitor *udev_monitor_unref(struct udev_monitor *m)
{
	if (m) {
		objects--;
		close(m->fd);
		free(m);
		monitor = NULL;
	}
	return NULL;
}

int udev_monitor_filter_add_match_subsystem_devtype(struct udev_monitor *m, const char *subsystem, const char *devtype)
{
	filtered = !m->receiving && !strcmp(subsystem, "uio") && !devtype;
	return 0;
}

int udev_monitor_enable_receiving(struct udev_monitor *m)
{
	m->receiving = true;
	/* What came before nobody hears. */
	while (messages)
		drop_first();
	if (udev_on_listen)
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
	if (overflow) {
		overflow = false;
		errno = ENOBUFS;
		return NULL;
	}
	if (!messages) {
		errno = EAGAIN;
		return NULL;
	}
	device = malloc(sizeof(*device));
	*device = messages->device;
	drop_first();
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

struct udev_device *udev_device_new_from_subsystem_sysname(struct udev *udev, const char *subsystem, const char *name)
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
	return !strcmp(device->name, initialized);
}

struct udev_queue *udev_queue_new(struct udev *udev)
{
	(void)udev;
	objects++;
	queue = calloc(1, sizeof(*queue));
	queue->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return queue;
}

struct udev_queue *udev_queue_unref(struct udev_queue *q)
{
	if (q) {
		objects--;
		close(q->fd);
		free(q);
		queue = NULL;
	}
	return NULL;
}

int udev_queue_get_fd(struct udev_queue *q)
{
	return q->fd;
}

int udev_queue_get_queue_is_empty(struct udev_queue *q)
{
	(void)q;
	return !busy;
}

int udev_queue_flush(struct udev_queue *q)
{
	signal_fd(q->fd, false);
	return 0;
}
