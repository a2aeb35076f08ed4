// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* uiomap doctor: modules that aren't loaded, and what would keep them from loading. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <libkmod.h>
#include <linux/capability.h>

#include "doctor.h"
#include "tool.h"

/* A field of the module's modinfo(8); "" if it has none of this name. */
static void module_line(struct kmod_module *module, const char *key, char *text, size_t size)
{
	struct kmod_list *list = NULL, *entry;

	*text = '\0';
	if (kmod_module_get_info(module, &list) < 0)
		return;
	kmod_list_foreach(entry, list)
		if (!strcmp(kmod_module_info_get_key(entry), key))
			snprintf(text, size, "%s", kmod_module_info_get_value(entry));
	kmod_module_info_free_list(list);
}

/* Whether the name is in the kernel parameter module_blacklist=a,b (kernel-parameters.txt). */
static bool is_on_command_line(const char *name)
{
	char text[4096], *word, *rest, *one, *more;

	if (!uiomap_i_attr_line(AT_FDCWD, "/proc/cmdline", text, sizeof(text)))
		return false;
	for (word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		if (strncmp(word, "module_blacklist=", strlen("module_blacklist=")))
			continue;
		for (one = strtok_r(word + strlen("module_blacklist="), ",", &more); one;
		     one = strtok_r(NULL, ",", &more))
			if (!strcmp(one, name))
				return true;
	}
	return false;
}

/* Reasons not to load in the module itself or in modprobe's configuration. */
static bool module_wrong(struct kmod_module *module, const char *name, char *why, size_t size)
{
	const char *command = kmod_module_get_install_commands(module);
	char text[256], enforced[8];
	struct utsname kernel;

	if (command) {
		snprintf(
			why, size,
			"modprobe's configuration runs \"%s\" in place of loading it: remove that line (grep -r %s /etc/modprobe.d)",
			command, name);
		return true;
	}
	uname(&kernel);
	module_line(module, "vermagic", text, sizeof(text));
	text[strcspn(text, " ")] = '\0';
	if (*text && strcmp(text, kernel.release)) {
		snprintf(
			why, size,
			"it was built for kernel %s, and this is %s: rebuild it (dkms autoinstall)",
			text, kernel.release);
		return true;
	}
	module_line(module, "signer", text, sizeof(text));
	if (!*text &&
	    uiomap_i_attr_line(AT_FDCWD, "/sys/module/module/parameters/sig_enforce", enforced,
			       sizeof(enforced)) &&
	    !strcmp(enforced, "Y")) {
		snprintf(
			why, size,
			"this kernel loads only modules that are signed, and it isn't: sign it with a key that is enrolled "
			"(mokutil --import), or boot without module.sig_enforce");
		return true;
	}
	return false;
}

/* Reasons why the kernel would refuse an installed module. */
static bool module_refused(const char *name, char *why, size_t size)
{
	struct kmod_ctx *ctx = kmod_new(NULL, NULL);
	struct kmod_list *list = NULL;
	char disabled[8];
	bool yes = false;

	if (prctl(PR_CAPBSET_READ, CAP_SYS_MODULE) == 0) {
		snprintf(
			why, size,
			"nobody may load modules from inside this container (CAP_SYS_MODULE); on the host: modprobe %s",
			name);
		yes = true;
	} else if (uiomap_i_attr_line(AT_FDCWD, "/proc/sys/kernel/modules_disabled", disabled,
				      sizeof(disabled)) &&
		   !strcmp(disabled, "1")) {
		snprintf(
			why, size,
			"this kernel loads no module until the next boot (kernel.modules_disabled)");
		yes = true;
	} else if (is_on_command_line(name)) {
		snprintf(why, size,
			 "the kernel was booted with module_blacklist=%s: boot without it", name);
		yes = true;
	} else if (ctx && kmod_module_new_from_lookup(ctx, name, &list) >= 0 && list) {
		struct kmod_module *module = kmod_module_get_module(list);

		yes = module_wrong(module, name, why, size);
		kmod_module_unref(module);
	}
	kmod_module_unref_list(list);
	kmod_unref(ctx);
	return yes;
}

void fix_by_modprobe(struct diagnosis *d, const char *name)
{
	char why[512];

	if (module_refused(name, why, sizeof(why)))
		diag_advise(d, why);
	else
		diag_fix(d, "modprobe %s", shell_word(name));
}

/* Find another kernel that has the module, by depmod's lists. */
static bool other_kernel(const char *name, char *kernel, size_t size)
{
	char path[300], file[64], *line = NULL;
	DIR *dir = opendir("/lib/modules");
	struct dirent *entry;
	bool yes = false;
	size_t room = 0;
	FILE *f;

	snprintf(file, sizeof(file), "/%s.ko", name);
	while (dir && !yes && (errno = 0, entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", entry->d_name);
		f = entry->d_name[0] == '.' ? NULL : fopen(path, "re");
		while (f && !yes && getline(&line, &room, f) > 0) {
			line[strcspn(line, ":")] = '\0';
			yes = strstr(line, file) != NULL;
		}
		if (f)
			fclose(f);
		if (yes)
			snprintf(kernel, size, "%s", entry->d_name);
	}
	if (!yes && errno && errno != ENOENT)
		complain(TOOL_FAILED, "/lib/modules can't be listed: %s", strerror(errno));
	free(line);
	if (dir)
		closedir(dir);
	return yes;
}

void check_stub(struct diagnosis *d, enum verdict absent)
{
	struct utsname kernel;
	char other[256];

	uname(&kernel);
	switch (module_state("uio_stub")) {
	case MODULE_LOADED:
		diag_add(d, FINE, "uio_stub", "uio_stub is loaded");
		return;
	case MODULE_INSTALLED:
		diag_add(d, absent, "uio_stub", "uio_stub is installed, but not loaded");
		fix_by_modprobe(d, "uio_stub");
		return;
	case MODULE_ABSENT:
		break;
	}
	if (other_kernel("uio_stub", other, sizeof(other))) {
		diag_add(d, absent, "uio_stub",
			 "kernel %s has no module uio_stub; it was built for %s", kernel.release,
			 other);
		diag_fix(d, "dkms autoinstall -k %s", shell_word(kernel.release));
		diag_advise(
			d,
			"that takes the kernel's headers: apt-get install linux-headers-$(uname -r)");
		return;
	}
	diag_add(d, absent, "uio_stub", "kernel %s has no module uio_stub", kernel.release);
	diag_advise(
		d,
		"install uiomap's modules by DKMS; or, in its sources: make -C kernel modules && modprobe uio && insmod kernel/uio_stub.ko");
}
