# shellcheck shell=bash disable=SC2154 # $top is the source tree
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The uiomap authors
#
# Builds below build/, for scripts/demo and scripts/test. Sourced.

# configure would take bash, also for libtool, which then needs 1.7 times as long for a build.
export CONFIG_SHELL=/bin/sh

# configure_in DIR [ARGUMENT…]: configure in DIR, below build/, if something has changed since
# the last time.
configure_in() {
	local dir=$1
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

# warnings_build COMPILER [FLAG]: build everything, including what only tests use, in
# build/COMPILER; warnings are errors.
warnings_build() {
	local dir=$top/build/$1
	configure_in "$dir" "CC=$1" CFLAGS="${2:--O2 -g} -Werror" && make -C "$dir" -j2 && make -C "$dir" -j2 check TESTS= check_install=:
}

# sanitized_check KIND [DIR…]: run the host tests of these folders, or of all, built with
# -fsanitize=KIND. A finding changes the test's exit status (tests/runner.c). Reports go to
# files, since programs that tests start may have their output redirected.
sanitized_check() {
	local kind=$1 dir=$top/build/sanitize-${1%%,*} subdirs found
	shift
	subdirs="$*"
	configure_in "$dir" --disable-shared \
		CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=$kind -fno-sanitize-recover=all" || return 1
	found=$dir/found
	rm -rf "$found"
	mkdir "$found" || return 1
	ASAN_OPTIONS=detect_stack_use_after_return=1:log_path=$found/asan UBSAN_OPTIONS=log_path=$found/ubsan \
		TSAN_OPTIONS=halt_on_error=1:log_path=$found/tsan \
		make -C "$dir" -k -j2 ${subdirs:+SUBDIRS="$subdirs"} check check_install=: codegen_test= || return 1
	! cat "$found"/* 2> /dev/null
}

# list_programs BUILD DIR…: list the test programs of these folders below tests/, as
# DIR/PROGRAM.
list_programs() {
	local build=$1 dir
	shift
	for dir; do
		# Print only the list: make may first rebuild its makefiles and print messages
		# about it.
		make -s --no-print-directory -C "$build/tests/$dir" list | grep -xE '[a-z0-9_-]+/[a-z0-9_-]+'
	done
}
