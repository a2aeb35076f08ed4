/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Errors of the drivers: -1 with errno, and a text that names the device. As
 * in libuiomap, each thread has one text, that of its last error.
 */
#ifndef DRIVER_ERROR_H
#define DRIVER_ERROR_H

#include <uiomap.h>

/* Size of the text, including its terminating 0. */
#define DRIVER_ERROR_SIZE 1024

struct driver_error {
	int error;
	char text[DRIVER_ERROR_SIZE];
};

/* The thread's last error text; "" if none. Valid until the thread's next failing call. */
const char *driver_error(void);

/* Set errno and the text, which begins with the device's name unless device is NULL. Returns -1. */
int driver_fail(const struct uiomap_device *device, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Take errno and the text from libuiomap's last error. Returns -1. */
int driver_fail_uiomap(void);

/* Save errno and the text, for a caller that must clean up before it returns. */
struct driver_error driver_error_save(void);
void driver_error_restore(const struct driver_error *saved);

#endif /* DRIVER_ERROR_H */
