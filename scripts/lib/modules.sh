# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The uiomap authors
#
# Build uiomap's modules, and the kernel's uio_pdrv_genirq, for a kernel in the cache. Sourced
# after kernel.sh.

# modules_build SOURCES KERNEL DIR [MAKE-ARGUMENT…]: build into DIR.
modules_build() {
	local sources=$1 kernel=$2 dir=$3
	shift 3
	mkdir -p "$dir/mainline" &&
		make -j2 -C "$sources" modules "KDIR=$kernel/headers" "MO=$dir/uiomap" "$@" &&
		cp "$kernel/uio_pdrv_genirq.c" "$dir/mainline/" &&
		echo 'obj-m := uio_pdrv_genirq.o' > "$dir/mainline/Kbuild" &&
		make -C "$kernel/headers" "M=$dir/mainline" modules &&
		cp "$dir"/uiomap/*.ko "$dir"/mainline/*.ko "$dir/"
}

# modules_ready TOP KERNEL [MAKE-ARGUMENT…]: build if sources are newer; print the folder of the
# modules.
modules_ready() {
	local top=$1 kernel=$2 dir
	shift 2
	dir=$top/build/modules-$(basename "$kernel")
	mkdir -p "$dir" || return 1
	exec 7> "$dir/lock"
	flock 7
	if [ ! -e "$dir/built" ] || [ "$kernel/complete" -nt "$dir/built" ] ||
		[ -n "$(find "$top/kernel" -newer "$dir/built" -print -quit)" ]; then
		# Date the stamp at the start of the build, so that files edited meanwhile count
		# as newer.
		rm -f "$dir/built" "$dir"/*.ko
		: > "$dir/building"
		if ! modules_build "$top/kernel" "$kernel" "$dir" "$@" > "$dir/log" 2>&1; then
			tail -n 40 "$dir/log" >&2
			return 1
		fi
		mv "$dir/building" "$dir/built"
	fi
	exec 7>&-
	echo "$dir"
}

# modules_quiet TOP KERNEL: build again with all of Kbuild's extra warnings; each is an error.
modules_quiet() {
	local dir
	dir=$1/build/modules-$(basename "$2")
	rm -rf "$dir/built" "$dir/uiomap"
	modules_ready "$1" "$2" W=1 && ! grep -E 'warning: |error: |WARNING: ' "$dir/log"
}

# modules_tree KERNEL MODULES TREE: make a module tree for modprobe: a link to the kernel's, and
# MODULES/*.ko in updates/.
modules_tree() {
	local kernel=$1 modules=$2 tree=$3 release base ko
	release=$(basename "$kernel")
	base=$kernel/modules/lib/modules/$release
	tree=$tree/lib/modules/$release
	mkdir -p "$tree/updates" &&
		ln -s "$base/kernel" "$tree/kernel" &&
		cp "$base"/modules.{order,builtin,builtin.modinfo} "$tree/" || return 1
	for ko in "$modules"/*.ko; do
		[ ! -e "$ko" ] || cp "$ko" "$tree/updates/" || return 1
	done
	depmod -b "$3" "$release"
}
