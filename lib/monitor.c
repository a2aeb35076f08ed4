/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Hotplug: devices that are added and removed. A uevent only triggers a
 * comparison: the monitor reports the difference between the devices that it
 * knows and those that sysfs shows. So duplicate uevents do no harm (a device
 * that is added during the first scan), and neither does a number that was
 * reused.
 *
 * An added device is reported only after udevd has set up its node, or after a
 * timeout. If udevd hangs, or was killed and left its control socket, events
 * are late but never lost.
 */
#include "internal.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)

/* How long to wait for udevd, for each device; documented in uiomap.h. */
#ifndef UIOMAP_GRACE
#define UIOMAP_GRACE (5 * SECOND)
#endif

/* A device that was reported; or, if info is NULL, one that waits for udevd. */
struct known {
	struct known *next;
	unsigned int number;
	/* inode of its sysfs directory: another inode means another device with this number */
	ino_t inode;
	struct uiomap_info *info;
	uint64_t seqnum; /* of the uevent that added it; 0: found by a scan */
	int64_t end;	 /* end of the wait for udevd */
};

struct uiomap_monitor {
	struct selector selector;
	struct uevents uevents;
	int epoll;
	int ready;   /* eventfd: readable while events are queued or a scan is due */
	bool signal; /* state of the eventfd */
	int timer;   /* timerfd: the earliest end of a wait */
	bool rescan; /* uevents were lost, or a scan failed */
	struct known *known;
	struct event *events; /* see monitor-events.c */
};

static void update_ready(struct uiomap_monitor *m)
{
	bool wanted = m->events || m->rescan;
	uint64_t value = 1;

	if (wanted == m->signal)
		return;
	/* The counter is only ever 0 or 1, so neither write(2) nor read(2) can block. */
	if ((wanted ? write(m->ready, &value, sizeof(value)) :
		      read(m->ready, &value, sizeof(value))) == sizeof(value))
		m->signal = wanted;
}

static struct known **lookup(struct uiomap_monitor *m, unsigned int number)
{
	struct known **link = &m->known;

	while (*link && (*link)->number != number)
		link = &(*link)->next;
	return link;
}

static void drop(struct known **link)
{
	struct known *k = *link;

	*link = k->next;
	free(k);
}

static int forget(struct uiomap_monitor *m, struct known **link)
{
	if ((*link)->info &&
	    uiomap_i_events_add(&m->events, UIOMAP_EVENT_REMOVE, (*link)->info) < 0)
		return -1;
	drop(link);
	return 0;
}

static struct known *remember(struct known **link, unsigned int number, ino_t inode)
{
	struct known *k = malloc(sizeof(*k));

	if (!k) {
		uiomap_i_fail(ENOMEM, "uio%u: no memory to record it", number);
		return NULL;
	}
	*k = (struct known){ .number = number, .inode = inode, .end = uiomap_i_now() };
	if (uiomap_i_uevents_udevd())
		k->end += UIOMAP_GRACE;
	*link = k;
	return k;
}

/* Report a device: udevd has set it up, or the wait has timed out. */
static int report(struct uiomap_monitor *m, struct known **link, int dirfd)
{
	struct uiomap_info *info, *copy = NULL;
	struct known *k = *link;

	uiomap_i_info_settle(dirfd);
	info = uiomap_i_info_read(dirfd, k->number, NULL);
	if (info && uiomap_i_match_info(&m->selector, info)) {
		copy = uiomap_info_copy(info);
		if (copy && uiomap_i_events_add(&m->events, UIOMAP_EVENT_ADD, copy) == 0) {
			k->info = info;
			return 0;
		}
		uiomap_info_free(copy);
		uiomap_info_free(info);
		return -1;
	}
	/* Removed or malformed: leave it out, as uiomap_list() does. */
	if (!info && errno != ENODEV && errno != EPROTO)
		return -1;
	uiomap_info_free(info);
	drop(link);
	return 0;
}

