# shellcheck shell=bash disable=SC2034 # used by who sources this
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The uiomap authors
#
# The PCI framebuffer of scripts/demo, on the host and in the guest. Sourced. QEMU's screendump
# shows what is on its screen.

# For scripts/vm.
demo_bochs=(--device "bochs-display,id=bochs")

# demo_bochs_drive DRIVERS: in the guest: bind the card to uio_stub and run its driver. Leaves
# QEMU's screendump of the last frame in $UIOMAP_OUT/bochs.png, and /tmp/bochs.json and
# /tmp/bochs.text. Pixels that differ fail the demo only in demo_bochs_good, after the report is
# written.
demo_bochs_drive() {
	local path address dump
	for path in /sys/bus/pci/devices/*; do
		[ "$(< "$path/vendor") $(< "$path/device")" != "0x1234 0x1111" ] || address=$(basename "$path")
	done
	echo uio_stub > "/sys/bus/pci/devices/$address/driver_override"
	echo "$address" > /sys/bus/pci/drivers_probe
	printf -v dump '%q bochs %q' "$(dirname "${BASH_SOURCE[0]}")/guest-screendump" "$UIOMAP_OUT"
	"$1/fb/fb-demo" "pci:$address" --frames 60 --then "$dump/bochs.ppm && $dump/bochs.png" \
		--screendump "$UIOMAP_OUT/bochs.ppm" --json /tmp/bochs.json > /tmp/bochs.text || [ -s /tmp/bochs.json ]
	rm "$UIOMAP_OUT/bochs.ppm"
}

# demo_bochs_report: print its lines "NAME": VALUE for report.json, with other names than those
# of the simulated framebuffer.
demo_bochs_report() { sed -nE 's/^ *"(width|height|frames_flipped|screendump_.*)": ([^,]*),?$/  "bochs_\1": \2,/p' /tmp/bochs.json; }

# demo_bochs_good: check that all pixels were compared and are as drawn.
demo_bochs_good() { grep -q '"screendump_pixels": [1-9]' /tmp/bochs.json && grep -q '"screendump_pixels_wrong": 0,' /tmp/bochs.json; }
