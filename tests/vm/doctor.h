/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* What uiomap doctor says, as its tests ask for it. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "command.h"

/* Is this what is wrong, and what to do about it? */
#define WRONG(arguments, check, fix)                                                               \
	do {                                                                                       \
		EXITS(1, arguments " --json");                                                     \
		says_check(check, "wrong");                                                        \
		SAYS(fix);                                                                         \
	} while (0)
#define NOTES(arguments, check, text)                                                              \
	do {                                                                                       \
		EXITS(0, arguments " --json");                                                     \
		says_check(check, "note");                                                         \
		SAYS(text);                                                                        \
	} while (0)

/* Nothing may be offered that takes the device; what is said instead is `why`. */
#define LEAVES(arguments, check, why)                                                              \
	do {                                                                                       \
		WRONG(arguments, check, why);                                                      \
		cr_assert_not(strstr(command_output, "uiomap bind"), "%s", command_output);        \
	} while (0)

/* Has it found this check with this verdict ("ok", "note", "wrong"; after --json)? */
void says_check(const char *check, const char *verdict);

/*
 * The first thing that is wrong comes with a command; after that it isn't wrong any more. Other
 * things may be.
 */
void mends(const char *arguments, const char *name, const char *check);

/* A command that has to succeed. */
void shell(const char *command);

/* Mounts are this process's and its children's only, from now on. */
void own_mounts(void);
/* An empty folder over this one. */
void cover(const char *folder);

#endif /* DOCTOR_H */
