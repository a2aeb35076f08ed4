# shellcheck shell=bash disable=SC2034 # used by who sources this
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The uiomap authors
#
# The PCI devices in the tests' VM, as arguments for scripts/vm. Sourced.

# devices_make OUT: all of them, in ${vm_devices[@]}; the NVMe disk is OUT/nvme.img, made anew. Tests look for them by
# vendor:device, and name them to QEMU's monitor by id. Behind port0 and port1 the kernel is told to give a device up
# (ACPI). port2 lies under a host bridge of its own, as only there QEMU leaves hot-plug to the port itself: from it a
# device can be pulled without a word (pci_pull() in tests/vm/pci.h). Had that port a power controller, the kernel would
# wait for a second after each removal.
devices_make() {
	local disk=$1/nvme.img
	rm -f "$disk"
	truncate -s 256M "$disk" || return 1
	vm_devices=(
		--device "edu,id=edu,dma_mask=0xffffffff"
		--device "bochs-display,id=bochs"
		--qemu -drive --qemu "if=none,id=disk,format=raw,file=$disk"
		--device "nvme,id=nvme,serial=uiomap,drive=disk"
		--device "nvme-subsys,id=subsys"
		--device "e1000,id=e1000"
		--device "pci-testdev,id=testdev"
		--qemu -object --qemu "memory-backend-ram,id=shared,size=1M"
		--device "ivshmem-plain,id=ivshmem,memdev=shared"
		--device "pcie-root-port,id=port0,chassis=1"
		--device "pcie-root-port,id=port1,chassis=2"
		--device "pxb-pcie,id=bridge,bus_nr=128"
		--device "pcie-root-port,id=port2,bus=bridge,chassis=3,x-native-hotplug=on,power_controller_present=off"
	)
}

# Those of the VM with an IOMMU, which translates by default, and the programs that want it.
devices_iommu() { vm_devices=(--device "intel-iommu,intremap=on" --device "edu,id=edu,dma_mask=0xffffffff"); }
iommu_programs=(vm/iommu)

# Those of the VM that systemd boots: two cards are there from the beginning, and can be pulled. One has a driver of the
# kernel's.
devices_boot() {
	vm_devices=(--device "pcie-root-port,id=port0,chassis=1" --device "edu,id=edu,bus=port0"
		--device "pcie-root-port,id=port1,chassis=2" --device "e1000,id=nic,bus=port1")
}
boot_programs=(vm/boot)
