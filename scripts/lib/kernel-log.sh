# shellcheck shell=bash disable=SC2034 # used by who sources this
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The uiomap authors
#
# A pattern for grep -E of lines in a kernel log that are failures. Sourced, on the host and in
# the guest.
kernel_trouble='WARNING: |\bBUG\b|\bOops\b|Call Trace:|Kernel panic|general protection|KASAN|UBSAN|KCSAN|kmemleak:'
kernel_trouble+='|possible (circular|recursive|irq)|INFO: (task|rcu|suspicious|trying|possible)|rcu: .*stall'
kernel_trouble+='|refcount_t:|list_(add|del) corruption|scheduling while atomic|Trying to free|Unbalanced'
kernel_trouble+='|nobody cared|Bad page|bad: scheduling|unable to handle|DMA-API:'

# kernel_log_trouble [LOG]: the lines of the log, a file or standard input, that are a failure. Status 1: there are none.
kernel_log_trouble() { grep -E "$kernel_trouble" "$@"; }
