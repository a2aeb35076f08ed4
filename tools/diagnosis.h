/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* What `doctor` has found, as text or as JSON. */
#ifndef DIAGNOSIS_H
#define DIAGNOSIS_H

#include <stdbool.h>

#include <jansson.h>

enum verdict { FINE, NOTE, WRONG };

struct diagnosis {
	bool json;
	json_t *findings;
	unsigned int wrong;
};

/* One finding; `id` names it for programs. */
void diag_add(struct diagnosis *d, enum verdict verdict, const char *id, const char *format, ...)
	__attribute__((__format__(__printf__, 4, 5)));

/* What mends the last one: a command, as root types it; or what no command can do. */
void diag_fix(struct diagnosis *d, const char *format, ...)
	__attribute__((__format__(__printf__, 2, 3)));
void diag_advise(struct diagnosis *d, const char *text);

/* A name as one word of a command. Static buffers, two of them in turn. */
const char *shell_word(const char *text);

#endif /* DIAGNOSIS_H */
