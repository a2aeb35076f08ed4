/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The findings of `doctor`, printed as text or as JSON. */
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

/* Add a finding. `id` identifies it to programs. */
void diag_add(struct diagnosis *d, enum verdict verdict, const char *id, const char *format, ...)
	__attribute__((__format__(__printf__, 4, 5)));

/* Add a remedy to the last finding: a command for root (fix), or an advice in words. */
void diag_fix(struct diagnosis *d, const char *format, ...)
	__attribute__((__format__(__printf__, 2, 3)));
void diag_advise(struct diagnosis *d, const char *text);

/* Quote a name as one word of a shell command. Returns one of two static buffers in turn. */
const char *shell_word(const char *text);

#endif /* DIAGNOSIS_H */
