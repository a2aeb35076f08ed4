# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The uiomap authors
#
# Test values of options of a driver's program, $DEMO. Sourced. There is no device: with valid
# options the program fails to find it.

# Options that the program always needs.
always=()

# run OPTION…: run the program; set $status to its exit status and $said to its output.
run() {
	status=0
	said=$("$DEMO" "${always[@]}" "$@" no-such-device 2>&1) || status=$?
}

# refused OPTION LIMITS VALUE…: each value must be refused; the text names the option, the value
# and the limits.
refused() {
	local option=$1 limits=$2 value
	shift 2
	for value; do
		run "$option" "$value"
		[[ $status -eq 64 && $said == *"$option $value: "*"$limits"* ]] ||
			{ echo "$option '$value' is not refused: status $status, $said" >&2; exit 1; }
	done
}

# taken OPTION VALUE…: each value must be accepted.
taken() {
	local option=$1 value
	shift
	for value; do
		run "$option" "$value"
		[[ $status -eq 1 && $said == *no-such-device* && $said != *"$option"* ]] ||
			{ echo "$option '$value' is not taken: status $status, $said" >&2; exit 1; }
	done
}
