// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Loading and unloading of the module. */
#include <linux/module.h>
#include <linux/platform_device.h>

#include "stub.h"

static int __init stub_init(void)
{
	int ret = stub_claim_init();

	if (ret)
		return ret;
	ret = platform_driver_register(&stub_platform_driver);
	if (ret)
		goto claim_exit;
	ret = IS_ENABLED(CONFIG_PCI) ? pci_register_driver(&stub_pci_driver) : 0;
	if (ret)
		goto platform_exit;
	return 0;

platform_exit:
	platform_driver_unregister(&stub_platform_driver);
claim_exit:
	stub_claim_exit();
	return ret;
}
module_init(stub_init);

static void __exit stub_exit(void)
{
	if (IS_ENABLED(CONFIG_PCI))
		pci_unregister_driver(&stub_pci_driver);
	platform_driver_unregister(&stub_platform_driver);
	stub_claim_exit();
}
module_exit(stub_exit);

MODULE_DESCRIPTION("Gives user space a device's memory, ports and interrupt through UIO");
MODULE_AUTHOR("The uiomap authors");
MODULE_LICENSE("GPL");
