/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "ring-fixture.h"

#include <string.h>

#include <uio_dummy.h>

void ring_fixture_open(struct ring_fixture *w, enum ring_mode mode, uint32_t size)
{
	struct ring_config config = { .mode = mode, .size = size, .message_max = FIXTURE_LONGEST };

	w->device = open_dummy(w->dummy, 0);
	w->ring = ring_open(w->device, &config);
	cr_assert(w->ring, "%s", ring_error());
}

void ring_fixture_new(struct ring_fixture *w, enum ring_mode mode, uint32_t size)
{
	memset(w, 0, sizeof(*w));
	w->dummy = uiosim_new("ring-");
	cr_assert(w->dummy, "%s", uiosim_error());
	OK(uiosim_set(w->dummy, "model", "ring"));
	OK(uiosim_go_live(w->dummy));
	OK(uiosim_stub_options(w->dummy, "dma=4M"));
	OK(uiosim_bind(w->dummy, "uio_stub"));
	ring_fixture_open(w, mode, size);
}

void ring_fixture_free(struct ring_fixture *w)
{
	ring_close(w->ring);
	uiomap_close(w->device);
	uiosim_free(w->dummy);
}

uint64_t ring_fixture_device_says(struct ring_fixture *w, const char *file, const char *name)
{
	uint64_t value;

	OK(uiosim_stat(w->dummy, file, name, &value));
	return value;
}

static uint32_t mix(uint32_t n)
{
	n = (n ^ n >> 15) * 2654435761u;
	return n ^ n >> 13;
}

uint32_t ring_fixture_length(uint32_t n)
{
	uint32_t r = mix(n);

	return 8 + (r % 16 ? r / 16 % 120 : r / 16 % (FIXTURE_LONGEST - 7));
}

void ring_fixture_compose(uint8_t *to, uint32_t n)
{
	uint32_t length = ring_fixture_length(n), word = mix(n + 0x9e3779b9u);

	memcpy(to, &n, 4);
	for (uint32_t i = 4; i < length; i++)
		to[i] = (uint8_t)(word >> (i & 3) * 8);
}

void ring_fixture_check(struct ring_fixture *w, const struct ring_message *m)
{
	const uint8_t *data = m->data;
	uint32_t n, word, wrong = 0;

	memcpy(&n, data, 4);
	cr_assert_eq(n, w->received, "message %u came as number %u", n, w->received);
	cr_assert_eq(m->length, ring_fixture_length(n), "message %u has %u bytes", n, m->length);
	word = mix(n + 0x9e3779b9u);
	for (uint32_t i = 4; i < m->length; i++)
		wrong |= (uint32_t)(data[i] ^ (uint8_t)(word >> (i & 3) * 8));
	cr_assert_not(wrong, "message %u has other bytes", n);
	w->received++;
	w->bytes += m->length;
}

/* Recover from a failure of the device. It must be EIO or EBADMSG. */
static int recover(struct ring_fixture *w)
{
	const struct ring_failure *failure = ring_failure(w->ring);

	cr_assert(errno == EIO || errno == EBADMSG, "%s", ring_error());
	cr_assert_eq(failure->error, errno);
	/* EIO is caused by the fault "error", in a TX descriptor of a message in flight */
	if (errno == EIO) {
		cr_assert_eq(failure->queue, 'T');
		cr_assert_eq(failure->code, UIO_DUMMY_RING_E_DEVICE);
		cr_assert_lt(w->sent - failure->number - 1, 256u, "message %u of %u",
			     failure->number, w->sent);
	}
	cr_assert(strlen(ring_error()) > 10);
	w->failures++;
	cr_assert_eq(ring_recover(w->ring), 0, "%s", ring_error());
	return 0;
}

void ring_fixture_move(struct ring_fixture *w, uint32_t until)
{
	struct ring_message messages[64];

	while (w->received < until) {
		int n;

		while (w->sent < until) {
			void *buffer = ring_reserve(w->ring, 0);

			if (!buffer && errno == EAGAIN)
				break;
			if (!buffer) {
				recover(w);
				continue;
			}
			ring_fixture_compose(buffer, w->sent);
			if (ring_commit(w->ring, ring_fixture_length(w->sent)) < 0)
				recover(w);
			else
				w->sent++;
		}
		n = ring_peek(w->ring, messages, 64, 20 * SECOND);
		if (n < 0) {
			recover(w);
			continue;
		}
		for (int i = 0; i < n; i++)
			ring_fixture_check(w, &messages[i]);
		cr_assert_eq(ring_release(w->ring, (unsigned int)n), 0, "%s", ring_error());
	}
	cr_assert_eq(w->sent, w->received);
}

void ring_fixture_check_stats(struct ring_fixture *w)
{
	struct ring_stats stats;

	ring_stats(w->ring, &stats);
	cr_expect_eq(stats.accepted, w->sent);
	cr_expect_eq(stats.received, w->received);
	cr_expect_eq(stats.bytes, w->bytes);
	cr_expect_eq(stats.failures, w->failures);
	/* The device has moved at least these messages: more if some were sent again. */
	cr_expect_geq(ring_fixture_device_says(w, "stats", "messages"), w->received);
	if (!w->failures)
		cr_expect_eq(ring_fixture_device_says(w, "stats", "messages"), w->received);
	cr_expect_eq(ring_fixture_device_says(w, "stats", "dma_faults"), 0);
}
