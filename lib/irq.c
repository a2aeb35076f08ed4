/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Interrupts. Each read returns the total of all events so far. The difference
 * from the last total is the number of new ones, also when the 32-bit counter
 * wraps. The backend reads the total, and enables and disables the interrupt.
 */
#include "internal.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static int check(struct uiomap_device *device, const char *function)
{
	if (!device)
		return uiomap_i_fail(EINVAL, "%s: no device given (NULL)", function);
	if (device->fd < 0 && !(device->flags & UIOMAP_RDONLY) && device->backend->need(device) < 0)
		return -1;
	if (device->info->irq == UIOMAP_IRQ_NONE)
		return uiomap_i_fail_no_irq(device);
	return 0;
}

/* Set or clear O_NONBLOCK. Programs keep to one way of waiting, so this is called rarely. */
static int set_nonblocking(struct uiomap_device *device, bool on)
{
	int flags;

	if (device->nonblocking == on || device->fd < 0)
		return 0;
	flags = fcntl(device->fd, F_GETFL);
	if (flags < 0 ||
	    fcntl(device->fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) < 0)
		return uiomap_i_fail(errno, "%s: fcntl: %s", LABEL(device->info),
				     uiomap_i_why(errno));
	device->nonblocking = on;
	return 0;
}

/*
 * Count the interrupts that sysfs has counted and read(2) doesn't report: those
 * before the node was opened, or all if it isn't open.
 */
static int take_from_sysfs(struct uiomap_device *device, uint32_t *count)
{
	if (device->fd < 0 && device->backend->irq_total(device) < 0)
		return uiomap_device_removed(device) ? uiomap_i_fail_gone(device) : -1;
	if (device->node_total == device->total) {
		errno = EAGAIN;
		return -1;
	}
	if (count)
		*count = device->node_total - device->total;
	device->total = device->node_total;
	return 0;
}

/*
 * Read the total and count the new interrupts. Fails with EAGAIN, without a
 * text, if there are none.
 */
static int take_interrupts(struct uiomap_device *device, uint32_t *count)
{
	uint32_t total, fresh;

	if (device->fd < 0)
		return take_from_sysfs(device, count);
	if (device->backend->irq_read(device, &total) < 0)
		return errno == EAGAIN ? take_from_sysfs(device, count) : -1;
	fresh = total - device->total;
	device->total = device->node_total = total;
	/* read(2) returned, so there was an interrupt: a difference of 0 is a full wrap. */
	if (count)
		*count = fresh ? fresh : UINT32_MAX;
	return 0;
}

/* Clear pending wakes. Returns whether there was one. */
static bool take_wake(struct uiomap_device *device)
{
	uint64_t wakes;

	return read(device->wakefd, &wakes, sizeof(wakes)) == sizeof(wakes);
}

static int fail_woken(const struct uiomap_device *device)
{
	return uiomap_i_fail(ECANCELED,
			     "%s: the wait for an interrupt was ended by uiomap_irq_wake()",
			     LABEL(device->info));
}

static int fail_late(const struct uiomap_device *device, int64_t timeout_ns)
{
	return uiomap_i_fail(
		ETIMEDOUT, "%s: no interrupt in %s; is it enabled in the device? uiomap doctor %s",
		LABEL(device->info), DURATION(timeout_ns), SHORT(device->info));
}

/*
 * Sleep until an interrupt can be read. Returns 1, 0 on timeout, -1 with errno
 * and text on failure.
 */
static int sleep_until(struct uiomap_device *device, int64_t end)
{
	/* Without a node fd is -1, which ppoll(2) ignores. */
	struct pollfd fds[3] = { { .fd = device->fd, .events = POLLIN },
				 { .fd = device->wakefd, .events = POLLIN },
				 { .fd = device->gonefd, .events = POLLIN } };
	const unsigned int count = device->gonefd >= 0 ? 3 : device->wakefd >= 0 ? 2 : 1;
	int ready = uiomap_i_poll_until(fds, count, end);

	if (ready < 0)
		return errno == EINTR ?
			       uiomap_i_fail(EINTR, "%s: a signal ended the wait for an interrupt",
					     LABEL(device->info)) :
			       uiomap_i_fail(errno, "%s: ppoll: %s", LABEL(device->info),
					     uiomap_i_why(errno));
	/* A wake has priority. A pending interrupt stays for the next wait. */
	if (fds[1].revents && take_wake(device))
		return fail_woken(device);
	if (fds[2].revents)
		return uiomap_i_fail_gone(device);
	/*
	 * After removal, or without an interrupt, the node stays readable with POLLERR and POLLHUP;
	 * read(2) then fails with the reason.
	 */
	return ready > 0;
}

