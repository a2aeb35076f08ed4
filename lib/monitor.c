/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Devices that come and go. A uevent only says where to look: what is reported
 * is the difference between what is known and what sysfs shows then. So it
 * doesn't matter whether a device that came during the first scan is told of
 * once more, or whether a number has had two owners since.
 */
#include "internal.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct event {
	struct event *next;
	enum uiomap_event type;
	struct uiomap_info *info;
};

/* A device that was reported; or, without info, one that is there and that udevd hasn't got to yet. */
struct known {
	struct known *next;
	unsigned int number;
	ino_t inode; /* of its directory in sysfs: the same number with another one is another device */
	struct uiomap_info *info;
};

struct uiomap_monitor {
	struct selector selector;
	struct uevents uevents;
	int epoll;
	int ready;   /* eventfd: readable while there are events, or a scan is due */
	bool signal; /* and whether it is now */
	bool waits;  /* for udevd to become idle: that descriptor is in epoll */
	bool rescan; /* something was lost */
	struct known *known;
	struct event *events;
};

static void update_ready(struct uiomap_monitor *m)
{
	bool wanted = m->events || m->rescan;
	uint64_t value = 1;

	if (wanted == m->signal)
		return;
	/* An eventfd that is 0 takes a 1, and one that is 1 gives it: neither can fail. */
	if ((wanted ? write(m->ready, &value, sizeof(value)) : read(m->ready, &value, sizeof(value))) == sizeof(value))
		m->signal = wanted;
}

/* Takes over info. */
static int emit(struct uiomap_monitor *m, enum uiomap_event type, struct uiomap_info *info)
{
	struct event **tail = &m->events, *event = info ? malloc(sizeof(*event)) : NULL;

	if (!event) {
		uiomap_info_free(info);
		m->rescan = true;
		return fail(ENOMEM, "no memory for an event of a device");
	}
	*event = (struct event){ .type = type, .info = info };
	while (*tail)
		tail = &(*tail)->next;
	*tail = event;
	return 0;
}

static struct known **lookup(struct uiomap_monitor *m, unsigned int number)
{
	struct known **link = &m->known;

	while (*link && (*link)->number != number)
		link = &(*link)->next;
	return link;
}

static int forget(struct uiomap_monitor *m, struct known **link)
{
	struct known *gone = *link;
	int result = 0;

	*link = gone->next;
	if (gone->info)
		result = emit(m, UIOMAP_EVENT_REMOVE, gone->info);
	free(gone);
	return result;
}

enum cause { CAUSE_ADD, CAUSE_REMOVE, CAUSE_SCAN };

static int learn(struct uiomap_monitor *m, unsigned int number, int dirfd, ino_t inode, enum cause cause)
{
	struct known **link = lookup(m, number);
	struct uiomap_info *info = NULL;
	bool wait = cause == CAUSE_SCAN && !uevents_settled(&m->uevents, number);

	if (*link)
		return 0;
	if (!wait) {
		info = info_read(dirfd, number);
		/* Gone again, or malformed: as with uiomap_list(), none. */
		if (!info)
			return errno == ENODEV || errno == EPROTO ? 0 : -1;
		if (!selector_match(&m->selector, info)) {
			uiomap_info_free(info);
			return 0;
		}
	}
	*link = malloc(sizeof(**link));
	if (!*link) {
		uiomap_info_free(info);
		m->rescan = true;
		return fail(ENOMEM, "uio%u: no memory to remember it", number);
	}
	**link = (struct known){ .number = number, .inode = inode, .info = info };
	return wait ? 0 : emit(m, UIOMAP_EVENT_ADD, uiomap_info_copy(info));
}

/* Compare what is known of uioN with what is there now. */
static int compare(struct uiomap_monitor *m, unsigned int number, enum cause cause)
{
	struct known **link = lookup(m, number);
	int dirfd = info_dir(number), result = 0;
	bool there = false;
	struct stat st;

	if (dirfd < 0 && errno != ENODEV && errno != EPROTO)
		return -1;
	if (dirfd >= 0)
		there = fstat(dirfd, &st) == 0 && !info_gone(dirfd, number);
	/* Another one, or none. Or the one that waited, and now udevd has told of it: begin anew. */
	if (*link && (!there || st.st_ino != (*link)->inode || (!(*link)->info && cause != CAUSE_REMOVE)))
		result = forget(m, link);
	if (result == 0 && there && cause != CAUSE_REMOVE)
		result = learn(m, number, dirfd, st.st_ino, cause);
	if (dirfd >= 0)
		close(dirfd);
	return result;
}

/* As long as a device waits for udevd, wake up when udevd becomes idle. */
static void watch_queue(struct uiomap_monitor *m)
{
	struct epoll_event event = { .events = EPOLLIN };
	bool waits = false;

	for (struct known *k = m->known; k; k = k->next)
		waits = waits || !k->info;
	if (waits != m->waits &&
	    epoll_ctl(m->epoll, waits ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, m->uevents.idle_fd, &event) == 0)
		m->waits = waits;
}

