/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Assertions on the output of uiomap doctor. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "command.h"

/* doctor must find this fault and suggest this remedy. */
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

/* doctor must not suggest to bind the device, and must print `why` instead. */
#define LEAVES(arguments, check, why)                                                              \
	do {                                                                                       \
		WRONG(arguments, check, why);                                                      \
		cr_assert_not(strstr(command_output, "uiomap bind"), "%s", command_output);        \
	} while (0)

/* The JSON output must have this check with this verdict ("ok", "note", "wrong"). */
void says_check(const char *check, const char *verdict);

/*
 * Run the command that doctor suggests for its first fault; afterwards that fault must be gone.
 * Others may remain.
 */
void mends(const char *arguments, const char *name, const char *check);

/* From now on, mounts are private to this process and its children. */
void own_mounts(void);
/* Mount an empty folder over this one. */
void cover(const char *folder);

#endif /* DOCTOR_H */
