// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Module parameter `claim`: devices that no driver may bind before user space
 * has decided what happens to them.
 *
 *   MATCH[;MATCH…]     a write replaces the whole list
 *
 * MATCH is pci:ADDRESS, pci:VENDOR:DEVICE (4 hexadecimal digits each, in lower
 * case), platform:NAME, of:COMPATIBLE or of:/PATH, with * ? [] as in file
 * names.
 *
 * The kernel offers a device to drivers as soon as it exists; a udev rule would
 * come too late. Before that, inside device_add(), a bus notifier is called. It
 * sets driver_override to a name that no driver has, unless driver_override is
 * set already. Later uiomap-bind, run by udev, sets the device's options and
 * names its driver. Devices that exist already are not changed.
 */
#include <linux/glob.h>
#include <linux/mutex.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "stub.h"

#define NO_DRIVER "uiomap"

static char *claims; /* each with a 0 byte at its end */
static size_t claims_size;
static DEFINE_MUTEX(claims_lock);

static int claim_set(const char *value, const struct kernel_param *kp)
{
	char *copy = kstrdup(value, GFP_KERNEL), *text;
	size_t size;

	if (!copy)
		return -ENOMEM;
	text = strim(copy);
	size = *text ? strlen(text) + 1 : 0;
	memmove(copy, text, size);
	strreplace(copy, ';', '\0');
	mutex_lock(&claims_lock);
	swap(claims, copy);
	claims_size = size;
	mutex_unlock(&claims_lock);
	kfree(copy);
	return 0;
}

static int claim_get(char *buf, const struct kernel_param *kp)
{
	size_t i;
	int len = 0;

	mutex_lock(&claims_lock);
	for (i = 0; i < claims_size; i += strlen(claims + i) + 1)
		len += sysfs_emit_at(buf, len, "%s%s", i ? ";" : "", claims + i);
	mutex_unlock(&claims_lock);
	return len + sysfs_emit_at(buf, len, "\n");
}

static void claim_free(void *unused)
{
	kfree(claims);
}

static const struct kernel_param_ops claim_ops = {
	.set = claim_set,
	.get = claim_get,
	.free = claim_free, /* called when the module is unloaded or fails to load */
};
module_param_cb(claim, &claim_ops, NULL, 0644);
MODULE_PARM_DESC(
	claim,
	"MATCH[;MATCH...]: devices that no driver gets when they appear, until driver_override names one");

static bool __printf(1, 2) list_has(const char *format, ...)
{
	bool found = false;
	va_list args;
	char *text;
	size_t i;

	va_start(args, format);
	text = kvasprintf(GFP_KERNEL, format, args);
	va_end(args);
	if (!text)
		return false;
	mutex_lock(&claims_lock);
	for (i = 0; i < claims_size && !found; i += strlen(claims + i) + 1)
		found = glob_match(claims + i, text);
	mutex_unlock(&claims_lock);
	kfree(text);
	return found;
}

static bool of_node_claimed(const struct device_node *node)
{
	struct property *property;
	const char *compatible;

	if (!node)
		return false;
	of_property_for_each_string(node, "compatible", property, compatible)
		if (list_has("of:%s", compatible))
			return true;
	return list_has("of:%pOF", node);
}

static bool claimed(struct device *dev)
{
	if (IS_ENABLED(CONFIG_PCI) && dev_is_pci(dev))
		return list_has("pci:%s", dev_name(dev)) ||
		       list_has("pci:%04x:%04x", to_pci_dev(dev)->vendor, to_pci_dev(dev)->device);
	return list_has("platform:%s", dev_name(dev)) ||
	       list_has("platform:%s", to_platform_device(dev)->name) ||
	       of_node_claimed(dev->of_node);
}

static int claim_notify(struct notifier_block *block, unsigned long action, void *dev)
{
	int ret = action == BUS_NOTIFY_ADD_DEVICE && claimed(dev) ? stub_set_aside(dev, NO_DRIVER) :
								    0;

	if (ret)
		dev_err(dev, "claim: can't set driver_override: %pe\n", ERR_PTR(ret));
	return NOTIFY_OK;
}

static struct notifier_block claim_platform = { .notifier_call = claim_notify };

#ifdef CONFIG_PCI
static struct notifier_block claim_pci = { .notifier_call = claim_notify };
#define claim_pci_register()   bus_register_notifier(&pci_bus_type, &claim_pci)
#define claim_pci_unregister() bus_unregister_notifier(&pci_bus_type, &claim_pci)
#else
#define claim_pci_register()   0
#define claim_pci_unregister() ((void)0)
#endif

int stub_claim_init(void)
{
	int ret = bus_register_notifier(&platform_bus_type, &claim_platform);

	if (ret)
		return ret;
	ret = claim_pci_register();
	if (ret)
		bus_unregister_notifier(&platform_bus_type, &claim_platform);
	return ret;
}

void stub_claim_exit(void)
{
	claim_pci_unregister();
	bus_unregister_notifier(&platform_bus_type, &claim_platform);
}
