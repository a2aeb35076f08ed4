/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What the drivers' programs share: their device and --json, numbers of the command line, the
 * clock, complaints.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <argp.h>
#include <stdint.h>

#include "arguments.h"

/* Of every program's command line: program_argp, as an argp child with this as its input. */
struct program_arguments {
	const char *selector; /* one has to be given */
	const char *json;     /* the file for the figures; NULL: none */
};
extern const struct argp program_argp;

/* The value of an option, from 1 to max. Anything else ends the program. */
uint32_t program_number(const char *option, const char *arg, uint32_t max,
			struct argp_state *state);

/* CLOCK_MONOTONIC. */
double program_seconds(void);

/* Say on standard error what failed, and why. -1 */
int program_complain(const char *what, const char *why);

#endif /* PROGRAM_H */
