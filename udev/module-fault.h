/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Why a module could not be loaded. The kernel has one errno for many causes; what else there is to
 * see tells them apart.
 */
#ifndef MODULE_FAULT_H
#define MODULE_FAULT_H

#include "bind.h"

struct module_fault {
	int error;
	bool found;	  /* there is such a module */
	bool blacklisted; /* by modprobe's configuration */
	/* that modprobe's configuration has for it in place of loading; "" if none */
	char command[256];
};

/* fail() with the cause, and what mends it. */
int module_fail(const char *name, const struct module_fault *fault);

#endif /* MODULE_FAULT_H */
