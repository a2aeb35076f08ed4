// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnosis.h"
#include "tool.h"

void diag_add(struct diagnosis *d, enum verdict verdict, const char *id, const char *format, ...)
{
	static const char * const names[] = { "ok", "note", "wrong" };
	char *text;
	va_list args;
	int length;

	d->wrong += verdict == WRONG;
	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0)
		return;
	if (d->json)
		json_array_append_new(d->findings,
				      json_pack("{s:s, s:s, s:o}", "check", id, "verdict",
						names[verdict], "text", json_text(text)));
	else
		printf("%-5s %s\n", names[verdict], printable(text));
	free(text);
}

/* Add to the last finding. */
static void add(struct diagnosis *d, const char *key, const char *text)
{
	if (d->json)
		json_object_set_new(json_array_get(d->findings, json_array_size(d->findings) - 1),
				    key, json_text(text));
	else
		printf("      %s %s\n", !strcmp(key, "fix") ? "->" : "--", printable(text));
}

void diag_fix(struct diagnosis *d, const char *format, ...)
{
	char *text;
	va_list args;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0)
		return;
	add(d, "fix", text);
	free(text);
}

void diag_advise(struct diagnosis *d, const char *text)
{
	add(d, "advice", text);
}

const char *shell_word(const char *text)
{
	static char *buffers[2];
	static unsigned int turn;
	const char *c = text;
	char *o;

	turn = !turn;
	free(buffers[turn]);
	/* Each ' becomes four characters; two quotes enclose the text. */
	o = buffers[turn] = malloc(4 * strlen(text) + 3);
	if (!o)
		return "''";
	while (*c && !(*c & 0x80) && (isalnum((unsigned char)*c) || strchr(":._,/+-", *c)))
		c++;
	if (!*c && *text)
		return strcpy(o, text);
	*o++ = '\'';
	for (c = text; *c; c++) {
		if (*c == '\'')
			o = stpcpy(o, "'\\'");
		*o++ = *c;
	}
	strcpy(o, "'");
	return buffers[turn];
}
