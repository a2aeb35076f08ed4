// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * PCI devices: those whose driver_override names uio_stub, and those with an
 * id that was written to new_id.
 *
 * Config space is user space's too (sysfs), and the kernel's view of it may be
 * wrong by then. What matters for other devices, bus mastering and a masked
 * INTx line, is set anew at each open and close, and all of it on removal.
 *
 * The device is not enabled by pcim_enable_device(): with that, pci_intx()
 * allocates memory, on newer kernels, and it is called under a spinlock here.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>

#include "stub.h"

/* The device as it was found, to be left so. */
struct stub_pci_found {
	struct pci_dev *pdev;
	struct pci_saved_state *config;
	pci_power_t power;
	bool intx; /* not masked */
};

/*
 * The message-signalled interrupt on or off in config space. A message is a
 * write by the device, so with bus mastering off it is lost, and MSI may have no
 * mask that would keep it (MSI-X always has). With MSI off, what happens shows
 * in the status register, as for INTx, which stays masked.
 */
static void stub_pci_msi(struct pci_dev *pdev, bool on)
{
	u16 flags;

	/* Devices with this bug have INTx unmasked, so it must stay unused. */
	if (!pdev->msi_enabled || (pdev->dev_flags & PCI_DEV_FLAGS_MSI_INTX_DISABLE_BUG))
		return;
	pci_read_config_word(pdev, pdev->msi_cap + PCI_MSI_FLAGS, &flags);
	flags = on ? flags | PCI_MSI_FLAGS_ENABLE : flags & ~PCI_MSI_FLAGS_ENABLE;
	pci_write_config_word(pdev, pdev->msi_cap + PCI_MSI_FLAGS, flags);
}

/* First open, when it has power. The interrupt is enabled after this. */
void stub_pci_on(struct stub *stub)
{
	struct pci_dev *pdev = to_pci_dev(stub->dev);
	u16 status;

	pci_set_master(pdev);
	if (stub->irq_kind != STUB_IRQ_COUNTED)
		return;
	/* Is there an interrupt of before, of which no message will tell? */
	pci_read_config_word(pdev, PCI_STATUS, &status);
	if ((status & PCI_STATUS_INTERRUPT) && !PCI_POSSIBLE_ERROR(status))
		atomic_set(&stub->irq_untold, 1);
	stub_pci_msi(pdev, true);
}

/* Last close; the interrupt is disabled. */
void stub_pci_off(struct stub *stub)
{
	struct pci_dev *pdev = to_pci_dev(stub->dev);

	stub_pci_msi(pdev, false);
	pci_clear_master(pdev);
}

void stub_pci_intx(struct stub *stub, bool on)
{
	pci_intx(to_pci_dev(stub->dev), on);
}

/*
 * In the handler of a shared line: does it assert it? If so, it does no more.
 * One that is masked does not, whatever its status says. A sleeping one is asked
 * too: a program can have woken it through config space. Without power it can't.
 */
bool stub_pci_intx_take(struct stub *stub)
{
	struct pci_dev *pdev = to_pci_dev(stub->dev);
	u16 command;

	if (pdev->current_state == PCI_D3cold)
		return false;
	pci_read_config_word(pdev, PCI_COMMAND, &command); /* all ones: it has gone */
	return !(command & PCI_COMMAND_INTX_DISABLE) && pci_check_and_mask_intx(pdev);
}

/* With the last message INTx is unmasked, and nobody is left who would answer it. */
static void stub_pci_free_vectors(void *pdev)
{
	pci_free_irq_vectors(pdev);
	pci_intx(pdev, false);
}

