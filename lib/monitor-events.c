/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The queue of a monitor's events. */
#include "internal.h"

#include <stdlib.h>

struct event {
	struct event *next;
	enum uiomap_event type;
	struct uiomap_info *info;
};

int uiomap_i_events_add(struct event **events, enum uiomap_event type, struct uiomap_info *info)
{
	struct event *event = malloc(sizeof(*event));

	if (!event)
		return uiomap_i_fail(ENOMEM, "no memory for an event of a device");
	*event = (struct event){ .type = type, .info = info };
	while (*events)
		events = &(*events)->next;
	*events = event;
	return 0;
}

enum uiomap_event uiomap_i_events_take(struct event **events, struct uiomap_info **info)
{
	struct event *event = *events;
	enum uiomap_event type = event->type;

	*events = event->next;
	*info = event->info;
	free(event);
	return type;
}

void uiomap_i_events_free(struct event **events)
{
	struct uiomap_info *info;

	while (*events) {
		uiomap_i_events_take(events, &info);
		uiomap_info_free(info);
	}
}