/*
 * Has udevd set up this device? Sequence numbers are compared because the
 * uevent, or udevd's database, may be about an earlier device with this number.
 */
static bool ready(struct uiomap_monitor *m, const struct known *k, const struct uevent *event)
{
	if (uiomap_i_now() >= k->end)
		return true;
	if (!event)
		return uiomap_i_uevents_initialized(&m->uevents, k->number);
	return event->type == UEVENT_READY && event->seqnum >= k->seqnum;
}

/* Compare the known state of uioN with sysfs. event is NULL for a scan. */
static int compare(struct uiomap_monitor *m, unsigned int number, const struct uevent *event)
{
	struct known **link = lookup(m, number);
	int dirfd = uiomap_i_uio_dir(number), result = 0;
	bool there = false;
	struct stat st;

	if (dirfd < 0 && errno != ENODEV && errno != EPROTO)
		return -1;
	if (dirfd >= 0)
		there = fstat(dirfd, &st) == 0 && !uiomap_i_uio_gone(dirfd, number);
	/* The device was removed; another one may have its number. */
	if (*link && (!there || st.st_ino != (*link)->inode)) {
		result = forget(m, link);
		link = lookup(m, number);
	}
	/*
	 * Only a uevent of the kernel, or a scan, adds a device: udevd's may be about the previous
	 * device with this number.
	 */
	if (result == 0 && there && !*link && (!event || event->type == UEVENT_ADD) &&
	    !remember(link, number, st.st_ino))
		result = -1;
	if (result == 0 && there && *link && !(*link)->info) {
		if (event && event->type == UEVENT_ADD && !(*link)->seqnum)
			(*link)->seqnum = event->seqnum;
		if (ready(m, *link, event))
			result = report(m, link, dirfd);
	}
	if (dirfd >= 0)
		close(dirfd);
	return result;
}

/* Report devices whose wait has timed out, and set the timer for the next one. */
static int handle_timeouts(struct uiomap_monitor *m)
{
	struct itimerspec timer = { 0 };
	int64_t first = INT64_MAX;
	struct known *next;
	int result = 0;

	for (struct known *k = m->known; k && result == 0; k = next) {
		next = k->next;
		if (!k->info && uiomap_i_now() >= k->end)
			result = compare(m, k->number, NULL);
	}
	for (struct known *k = m->known; k; k = k->next)
		if (!k->info && k->end < first)
			first = k->end;
	if (first < INT64_MAX)
		timer.it_value =
			(struct timespec){ .tv_sec = first / SECOND, .tv_nsec = first % SECOND };
	/* All zeroes disarms the timer. Setting it also clears a pending expiration. */
	timerfd_settime(m->timer, TFD_TIMER_ABSTIME, &timer, NULL);
	return result;
}

/* Set timer and eventfd for what comes next. */
static int finish(struct uiomap_monitor *m, int result)
{
	if (handle_timeouts(m) < 0)
		result = -1;
	/* A scan repairs what failed or was lost. */
	if (result < 0)
		m->rescan = true;
	update_ready(m);
	return result;
}

static int scan(struct uiomap_monitor *m)
{
	unsigned int *numbers;
	struct known *next;
	int result;
	size_t count;

	m->rescan = false;
	result = uiomap_i_class_numbers(&numbers, &count);
	if (result == 0) {
		for (struct known *k = m->known; k && result == 0; k = next) {
			next = k->next;
			if (!count || !bsearch(&k->number, numbers, count, sizeof(*numbers),
					       uiomap_i_by_number))
				result = compare(m, k->number, NULL);
		}
		for (size_t i = 0; i < count && result == 0; i++)
			result = compare(m, numbers[i], NULL);
		free(numbers);
	}
	return finish(m, result);
}

