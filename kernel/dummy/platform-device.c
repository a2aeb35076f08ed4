// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * The platform device as which the rest of the kernel sees a simulated device;
 * how to get from it to the simulated device and to its UIO device.
 */
#include <linux/property.h>

#include "dummy.h"

/* On old kernels uio_pdrv_genirq expects a struct uio_info here. The rest is for this module. */
struct platform_data {
	struct uio_info info;
	struct dummy *d;
};

/* Only this module's devices are of this type. */
static const struct device_type type;

bool dummy_is(struct device *dev)
{
	return dev->type == &type;
}

struct dummy *dummy_of(struct device *dev)
{
	const struct platform_data *data = dev_get_platdata(dev);

	return data->d;
}

struct uio_info *dummy_uio_info(struct device *dev)
{
	struct platform_data *data = dev_get_platdata(dev);

	return &data->info;
}

static int is_uio(struct device *dev, void *unused)
{
	return dev->class && !strcmp(dev->class->name, "uio");
}

struct device *dummy_uio_device(struct device *dev)
{
	return device_find_child(dev, NULL, is_uio);
}

struct platform_device *dummy_platform_device_alloc(struct dummy *d)
{
	/* On newer kernels uio_pdrv_genirq expects the property linux,uio-name. */
	const struct property_entry properties[] = {
		PROPERTY_ENTRY_STRING("label", *d->config.label ? d->config.label : dummy_name(d)),
		PROPERTY_ENTRY_STRING("linux,uio-name", dummy_name(d)),
		{}
	};
	const struct platform_data data = { .d = d };
	struct platform_device *pdev;
	int err;

	pdev = platform_device_alloc("uio_dummy", d->id);
	if (!pdev)
		return ERR_PTR(-ENOMEM);
	err = platform_device_add_data(pdev, &data, sizeof(data));
	if (!err)
		err = device_create_managed_software_node(&pdev->dev, properties, NULL);
	if (err) {
		platform_device_put(pdev);
		return ERR_PTR(err);
	}
	pdev->dev.type = &type;
	return pdev;
}
