/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The driver in the README, as it stands there, on a real (simulated) device. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dummy.h"

/* What the program beside this one prints; *status is its exit status. */
static void run(const char *argument, char *output, size_t size, int *status)
{
	char path[512], command[1024];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	FILE *pipe;
	size_t used;

	cr_assert(length > 0);
	path[length] = '\0';
	*strrchr(path, '/') = '\0';
	snprintf(command, sizeof(command), "%s/readme-driver %s 2>&1", path, argument);
	pipe = popen(command, "r");
	cr_assert(pipe);
	used = fread(output, 1, size - 1, pipe);
	output[used] = '\0';
	*status = pclose(pipe);
}

Test(readme, driver, .timeout = 60)
{
	static const char *const drivers[] = { "uio_stub", "uio_pdrv_genirq" };
	char output[4096];
	int status;

	for (int i = 0; i < 2; i++) {
		struct dummy *d = dummy_new("readme-");
		const char *line;
		int interrupts = 0;

		cr_assert(d && dummy_set(d, "model", "counter") == 0 && dummy_go_live(d) == 0, "%s", dummy_error());
		cr_assert_eq(dummy_bind(d, drivers[i]), 0, "%s", dummy_error());
		run(dummy_name(d), output, sizeof(output), &status);
		cr_assert_eq(status, 0, "%s", output);
		cr_assert(strstr(output, "magic 594d4455\n"), "%s", output);
		for (line = output; (line = strstr(line, "interrupt, ")); line++)
			interrupts++;
		cr_assert_eq(interrupts, 5, "%s", output);
		dummy_free(d);
	}
	run("no-such-device", output, sizeof(output), &status);
	cr_assert_neq(status, 0);
	cr_assert(strstr(output, "no-such-device"), "%s", output);
}
