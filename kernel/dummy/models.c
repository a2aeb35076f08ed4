// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* The models that a device's configuration can choose from. A new one is added here. */
#include <linux/kernel.h>
#include <linux/string.h>

#include "dummy.h"

static const struct dummy_model * const models[] = { &dummy_memory, &dummy_resources,
						     &dummy_counter, &dummy_framebuffer,
						     &dummy_ring };

const struct dummy_model *dummy_models_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(models); i++)
		if (!strcmp(name, models[i]->name))
			return models[i];
	return NULL;
}

int dummy_models_check(const struct dummy *d)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(models) && !err; i++) {
		if (models[i]->check)
			err = models[i]->check(d);
	}
	return err;
}
