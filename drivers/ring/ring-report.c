/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ring-report.h"

int report_device(const char *file, struct report_device *device)
{
	const struct {
		const char *name;
		uint64_t *value;
	} wanted[] = {
		{ "messages", &device->messages },
		{ "bytes", &device->bytes },
		{ "out_of_order", &device->out_of_order },
		{ "interrupts", &device->interrupts },
	};
	FILE *f = fopen(file, "re");
	unsigned int found = 0;
	uint64_t value;
	char name[64];

	if (!f)
		return -1;
	while (fscanf(f, "%63s %" SCNu64, name, &value) == 2)
		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
			if (!strcmp(name, wanted[i].name)) {
				*wanted[i].value = value;
				found |= 1u << i;
			}
	fclose(f);
	if (found == 0xf)
		return 0;
	errno = EPROTO;
	return -1;
}

/* Messages that the device transferred during the run. After a recovery it transfers some twice. */
static uint64_t device_messages(const struct report *r)
{
	return r->after.messages - r->before.messages;
}

static uint64_t device_out_of_order(const struct report *r)
{
	return r->after.out_of_order - r->before.out_of_order;
}

bool report_good(const struct report *r, bool device)
{
	if (r->lost || r->out_of_order || r->wrong || r->received != r->sent)
		return false;
	if (!device)
		return true;
	if (device_out_of_order(r))
		return false;
	return r->failures ? device_messages(r) >= r->sent : device_messages(r) == r->sent;
}

void report_print(const struct report *r, bool device)
{
	const double n = r->received ? r->received : 1;

	printf("messages   %" PRIu32 " sent, %" PRIu32 " received, %" PRIu64 " lost, %" PRIu64
	       " out of order, %" PRIu64 " wrong\n",
	       r->sent, r->received, r->lost, r->out_of_order, r->wrong);
	if (r->seconds > 0)
		printf("rate       %.0f messages/s, %.1f MB/s, %.2f s\n", r->received / r->seconds,
		       (double)r->bytes / r->seconds / 1e6, r->seconds);
	printf("doorbells  %" PRIu64 " for sending (%.1f messages each), %" PRIu64 " in all\n",
	       r->ring.batches, r->received / (r->ring.batches ? (double)r->ring.batches : 1),
	       r->ring.doorbells);
	printf("interrupts %" PRIu64 "; %" PRIu64 " sleeps, after %" PRIu64
	       " of them with a completion but no interrupt\n",
	       r->ring.interrupts, r->ring.sleeps, r->ring.late);
	if (r->system_calls >= 0)
		printf("syscalls   %" PRId64 " (%.3f a message)\n", r->system_calls,
		       (double)r->system_calls / n);
	if (r->failures)
		printf("failures   %" PRIu64 ", recovered %" PRIu64 " times\n", r->failures,
		       r->ring.recoveries);
	if (device)
		printf("device     %" PRIu64 " messages, %" PRIu64 " bytes, %" PRIu64
		       " out of order, %" PRIu64 " interrupts\n",
		       device_messages(r), r->after.bytes - r->before.bytes, device_out_of_order(r),
		       r->after.interrupts - r->before.interrupts);
}

int report_json(const struct report *r, bool device, const char *file)
{
	FILE *f = fopen(file, "we");

	if (!f)
		return -1;
	fprintf(f, "{\n");
	fprintf(f, "  \"messages_sent\": %" PRIu32 ",\n", r->sent);
	fprintf(f, "  \"messages_received\": %" PRIu32 ",\n", r->received);
	fprintf(f, "  \"messages_lost\": %" PRIu64 ",\n", r->lost);
	fprintf(f, "  \"messages_out_of_order\": %" PRIu64 ",\n", r->out_of_order);
	fprintf(f, "  \"messages_wrong\": %" PRIu64 ",\n", r->wrong);
	fprintf(f, "  \"bytes\": %" PRIu64 ",\n", r->bytes);
	if (device) {
		fprintf(f, "  \"device_messages\": %" PRIu64 ",\n", device_messages(r));
		fprintf(f, "  \"device_bytes\": %" PRIu64 ",\n", r->after.bytes - r->before.bytes);
		fprintf(f, "  \"device_messages_out_of_order\": %" PRIu64 ",\n",
			device_out_of_order(r));
	}
	fprintf(f, "  \"ring_batches\": %" PRIu64 ",\n", r->ring.batches);
	fprintf(f, "  \"ring_doorbells\": %" PRIu64 ",\n", r->ring.doorbells);
	fprintf(f, "  \"ring_interrupts\": %" PRIu64 ",\n", r->ring.interrupts);
	fprintf(f, "  \"ring_failures\": %" PRIu64 ",\n", r->failures);
	fprintf(f, "  \"ring_recoveries\": %" PRIu64 ",\n", r->ring.recoveries);
	if (r->system_calls >= 0)
		fprintf(f, "  \"ring_system_calls\": %" PRId64 ",\n", r->system_calls);
	fprintf(f, "  \"ring_seconds\": %.3f\n}\n", r->seconds);
	return ferror(f) | fclose(f) ? -1 : 0;
}
