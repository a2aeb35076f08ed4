// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Platform devices: those whose driver_override names uio_stub, and those with
 * the firmware id (device tree, ACPI) that a module parameter names.
 */
#include <linux/acpi.h>
#include <linux/irq.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>

#include "compat.h"
#include "stub.h"

/* An empty id matches nothing. */
static struct of_device_id stub_of_match[] = { {}, {} };
module_param_string(compatible, stub_of_match[0].compatible, sizeof(stub_of_match[0].compatible),
		    0444);
MODULE_PARM_DESC(compatible, "device-tree compatible of the devices to bind");

static struct acpi_device_id stub_acpi_match[] = { {}, {} };
module_param_string(acpi_id, stub_acpi_match[0].id, sizeof(stub_acpi_match[0].id), 0444);
MODULE_PARM_DESC(acpi_id, "ACPI id of the devices to bind");

/*
 * The UIO name: stub_label(), else the name of the device-tree node, else (also
 * with ACPI) the device's name.
 */
static const char *stub_platform_name(struct platform_device *pdev)
{
	const char *label = stub_label(&pdev->dev);

	if (label)
		return label;
	if (pdev->dev.of_node)
		return devm_kasprintf(&pdev->dev, GFP_KERNEL, "%pOFn", pdev->dev.of_node);
	return pdev->name;
}

/* List all interrupts but the first as left out: UIO supports one. */
static int stub_platform_irqs(struct stub *stub, struct platform_device *pdev)
{
	const int count = platform_irq_count(pdev);
	const struct resource *of;
	int i, ret;

	for (i = 1; i < count; i++) {
		struct resource r = DEFINE_RES_IRQ(i);

		of = platform_get_resource(pdev, IORESOURCE_IRQ, i);
		if (of)
			r.name = of->name;
		else
			of_property_read_string_index(pdev->dev.of_node, "interrupt-names", i,
						      &r.name);
		ret = stub_leave_out(stub, &r, STUB_LIMIT);
		if (ret)
			return ret;
	}
	/*
	 * platform_irq_count() may fail with EPROBE_DEFER. The device doesn't wait for such an
	 * interrupt, which would be left out anyway.
	 */
	return 0;
}

static int stub_platform_probe(struct platform_device *pdev)
{
	const char *name = stub_platform_name(pdev);
	struct stub *stub = stub_new(&pdev->dev, NULL);
	enum stub_irq kind = STUB_IRQ_NONE;
	int irq, ret;

	if (!name || !stub)
		return -ENOMEM;
	irq = platform_get_irq_optional(pdev, 0);
	if (irq == -ENXIO)
		irq = 0; /* it has no interrupt */
	else if (irq > 0)
		/* Treat an unknown trigger type as level: masking is right for both. */
		kind = irq_get_trigger_type(irq) & IRQ_TYPE_EDGE_BOTH ? STUB_IRQ_COUNTED :
									STUB_IRQ_MASKED;
	if (irq < 0)
		return dev_err_probe(&pdev->dev, irq, "can't get its interrupt\n");
	ret = stub_platform_irqs(stub, pdev);
	if (ret)
		return ret;
	ret = devm_pm_runtime_enable(&pdev->dev);
	if (ret)
		return ret;
	return stub_add(stub, name, pdev->resource, pdev->num_resources, irq, kind);
}

static stub_removed stub_platform_remove(struct platform_device *pdev)
{
	stub_remove(platform_get_drvdata(pdev));
	return STUB_REMOVED;
}

struct platform_driver stub_platform_driver = {
	.probe = stub_platform_probe,
	.remove = stub_platform_remove,
	.driver = {
		.name = "uio_stub",
		.of_match_table = stub_of_match,
		.acpi_match_table = ACPI_PTR(stub_acpi_match),
	},
};
