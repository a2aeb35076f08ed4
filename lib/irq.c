/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Interrupts. Each read gives the total of all events so far, so the difference
 * to the last total is what came since, across the wrap of 32 bits too. How they
 * are read, and how the interrupt is switched, is the backend's.
 */
#include "internal.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static int check(struct uiomap_device *device, const char *function)
{
	if (!device)
		return fail(EINVAL, "%s: no device given (NULL)", function);
	if (device->fd < 0 && !(device->flags & UIOMAP_RDONLY) && device->backend->need(device) < 0)
		return -1;
	if (device->info->irq == UIOMAP_IRQ_NONE)
		return uiomap_i_fail_no_irq(device);
	return 0;
}

/* O_NONBLOCK as wanted. A program keeps to one way of waiting, so this happens once or never. */
static int set_nonblocking(struct uiomap_device *device, bool on)
{
	int flags;

	if (device->nonblocking == on || device->fd < 0)
		return 0;
	flags = fcntl(device->fd, F_GETFL);
	if (flags < 0 ||
	    fcntl(device->fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) < 0)
		return fail(errno, "%s: fcntl: %s", LABEL(device->info), why(errno));
	device->nonblocking = on;
	return 0;
}

/*
 * What sysfs has counted of which read(2) doesn't tell: all, without a node; else what came before
 * it was opened.
 */
static int take_untold(struct uiomap_device *device, uint32_t *count)
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

/* Read the total, and count what is new. EAGAIN without a text: there is nothing. */
static int take(struct uiomap_device *device, uint32_t *count)
{
	uint32_t total, fresh;

	if (device->fd < 0)
		return take_untold(device, count);
	if (device->backend->irq_read(device, &total) < 0)
		return errno == EAGAIN ? take_untold(device, count) : -1;
	fresh = total - device->total;
	device->total = device->node_total = total;
	/* The kernel has seen a change, so no difference is a whole turn. */
	if (count)
		*count = fresh ? fresh : UINT32_MAX;
	return 0;
}

/* Forget the wakes that have come. Whether there was one. */
static bool take_wake(struct uiomap_device *device)
{
	uint64_t wakes;

	return read(device->wakefd, &wakes, sizeof(wakes)) == sizeof(wakes);
}

static int fail_woken(const struct uiomap_device *device)
{
	return fail(ECANCELED, "%s: the wait for an interrupt was ended by uiomap_irq_wake()",
		    LABEL(device->info));
}

static int fail_late(const struct uiomap_device *device, int64_t timeout_ns)
{
	return fail(ETIMEDOUT,
		    "%s: no interrupt in %s; is it enabled in the device? uiomap doctor uio%u",
		    LABEL(device->info), DURATION(timeout_ns), device->info->number);
}

/* Sleep until there is something to read. 1; 0 if the time is over; or -1 with errno and text. */
static int sleep_until(struct uiomap_device *device, int64_t end)
{
	/* Without a node there is -1, which ppoll(2) leaves out. */
	struct pollfd fds[2] = { { .fd = device->fd, .events = POLLIN },
				 { .fd = device->wakefd, .events = POLLIN } };
	int ready = uiomap_i_poll_until(fds, device->wakefd < 0 ? 1 : 2, end);

	if (ready < 0)
		return errno == EINTR ?
			       fail(EINTR, "%s: a signal ended the wait for an interrupt",
				    LABEL(device->info)) :
			       fail(errno, "%s: ppoll: %s", LABEL(device->info), why(errno));
	/*
	 * Who wakes wants to be heard first. The interrupt, if there is one too, stays for the next
	 * wait.
	 */
	if (fds[1].revents && take_wake(device))
		return fail_woken(device);
	/*
	 * After removal, and without an interrupt, that is IN, ERR and HUP for ever: read(2) says
	 * which.
	 */
	return ready > 0;
}

/* Without a node: sysfs is looked at every now and then, the last time when the time is over. */
static int wait_by_looking(struct uiomap_device *device, int64_t timeout_ns, int64_t end,
			   uint32_t *count)
{
	const int64_t interval = 10000000;

	for (;;) {
		int64_t next = now() + interval;
		bool last = end != UIOMAP_FOREVER && end <= now();

		if (device->wakefd >= 0 && take_wake(device))
			return fail_woken(device);
		if (take(device, count) == 0)
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
		return fail(EINVAL, "%s: timeout %lld ns is negative", LABEL(device->info),
			    (long long)timeout_ns);
	end = uiomap_i_deadline(timeout_ns);
	if (device->fd < 0)
		return wait_by_looking(device, timeout_ns, end, count);
	/* Only for ever and without anybody to wake us: read(2) can do the sleeping. */
	in_read = timeout_ns == UIOMAP_FOREVER && device->wakefd < 0 &&
		  device->total == device->node_total;
	if (set_nonblocking(device, !in_read) < 0)
		return -1;
	/*
	 * Enable first, then sleep: what is asserted fires again, what came is kept. Nothing falls
	 * between.
	 */
	masked = device->info->irq != UIOMAP_IRQ_COUNTED || !device->enabled;
	if (masked && !device->unmaskable && !(device->flags & UIOMAP_RDONLY)) {
		if (device->backend->irq_switch(device, true) == 0)
			device->enabled = true;
		else if (errno != ENOSYS)
			return -1;
	}
	for (;;) {
		/* What came before the node was opened is there already. */
		if (!in_read && device->total == device->node_total) {
			int ready = sleep_until(device, end);

			if (ready <= 0)
				return ready < 0 ? -1 : fail_late(device, timeout_ns);
		}
		if (take(device, count) == 0)
			return 0;
		if (errno != EAGAIN)
			return -1;
		/*
		 * Readable, and then it wasn't, or somebody has set O_NONBLOCK: sleep again, in
		 * poll(2).
		 */
		in_read = false;
	}
}

int uiomap_irq_read(struct uiomap_device *device, uint32_t *count)
{
	if (check(device, "uiomap_irq_read") < 0 || set_nonblocking(device, true) < 0)
		return -1;
	if (take(device, count) == 0)
		return 0;
	return errno == EAGAIN ? fail(EAGAIN, "%s: no interrupt has come", LABEL(device->info)) :
				 -1;
}

static int switch_irq(struct uiomap_device *device, const char *function, bool on)
{
	if (check(device, function) < 0)
		return -1;
	if (device->flags & UIOMAP_RDONLY)
		return fail(
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
		return fail(EINVAL, "uiomap_irq_fd: no device given (NULL)");
	if (device->fd >= 0)
		return device->fd;
	if (device->flags & UIOMAP_RDONLY)
		return fail(
			ENOTSUP,
			"%s was opened UIOMAP_RDONLY: under %s a reader has no descriptor, since closing it would stop the device's DMA; use uiomap_irq_wait()",
			LABEL(device->info), device->info->dev.driver);
	return device->backend->need(device) < 0 ? -1 : device->fd;
}

int uiomap_irq_wake(struct uiomap_device *device)
{
	static const uint64_t one = 1;
	int error = errno;

	/* No text here: this runs in signal handlers and in other threads. */
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
