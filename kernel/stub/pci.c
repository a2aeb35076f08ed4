// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * PCI devices: those whose driver_override names uio_stub, and those with an id
 * that was written to new_id.
 *
 * User space can write configuration space, too (through sysfs), so the
 * kernel's copy of it may be wrong. What affects other devices, bus mastering
 * and a masked INTx line, is set again at each first open and last close; on
 * removal the whole configuration space is restored.
 *
 * pcim_enable_device() is not used: with it pci_intx() allocates memory on
 * newer kernels, and here it is called with a spinlock held.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>

#include "stub.h"

/* The device's state before probe, which removal restores. */
struct stub_pci_found {
	struct pci_dev *pdev;
	struct pci_saved_state *config;
	pci_power_t power;
	bool intx; /* INTx wasn't masked */
};

/*
 * Turn MSI on or off in configuration space. A message is a write by the
 * device, so it is lost while bus mastering is off, and MSI may have no mask
 * bit that keeps it pending (MSI-X always has one). With MSI off, an event sets
 * the status register's interrupt bit, as for INTx, which stays masked.
 */
static void stub_pci_msi(struct pci_dev *pdev, bool on)
{
	u16 flags;

	/* With this bug MSI needs INTx unmasked: so leave MSI on, or INTx would be used. */
	if (!pdev->msi_enabled || (pdev->dev_flags & PCI_DEV_FLAGS_MSI_INTX_DISABLE_BUG))
		return;
	pci_read_config_word(pdev, pdev->msi_cap + PCI_MSI_FLAGS, &flags);
	flags = on ? flags | PCI_MSI_FLAGS_ENABLE : flags & ~PCI_MSI_FLAGS_ENABLE;
	pci_write_config_word(pdev, pdev->msi_cap + PCI_MSI_FLAGS, flags);
}

static void stub_pci_on(struct stub *stub)
{
	struct pci_dev *pdev = to_pci_dev(stub->dev);
	u16 status;

	pci_set_master(pdev);
	if (stub->irq_kind != STUB_IRQ_COUNTED)
		return;
	/* Is an interrupt pending for which no message was sent? */
	pci_read_config_word(pdev, PCI_STATUS, &status);
	if ((status & PCI_STATUS_INTERRUPT) && !PCI_POSSIBLE_ERROR(status))
		atomic_set(&stub->irq_queued, 1);
	stub_pci_msi(pdev, true);
}

static void stub_pci_off(struct stub *stub)
{
	struct pci_dev *pdev = to_pci_dev(stub->dev);

	stub_pci_msi(pdev, false);
	pci_clear_master(pdev);
}

static void stub_pci_intx(struct stub *stub, bool on)
{
	pci_intx(to_pci_dev(stub->dev), on);
}

/*
 * Does this device assert the line? A masked one doesn't, whatever its status
 * bit says. A sleeping one is asked, too: a program can have woken it through
 * configuration space. Only a device without power can't assert the line.
 */
static bool stub_pci_intx_take(struct stub *stub)
{
	struct pci_dev *pdev = to_pci_dev(stub->dev);
	u16 command;

	if (pdev->current_state == PCI_D3cold)
		return false;
	pci_read_config_word(pdev, PCI_COMMAND, &command); /* all ones if the device was removed */
	return !(command & PCI_COMMAND_INTX_DISABLE) && pci_check_and_mask_intx(pdev);
}

static const struct stub_bus stub_pci_bus = {
	.on = stub_pci_on,
	.off = stub_pci_off,
	.intx = stub_pci_intx,
	.intx_take = stub_pci_intx_take,
};

/* Freeing the vectors unmasks INTx, and no handler is left: mask it again. */
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
		/* Disabling masks in the device, which then keeps an interrupt pending. */
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
 * Collect the BARs with their names. They are claimed like other resources, at
 * the device's place in the resource tree. A BAR without a place there has no
 * address.
 */