/* Without a node, poll sysfs at an interval, and a last time after the timeout. */
static int wait_in_sysfs(struct uiomap_device *device, int64_t timeout_ns, int64_t end,
			 uint32_t *count)
{
	const int64_t interval = 10000000;

	for (;;) {
		int64_t next = uiomap_i_now() + interval;
		bool last = end != UIOMAP_FOREVER && end <= uiomap_i_now();

		if (device->wakefd >= 0 && take_wake(device))
			return fail_woken(device);
		if (take_interrupts(device, count) == 0)
			return 0;
		if (errno != EAGAIN)
			return -1;
		if (last)
			return fail_late(device, timeout_ns);
		if (sleep_until(device, end != UIOMAP_FOREVER && end < next ? end : next) < 0)
			return -1;
	}
}

int uiomap_irq_wait(struct uiomap_device *device, int64_t timeout_ns, uint32_t *count)
{
	bool masked, in_read;
	int64_t end;

	if (check(device, "uiomap_irq_wait") < 0)
		return -1;
	if (timeout_ns < UIOMAP_FOREVER)
		return uiomap_i_fail(EINVAL, "%s: timeout %lld ns is negative", LABEL(device->info),
				     (long long)timeout_ns);
	end = uiomap_i_deadline(timeout_ns);
	if (device->fd < 0)
		return wait_in_sysfs(device, timeout_ns, end, count);
	/*
	 * Without a timeout and without wakes, one blocking read(2) is enough: that of a node ends
	 * at removal.
	 */
	in_read = timeout_ns == UIOMAP_FOREVER && device->wakefd < 0 && device->gonefd < 0 &&
		  device->total == device->node_total;
	if (set_nonblocking(device, !in_read) < 0)
		return -1;
	/*
	 * Enable first, then sleep. An interrupt that is asserted now fires again, and one that
	 * arrives before the sleep is counted by the kernel. So none is lost.
	 */
	masked = device->info->irq != UIOMAP_IRQ_COUNTED || !device->enabled;
	if (masked && !device->unmaskable && !(device->flags & UIOMAP_RDONLY)) {
		if (device->backend->irq_switch(device, true) == 0)
			device->enabled = true;
		else if (errno != ENOSYS)
			return -1;
	}
	for (;;) {
		/* Interrupts from before the node was opened need no sleep. */
		if (!in_read && device->total == device->node_total) {
			int ready = sleep_until(device, end);

			if (ready <= 0)
				return ready < 0 ? -1 : fail_late(device, timeout_ns);
		}
		if (take_interrupts(device, count) == 0)
			return 0;
		if (errno != EAGAIN)
			return -1;
		/* There was nothing to read, or the program has set O_NONBLOCK: sleep in ppoll(2). */
		in_read = false;
	}
}

int uiomap_irq_read(struct uiomap_device *device, uint32_t *count)
{
	if (check(device, "uiomap_irq_read") < 0 || set_nonblocking(device, true) < 0)
		return -1;
	if (take_interrupts(device, count) == 0)
		return 0;
	return errno == EAGAIN ?
		       uiomap_i_fail(EAGAIN, "%s: no interrupt has come", LABEL(device->info)) :
		       -1;
}

static int switch_irq(struct uiomap_device *device, const char *function, bool on)
{
	if (check(device, function) < 0)
		return -1;
	if (device->flags & UIOMAP_RDONLY)
		return uiomap_i_fail(
			EACCES,
			"%s was opened UIOMAP_RDONLY: its interrupt can't be enabled or disabled",
			LABEL(device->info));
	if (device->backend->irq_switch(device, on) < 0)
		return -1;
	device->enabled = on;
	return 0;
}

int uiomap_irq_enable(struct uiomap_device *device)
{
	return switch_irq(device, "uiomap_irq_enable", true);
}

int uiomap_irq_disable(struct uiomap_device *device)
{
	return switch_irq(device, "uiomap_irq_disable", false);
}

int uiomap_irq_fd(struct uiomap_device *device)
{
	if (!device)
		return uiomap_i_fail(EINVAL, "uiomap_irq_fd: no device given (NULL)");
	if (device->backend->irq_fd)
		return device->backend->irq_fd(device);
	if (device->fd >= 0)
		return device->fd;
	if (device->flags & UIOMAP_RDONLY)
		return uiomap_i_fail(
			ENOTSUP,
			"%s was opened UIOMAP_RDONLY: under %s a reader has no descriptor, since closing it would stop the device's DMA; use uiomap_irq_wait()",
			LABEL(device->info), device->info->dev.driver);
	return device->backend->need(device) < 0 ? -1 : device->fd;
}

int uiomap_irq_wake(struct uiomap_device *device)
{
	static const uint64_t one = 1;
	int error = errno;

	/* Set no text: this must be async-signal-safe. */
	if (!device || device->wakefd < 0) {
		errno = EINVAL;
		return -1;
	}
	/* EAGAIN: the counter is full, so a wake is pending all the same. */
	if (write(device->wakefd, &one, sizeof(one)) < 0 && errno != EAGAIN)
		return -1;
	errno = error;
	return 0;
}
