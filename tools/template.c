// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include <stdbool.h>
#include <string.h>

#include "template.h"
#include "tool.h"

#include "templates.inc"

const struct template templates[] = {
	{ "driver.c", 0666, template_driver_c },
	{ "Makefile", 0666, template_Makefile },
	{ "uiomap.conf", 0666, template_uiomap_conf },
	{ "service.conf", 0666, template_service_conf },
	{ "test", 0777, template_test },
	{ "README.md", 0666, template_README_md },
	{ 0 },
};

struct expansion {
	const struct project *project;
	unsigned int map;
	FILE *out;
	bool wrong;
};

static const char *after_line(const char *line)
{
	return line + strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n');
}

static bool is_directive(const char *line, const char *directive)
{
	size_t length = strlen(directive);

	return !strncmp(line, directive, length) && (line[length] == ' ' || line[length] == '\n');
}

/* What NAME stands for, as it is up to `end`. */
static const char *value(struct expansion *e, const char *name, const char *end)
{
	char copy[64];
	const char *text;

	snprintf(copy, sizeof(copy), "%.*s", (int)(end - name), name);
	text = project_value(e->project, e->map, copy);
	if (!text) {
		complain(TOOL_FAILED, "a template asks for '%s', which is nothing", copy);
		e->wrong = true;
		text = "";
	}
	return text;
}

static void line(struct expansion *e, const char *text, const char *end)
{
	while (text < end) {
		const char *name = memmem(text, (size_t)(end - text), "@{", 2);
		const char *close = name ? memchr(name, '}', (size_t)(end - name)) : NULL;

		if (!close)
			name = end;
		fwrite(text, 1, (size_t)(name - text), e->out);
		if (!close)
			return;
		fputs(value(e, name + 2, close), e->out);
		text = close + 1;
	}
}

/* Up to the @end or @else that belongs to it, or the text's end; returns where that is. */
static const char *block(struct expansion *e, const char *text, bool show)
{
	while (*text && !is_directive(text, "@end") && !is_directive(text, "@else")) {
		const char *next = after_line(text);

		if (is_directive(text, "@each")) {
			unsigned int outer = e->map;

			text = block(e, next, false);
			for (e->map = 0; show && e->map < e->project->count; e->map++)
				block(e, next, true);
			e->map = outer;
			next = after_line(text);
		} else if (is_directive(text, "@if")) {
			/* What isn't shown may ask for a map outside of @each. */
			bool yes = show && *value(e, text + 4, next - 1);

			text = block(e, next, yes);
			if (is_directive(text, "@else"))
				text = block(e, after_line(text), show && !yes);
			next = after_line(text);
		} else if (show) {
			line(e, text, next);
		}
		text = next;
	}
	return text;
}

int template_expand(const char *text, const struct project *project, FILE *out)
{
	struct expansion e = { .project = project, .out = out };

	if (*block(&e, text, true)) {
		complain(TOOL_FAILED, "a template has an @end or @else too many");
		e.wrong = true;
	}
	return e.wrong ? -1 : 0;
}
