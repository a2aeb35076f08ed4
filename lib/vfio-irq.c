/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Interrupts of a VFIO device: MSI-X if the card has it, else MSI, else INTx. The
 * kernel adds each interrupt to the counter of an eventfd. It masks INTx at each
 * interrupt; messages can't be masked.
 *
 * A second eventfd counts the kernel's requests to release the device: unbinding
 * it, or removing the card, waits until the handle is closed, and repeats the
 * request every 10 s (vfio_pci_core_request() in drivers/vfio/pci).
 */
#include "vfio.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Where `none` replaces the eventfd of a vector. */
static const int none = -1;

/*
 * Bind the first interrupt of an index to an eventfd, or to none, and the
 * count - 1 others to none. Returns 0; -1 with errno; or the number of interrupts
 * that the machine has left, if they are fewer than count.
 */
static int bind(const struct vfio *vfio, unsigned int index, int eventfd, uint32_t count)
{
	const size_t size = sizeof(struct vfio_irq_set) + count * sizeof(eventfd);
	struct vfio_irq_set *set = malloc(size);
	int *fds, result, error;

	if (!set)
		return -1;
	*set = (struct vfio_irq_set){ .argsz = (uint32_t)size,
				      .flags = VFIO_IRQ_SET_DATA_EVENTFD |
					       VFIO_IRQ_SET_ACTION_TRIGGER,
				      .index = index,
				      .count = count };
	fds = (int *)(void *)set->data;
	fds[0] = eventfd;
	for (uint32_t i = 1; i < count; i++)
		fds[i] = none;
	result = ioctl(vfio->device, VFIO_DEVICE_SET_IRQS, set);
	error = errno;
	free(set);
	errno = error;
	return result;
}

/* Mask or unmask INTx. */
static int mask(const struct vfio *vfio, uint32_t action)
{
	struct vfio_irq_set set = { .argsz = sizeof(set),
				    .flags = VFIO_IRQ_SET_DATA_NONE | action,
				    .index = VFIO_PCI_INTX_IRQ_INDEX,
				    .count = 1 };

	return ioctl(vfio->device, VFIO_DEVICE_SET_IRQS, &set);
}

static int new_eventfd(const struct uiomap_device *device, int *fd)
{
	*fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return *fd < 0 ? uiomap_i_fail(errno, "%s: eventfd: %s", LABEL(device->info),
				       uiomap_i_why(errno)) :
			 0;
}

int uiomap_i_vfio_irq_watch(struct uiomap_device *device)
{
	if (new_eventfd(device, &device->gonefd) < 0)
		return -1;
	if (bind(device->vfio, VFIO_PCI_REQ_IRQ_INDEX, device->gonefd, 1) == 0)
		return 0;
	return uiomap_i_fail(errno, "%s: VFIO can't tell of its removal: %s", LABEL(device->info),
			     uiomap_i_why(errno));
}

int uiomap_i_vfio_irq_open(struct uiomap_device *device)
{
	static const unsigned int kinds[] = { VFIO_PCI_MSIX_IRQ_INDEX, VFIO_PCI_MSI_IRQ_INDEX,
					      VFIO_PCI_INTX_IRQ_INDEX };
	struct vfio *vfio = device->vfio;
	int result = 0;

	if (new_eventfd(device, &device->fd) < 0)
		return -1;
	device->nonblocking = true;
	device->info->irq = UIOMAP_IRQ_NONE;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct vfio_irq_info info = { .argsz = sizeof(info), .index = kinds[i] };
		uint32_t count = 1;

		if (ioctl(vfio->device, VFIO_DEVICE_GET_IRQ_INFO, &info) < 0 || !info.count)
			continue;
		/* Before Linux 6.5 the number of MSI-X vectors is fixed when the first is bound. */
		if (kinds[i] == VFIO_PCI_MSIX_IRQ_INDEX && info.flags & VFIO_IRQ_INFO_NORESIZE)
			count = info.count;
		while ((result = bind(vfio, kinds[i], device->fd, count)) > 0 &&
		       (uint32_t)result < count)
			count = (uint32_t)result;
		if (result)
			continue;
		vfio->irq_index = kinds[i];
		device->enabled = true;
		device->info->irq = kinds[i] == VFIO_PCI_INTX_IRQ_INDEX ? UIOMAP_IRQ_MASKED :
									  UIOMAP_IRQ_COUNTED;
		/* A message is a write by the device: that takes bus mastering. */
		return kinds[i] == VFIO_PCI_INTX_IRQ_INDEX ? 0 : uiomap_i_vfio_bus_master(device);
	}
	if (!result)
		return 0;
	return uiomap_i_fail(result < 0 ? errno : ENOSPC, "%s: VFIO can't enable its interrupt: %s",
			     LABEL(device->info), uiomap_i_why(result < 0 ? errno : ENOSPC));
}

int uiomap_i_vfio_irq_switch(struct uiomap_device *device, bool enable)
{
	const struct vfio *vfio = device->vfio;
	int result;

	if (vfio->irq_index == VFIO_PCI_INTX_IRQ_INDEX)
		result = mask(vfio, enable ? VFIO_IRQ_SET_ACTION_UNMASK : VFIO_IRQ_SET_ACTION_MASK);
	else if (enable == device->enabled)
		return 0;
	else
		result = bind(vfio, vfio->irq_index, enable ? device->fd : none, 1);
	if (result == 0)
		return 0;
	return uiomap_i_fail(errno, "%s: VFIO can't %s its interrupt: %s", LABEL(device->info),
			     enable ? "enable" : "disable", uiomap_i_why(errno));
}

int uiomap_i_vfio_irq_read(struct uiomap_device *device, uint32_t *total)
{
	uint64_t count;

	if (read(device->fd, &count, sizeof(count)) == sizeof(count)) {
		*total = device->total + (uint32_t)count;
		return 0;
	}
	if (errno != EAGAIN)
		return uiomap_i_fail(errno, "%s: read(2) of its eventfd: %s", LABEL(device->info),
				     uiomap_i_why(errno));
	if (uiomap_device_removed(device))
		return uiomap_i_fail_gone(device);
	errno = EAGAIN;
	return -1;
}

/* Only a reader has no eventfd. */
int uiomap_i_vfio_irq_total(struct uiomap_device *device)
{
	return uiomap_i_fail(
		ENOTSUP,
		"%s was opened UIOMAP_RDONLY: under VFIO a reader has no interrupt, since no controller can have the device beside it",
		LABEL(device->info));
}

int uiomap_i_vfio_irq_fd(struct uiomap_device *device)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct vfio *vfio = device->vfio;
	int fd;

	if (device->fd < 0)
		return uiomap_i_vfio_irq_total(device);
	if (vfio->pollfd >= 0)
		return vfio->pollfd;
	fd = epoll_create1(EPOLL_CLOEXEC);
	if (fd >= 0 && epoll_ctl(fd, EPOLL_CTL_ADD, device->fd, &event) == 0 &&
	    epoll_ctl(fd, EPOLL_CTL_ADD, device->gonefd, &event) == 0)
		return vfio->pollfd = fd;
	uiomap_i_fail(errno, "%s: epoll: %s", LABEL(device->info), uiomap_i_why(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}
