/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Getters of a snapshot. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

void uiomap_info_free(struct uiomap_info *info)
{
	int error = errno;

	if (info) {
		free(info->name);
		free(info->version);
		uiomap_i_bus_device_clear(&info->dev);
		free(info);
	}
	errno = error;
}

struct uiomap_info *uiomap_info_copy(const struct uiomap_info *info)
{
	struct uiomap_info *copy;

	if (!info) {
		uiomap_i_fail(EINVAL, "uiomap_info_copy: no snapshot given (NULL)");
		return NULL;
	}
	copy = malloc(sizeof(*copy));
	if (!copy)
		goto no_memory;
	*copy = *info;
	copy->name = strdup(info->name);
	copy->version = strdup(info->version);
	if (uiomap_i_bus_device_copy(&copy->dev, &info->dev) == 0 && copy->name && copy->version)
		return copy;
	uiomap_info_free(copy);

no_memory:
	uiomap_i_fail(ENOMEM, "%s: no memory for a copy of its description", LABEL(info));
	return NULL;
}

const char *uiomap_memtype_name(enum uiomap_memtype memtype)
{
	switch (memtype) {
	case UIOMAP_MEMTYPE_UNCACHED:
		return "uncached";
	case UIOMAP_MEMTYPE_WRITE_COMBINING:
		return "write-combining";
	case UIOMAP_MEMTYPE_CACHED:
		return "cached";
	case UIOMAP_MEMTYPE_DMA_COHERENT:
		return "dma-coherent";
	case UIOMAP_MEMTYPE_UNKNOWN:
		break;
	}
	return "unknown";
}

const char *uiomap_backend_name(enum uiomap_backend backend)
{
	switch (backend) {
	case UIOMAP_BACKEND_UIO:
		return "uio";
	case UIOMAP_BACKEND_VFIO:
		return "vfio";
	}
	return "unknown";
}

/* For NULL these return 0 or "", which can be printed. */

enum uiomap_backend uiomap_info_backend(const struct uiomap_info *info)
{
	return info ? info->backend->kind : 0;
}

unsigned int uiomap_info_number(const struct uiomap_info *info)
{
	return info ? info->number : 0;
}

const char *uiomap_info_name(const struct uiomap_info *info)
{
	return info ? info->name : "";
}

const char *uiomap_info_version(const struct uiomap_info *info)
{
	return info ? info->version : "";
}

const char *uiomap_info_node(const struct uiomap_info *info)
{
	return info ? info->node : "";
}

const char *uiomap_info_syspath(const struct uiomap_info *info)
{
	return info ? info->dev.path : "";
}

const char *uiomap_info_bus(const struct uiomap_info *info)
{
	return info ? info->dev.bus : "";
}

const char *uiomap_info_device(const struct uiomap_info *info)
{
	return info ? info->dev.name : "";
}

const char *uiomap_info_driver(const struct uiomap_info *info)
{
	return info ? info->dev.driver : "";
}

enum uiomap_irq uiomap_info_irq(const struct uiomap_info *info)
{
	return info ? info->irq : UIOMAP_IRQ_UNKNOWN;
}

unsigned int uiomap_info_map_count(const struct uiomap_info *info)
{
	return info ? info->map_count : 0;
}

unsigned int uiomap_info_port_count(const struct uiomap_info *info)
{
	return info ? info->port_count : 0;
}

const struct uiomap_map_info *uiomap_info_map(const struct uiomap_info *info, unsigned int index)
{
	if (!info) {
		uiomap_i_fail(EINVAL, "uiomap_info_map: no snapshot given (NULL)");
		return NULL;
	}
	if (index >= info->map_count) {
		uiomap_i_fail(ERANGE, "%s has no map %u, it has %u", LABEL(info), index,
			      info->map_count);
		return NULL;
	}
	return &info->maps[index];
}

const struct uiomap_port_info *uiomap_info_port(const struct uiomap_info *info, unsigned int index)
{
	if (!info) {
		uiomap_i_fail(EINVAL, "uiomap_info_port: no snapshot given (NULL)");
		return NULL;
	}
	if (index >= info->port_count) {
		uiomap_i_fail(ERANGE, "%s has no port region %u, it has %u", LABEL(info), index,
			      info->port_count);
		return NULL;
	}
	return &info->ports[index];
}
