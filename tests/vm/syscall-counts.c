/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The number of system calls of the library: for an interrupt, and for finding one device among
 * a thousand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "sim-fixture.h"
#include "trace.h"
#include <uio_dummy.h>

#define INTERRUPTS 50

struct waits {
	const char *name;
	unsigned int flags;
	int64_t timeout;
};

/*
 * A driver's loop on a device that interrupts periodically. Runs in the traced process; returns
 * 0 on success.
 */
static int wait_for_many(void *arg)
{
	const struct waits *w = arg;
	struct uiomap_device *device = uiomap_open(w->name, w->flags);
	struct uiomap_region *region = uiomap_map_name(device, "registers", 0);
	volatile void *regs = uiomap_region_base(region);
	uint32_t n;

	if (!region)
		return 1;
	uiomap_write32(regs, UIO_DUMMY_IRQ_ENABLE, 1);
	uiomap_write32(regs, UIO_DUMMY_COUNTER_PERIOD_NS, 2000000);
	uiomap_write32(regs, UIO_DUMMY_COUNTER_CTRL, UIO_DUMMY_COUNTER_RUN);
	/* The first wait may need additional calls. */
	if (uiomap_irq_wait(device, w->timeout, &n) < 0)
		return 2;
	trace_begin();
	for (int i = 0; i < INTERRUPTS; i++) {
		uiomap_write32(regs, UIO_DUMMY_IRQ_ACK, uiomap_read32(regs, UIO_DUMMY_IRQ_SEQ));
		if (uiomap_irq_wait(device, w->timeout, &n) < 0)
			return 3;
	}
	trace_end();
	uiomap_write32(regs, UIO_DUMMY_COUNTER_CTRL, 0);
	uiomap_close(device);
	return 0;
}

/* One read and at most one write per interrupt; one poll more with a timeout or a waker. */
Test(syscall_counts, interrupt)
{
	static const struct {
		const char *driver, *irq;
		unsigned int flags;
		int64_t timeout;
		unsigned int writes, polls; /* for each interrupt */
	} cases[] = {
		{ "uio_stub", "level", 0, UIOMAP_FOREVER, 1, 0 },
		{ "uio_stub", "edge", 0, UIOMAP_FOREVER, 0, 0 },
		{ "uio_pdrv_genirq", "level", 0, UIOMAP_FOREVER, 1, 0 },
		{ "uio_stub", "level", 0, 10 * SECOND, 1, 1 },
		{ "uio_stub", "edge", UIOMAP_WAKEABLE, UIOMAP_FOREVER, 0, 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct uiosim *d = plug("calls-", "counter", cases[i].irq, NULL, cases[i].driver);
		struct waits w = { uiosim_name(d), cases[i].flags, cases[i].timeout };
		struct trace t;

		trace_run(&t, wait_for_many, &w);
		cr_assert(WIFEXITED(t.status) && WEXITSTATUS(t.status) == 0,
			  "case %zu: status 0x%x", i, t.status);
		cr_assert_eq(t.by[SYS_read], INTERRUPTS, "case %zu: %s", i, trace_text(&t));
		cr_assert_eq(t.by[SYS_write], cases[i].writes * INTERRUPTS, "case %zu: %s", i,
			     trace_text(&t));
		cr_assert_eq(t.by[SYS_ppoll], cases[i].polls * INTERRUPTS, "case %zu: %s", i,
			     trace_text(&t));
		/*
		 * Don't count clock_gettime(): it is a system call only where the vDSO can't
		 * read the clock, as in this VM.
		 */
		cr_assert_eq(t.total - t.by[SYS_clock_gettime],
			     (1 + cases[i].writes + cases[i].polls) * INTERRUPTS, "case %zu: %s", i,
			     trace_text(&t));
		uiosim_free(d);
	}
}

static int find_one(void *selector)
{
	struct uiomap_info *info;

	trace_begin();
	info = uiomap_find(selector);
	trace_end();
	return !info;
}

static int open_one(void *selector)
{
	struct uiomap_device *device;

	trace_begin();
	device = uiomap_open(selector, 0);
	trace_end();
	return !device;
}

static void count(struct trace *t, int (*body)(void *), const char *selector)
{
	trace_run(t, body, (void *)selector);
	cr_assert(WIFEXITED(t->status) && WEXITSTATUS(t->status) == 0, "%s: status 0x%x", selector,
		  t->status);
}

#define MANY 1000

/* A thousand devices cost only reading their names, or nothing if the number is known. */
Test(syscall_counts, a_thousand_devices)
{
	static struct uiosim *many[MANY];
	char number[32], node[48], last[64];
	struct trace one, first, by_name, by_number, by_node;
	struct uiomap_info **list;
	unsigned int limit;
	size_t count_all;

	many[0] = plug("many-0", "memory", NULL, NULL, "uio_stub");
	snprintf(number, sizeof(number), "uio%d", uiosim_uio_number(many[0]));
	snprintf(node, sizeof(node), "/dev/%s", number);
	count(&one, open_one, number);
	for (int i = 1; i < MANY; i++) {
		snprintf(last, sizeof(last), "many-%d", i);
		many[i] = plug(last, "memory", NULL, NULL, i % 2 ? "uio_pdrv_genirq" : "uio_stub");
	}
	count(&by_number, open_one, number);
	cr_assert_eq(by_number.total, one.total, "%s: alone %s; among %d", number, trace_text(&one),
		     MANY);
	count(&by_node, open_one, node);
	cr_assert_leq(by_node.total, one.total + 4, "%s: %s", node, trace_text(&by_node));

	/* Added to this: the snapshot of the device found, and listing the directory. */
	count(&first, find_one, number);
	count(&by_name, find_one, last);
	limit = 3 * MANY + first.total + by_name.by[SYS_getdents64] + 8;
	cr_assert_leq(by_name.total, limit, "%s: %s", last, trace_text(&by_name));
	cr_assert_leq(by_name.by[SYS_getdents64], 16, "%s", trace_text(&by_name));
	cr_log_info("open %s: %s", number, trace_text(&by_number));
	cr_log_info("find %s: %s", last, trace_text(&by_name));

	list = uiomap_list("name:many-500", &count_all);
	cr_assert(list && count_all == 1, "%s", uiomap_error());
	uiomap_list_free(list);
	list = uiomap_list(NULL, &count_all);
	cr_assert(list, "%s", uiomap_error());
	cr_assert_geq(count_all, MANY);
	uiomap_list_free(list);
	for (int i = 0; i < MANY; i++)
		uiosim_free(many[i]);
}
