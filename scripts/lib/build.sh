# shellcheck shell=bash disable=SC2154 # $top is the source tree
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The uiomap authors
#
# Building below build/, which scripts/demo and scripts/test share. Sourced.

# configure_in NAME [ARGUMENT…]: an own build folder build/NAME.
configure_in() {
	local dir=$top/build/$1
	shift
	if [ ! -x "$top/configure" ] || [ -n "$(find "$top" \( -name build -o -name out \) -prune -o \
		\( -name Makefile.am -o -name configure.ac \) -newer "$top/configure" -print -quit)" ]; then
		(cd "$top" && autoreconf -i && touch configure) || return 1
	fi
	mkdir -p "$dir" || return 1
	if [ ! "$dir/config.status" -nt "$top/configure" ]; then
		(cd "$dir" && "$top/configure" -q "$@") || return 1
	fi
}

# warnings_build COMPILER: everything, also what only tests use, and not one warning.
warnings_build() {
	configure_in "$1" "CC=$1" CFLAGS="-O2 -g -Werror" &&
		make -C "$top/build/$1" -j2 && make -C "$top/build/$1" -j2 check TESTS= check_install=:
}

# sanitized_check KIND [DIR…]: the host tests, in these folders or in all, built with -fsanitize=KIND.
sanitized_check() {
	local kind=$1 dir=sanitize-${1%%,*} subdirs
	shift
	subdirs="$*"
	configure_in "$dir" --disable-shared \
		CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=$kind -fno-sanitize-recover=all" &&
		make -C "$top/build/$dir" -j2 ${subdirs:+SUBDIRS="$subdirs"} check check_install=: \
			ASAN_OPTIONS=detect_stack_use_after_return=1 TSAN_OPTIONS=halt_on_error=1
}

# quiet_modules KERNEL: our modules with all of Kbuild's extra warnings, and not one of them.
quiet_modules() {
	local dir
	dir=$top/build/warnings-$(basename "$1")
	rm -rf "$dir"
	mkdir -p "$dir"
	make -C "$top/kernel" modules "KDIR=$1/headers" "MO=$dir" W=1 > "$dir/log" 2>&1 || { cat "$dir/log"; return 1; }
	! grep -iE 'warning|error' "$dir/log" | grep -vE 'BTF|pahole'
}
