// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Loading and unloading of the module. */
#include <linux/module.h>

#include "dummy.h"

static int __init dummy_init(void)
{
	int err;

	err = bus_register_notifier(&platform_bus_type, &dummy_bus_notifier);
	if (err)
		return err;
	err = platform_driver_register(&dummy_direct_driver);
	if (err)
		goto notifier_remove;
	err = dummy_configfs_init();
	if (err)
		goto direct_exit;
	return 0;

direct_exit:
	platform_driver_unregister(&dummy_direct_driver);
notifier_remove:
	bus_unregister_notifier(&platform_bus_type, &dummy_bus_notifier);
	return err;
}
module_init(dummy_init);

static void __exit dummy_exit(void)
{
	dummy_configfs_exit();
	platform_driver_unregister(&dummy_direct_driver);
	bus_unregister_notifier(&platform_bus_type, &dummy_bus_notifier);
	dummy_deferred_free_exit();
	dummy_pages_exit();
}
module_exit(dummy_exit);

MODULE_DESCRIPTION("Simulated hardware for drivers in user space");
MODULE_AUTHOR("The uiomap authors");
MODULE_LICENSE("GPL");
