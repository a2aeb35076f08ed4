/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The links that udevd last got for each device, for events of other devices: a
 * file in /run/uiomap for each device whose event was handled. udevd's own
 * database doesn't have them yet while a device's rules are processed.
 *
 * If there is no file, an event of the device is still to come. That event will
 * see the present devices, so nothing has to be done about its links.
 */
#ifndef LINK_STATE_H
#define LINK_STATE_H

#include <stdbool.h>

#include "link-names.h"

/*
 * Begin to handle an event of uioN. Call this before listing the devices.
 * Returns a descriptor for link_state_end(), or -1 if the file can't be
 * created.
 */
int link_state_begin(unsigned int number);
/* Record the links of this event. Closes fd. */
void link_state_end(int fd, const struct name_links *links);

/*
 * Returns true if the recorded links differ; the caller must send a change
 * event. This also deletes the file, since an event is to come.
 */
bool link_state_differs(unsigned int number, const struct name_links *links);

/* The device was removed. */
void link_state_forget(unsigned int number);

#endif /* LINK_STATE_H */
