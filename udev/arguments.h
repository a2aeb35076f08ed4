/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Command lines, for programs that people call: those of tools and drivers. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include <argp.h>
#include <stddef.h>

/*
 * argp_parse(), but nothing that argp or getopt print has a byte of the
 * arguments that a terminal would act on; and the program fails if standard
 * output has not taken all that was printed, --help too.
 * @param input		argp's, of `size` bytes, with no pointer to anything that parsing changes
 */
void arguments_parse(const struct argp *argp, int argc, char **argv, void *input, size_t size);

#endif /* ARGUMENTS_H */
