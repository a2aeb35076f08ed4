# shellcheck shell=bash disable=SC2034 # used by who sources this
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The uiomap authors
#
# The PCI devices in the tests' VM, as arguments for scripts/vm. Sourced.

# devices_make OUT: set ${vm_devices[@]} to the arguments for all devices; makes a new NVMe
# disk, OUT/nvme.img ($vm_disk). Tests find devices by vendor:device and name them to QEMU's
# monitor by id.
# port0 and port1 use ACPI hotplug, where the kernel is asked to release a device. port2 is
# under a host bridge of its own, because only there QEMU lets the port itself handle hotplug: a
# device can be pulled from it without notice (pci_pull() in tests/vm/pci.h). It has no power
# controller, since with one the kernel waits for a second after each removal.
devices_make() {
	vm_disk=$1/nvme.img
	rm -f "$vm_disk"
	truncate -s 256M "$vm_disk" || return 1
	vm_devices=(
		--device "edu,id=edu,dma_mask=0xffffffff"
		--device "bochs-display,id=bochs"
		--qemu -drive --qemu "if=none,id=disk,format=raw,file=$vm_disk"
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

# The arguments for a VM with an IOMMU that translates by default, and the programs that need
# it. serial and testdev are two functions of one card, and so one IOMMU group. The disk is that of
# devices_make.
devices_iommu() {
	vm_devices=(
		--device "intel-iommu,intremap=on"
		--device "edu,id=edu,dma_mask=0xffffffff"
		--device "e1000e,id=e1000e"
		--qemu -drive --qemu "if=none,id=disk,format=raw,file=$vm_disk"
		--device "nvme,id=nvme,serial=uiomap,drive=disk"
		--qemu -chardev --qemu "null,id=nowhere"
		--device "pci-serial,id=serial,chardev=nowhere,addr=0x10.0,multifunction=on"
		--device "pci-testdev,id=testdev,addr=0x10.1"
		--device "pcie-root-port,id=port0,chassis=1"
	)
}
iommu_programs=(vm/iommu vm/vfio)

# The arguments for the VM that systemd boots. Two cards are present at boot and can be pulled;
# the kernel has a driver for one of them.
devices_boot() {
	vm_devices=(--device "pcie-root-port,id=port0,chassis=1" --device "edu,id=edu,bus=port0"
		--device "pcie-root-port,id=port1,chassis=2" --device "e1000,id=nic,bus=port1")
}
boot_programs=(vm/boot)
