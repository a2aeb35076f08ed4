# shellcheck shell=bash disable=SC2034 # used by who sources this
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The uiomap authors
#
# Debian's kernels, unpacked into a cache and never installed. Sourced.
#
# cache/kernel-RELEASE/  vmlinux initramfs release  modules/lib/modules/RELEASE
#                        headers (what KDIR= wants)  uio_pdrv_genirq.c

cache=${UIOMAP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/uiomap}
# What in a kernel log is a failure.
kernel_trouble='WARNING:|BUG:|BUG |Oops|general protection|Call Trace|KASAN|UBSAN|possible (circular|recursive) lock|INFO: (task|rcu|suspicious)|rcu:.*stall|kernel NULL pointer|refcount_t|list_(add|del) corruption|scheduling while atomic|Trying to free|Unbalanced|nobody cared|Bad page|bad: scheduling'

say() { printf '%s\n' "$*" >&2; }

# Newest kernel of a series that apt knows: its release, e.g. 6.1.0-49-amd64.
kernel_newest() {
	apt-cache pkgnames "linux-image-$1." | sed -nE 's/^linux-image-([0-9][0-9.+a-z-]*-amd64)-unsigned$/\1/p' |
		grep -vE -- '-(rt|cloud)-' | sort -V | tail -n 1
}

# Make the kernel of a series ready; print its folder.
kernel_ready() {
	local series=$1 release dir
	release=$(kernel_newest "$series")
	if [ -z "$release" ]; then # no lists, or offline: what we have will do
		dir=$(find "$cache" -maxdepth 1 -name "kernel-$series.[0-9]*-amd64" 2>/dev/null | sort -V | tail -n 1)
		[ -n "$dir" ] || { say "apt knows no linux-image-$series.*-amd64-unsigned: run apt-get update"; return 1; }
		echo "$dir"; return
	fi
	dir=$cache/kernel-$release
	mkdir -p "$cache" || return 1
	exec 7>"$cache/lock"
	flock 7
	if [ ! -e "$dir/release" ]; then
		rm -rf "$dir" "$dir.new"; mkdir "$dir.new"
		if ! kernel_unpack "$series" "$release" "$dir.new"; then
			say "could not make kernel $release ready in $dir.new"
			exec 7>&-; return 1
		fi
		mv "$dir.new" "$dir" && echo "$release" > "$dir/release"
	fi
	exec 7>&-
	echo "$dir"
}

kernel_unpack() (
	set -e
	series=$1 release=$2 dir=$3
	headers=linux-headers-$release
	cd "$dir"; mkdir debs tree
	say "  fetching kernel $release (once, about 100 MB)"
	needs=$(apt-cache show "$headers" | sed -n 's/^Depends: //p' | head -n 1 | tr ',' '\n' | sed 's/ *(.*//; s/ //g' |
		grep -E '^linux-(headers-.*common|kbuild)' )
	# shellcheck disable=SC2086 # several names
	(cd debs && apt-get -qq -o APT::Sandbox::User="$(id -un)" download "linux-image-$release-unsigned" "$headers" $needs) >&2
	for deb in debs/*.deb; do dpkg-deb -x "$deb" tree; done
	say "  unpacking kernel $release"
	kernel_vmlinux "tree/boot/vmlinuz-$release" vmlinux
	# The headers point to each other by absolute path.
	src=$(cd tree/usr/src && pwd); final=${src/"$dir"/"${dir%.new}"}
	grep -rlI --include=Makefile -e /usr/src/linux-headers "$src" | xargs -r sed -i "s#/usr/src/linux-headers#$final/linux-headers#g"
	ln -s "tree/usr/src/$headers" headers
	rm -f headers/vmlinux	# only there for BTF, which needs a newer pahole than Debian 12 has
	kernel_modules "$release"
	kernel_initramfs "$release" initramfs
	kernel_pdrv_genirq "$series"
	rm -rf debs tree/boot
)

# Debian's bzImage boots slowly under emulation: unpack its payload once.
kernel_vmlinux() {
	local image=$1 offset length start format
	number() { od -An -t "u$3" -j "$2" -N "$3" "$1" | tr -d ' '; }
	start=$((($(number "$image" 497 1) + 1) * 512))
	offset=$((start + $(number "$image" 584 4))); length=$(number "$image" 588 4)
	format=$(od -An -t x1 -j "$offset" -N 4 "$image" | tr -d ' ')
	case $format in
	fd377a58) format='xz -dcq --single-stream' ;;
	28b52ffd) format='zstd -dcq' ;;
	*) say "$image: payload begins with $format, neither xz nor zstd"; return 1 ;;
	esac
	# The last four bytes are the unpacked size, not part of the stream.
	tail -c +$((offset + 1)) "$image" | head -c $((length - 4)) | $format > "$2"
	[ "$(od -An -t x1 -N 4 "$2" | tr -d ' ')" = 7f454c46 ] || { say "$image: no ELF image in it"; return 1; }
}

# The modules that a VM can use, uncompressed; what emulated machines never have is left out.
kernel_modules() {
	local release=$1 from to d
	from=$(find tree -type d -path "*/lib/modules/$release"); to=modules/lib/modules
	mkdir -p "$to"; mv "$from" "$to/"; to=$to/$release
	for d in sound drivers/gpu drivers/media drivers/infiniband drivers/staging drivers/net/wireless drivers/iio \
		drivers/hwmon drivers/scsi drivers/usb drivers/hid drivers/input drivers/isdn drivers/mtd drivers/platform \
		drivers/bluetooth net/bluetooth drivers/video drivers/power drivers/leds drivers/rtc drivers/regulator \
		drivers/mfd drivers/md fs/xfs fs/btrfs fs/ocfs2 fs/gfs2 net/netfilter net/wireless net/mac80211 net/sched \
		drivers/net/can drivers/net/usb drivers/net/phy net/ipv4 net/ipv6 net/bridge drivers/target drivers/edac; do
		rm -rf "${to:?}/kernel/$d"
	done
	find "$to" -name '*.ko.xz' -exec xz -dq {} +
	rm -f "$to/build" "$to/source"
	depmod -b modules "$release"
}

