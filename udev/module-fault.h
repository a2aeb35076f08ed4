/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Finds out why a module could not be loaded. The kernel returns the same errno
 * for several causes; /proc, sysfs and modprobe's configuration tell them
 * apart.
 */
#ifndef MODULE_FAULT_H
#define MODULE_FAULT_H

#include "bind.h"

struct module_fault {
	int error;
	bool found;	  /* the module exists */
	bool blacklisted; /* by modprobe's configuration */
	/* an install command of modprobe's configuration, which replaces loading; "" if none */
	char command[256];
};

/* Call uiomap_i_fail() with the cause and its remedy. */
int module_fail(const char *name, const struct module_fault *fault);

#endif /* MODULE_FAULT_H */
