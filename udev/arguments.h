/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Command lines of the programs that users run: tools and drivers. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include <argp.h>
#include <stddef.h>

/*
 * As argp_parse(), with two differences: argp and getopt print arguments
 * escaped, so that these can't control a terminal; and the program fails if not
 * all of its standard output could be written, including that of --help.
 * @param input	argp's, of `size` bytes, with no pointer to anything that parsing changes
 */
void arguments_parse(const struct argp *argp, int argc, char **argv, void *input, size_t size);

#endif /* ARGUMENTS_H */
