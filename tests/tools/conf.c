// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * conf DIR: print the lines of the configuration as FORM TEXT DRIVER, and its faults; exit
 * status 1 if there is a fault.
 */
#include <stdio.h>

#include "conf.h"

static void fault(void *data, const char *file, unsigned int number, const char *text)
{
	*(int *)data = 1;
	printf("%s:%u: %s\n", file, number, text);
}

int main(int argc, char **argv)
{
	int faults = 0;
	bool ok;
	struct conf_line *lines = conf_read(argc > 1 ? argv[1] : "", fault, &faults, &ok);

	for (const struct conf_line *line = lines; line; line = line->next)
		printf("%s %s%s%s\n",
		       line->match.form == FORM_BUS ? line->match.device : line->match.text,
		       line->driver, line->run ? " " : "", line->run ? line->run : "");
	conf_free(lines);
	return faults || !ok;
}
