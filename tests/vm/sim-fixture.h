/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Fixture for VM tests: simulated devices, assertions on the library's calls, time limits. */
#ifndef SIM_FIXTURE_H
#define SIM_FIXTURE_H

#include <criterion/criterion.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <uiomap.h>

#include "uiosim.h"

#define MS     INT64_C(1000000)
#define SECOND INT64_C(1000000000)

/* How long an event may take, on an emulated machine that isn't the only one. */
#define LATE (10 * SECOND)

#define OK(call) cr_assert_geq((call), 0, "%s: %s / %s", #call, uiomap_error(), uiosim_error())
#define FAILS(call, error)                                                                         \
	do {                                                                                       \
		errno = 0;                                                                         \
		cr_assert_eq((call), -1, "%s", #call);                                             \
		cr_assert_eq(errno, (error), "%s: errno %d: %s", #call, errno, uiomap_error());    \
	} while (0)
/* uiomap_guard() itself must fail, not body. */
#define CAUGHT(call, error)                                                                        \
	do {                                                                                       \
		errno = 0;                                                                         \
		cr_assert_eq((call), UIOMAP_GUARD_FAILED, "%s", #call);                            \
		cr_assert_eq(errno, (error), "%s: errno %d: %s", #call, errno, uiomap_error());    \
	} while (0)
#define FAILS_NULL(call, error)                                                                    \
	do {                                                                                       \
		errno = 0;                                                                         \
		cr_assert_null((call), "%s", #call);                                               \
		cr_assert_eq(errno, (error), "%s: errno %d: %s", #call, errno, uiomap_error());    \
	} while (0)

/*
 * Make a live device. irq or maps NULL: the model's default; driver NULL: none, the device
 * registers itself with UIO.
 */
struct uiosim *plug(const char *name, const char *model, const char *irq, const char *maps,
		    const char *driver);

/* Open it by its name. */
struct uiomap_device *open_dummy(struct uiosim *d, unsigned int flags);

/* An open counter with its registers mapped and its interrupt enabled. */
struct counter {
	struct uiosim *dummy;
	struct uiomap_device *device;
	volatile void *regs;
};
void counter_new(struct counter *c, const char *irq, const char *driver, unsigned int flags);
void counter_open(struct counter *c, unsigned int flags);
void counter_free(struct counter *c);
void counter_ack(struct counter *c);

int64_t now(void);

/*
 * Wait until a thread of this process sleeps in the kernel. `thread` is its gettid(), which it
 * stores itself (atomically; 0 before). Returns false if it has ended.
 */
bool until_asleep(const pid_t *thread);

#endif /* SIM_FIXTURE_H */
