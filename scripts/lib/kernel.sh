# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The uiomap authors
#
# Unpack Debian's kernels into a cache, without installing them. Sourced.
#
# $cache/RELEASE/  vmlinux  initramfs  modules/lib/modules/RELEASE
#                  headers (what KDIR= wants)  uio_pdrv_genirq.c  complete

cache=${UIOMAP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/uiomap}
PATH=$PATH:/usr/sbin:/sbin # for depmod and modprobe, which aren't in every user's PATH

say() { printf '%s\n' "$*" >&2; }

# kernel_newest SERIES: print the release of the newest kernel that apt knows, e.g.
# 6.1.0-49-amd64.
kernel_newest() {
	local known=$cache/newest-$1
	# Asking apt takes half a second, so cache the answer until apt's lists change.
	if [ ! -s "$known" ] || [ /var/lib/apt/lists -nt "$known" ]; then
		apt-cache pkgnames "linux-image-$1." | sed -nE 's/^linux-image-([0-9][0-9.+a-z-]*-amd64)-unsigned$/\1/p' |
			grep -vE -- '-(rt|cloud)-' | sort -V | tail -n 1 > "$known.$$"
		mv "$known.$$" "$known"
	fi
	cat "$known"
}

# kernel_ready SERIES: make that kernel ready; print its folder.
kernel_ready() {
	local series=$1 release dir
	mkdir -p "$cache" || return 1
	release=$(kernel_newest "$series")
	if [ -z "$release" ]; then
		# apt has no lists: use a kernel that was unpacked before.
		dir=$(find "$cache" -maxdepth 2 -path "$cache/$series.[0-9]*-amd64/complete" | sort -V | tail -n 1)
		[ -n "$dir" ] || { say "apt knows no linux-image-$series.…-amd64-unsigned; try: apt-get update"; return 1; }
		echo "${dir%/complete}"
		return
	fi
	dir=$cache/$release
	if [ ! -e "$dir/complete" ]; then
		exec 7> "$cache/lock"
		flock -n 7 || { say "waiting for another run that makes a kernel ready"; flock 7; }
	fi
	if [ ! -e "$dir/complete" ]; then
		# Work in a folder of another name, so that an interrupted run never leaves an
		# incomplete kernel under the final name.
		rm -rf "$dir" "$dir.new"
		mkdir "$dir.new"
		if ! kernel_unpack "$series" "$release" "$dir.new" "$dir" || ! mv "$dir.new" "$dir"; then
			say "kernel $release could not be made ready in $dir.new"
			return 1
		fi
		rm -rf "$cache/debs-$release"
	fi
	echo "$dir"
}

# Keep downloads in debs-RELEASE until all is done, so that an interrupted run needn't repeat
# them.
kernel_fetch() {
	local release=$1 debs=$2 package
	shift 2
	mkdir -p "$debs"
	for package; do
		[ ! -e "$debs/$package.done" ] || continue
		say "  fetching $package ($((SECONDS)) s)"
		(cd "$debs" && apt-get -qq -o "APT::Sandbox::User=$(id -un)" download "$package") >&2 || return 1
		: > "$debs/$package.done"
	done
}

