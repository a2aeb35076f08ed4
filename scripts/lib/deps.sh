# shellcheck shell=bash disable=SC2034 # used by who sources this
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The uiomap authors
#
# Install needed Debian packages, and print progress. Sourced.

deps_build=(autoconf automake libtool pkg-config gcc make libc6-dev libudev-dev libpng-dev zlib1g-dev libjansson-dev libsmartcols-dev libkmod-dev)
# From gcc-12 on: packages that building a module with Debian's kernel headers needs.
deps_vm=(qemu-system-x86 busybox-static kmod cpio xz-utils zstd gcc-12 libelf1 libssl3)
deps_test=(udev systemd iproute2 man-db groff-base g++ clang libcriterion-dev valgrind strace binutils shellcheck doxygen clang-format-19)

# step TEXT COMMAND…: run the command with its output in $step_log; print one line with the time
# that it took.
step_log=''
step() {
	local text=$1 start=$SECONDS rc=0
	shift
	printf '  %-54s' "$text …"
	"$@" < /dev/null >> "$step_log" 2>&1 || rc=$?
	if [ "$rc" -eq 0 ]; then
		printf '%4d s\n' $((SECONDS - start))
	else
		printf ' failed\n'
		tail -n 40 "$step_log" | sed 's/^/    | /'
		echo "  (all of it: $step_log)"
	fi
	return "$rc"
}

# Install missing packages, or say how to install them.
deps_install() {
	local package missing=()
	for package; do
		case $(dpkg-query -W -f '${Status}' "$package" 2> /dev/null) in
		*" installed") ;;
		*) missing+=("$package") ;;
		esac
	done
	if [ ${#missing[@]} -gt 0 ]; then
		if [ "$(id -u)" -ne 0 ]; then
			echo "Please install what is missing, then run this again:" >&2
			echo "  sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}" >&2
			return 1
		fi
		step "asking apt what there is" apt_quiet update || return 1
		step "installing ${#missing[@]} packages" apt_quiet install --no-install-recommends "${missing[@]}" || return 1
	elif [ -z "$(apt-cache pkgnames linux-image-6.12. 2> /dev/null | head -n 1)" ]; then
		# kernel_newest asks apt for the kernels, which needs its lists.
		if [ "$(id -u)" -ne 0 ]; then
			echo "apt has no package lists. Please run: sudo apt-get update" >&2
			return 1
		fi
		step "asking apt which kernels there are" apt_quiet update || return 1
	fi
}

apt_quiet() {
	DEBIAN_FRONTEND=noninteractive apt-get -qy -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"
}
