// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Numbers and names that are written to configfs and sysfs. */
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "dummy.h"

int dummy_parse(const char *text, u64 max, u64 *value)
{
	const bool hex = text[0] == '0' && text[1] == 'x';

	/* kstrtou64() would also accept a sign, and octal numbers. */
	if (!isdigit(text[0]) || kstrtou64(text, hex ? 16 : 10, value) || *value > max)
		return -EINVAL;
	return 0;
}

int dummy_parse_name(char to[32], const char *name)
{
	const char *c;

	for (c = name; *c; c++)
		if (!isascii(*c) || (!isalnum(*c) && !strchr("_-.", *c)))
			return -EINVAL;
	return strscpy(to, name, 32) > 0 ? 0 : -EINVAL;
}
