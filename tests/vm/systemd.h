/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A real systemd in the VM as the service manager, with a real udevd below it. It is process 1 of
 * its own process namespace. It knows few units, so that it starts fast: udevd's, and
 * uiomap-driver@.service. A failure here fails the test.
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
 * Start the manager. After this returns, no uevent is missed. The manager ends when the test's
 * process does, at the latest.
 */
void manager_start(void);

/* Stop the manager and remove its files below /run. */
void manager_stop(void);

/*
 * The process id of uiomap-driver@INSTANCE.service's program; 0 if it isn't running. uiomap-run,
 * which waits for the program, doesn't count.
 */
pid_t manager_process(const char *instance);

/*
 * Returns true if the service's process runs this program: not while it is still systemd or
 * uiomap-run.
 */
bool manager_runs(const char *instance, const char *program);

/* Returns true if the process is in this group, as primary or supplementary group. */
bool manager_in_group(pid_t process, gid_t group);

/* For until(): returns true if uiomap-driver@INSTANCE.service has no process. */
bool manager_gone(const void *instance);

#endif /* SYSTEMD_H */
