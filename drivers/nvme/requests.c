/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The table of I/Os: how each has ended. */
#include <errno.h>

#include "nvme-internal.h"

void nvme_complete(struct nvme *n, uint8_t index, int error, uint32_t field)
{
	struct request *request = &n->requests[index];

	request->state = REQUEST_DONE;
	request->error = error;
	request->status = field & NVME_SF_CODE;
	request->final = field & NVME_SF_DNR;
	fifo_put(&n->done, index);
}

void nvme_complete_all(struct nvme *n, int error)
{
	const bool all = error == ENODEV;

	for (uint32_t i = 0; i < n->identity.depth; i++)
		if (n->requests[i].state == REQUEST_INFLIGHT ||
		    (all && n->requests[i].state == REQUEST_QUEUED))
			nvme_complete(n, (uint8_t)i, error, 0);
	if (all)
		n->queued.out = n->queued.in;
}
