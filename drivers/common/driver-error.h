/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Errors of the drivers: -1 with errno, and a text that names the device. As
 * in libuiomap, each thread has one text, that of its last error.
 */
#ifndef DRIVER_ERROR_H
#define DRIVER_ERROR_H

#include <uiomap.h>

/* Room for the text, with the 0 at its end. */
#define DRIVER_ERROR_SIZE 1024

struct driver_error {
	int error;
	char text[DRIVER_ERROR_SIZE];
};

/* The text; "" if there was no error. Valid until the thread's next failing call. */
const char *driver_error(void);

/* Set errno and the text; the device's name comes before it, unless device is NULL. Returns -1. */
int driver_fail(const struct uiomap_device *device, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Take errno and the text from libuiomap's last error. Returns -1. */
int driver_fail_uiomap(void);

/* errno and text, for a caller that cleans up and must not lose them. */
struct driver_error driver_error_save(void);
void driver_error_restore(const struct driver_error *saved);

#endif /* DRIVER_ERROR_H */
