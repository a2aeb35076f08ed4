/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The files of a new project, as templates (tools/new), and what fills them in:
 *
 *	@{NAME}			a value
 *	@if NAME ... @else ... @end	lines for a value that is not empty, or for one that is
 *	@each map ... @end	lines for each map
 *
 * The @ of the latter is its line's first character. They nest.
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <stdio.h>
#include <sys/types.h>

#include "project.h"

struct template
{
	const char *file;
	mode_t mode;
	const char *text;
};

/* All of them, the last with file NULL. */
extern const struct template templates[];

/* -1: a template is wrong, which is said; that writing failed, ferror() tells. */
int template_expand(const char *text, const struct project *project, FILE *out);

#endif /* TEMPLATE_H */
