// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* Self-test of uio_dummy: model adder. */
#include <criterion/criterion.h>

#include "raw-uio.h"

#define LIMIT_MS 5000

Test(adder, adds_and_interrupts)
{
	struct uiosim *d = raw_device("adder", NULL);
	struct raw *raw;

	RAW_OK(uiosim_bind(d, "uio_stub"));
	raw = raw_open(d);
	cr_assert_eq(raw_read(raw, UIO_DUMMY_MODEL), UIO_DUMMY_MODEL_ADDER);
	raw_write(raw, UIO_DUMMY_IRQ_ENABLE, 1);
	cr_assert_eq(raw_irq(raw, 1), 0);
	for (uint32_t n = 1; n <= 3; n++) {
		raw_write(raw, UIO_DUMMY_ADDER_A, n);
		raw_write(raw, UIO_DUMMY_ADDER_B, UINT32_MAX);
		raw_write(raw, UIO_DUMMY_ADDER_REQUEST, n);
		cr_assert(raw_wait(raw, LIMIT_MS, NULL), "no interrupt");
		cr_assert_eq(raw_read(raw, UIO_DUMMY_ADDER_DONE), n);
		cr_assert_eq(raw_read(raw, UIO_DUMMY_ADDER_SUM), n - 1);
		cr_assert_eq(raw_ack(raw), n);
	}
	raw_close(raw);
	uiosim_free(d);
}