/* Receive all pending uevents of the kernel and udevd. */
static int receive(struct uiomap_monitor *m)
{
	struct uevent event;
	int result;

	while ((result = uiomap_i_uevents_next(&m->uevents, &event)) > 0) {
		result = compare(m, event.number, &event);
		if (result < 0)
			break;
	}
	return finish(m, result);
}

static int watch(struct uiomap_monitor *m)
{
	struct epoll_event event = { .events = EPOLLIN };
	m->epoll = epoll_create1(EPOLL_CLOEXEC);
	m->ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	m->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (m->epoll < 0 || m->ready < 0 || m->timer < 0 ||
	    epoll_ctl(m->epoll, EPOLL_CTL_ADD, m->ready, &event) < 0 ||
	    epoll_ctl(m->epoll, EPOLL_CTL_ADD, m->timer, &event) < 0 ||
	    epoll_ctl(m->epoll, EPOLL_CTL_ADD, m->uevents.kernel_fd, &event) < 0 ||
	    epoll_ctl(m->epoll, EPOLL_CTL_ADD, m->uevents.udevd_fd, &event) < 0)
		return uiomap_i_fail(errno, "can't watch for uevents: %s", uiomap_i_why(errno));
	return 0;
}

struct uiomap_monitor *uiomap_monitor_open(const char *selector)
{
	struct uiomap_monitor *m = calloc(1, sizeof(*m));

	if (!m) {
		uiomap_i_fail(ENOMEM, "no memory for a monitor");
		return NULL;
	}
	m->epoll = -1;
	m->ready = -1;
	m->timer = -1;
	if (uiomap_i_selector_parse(selector, &m->selector) < 0)
		goto close_monitor;
	if (m->selector.instance >= 0) {
		uiomap_i_fail(
			EINVAL,
			"selector %s: the Kth device changes when others are added or removed; use the name without #",
			QUOTE(selector));
		goto close_monitor;
	}
	/* Listen before the scan, so that a device added meanwhile isn't missed. */
	if (uiomap_i_uevents_listen(&m->uevents) < 0 || watch(m) < 0 || scan(m) < 0)
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
	uiomap_i_events_free(&m->events);
	if (m->ready >= 0)
		close(m->ready);
	if (m->timer >= 0)
		close(m->timer);
	if (m->epoll >= 0)
		close(m->epoll);
	uiomap_i_uevents_close(&m->uevents);
	uiomap_i_selector_clear(&m->selector);
	free(m);
	errno = error;
}

int uiomap_monitor_fd(const struct uiomap_monitor *m)
{
	return m ? m->epoll : uiomap_i_fail(EINVAL, "uiomap_monitor_fd: no monitor given (NULL)");
}

int uiomap_monitor_next(struct uiomap_monitor *m, int64_t timeout_ns, struct uiomap_info **info)
{
	enum uiomap_event type;
	struct pollfd p;
	int64_t end;

	if (!m || !info)
		return uiomap_i_fail(EINVAL, "uiomap_monitor_next: no %s given (NULL)",
				     m ? "place for the device" : "monitor");
	if (timeout_ns < UIOMAP_FOREVER)
		return uiomap_i_fail(EINVAL, "uiomap_monitor_next: timeout %lld ns is negative",
				     (long long)timeout_ns);
	end = uiomap_i_deadline(timeout_ns);
	p = (struct pollfd){ .fd = m->epoll, .events = POLLIN };
	while (!m->events) {
		int ready;

		if (m->rescan) {
			if (scan(m) < 0)
				return -1;
			continue;
		}
		ready = uiomap_i_poll_until(&p, 1, end);
		if (ready < 0)
			return uiomap_i_fail(errno, "uiomap_monitor_next: %s", uiomap_i_why(errno));
		if (!ready)
			return uiomap_i_fail(ETIMEDOUT, "no device was added or removed in %s",
					     DURATION(timeout_ns));
		if (receive(m) < 0)
			return -1;
	}
	type = uiomap_i_events_take(&m->events, info);
	update_ready(m);
	return type;
}
