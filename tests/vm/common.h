/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* What the VM tests of the library share: devices to test on, and how long things take. */
#ifndef COMMON_H
#define COMMON_H

#include <criterion/criterion.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <uiomap.h>

#include "uiosim.h"

#define MS     INT64_C(1000000)
#define SECOND INT64_C(1000000000)

/* Under emulation, with another VM beside: how late is still in time. */
#define LATE (10 * SECOND)

#define OK(call) cr_assert_geq((call), 0, "%s: %s / %s", #call, uiomap_error(), uiosim_error())
#define FAILS(call, error)                                                                         \
	do {                                                                                       \
		errno = 0;                                                                         \
		cr_assert_eq((call), -1, "%s", #call);                                             \
		cr_assert_eq(errno, (error), "%s: errno %d: %s", #call, errno, uiomap_error());    \
	} while (0)
/* uiomap_guard() itself has failed, not body. */
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
 * A live device; irq or maps NULL: as the model has it; driver NULL: none, the device registers
 * itself.
 */
struct uiosim *plug(const char *name, const char *model, const char *irq, const char *maps,
		    const char *driver);

/* An open handle of it, by its name. */
struct uiomap_device *open_dummy(struct uiosim *d, unsigned int flags);

/* A counter, opened, with its registers, which may interrupt. */
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
 * Wait until a thread of this process sleeps in the kernel. `thread` is its
 * gettid(), which it stores itself (atomically; 0 before). false: it has ended.
 */
bool until_asleep(const pid_t *thread);

#endif /* COMMON_H */