static int scan(struct uiomap_monitor *m)
{
	unsigned int *numbers;
	struct known *next;
	int result;
	size_t count;

	m->rescan = false;
	result = class_numbers(&numbers, &count);
	if (result == 0) {
		for (struct known *k = m->known; k && result == 0; k = next) {
			next = k->next;
			if (!count || !bsearch(&k->number, numbers, count, sizeof(*numbers), by_number))
				result = compare(m, k->number, CAUSE_REMOVE);
		}
		for (size_t i = 0; i < count && result == 0; i++)
			result = compare(m, numbers[i], CAUSE_SCAN);
		free(numbers);
	}
	if (result < 0)
		m->rescan = true;
	watch_queue(m);
	update_ready(m);
	return result;
}

/* Everything that has come from the kernel or udevd. */
static int receive(struct uiomap_monitor *m)
{
	unsigned int number;
	int result;
	bool add;

	while ((result = uevents_next(&m->uevents, &number, &add)) > 0) {
		result = compare(m, number, add ? CAUSE_ADD : CAUSE_REMOVE);
		if (result < 0)
			break;
	}
	if (result < 0 || (m->waits && uevents_idle(&m->uevents)))
		m->rescan = true;
	watch_queue(m);
	update_ready(m);
	return result;
}

static int watch(struct uiomap_monitor *m)
{
	struct epoll_event event = { .events = EPOLLIN };

	m->epoll = epoll_create1(EPOLL_CLOEXEC);
	m->ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (m->epoll < 0 || m->ready < 0 || epoll_ctl(m->epoll, EPOLL_CTL_ADD, m->uevents.fd, &event) < 0 ||
	    epoll_ctl(m->epoll, EPOLL_CTL_ADD, m->ready, &event) < 0)
		return fail(errno, "can't watch for uevents: %s", strerror(errno));
	return 0;
}

struct uiomap_monitor *uiomap_monitor_open(const char *selector)
{
	struct uiomap_monitor *m = calloc(1, sizeof(*m));

	if (!m) {
		fail(ENOMEM, "no memory for a monitor");
		return NULL;
	}
	m->epoll = -1;
	m->ready = -1;
	if (selector_parse(selector, &m->selector) < 0)
		goto close_monitor;
	if (m->selector.instance >= 0) {
		fail(EINVAL, "selector %s: which is the how many-th changes while devices come and go; watch the name without #",
		     QUOTE(selector));
		goto close_monitor;
	}
	/* Listen first: what comes during the scan is told of at least once. */
	if (uevents_listen(&m->uevents) < 0 || watch(m) < 0 || scan(m) < 0)
		goto close_monitor;
	return m;

close_monitor:
	uiomap_monitor_close(m);
	return NULL;
}

void uiomap_monitor_close(struct uiomap_monitor *m)
{
	int error = errno;

	if (!m)
		return;
	while (m->known) {
		struct known *next = m->known->next;

		uiomap_info_free(m->known->info);
		free(m->known);
		m->known = next;
	}
	while (m->events) {
		struct event *next = m->events->next;

		uiomap_info_free(m->events->info);
		free(m->events);
		m->events = next;
	}
	if (m->ready >= 0)
		close(m->ready);
	if (m->epoll >= 0)
		close(m->epoll);
	uevents_close(&m->uevents);
	selector_clear(&m->selector);
	free(m);
	errno = error;
}

int uiomap_monitor_fd(const struct uiomap_monitor *m)
{
	return m ? m->epoll : fail(EINVAL, "uiomap_monitor_fd: no monitor given (NULL)");
}

int uiomap_monitor_next(struct uiomap_monitor *m, int64_t timeout_ns, struct uiomap_info **info)
{
	enum uiomap_event type;
	struct event *event;
	struct pollfd p;
	int64_t end;

	if (!m || !info)
		return fail(EINVAL, "uiomap_monitor_next: no %s given (NULL)", m ? "place for the device" : "monitor");
	if (timeout_ns < UIOMAP_FOREVER)
		return fail(EINVAL, "uiomap_monitor_next: timeout %lld ns is negative", (long long)timeout_ns);
	end = deadline(timeout_ns);
	p = (struct pollfd){ .fd = m->epoll, .events = POLLIN };
	while (!m->events) {
		int ready;

		if (m->rescan) {
			if (scan(m) < 0)
				return -1;
			continue;
		}
		ready = poll_until(&p, 1, end);
		if (ready < 0)
			return fail(errno, "uiomap_monitor_next: %s", strerror(errno));
		if (!ready)
			return fail(ETIMEDOUT, "no device came or went in %lld ns", (long long)timeout_ns);
		if (receive(m) < 0)
			return -1;
	}
	event = m->events;
	m->events = event->next;
	update_ready(m);
	*info = event->info;
	type = event->type;
	free(event);
	return type;
}
