// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
#include "module-fault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "attribute.h"

static bool forbidden_at_boot(const char *name)
{
	char text[8192], *list, *rest, *one;

	uiomap_i_attr_line(AT_FDCWD, UIOMAP_PROC "/cmdline", text, sizeof(text));
	list = strstr(text, "module_blacklist=");
	if (!list)
		return false;
	list += strlen("module_blacklist=");
	list[strcspn(list, " ")] = '\0';
	for (one = strtok_r(list, ",", &rest); one; one = strtok_r(NULL, ",", &rest))
		if (!strcmp(one, name))
			return true;
	return false;
}

static int fail_signature(const char *name, int error, const char *who)
{
	return uiomap_i_fail(
		error,
		"the module %s can't be loaded: %s loads only modules that are signed with a key it trusts; sign it (README.md, "
		"Secure Boot), or use driver=uio_pci_generic, which the distribution has signed",
		name, who);
}

/*
 * EPERM: check the causes in the kernel's order: capability,
 * kernel.modules_disabled, command line, lockdown.
 */
static int fail_not_permitted(const char *name)
{
	char text[256];

	if (geteuid() != 0)
		return uiomap_i_fail(
			EPERM, "the module %s can't be loaded: only root may, and this is user %u",
			name, geteuid());
	uiomap_i_attr_line(AT_FDCWD, UIOMAP_PROC "/sys/kernel/modules_disabled", text,
			   sizeof(text));
	if (*text == '1')
		return uiomap_i_fail(
			EPERM,
			"the module %s can't be loaded: no module can until the next boot (sysctl kernel.modules_disabled); load it "
			"at boot, by /etc/modules-load.d",
			name);
	if (forbidden_at_boot(name))
		return uiomap_i_fail(
			EPERM,
			"the module %s can't be loaded: the kernel's command line forbids it (module_blacklist=)",
			name);
	uiomap_i_attr_line(AT_FDCWD, UIOMAP_SYSFS "/kernel/security/lockdown", text, sizeof(text));
	if (strchr(text, '[') && !strstr(text, "[none]"))
		return fail_signature(name, EPERM, "the kernel is locked down and");
	return uiomap_i_fail(
		EPERM,
		"the module %s can't be loaded: root of a container may not (CAP_SYS_MODULE); load it on the host: modprobe %s",
		name, name);
}

int module_fail(const char *name, const struct module_fault *fault)
{
	char folder[sizeof(struct utsname) + 32];
	struct utsname kernel;

	uname(&kernel);
	snprintf(folder, sizeof(folder), "/lib/modules/%s", kernel.release);
	if (!fault->found && access(folder, F_OK) < 0)
		return uiomap_i_fail(
			fault->error,
			"there is no module %s: %s, the directory of this kernel's modules, does not exist",
			name, folder);
	if (!fault->found)
		return uiomap_i_fail(
			fault->error,
			"there is no module %s for this kernel, %s: is it built and installed (make modules, or DKMS)?",
			name, kernel.release);
	if (fault->blacklisted)
		return uiomap_i_fail(
			ENOENT,
			"the module %s is not loaded: modprobe's configuration forbids it (modprobe --showconfig | grep %s)",
			name, name);
	if (*fault->command)
		return uiomap_i_fail(
			ENOENT,
			"the module %s is not loaded: modprobe's configuration runs a command instead, which failed: "
			"install %s %s (modprobe --showconfig)",
			name, name, fault->command);
	switch (fault->error) {
	case EPERM:
		return fail_not_permitted(name);
	case EKEYREJECTED:
	case ENOKEY:
	case EBADMSG:
		return fail_signature(name, fault->error, "this kernel");
	case ENOEXEC:
		return uiomap_i_fail(
			ENOEXEC,
			"the module %s was built for another kernel than %s, or the file is broken: rebuild it (make modules, "
			"or dkms install --force)",
			name, kernel.release);
	case ENOENT:
		return uiomap_i_fail(
			ENOENT,
			"the module %s doesn't fit this kernel, %s (dmesg: unknown symbol): rebuild it",
			name, kernel.release);
	}
	/* EINVAL means a wrong argument of the caller, so don't return it here. */
	return uiomap_i_fail(
		fault->error == EINVAL ? ENOEXEC : fault->error,
		"the module %s can't be loaded: %s; the kernel log may say why (dmesg)", name,
		strerror(fault->error));
}