static int stub_pci_irq(struct stub *stub, int *irq, enum stub_irq *kind)
{
	static const struct resource none = DEFINE_RES_NAMED(0, 1, "INTx", IORESOURCE_IRQ);
	struct pci_dev *pdev = to_pci_dev(stub->dev);

	if (pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSIX | PCI_IRQ_MSI) == 1) {
		*kind = STUB_IRQ_COUNTED;
		*irq = pci_irq_vector(pdev, 0);
		/* Off is masked in the device, which then keeps one pending. */
		irq_set_status_flags(*irq, IRQ_DISABLE_UNLAZY);
		stub_pci_msi(pdev, false);
		return devm_add_action_or_reset(&pdev->dev, stub_pci_free_vectors, pdev);
	}
	if (!pdev->pin)
		return 0;
	if (!pdev->irq || pdev->irq == IRQ_NOTCONNECTED)
		return stub_leave_out(stub, &none, STUB_ADDRESS);
	*kind = pci_intx_mask_supported(pdev) ? STUB_IRQ_INTX : STUB_IRQ_MASKED;
	*irq = pdev->irq;
	return 0;
}

/*
 * BARs by their names. They are claimed like any resource, in the tree where the device has its
 * place; what has none there was given no address.
 */
static int stub_pci_bars(struct pci_dev *pdev, struct resource *bars)
{
	static const char * const names[] = { "BAR0", "BAR1", "BAR2", "BAR3", "BAR4", "BAR5" };
	int i, count = 0;

	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		const struct resource *r = &pdev->resource[i];

		if (!r->flags || !resource_size(r))
			continue; /* none; or the second half of a 64-bit one */
		bars[count] = *r;
		if (!r->parent)
			bars[count].flags |= IORESOURCE_UNSET;
		bars[count].name = names[i];
		bars[count].parent = bars[count].sibling = bars[count].child = NULL;
		count++;
	}
	return count;
}

/*
 * One that is asserted stays masked: nobody would answer it. The next driver's enabling unmasks it.
 */
static void stub_pci_intx_leave(const struct stub_pci_found *found)
{
	if (found->intx)
		pci_check_and_unmask_intx(found->pdev);
}

/*
 * A driver that was killed leaves the device with addresses of memory that is given back by now:
 * with bus mastering on again it would write there, for whoever has it next. So it is reset, if
 * there is a reset that is its own: a bus is more than this device, and a guest's virtual functions
 * would be reset with it.
 */
static void stub_pci_reset(struct pci_dev *pdev)
{
	const pci_dev_flags_t flags = pdev->dev_flags;
	int ret;

	if (pci_num_vf(pdev))
		return;
	pdev->dev_flags |= PCI_DEV_FLAGS_NO_BUS_RESET;
	pci_cfg_access_lock(pdev);
	ret = __pci_reset_function_locked(pdev);
	pci_cfg_access_unlock(pdev);
	pdev->dev_flags = flags;
	if (ret && ret != -ENOTTY)
		dev_warn(&pdev->dev, "it can't be reset: %pe\n", ERR_PTR(ret));
}

/*
 * The last that removal does: DMA memory and resources are given back by now, bus mastering is off.
 */
static void stub_pci_leave(void *data)
{
	struct stub_pci_found *found = data;
	struct pci_dev *pdev = found->pdev;

	pci_disable_device(pdev);
	if (pci_device_is_present(pdev)) {
		/* A program may have put it to sleep through its config space. */
		pdev->current_state = PCI_UNKNOWN;
		pci_set_power_state(pdev, PCI_D0);
		stub_pci_reset(pdev);
		pci_load_saved_state(pdev, found->config);
		pci_restore_state(pdev);
		stub_pci_intx_leave(found);
		pci_set_power_state(pdev, found->power);
	}
	kfree(found->config);
}

