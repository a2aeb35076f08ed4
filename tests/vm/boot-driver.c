/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The edu card's driver that uiomap-driver@.service starts: computes factorials, with
 * interrupts, until SIGTERM.
 */
#include <stdio.h>
#include <unistd.h>

#include "edu.h"

int main(int argc, char **argv)
{
	struct uiomap_device *device = argc == 2 ? uiomap_open(argv[1], 0) : NULL;
	struct edu *edu = device ? edu_open(device) : NULL;
	uint32_t result;

	setlinebuf(stdout);
	while (edu && edu_factorial(edu, 5, INT64_C(5000000000), &result) == 0) {
		printf("%s: 5! = %u, by an interrupt\n", argv[1], result);
		usleep(200000);
	}
	fprintf(stderr, "%s\n", device ? edu_error() : uiomap_error());
	edu_close(edu);
	uiomap_close(device);
	return 1;
}
