# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The uiomap authors
#
# Building in build/, and what scripts/test and scripts/demo share of it. Sourced; $top is the source tree.

# configure_in NAME [ARGUMENT…]: an own build folder build/NAME.
configure_in() {
	local dir=$top/build/$1
	shift
	[ -x "$top/configure" ] && [ "$top/configure" -nt "$top/configure.ac" ] || (cd "$top" && autoreconf -i) || return 1
	mkdir -p "$dir"
	[ -e "$dir/config.status" ] && [ "$dir/config.status" -nt "$top/configure" ] && return
	(cd "$dir" && "$top/configure" -q "$@")
}

# sanitized_check KIND: all host tests, built with -fsanitize=KIND. ThreadSanitizer only where threads race on purpose.
sanitized_check() {
	local kind=$1 dir=sanitize-${1%%,*} subdirs=()
	configure_in "$dir" --disable-shared CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=$kind -fno-sanitize-recover=all" || return 1
	[ "$kind" != thread ] || subdirs=(SUBDIRS="lib tests drivers/ring tests/unit-ring")
	make -C "$top/build/$dir" -j2 "${subdirs[@]}" check \
		ASAN_OPTIONS=detect_stack_use_after_return=1:verify_asan_link_order=0 TSAN_OPTIONS=halt_on_error=1
}

clang_build() {
	configure_in clang CC=clang CXX=clang++ CFLAGS="-O2 -Werror" CXXFLAGS="-O2 -Werror" &&
		make -C "$top/build/clang" -j2 && make -C "$top/build/clang" -j2 check TESTS=
}

# quiet_modules SERIES KERNELDIR: the modules build, and the compiler says nothing.
quiet_modules() {
	local dir
	dir=$(modules_ready "$top" "$1" "$2") || return 1
	! grep -iE 'warning|error' "$dir/log" | grep -vE 'pahole|vmlinux|BTF'
}

# Test programs for the VM, named as below build/host/tests.
vm_programs() {
	make -s -C "$top/build/host/tests/vm" list
}

# verdicts REPORT: the pass and fail lines of a report. A program that came to its end without a test fails.
verdicts() {
	awk '
		$1 == "end" { if (!tests[$2]) print "fail " $2 "/ran-no-test"; tests[$2] = 0; next }
		{ print; tests[$2]++ }
	' "$1"
}

wait_for() { wait "$1"; }