static int stub_pci_enable(struct pci_dev *pdev)
{
	struct stub_pci_found *found;
	u16 power = PCI_D0, command;
	int ret;

	found = devm_kzalloc(&pdev->dev, sizeof(*found), GFP_KERNEL);
	if (!found)
		return -ENOMEM;
	found->pdev = pdev;
	if (pdev->pm_cap)
		pci_read_config_word(pdev, pdev->pm_cap + PCI_PM_CTRL, &power);
	found->power = power & PCI_PM_CTRL_STATE_MASK;
	pci_read_config_word(pdev, PCI_COMMAND, &command);
	found->intx = !(command & PCI_COMMAND_INTX_DISABLE);
	pci_clear_master(pdev); /* nor is it left on; who knows what it does with it */
	pci_intx(pdev, false);	/* nor is it restored unmasked */
	pci_save_state(pdev);
	found->config = pci_store_saved_state(pdev);
	if (!found->config) {
		stub_pci_intx_leave(found);
		return -ENOMEM;
	}
	ret = pci_enable_device(pdev);
	pci_intx(pdev, false); /* that has unmasked it */
	if (ret) {
		stub_pci_intx_leave(found);
		kfree(found->config);
		return dev_err_probe(&pdev->dev, ret, "it can't be enabled\n");
	}
	return devm_add_action_or_reset(&pdev->dev, stub_pci_leave, found);
}

static int stub_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct resource bars[PCI_STD_NUM_BARS];
	struct device *dev = &pdev->dev;
	enum stub_irq kind = STUB_IRQ_NONE;
	struct stub *stub;
	const char *name;
	int ret, irq = 0;

	if (pdev->hdr_type != PCI_HEADER_TYPE_NORMAL)
		return dev_err_probe(
			dev, -EINVAL,
			"it is a bridge; other devices hang on it, so that it stays the kernel's\n");
	name = stub_label(dev);
	if (!name)
		name = devm_kasprintf(dev, GFP_KERNEL, "%04x:%04x", pdev->vendor, pdev->device);
	stub = stub_new(dev);
	if (!name || !stub)
		return -ENOMEM;
	ret = stub_pci_enable(pdev);
	if (ret)
		return ret;
	/* A small buffer below 4 GiB suits every device but the oldest: option dma_bits. */
	ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(32));
	if (ret)
		return dev_err_probe(dev, ret, "no 32-bit DMA for it\n");
	ret = stub_pci_irq(stub, &irq, &kind);
	if (ret)
		return ret;
	ret = stub_add(stub, name, bars, stub_pci_bars(pdev, bars), irq, kind);
	if (ret)
		return ret;
	/*
	 * The PCI core keeps it awake for its driver; from here on an open file does. Virtual
	 * functions that its last driver has left do, too: stub_pci_sriov() gives that back with
	 * them.
	 */
	if (!pci_num_vf(pdev))
		pm_runtime_put(dev);
	return 0;
}

/*
 * sriov_numvfs: virtual functions, each a device of its own. They need this one awake, open or not.
 */
static int stub_pci_sriov(struct pci_dev *pdev, int count)
{
	int ret;

	if (!count) {
		if (pci_num_vf(pdev)) {
			pci_disable_sriov(pdev);
			pm_runtime_put(&pdev->dev);
		}
		return 0;
	}
	ret = pm_runtime_resume_and_get(&pdev->dev);
	if (ret)
		return ret;
	ret = pci_sriov_configure_simple(pdev, count);
	if (ret < 0)
		pm_runtime_put(&pdev->dev);
	return ret;
}

static void stub_pci_remove(struct pci_dev *pdev)
{
	/* Before their device: their drivers, too, let go of them. */
	if (pci_vfs_assigned(pdev))
		dev_warn(&pdev->dev, "its virtual functions stay: a guest has them\n");
	else
		stub_pci_sriov(pdev, 0);
	pm_runtime_get_noresume(&pdev->dev);
	stub_remove(pci_get_drvdata(pdev));
}

/* All of it is done by the PCI core, but only for a driver that has these. */
static const struct dev_pm_ops stub_pci_pm = {};

static struct pci_driver stub_pci_driver = {
	.name = "uio_stub",
	.probe = stub_pci_probe,
	.remove = stub_pci_remove,
	.sriov_configure = stub_pci_sriov,
	.driver.pm = &stub_pci_pm,
};

int stub_pci_init(void)
{
	return pci_register_driver(&stub_pci_driver);
}

void stub_pci_exit(void)
{
	pci_unregister_driver(&stub_pci_driver);
}