# busybox, the modules that mount the host's files, and a script.
kernel_initramfs() {
	local release=$1 out=$2 tree=modules/lib/modules/$1 root m
	root=$(mktemp -d)
	mkdir -p "$root"/{bin,dev,proc,sys,mnt,modules}
	cp "$(command -v busybox)" "$root/bin/busybox"
	for m in virtio_pci 9pnet_virtio 9p overlay; do
		modprobe -S "$release" -d "$PWD/modules" --show-depends "$m" | sed -n 's/^insmod //p'
	done | awk '{print $1}' | awk '!seen[$0]++' > "$root/order"
	while read -r m; do cp "$m" "$root/modules/"; done < "$root/order"
	sed -i 's#.*/##' "$root/order"
	cat > "$root/init" <<-'END'
		#!/bin/busybox sh
		b=/bin/busybox
		die() { echo "initramfs: $*"; $b poweroff -f; }
		$b mount -t proc proc /proc; $b mount -t sysfs sysfs /sys; $b mount -t devtmpfs dev /dev
		while read -r m; do $b insmod /modules/$m || die "insmod $m"; done < /order
		o=trans=virtio,version=9p2000.L,msize=262144
		$b mkdir /host /mem /new
		$b mount -t 9p -o $o,cache=loose,ro root /host || die "no root share"
		$b mount -t tmpfs -o size=75% tmpfs /mem; $b mkdir /mem/up /mem/work
		$b mount -t overlay -o lowerdir=/host,upperdir=/mem/up,workdir=/mem/work overlay /new || die "no overlay"
		for d in dev proc sys; do $b mount -o move /$d /new/$d; done
		$b mount -t tmpfs -o mode=755 tmpfs /new/run; $b mkdir /new/run/uiomap /new/run/lock
		$b mkdir -p /new/dev/shm /new/dev/pts
		$b mount -t tmpfs -o mode=1777 tmpfs /new/dev/shm; $b mount -t devpts devpts /new/dev/pts
		$b mount -t 9p -o $o,cache=none share /new/run/uiomap || die "no share"
		exec $b switch_root /new /bin/sh /run/uiomap/init
	END
	chmod +x "$root/init"
	(cd "$root" && find . | cpio -o -H newc --quiet) > "$out"
	rm -rf "$root"
}

# Mainline's generic platform driver, which Debian doesn't build.
kernel_pdrv_genirq() {
	local series=$1
	say "  fetching uio_pdrv_genirq.c from linux-source-$series (once, about 150 MB)"
	(cd debs && apt-get -qq -o APT::Sandbox::User="$(id -un)" download "linux-source-$series") >&2
	dpkg-deb -x debs/linux-source-"$series"_*.deb debs/source
	# tar stops at the first match; xz then ends by a closed pipe, which is no failure.
	{ xz -dcq "debs/source/usr/src/linux-source-$series.tar.xz" 2>/dev/null || true; } |
		tar -xf - --occurrence=1 -O "linux-source-$series/drivers/uio/uio_pdrv_genirq.c" > uio_pdrv_genirq.c
	[ -s uio_pdrv_genirq.c ]
}

# Build kernel/ and uio_pdrv_genirq.c for a kernel where they are older than their sources; print the folder.
modules_ready() {
	local top=$1 series=$2 kernel=$3 dir
	dir=${UIOMAP_BUILD:-$top/build}/modules-$(cat "$kernel/release")
	mkdir -p "$dir" || return 1
	exec 7>"$dir/lock"
	flock 7
	if [ ! -e "$dir/built" ] || [ -n "$(find "$top/kernel" -type f -newer "$dir/built" -print -quit)" ] ||
		[ "$kernel/release" -nt "$dir/built" ]; then
		rm -f "$dir/built"; touch "$dir/building"
		{ make -C "$top/kernel" modules KDIR="$kernel/headers" MO="$dir/uiomap" &&
			mkdir -p "$dir/mainline" && cp "$kernel/uio_pdrv_genirq.c" "$dir/mainline/" &&
			echo 'obj-m := uio_pdrv_genirq.o' > "$dir/mainline/Kbuild" &&
			make -C "$kernel/headers" M="$dir/mainline" modules &&
			ln -sf "$dir"/uiomap/*.ko "$dir"/mainline/*.ko "$dir/"; } > "$dir/log" 2>&1 ||
			{ tail -n 40 "$dir/log" >&2; exec 7>&-; return 1; }
		mv "$dir/building" "$dir/built"
	fi
	exec 7>&-
	echo "$dir"
}

# A module tree for the guest: the kernel's by links, ours in updates/.
modules_tree() {
	local kernel=$1 release=$2 modules=$3 tree=$4 ko
	mkdir -p "$tree/lib/modules"
	cp -as "$kernel/modules/lib/modules/$release" "$tree/lib/modules/" &&
		mkdir "$tree/lib/modules/$release/updates" || return 1
	for ko in "$modules"/*.ko; do
		[ ! -e "$ko" ] || cp -L "$ko" "$tree/lib/modules/$release/updates/" || return 1
	done
	rm -f "$tree/lib/modules/$release"/modules.{dep,alias,symbols,softdep,devname}{,.bin}
	depmod -b "$tree" "$release"
}
