/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Commands that error texts advise: binding the device again with another setting. */
#include "internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/*
 * Append the device's other settings under uio_stub: binding it again drops
 * those that are not given.
 */
static void add_settings(char buffer[REBIND_SIZE], const struct uiomap_info *info,
			 const char *setting)
{
	const size_t key = strcspn(setting, "=") + 1;
	char path[PATH_MAX], text[ATTR_SIZE], *word, *rest;
	size_t used;

	if (snprintf(path, sizeof(path), "%s/uio_stub/options", info->dev.path) >=
		    (int)sizeof(path) ||
	    uiomap_i_attr_read(AT_FDCWD, path, text) < 0)
		return;
	for (word = strtok_r(text, "\n", &rest); word; word = strtok_r(NULL, "\n", &rest)) {
		used = strlen(buffer);
		if (strncmp(word, setting, key) &&
		    !word[strspn(word, "abcdefghijklmnopqrstuvwxyz_=0123456789")])
			snprintf(buffer + used, REBIND_SIZE - used, " %s", word);
	}
}

const char *uiomap_i_rebind(char buffer[REBIND_SIZE], const struct uiomap_info *info,
			    const char *how, const char *setting)
{
	char place[QUOTE_SIZE];
	bool plain = true;
	size_t used;

	snprintf(place, sizeof(place), "%s:%s", info->dev.bus, info->dev.name);
	for (const char *p = place; *p; p++)
		plain &= !!strchr(
			"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ#+-.:@_,",
			*p);
	snprintf(buffer, REBIND_SIZE, "uiomap bind %s %s", plain ? place : QUOTE(place), how);
	add_settings(buffer, info, setting);
	used = strlen(buffer);
	snprintf(buffer + used, REBIND_SIZE - used, " %s", setting);
	return buffer;
}

const char *uiomap_i_word_right(char buffer[WORD_RIGHT_SIZE], const struct uiomap_info *info,
				int error, const char *word)
{
	if (error == EPERM || uiomap_i_pci_generic(info))
		return FILE_RIGHT(error);
	snprintf(
		buffer, WORD_RIGHT_SIZE,
		"that takes root; or, by uiomap's udev rules, the group uio, after: %s, with what else its line says (man uiomap.conf)",
		REBIND(info, "--persist", word));
	return buffer;
}