kernel_unpack() (
	set -e
	series=$1 release=$2 dir=$3 final=$4
	debs=$cache/debs-$release headers=linux-headers-$release
	parts=$(apt-cache depends "$headers" | sed -nE 's/^ +Depends: (linux-headers-.*-common|linux-kbuild-.*)$/\1/p')
	# shellcheck disable=SC2086 # several names
	kernel_fetch "$release" "$debs" "linux-image-$release-unsigned" "$headers" $parts "linux-source-$series"
	cd "$dir"
	mkdir tree
	say "  unpacking kernel $release ($SECONDS s)"
	for deb in "$debs"/linux-{image,headers,kbuild}-*.deb; do dpkg-deb -x "$deb" tree; done
	kernel_vmlinux "tree/boot/vmlinuz-$release" vmlinux
	# The headers refer to each other and to their tools by absolute path: correct it.
	grep -rlIE --include=Makefile '/usr/(src/linux-headers|lib/linux-kbuild)' tree/usr/src |
		xargs -r sed -i -E "s#/usr/(src/linux-headers|lib/linux-kbuild)#$final/tree/usr/\1#g"
	ln -s "tree/usr/src/$headers" headers
	rm -f headers/vmlinux # used only for BTF, which needs a newer pahole than Debian 12 has
	kernel_modules "$release"
	kernel_initramfs "$release" initramfs
	# Get the kernel's uio_pdrv_genirq, which Debian doesn't build. tar ends at the first
	# match; xz then fails with a closed pipe.
	dpkg-deb --fsys-tarfile "$debs/linux-source-${series}_"*.deb 2> /dev/null |
		tar -xOf - "./usr/src/linux-source-$series.tar.xz" 2> /dev/null | { xz -dcq 2> /dev/null || true; } |
		tar -xOf - --occurrence=1 "linux-source-$series/drivers/uio/uio_pdrv_genirq.c" > uio_pdrv_genirq.c || true
	[ -s uio_pdrv_genirq.c ]
	rm -rf tree/boot tree/lib
	: > complete
)

# kernel_vmlinux BZIMAGE VMLINUX: unpack the kernel: unpacking it at each boot is slow under
# emulation.
kernel_vmlinux() {
	local image=$1 offset length format
	number() { od -An -t "u$2" -j "$1" -N "$2" "$image" | tr -d ' '; }
	# setup_sects, payload_offset and payload_length in the boot protocol's header
	offset=$((($(number 497 1) + 1) * 512 + $(number 584 4)))
	length=$(number 588 4)
	format=$(od -An -t x1 -j "$offset" -N 4 "$image" | tr -d ' ')
	case $format in
	fd377a58) format='xz -dcq' ;;
	28b52ffd) format='zstd -dcq' ;;
	*) say "$image: payload begins with $format, neither xz nor zstd"; return 1 ;;
	esac
	# The payload's last four bytes are the unpacked size.
	tail -c +$((offset + 1)) "$image" | head -c $((length - 4)) | $format > "$2"
	[ "$(od -An -t x1 -N 4 "$2" | tr -d ' ')" = 7f454c46 ] || { say "$image: no ELF image in it"; return 1; }
}

# Install the modules that a VM can use, uncompressed; drivers for hardware that a VM never has
# are left out.
kernel_modules() {
	local release=$1 from to dir
	from=$(find tree -type d -path "*/lib/modules/$release")
	to=modules/lib/modules
	mkdir -p "$to"
	mv "$from" "$to/"
	to=$to/$release
	for dir in drivers/{bluetooth,edac,gpu,hid,hwmon,iio,infiniband,input,isdn,leds,md,media,mfd,mtd,platform,power} \
		drivers/{regulator,rtc,scsi,staging,target,usb,video} drivers/net/{can,phy,usb,wireless} sound \
		fs/{btrfs,gfs2,ocfs2,xfs} net/{bluetooth,bridge,ipv4,ipv6,mac80211,netfilter,sched,wireless}; do
		rm -rf "${to:?}/kernel/$dir"
	done
	find "$to" -name '*.ko.xz' -exec xz -dq {} +
	rm -f "$to/build" "$to/source"
	depmod -b modules "$release"
}

# kernel_initramfs RELEASE FILE: make an initramfs with busybox, the modules for the host's file
# share, and a script.
kernel_initramfs() {
	local release=$1 root=$PWD/initramfs.root module
	mkdir -p "$root"/{bin,dev,proc,sys,modules}
	cp "$(command -v busybox)" "$root/bin/busybox"
	cp "$(dirname "${BASH_SOURCE[0]}")/initramfs" "$root/init"
	chmod 755 "$root/init" "$root/bin/busybox"
	for module in virtio_pci 9pnet_virtio 9p overlay configfs virtio_console; do
		modprobe -S "$release" -d "$PWD/modules" --show-depends "$module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' > "$root/order"
	while read -r module; do cp "$module" "$root/modules/"; done < "$root/order"
	sed -i 's#.*/##' "$root/order"
	(cd "$root" && find . | cpio -o -H newc --quiet) > "$2"
	rm -rf "$root"
}
