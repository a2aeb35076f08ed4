/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A real systemd in the VM as the manager of services, with a real udevd below
 * it: process 1 of a process namespace of its own. It knows few units, so that
 * it is there soon: udevd's, and uiomap-driver@.service. What fails here fails
 * the test.
 */
#ifndef SYSTEMD_H
#define SYSTEMD_H

#include <stdbool.h>
#include <sys/types.h>

/* What services print goes to this file. */
#define MANAGER_OUTPUT "/run/manager-output"

/* Add a unit for the manager that is started next. */
void manager_unit(const char *name, const char *text);

/*
 * When this returns, no uevent that comes is missed. It ends with the test's process at the latest.
 */
void manager_start(void);

/* Also removes its files below /run. */
void manager_stop(void);

/*
 * The program of uiomap-driver@INSTANCE.service, not uiomap-run that waits for it; 0 if it doesn't
 * run.
 */
pid_t manager_process(const char *instance);

/* Whether the process runs this program: not while it is still systemd or uiomap-run. */
bool manager_runs(const char *instance, const char *program);

/* Whether the process is in this group, as primary or supplementary group. */
bool manager_in_group(pid_t process, gid_t group);

/* For until(): uiomap-driver@INSTANCE.service has no process. */
bool manager_gone(const void *instance);

#endif /* SYSTEMD_H */
