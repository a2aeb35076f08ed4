// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Loading a module with what it depends on, as modprobe does, but with a reason
 * if it fails. libkmod is opened only then: it brings libraries for compression
 * and signatures along, and udevd runs uiomap-bind for every PCI and platform
 * device, hardly one of which needs a module from us.
 */
#include <dlfcn.h>
#include <errno.h>
#include <libkmod.h>
#include <string.h>

#include "bind.h"

#define LIBRARY "libkmod.so.2"	/* the ABI of the header's */

#define FUNCTIONS(f)				\
	f(kmod_new)				\
	f(kmod_unref)				\
	f(kmod_set_log_fn)			\
	f(kmod_list_next)			\
	f(kmod_module_new_from_lookup)		\
	f(kmod_module_get_module)		\
	f(kmod_module_probe_insert_module)	\
	f(kmod_module_unref)			\
	f(kmod_module_unref_list)

#define POINTER(name) __typeof__(name) *name;
struct kmod {
	FUNCTIONS(POINTER)
};

static bool find_all(void *library, struct kmod *kmod)
{
#define FIND(name) if (!(kmod->name = (__typeof__(name) *)dlsym(library, #name))) return false;
	FUNCTIONS(FIND)
	return true;
}

static void quiet(void *data, int priority, const char *file, int line, const char *function, const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line, (void)function, (void)format, (void)args;
}

/* The first that loads. Names have one, modaliases may have several. */
static int load_one_of(const struct kmod *kmod, struct kmod_list *list)
{
	int result = -ENOENT;

	for (struct kmod_list *entry = list; entry && result; entry = kmod->kmod_list_next(list, entry)) {
		struct kmod_module *module = kmod->kmod_module_get_module(entry);

		result = kmod->kmod_module_probe_insert_module(module, KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY, NULL, NULL, NULL, NULL);
		kmod->kmod_module_unref(module);
	}
	return result > 0 ? -EPERM : result;	/* KMOD_PROBE_APPLY_…: forbidden by modprobe's configuration */
}

static int load(const struct kmod *kmod, const char *name)
{
	struct kmod_ctx *ctx = kmod->kmod_new(NULL, NULL);
	struct kmod_list *list = NULL;
	int result;

	if (!ctx)
		return -ENOMEM;
	kmod->kmod_set_log_fn(ctx, quiet, NULL);
	result = kmod->kmod_module_new_from_lookup(ctx, name, &list);
	if (result == 0)
		result = load_one_of(kmod, list);
	kmod->kmod_module_unref_list(list);
	kmod->kmod_unref(ctx);
	return result;
}

int bind_module(const char *name)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	struct kmod kmod;
	int result;

	if (!library)
		return bind_fail(ENOSYS, "the module %s can't be loaded without %s: %s; install libkmod", name, LIBRARY, dlerror());
	result = find_all(library, &kmod) ? load(&kmod, name) : -ENOSYS;
	dlclose(library);
	if (result == -ENOENT)
		return bind_fail(ENOENT, "there is no module %s for this kernel: is it built and installed (make modules, or DKMS)?", name);
	return result < 0 ? bind_fail(-result, "the module %s can't be loaded: %s", name, strerror(-result)) : 0;
}
