# shellcheck shell=bash disable=SC2034 # used by who sources this
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The uiomap authors
#
# The NVMe disk of scripts/demo, on the host and in the guest. Sourced. The host compares the
# disk's image, a file, with what the driver wrote. The bytes are random, so that they can't
# match by chance.
demo_nvme_bytes=$((32 << 20))

# demo_nvme_devices OUT: on the host, before the VM: make an empty disk, OUT/nvme.img, and the
# data to write, OUT/nvme-data; set the arguments for scripts/vm in ${demo_nvme[@]}.
demo_nvme_devices() {
	truncate -s 256M "$1/nvme.img" && head -c "$demo_nvme_bytes" /dev/urandom > "$1/nvme-data" || return 1
	demo_nvme=(
		--qemu -drive --qemu "if=none,id=disk,format=raw,file=$1/nvme.img"
		--device "nvme,serial=uiomap,drive=disk"
	)
}

# demo_nvme_drive DRIVERS: in the guest: bind the disk to uio_stub and run its driver. Leaves
# /tmp/disk.json and /tmp/disk.text.
demo_nvme_drive() {
	local path address
	for path in /sys/bus/pci/devices/*; do
		[ "$(< "$path/class")" != 0x010802 ] || address=$(basename "$path")
	done
	echo "$address,dma=4M" > /sys/module/uio_stub/parameters/options
	echo uio_stub > "/sys/bus/pci/devices/$address/driver_override"
	echo "$address" > /sys/bus/pci/drivers_probe
	"$1/nvme/nvme-demo" "pci:$address" --overwrite --file "$UIOMAP_OUT/nvme-data" --chunk 128 --json /tmp/disk.json > /tmp/disk.text
}

# demo_nvme_compare OUT: on the host, after the VM: compare; add the result to OUT/report.json
# and a line to OUT/summary.
demo_nvme_compare() {
	local differ=0 rc=0
	cmp -s -n "$demo_nvme_bytes" "$1/nvme-data" "$1/nvme.img" || rc=$?
	# cmp prints one line for each byte that differs.
	[ "$rc" -eq 0 ] || differ=$(cmp -l -n "$demo_nvme_bytes" "$1/nvme-data" "$1/nvme.img" | wc -l)
	sed -i "1a\\  \"nvme_host_bytes_compared\": $demo_nvme_bytes,\\n  \"nvme_host_bytes_differing\": $differ," "$1/report.json" &&
		echo "  host    of $demo_nvme_bytes bytes in the disk's image, $differ differ from what was written" >> "$1/summary" || rc=1
	rm -f "$1/nvme.img" "$1/nvme-data"
	return "$rc"
}
