/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What udevd was told last of each device's links, for those that come or go
 * after it: a file in /run/uiomap for each device that was looked at and has
 * no event before it. udevd's own database does not know yet of a device whose
 * rules are being gone through.
 *
 * While there is no file, an event is still to come for the device, and who is
 * there now will be seen by it: nothing has to be done about its links.
 */
#ifndef LINK_STATE_H
#define LINK_STATE_H

#include <stdbool.h>

#include "node-name.h"

/*
 * An event of uioN is being dealt with. Before the list of devices is read. For link_state_end();
 * -1 if there can be no file.
 */
int link_state_begin(unsigned int number);
/* These are its links. Closes fd. */
void link_state_end(int fd, const struct name_links *links);

/*
 * It needs an event, since it was told of other links than these. Then it is noted that one comes.
 */
bool link_state_differs(unsigned int number, const struct name_links *links);

/* It has gone. */
void link_state_forget(unsigned int number);

#endif /* LINK_STATE_H */
