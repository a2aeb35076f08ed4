// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Loads a module and its dependencies, as modprobe does, but reports the reason
 * of a failure. libkmod is opened only when it is needed: it loads libraries
 * for compression and signatures, and udevd runs uiomap-bind for every PCI and
 * platform device, while hardly any needs a module.
 */
#include <dlfcn.h>
#include <errno.h>
#include <libkmod.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "module-fault.h"

#define LIBRARY "libkmod.so.2" /* the ABI of the header */

#define FUNCTIONS(f)                                                                               \
	f(kmod_new) f(kmod_unref) f(kmod_set_log_fn) f(kmod_list_next)                             \
		f(kmod_module_new_from_lookup) f(kmod_module_get_module)                           \
			f(kmod_module_get_install_commands) f(kmod_module_get_path)                \
				f(kmod_module_probe_insert_module) f(kmod_module_unref)            \
					f(kmod_module_unref_list)

#define POINTER(name) __typeof__(name) *name;
struct kmod {
	FUNCTIONS(POINTER)
};

static bool find_all(void *library, struct kmod *kmod)
{
#define FIND(name)                                                                                 \
	if (!(kmod->name = (__typeof__(name) *)dlsym(library, #name)))                             \
		return false;
	FUNCTIONS(FIND)
	return true;
}

static void quiet(void *data, int priority, const char *file, int line, const char *function,
		  const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line, (void)function, (void)format,
		(void)args;
}

/* Load the first module that can be loaded. A name has one module, a modalias may have several. */
static int load_one_of(const struct kmod *kmod, struct kmod_list *list, struct module_fault *fault)
{
	int result = -ENOENT;

	for (struct kmod_list *entry = list; entry && result;
	     entry = kmod->kmod_list_next(list, entry)) {
		struct kmod_module *module = kmod->kmod_module_get_module(entry);
		const char *command = kmod->kmod_module_get_install_commands(module),
			   *path = kmod->kmod_module_get_path(module);

		result = kmod->kmod_module_probe_insert_module(
			module, KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY, NULL, NULL, NULL, NULL);
		/* depmod's list may contain a file that was deleted since. */
		fault->found = path && access(path, F_OK) == 0;
		fault->blacklisted = result > 0;
		snprintf(fault->command, sizeof(fault->command), "%s", command ? command : "");
		kmod->kmod_module_unref(module);
	}
	return result > 0 ? -EPERM : result;
}

static int load(const struct kmod *kmod, const char *name, struct module_fault *fault)
{
	struct kmod_ctx *ctx = kmod->kmod_new(NULL, NULL);
	struct kmod_list *list = NULL;
	int result;

	if (!ctx)
		return -ENOMEM;
	kmod->kmod_set_log_fn(ctx, quiet, NULL);
	result = kmod->kmod_module_new_from_lookup(ctx, name, &list);
	if (result == 0)
		result = load_one_of(kmod, list, fault);
	kmod->kmod_module_unref_list(list);
	kmod->kmod_unref(ctx);
	return result;
}

int bind_module(const char *name)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	struct module_fault fault = { .found = false };
	struct kmod kmod;
	int result;

	if (!library)
		return uiomap_i_fail(
			ENOSYS, "the module %s can't be loaded without %s: %s; install libkmod",
			name, LIBRARY, dlerror());
	result = find_all(library, &kmod) ? load(&kmod, name, &fault) : -ENOSYS;
	dlclose(library);
	fault.error = -result;
	return result < 0 ? module_fail(name, &fault) : 0;
}
