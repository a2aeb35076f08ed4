# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The uiomap authors
#
# The results of test programs, which print TAP (tests/runner.c). Sourced.

# tap_verdicts PROGRAM FILE: print "pass PROGRAM TEST" or "fail PROGRAM TEST" for each test in the
# program's output. A program without output, that did not end, or ran no test, has failed, and so has a
# test that was skipped.
tap_verdicts() {
	awk -v program="$1" '
		/^1\.\.[0-9]+$/ { plan = substr($0, 4) + 0; planned = 1 }
		/^(not )?ok [0-9]+ - / {
			verdict = /^not / || / # SKIP/ ? "fail" : "pass"
			sub(/^(not )?ok [0-9]+ - /, "")
			print verdict, program, $0
			results++
		}
		END {
			if (!planned || results < plan) print "fail", program, "did-not-end"
			else if (results > plan) print "fail", program, "more-results-than-tests"
			else if (!results) print "fail", program, "ran-no-test"
		}
	' "$2" || echo "fail $1 no-output"
}