static int stub_pci_bars(struct pci_dev *pdev, struct resource *bars)
{
	static const char * const names[] = { "BAR0", "BAR1", "BAR2", "BAR3", "BAR4", "BAR5" };
	int i, count = 0;

	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		const struct resource *r = &pdev->resource[i];

		if (!r->flags || !resource_size(r))
			continue; /* no BAR, or the upper half of a 64-bit one */
		bars[count] = *r;
		if (!r->parent)
			bars[count].flags |= IORESOURCE_UNSET;
		bars[count].name = names[i];
		bars[count].parent = bars[count].sibling = bars[count].child = NULL;
		count++;
	}
	return count;
}

/* An asserted INTx stays masked, since no handler is left. The next driver unmasks it. */
static void stub_pci_intx_leave(const struct stub_pci_found *found)
{
	if (found->intx)
		pci_check_and_unmask_intx(found->pdev);
}

/*
 * A driver that was killed leaves the device with addresses of memory that is
 * freed by now. When bus mastering is turned on again, the device could write
 * to that memory, whoever uses it then. So reset the device, if there is a
 * reset that affects only this device: a bus reset affects others, and a
 * function reset would also reset virtual functions that a guest uses.
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
		dev_warn(&pdev->dev, "can't reset it: %pe\n", ERR_PTR(ret));
}

/* The last step of removal. DMA memory and resources are freed by now, and bus mastering is off. */
static void stub_pci_leave(void *data)
{
	struct stub_pci_found *found = data;
	struct pci_dev *pdev = found->pdev;

	pci_disable_device(pdev);
	if (pci_device_is_present(pdev)) {
		/* A program may have put it to sleep through configuration space. */
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
	pci_clear_master(pdev); /* restored as off, too: DMA could go anywhere */
	pci_intx(pdev, false);	/* restored as masked, too */
	pci_save_state(pdev);
	found->config = pci_store_saved_state(pdev);
	if (!found->config) {
		stub_pci_intx_leave(found);
		return -ENOMEM;
	}
	ret = pci_enable_device(pdev);
	pci_intx(pdev, false); /* pci_enable_device() has unmasked it */
	if (ret) {
		stub_pci_intx_leave(found);
		kfree(found->config);
		return dev_err_probe(&pdev->dev, ret, "can't enable it\n");
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
			"it is a bridge, which the kernel needs for the devices behind it\n");
	name = stub_label(dev);
	if (!name)
		name = devm_kasprintf(dev, GFP_KERNEL, "%04x:%04x", pdev->vendor, pdev->device);
	stub = stub_new(dev, &stub_pci_bus);
	if (!name || !stub)
		return -ENOMEM;
	ret = stub_pci_enable(pdev);
	if (ret)
		return ret;
	/* All but the oldest devices can address 32 bits; the option dma_bits changes this. */
	ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(32));
	if (ret)
		return dev_err_probe(dev, ret, "32-bit DMA is not supported\n");
	ret = stub_pci_irq(stub, &irq, &kind);
	if (ret)
		return ret;
	ret = stub_add(stub, name, bars, stub_pci_bars(pdev, bars), irq, kind);
	if (ret)
		return ret;
	/*
	 * The PCI core keeps the device awake for its driver. From here on only an open file does.
	 * Virtual functions that a former driver has left enabled need it awake, too:
	 * stub_pci_sriov() drops that reference with them.
	 */
	if (!pci_num_vf(pdev))
		pm_runtime_put(dev);
	return 0;
}

/*
 * sriov_numvfs: enable or disable virtual functions, each a device of its own.
 * They need this device awake, open or not.
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
	/* Disable them before the device is removed, so that their drivers are unbound. */
	if (pci_vfs_assigned(pdev))
		dev_warn(&pdev->dev, "its virtual functions stay: a guest uses them\n");
	else
		stub_pci_sriov(pdev, 0);
	pm_runtime_get_noresume(&pdev->dev);
	stub_remove(pci_get_drvdata(pdev));
}

/* The PCI core does all power management, but only for a driver with dev_pm_ops. */
static const struct dev_pm_ops stub_pci_pm = {};

struct pci_driver stub_pci_driver = {
	.name = "uio_stub",
	.probe = stub_pci_probe,
	.remove = stub_pci_remove,
	.sriov_configure = stub_pci_sriov,
	.driver.pm = &stub_pci_pm,
};
