/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The last error's text, and how texts show devices and durations. */
#include "internal.h"

#include <stdio.h>

const char *uiomap_error(void)
{
	return uiomap_i_error_text();
}

const char *uiomap_version(void)
{
	return UIOMAP_VERSION;
}

const char *uiomap_i_short(char buffer[SHORT_SIZE], const struct uiomap_info *info)
{
	if (info->backend == &uiomap_i_vfio_backend && info->dev.name)
		snprintf(buffer, SHORT_SIZE, "pci:%.50s", info->dev.name);
	else
		snprintf(buffer, SHORT_SIZE, "%s%u", info->backend->prefix, info->number);
	return buffer;
}

const char *uiomap_i_label(char buffer[LABEL_SIZE], const struct uiomap_info *info)
{
	if (info->backend == &uiomap_i_vfio_backend)
		return uiomap_i_short(buffer, info);
	snprintf(buffer, LABEL_SIZE, "uio%u %s", info->number, QUOTE(info->name));
	return buffer;
}

const char *uiomap_i_duration(char buffer[DURATION_SIZE], int64_t ns)
{
	static const struct {
		const char *name;
		int64_t ns;
	} units[] = { { "s", 1000000000 }, { "ms", 1000000 }, { "us", 1000 } };
	int length;

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		int64_t unit = units[i].ns, rest = ns % unit;
		int digits = 3 * (int)(sizeof(units) / sizeof(*units) - i);

		if (ns < unit)
			continue;
		length = snprintf(buffer, DURATION_SIZE, "%lld", (long long)(ns / unit));
		if (rest) {
			length += snprintf(buffer + length, DURATION_SIZE - (size_t)length,
					   ".%0*lld", digits, (long long)rest);
			while (buffer[length - 1] == '0')
				length--;
		}
		snprintf(buffer + length, DURATION_SIZE - (size_t)length, " %s", units[i].name);
		return buffer;
	}
	snprintf(buffer, DURATION_SIZE, "%lld %s", (long long)ns, ns ? "ns" : "s");
	return buffer;
}
