/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * QEMU's monitor, from inside the VM (scripts/vm --help): plug in and remove devices, make
 * screendumps. See QEMU's QMP reference for commands and events. A failure here fails the test.
 */
#ifndef QMP_H
#define QMP_H

#include <stdbool.h>

struct monitor;

/* Only one process at a time can have it open. Earlier events are dropped. */
struct monitor *qmp_open(void);
void qmp_close(struct monitor *m);

/*
 * Execute a command, with arguments as JSON, made as by printf ("" for none):
 *	qmp_execute(m, "device_del", "{\"id\": \"%s\"}", id);
 * Returns the answer's line, {"return": …}, which is valid until the next call.
 */
const char *qmp_execute(struct monitor *m, const char *command, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, but the command must fail: returns the answer's line, {"error": …}. */
const char *qmp_refused(struct monitor *m, const char *command, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Wait for an event since qmp_open() that no earlier call has returned, with `having` anywhere in
 * its line. Returns false if none comes in time.
 */
bool qmp_wait(struct monitor *m, const char *event, const char *having, int timeout_ms);

/*
 * device_add DEVICE,id=ID,bus=BUS ("edu", "edu0", "port0", more properties as ", \"dma_mask\": 1"
 * or "").
 */
void qmp_plug(struct monitor *m, const char *device, const char *id, const char *bus,
	      const char *more);

/* device_del only asks the guest to release the device. Then wait with qmp_unplugged(). */
void qmp_unplug(struct monitor *m, const char *id);
/* Wait until QEMU has taken the device away, at most 10 s. */
void qmp_unplugged(struct monitor *m, const char *id);

#endif /* QMP_H */
