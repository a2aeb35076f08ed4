// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Loading a module with what it depends on, as modprobe does, but with a reason if it fails. */
#include <errno.h>
#include <libkmod.h>
#include <string.h>

#include "bind.h"

static void quiet(void *data, int priority, const char *file, int line, const char *function, const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line, (void)function, (void)format, (void)args;
}

/* The first that loads. Names have one, modaliases may have several. */
static int load(struct kmod_list *list)
{
	struct kmod_list *entry;
	int result = -ENOENT;

	kmod_list_foreach(entry, list) {
		struct kmod_module *module = kmod_module_get_module(entry);

		result = kmod_module_probe_insert_module(module, KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY, NULL, NULL, NULL, NULL);
		kmod_module_unref(module);
		if (result == 0)
			break;
	}
	return result > 0 ? -EPERM : result;	/* KMOD_PROBE_APPLY_…: forbidden by modprobe's configuration */
}

int bind_module(const char *name)
{
	struct kmod_ctx *ctx = kmod_new(NULL, NULL);
	struct kmod_list *list = NULL;
	int result;

	if (!ctx)
		return bind_fail(ENOMEM, "no memory to load the module %s", name);
	kmod_set_log_fn(ctx, quiet, NULL);
	result = kmod_module_new_from_lookup(ctx, name, &list);
	if (result == 0)
		result = load(list);
	kmod_module_unref_list(list);
	kmod_unref(ctx);
	if (result == -ENOENT)
		return bind_fail(ENOENT, "there is no module %s for this kernel: is it built and installed (make modules, or DKMS)?", name);
	return result < 0 ? bind_fail(-result, "the module %s can't be loaded: %s", name, strerror(-result)) : 0;
}
