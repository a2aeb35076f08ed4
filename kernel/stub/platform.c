// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Platform devices: by driver_override, or by the device tree's `compatible`. */
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/property.h>

#include "stub.h"

/* What users see as the device's name: its label, else its node's name, else the platform device's. */
static const char *stub_platform_name(struct platform_device *pdev)
{
	const char *label;

	if (!device_property_read_string(&pdev->dev, "label", &label) && *label)
		return devm_kstrdup(&pdev->dev, label, GFP_KERNEL);
	if (pdev->dev.of_node)
		return devm_kasprintf(&pdev->dev, GFP_KERNEL, "%pOFn", pdev->dev.of_node);
	return pdev->name;
}

static int stub_platform_probe(struct platform_device *pdev)
{
	const char *name = stub_platform_name(pdev);
	struct stub *stub;
	int irq;

	if (!name)
		return -ENOMEM;
	irq = platform_get_irq_optional(pdev, 0);
	if (irq == -ENXIO)
		irq = 0;	/* it has none */
	if (irq < 0)
		return dev_err_probe(&pdev->dev, irq, "its interrupt can't be had\n");
	if (platform_irq_count(pdev) > 1)
		dev_warn(&pdev->dev, "only the first of its %d interrupts is used: UIO has one\n", platform_irq_count(pdev));

	stub = stub_add(&pdev->dev, name, pdev->resource, pdev->num_resources, irq);
	if (IS_ERR(stub))
		return PTR_ERR(stub);
	platform_set_drvdata(pdev, stub);
	return 0;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
static void stub_platform_remove(struct platform_device *pdev)
{
	stub_remove(platform_get_drvdata(pdev));
}
#else
static int stub_platform_remove(struct platform_device *pdev)
{
	stub_remove(platform_get_drvdata(pdev));
	return 0;
}
#endif

/* Empty, so that nothing is bound unasked, until the user names one. */
static struct of_device_id stub_of_match[] = { { }, { } };
module_param_string(compatible, stub_of_match[0].compatible, sizeof(stub_of_match[0].compatible), 0444);
MODULE_PARM_DESC(compatible, "device-tree compatible of the devices to bind");

static struct platform_driver stub_platform_driver = {
	.probe = stub_platform_probe,
	.remove = stub_platform_remove,
	.driver = {
		.name = "uio_stub",
		.of_match_table = stub_of_match,
		.dev_groups = stub_groups,
	},
};

int stub_platform_init(void)
{
	return platform_driver_register(&stub_platform_driver);
}

void stub_platform_exit(void)
{
	platform_driver_unregister(&stub_platform_driver);
}
