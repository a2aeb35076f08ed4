/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What the drivers' programs share: the SELECTOR and --json arguments, parsing of numbers, the
 * clock and error messages.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <argp.h>
#include <stdint.h>

#include "arguments.h"

/*
 * The arguments that every program takes. Parsed by program_argp, an argp child whose input is
 * this struct.
 */
struct program_arguments {
	const char *selector; /* required */
	const char *json;     /* file for the results, or NULL */
};
extern const struct argp program_argp;

/* The value of an option, from 1 to max. Exits with a usage error for anything else. */
uint32_t program_number(const char *option, const char *arg, uint32_t max,
			struct argp_state *state);

/* CLOCK_MONOTONIC in seconds. */
double program_seconds(void);

/* Print to standard error what failed, and why. Returns -1. */
int program_complain(const char *what, const char *why);

#endif /* PROGRAM_H */
