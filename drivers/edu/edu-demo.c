/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* edu-demo [SELECTOR]: use each function of the card once. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "edu.h"
#include "program.h"

#define TIMEOUT_NS INT64_C(5000000000)

static const char *selector = EDU_SELECTOR;

static int fails(const char *text)
{
	program_complain(selector, text);
	return 1;
}

static const char greeting[] = "through the card and back";

/* Accesses to DMA memory can fault if the card is removed, so this runs in a guard. */
static int write_greeting(void *memory)
{
	memcpy(memory, greeting, sizeof(greeting));
	return 0;
}

static int show_greeting(void *memory)
{
	printf("by DMA: %.*s\n", (int)sizeof(greeting) - 1, (char *)memory);
	return memcmp(memory, greeting, sizeof(greeting)) ? fails("that is not what was sent") : 0;
}

static int show(struct uiomap_device *device, struct edu *edu)
{
	struct uiomap_dma *dma;
	char *memory;
	uint32_t result;
	int status;

	printf("%s: edu card %u.%u, alive\n", uiomap_info_device(uiomap_device_info(device)),
	       edu_major(edu), edu_minor(edu));
	if (edu_factorial(edu, 10, TIMEOUT_NS, &result) < 0)
		return fails(edu_error());
	printf("10! = %" PRIu32 ", and an interrupt\n", result);

	dma = uiomap_dma_alloc(device, 2 * sizeof(greeting), 0);
	if (!dma)
		return fails(uiomap_error());
	memory = uiomap_dma_cpu(dma);
	/* edu_open() has installed the guard's SIGBUS handler. */
	if (uiomap_guard(device, write_greeting, memory) < 0)
		return fails(uiomap_error());
	if (edu_dma_to_card(edu, dma, 0, 0, sizeof(greeting), TIMEOUT_NS) < 0 ||
	    edu_dma_from_card(edu, 0, dma, sizeof(greeting), sizeof(greeting), TIMEOUT_NS) < 0)
		return fails(edu_error());
	status = uiomap_guard(device, show_greeting, memory + sizeof(greeting));
	return status < 0 ? fails(uiomap_error()) : status;
}

int main(int argc, char **argv)
{
	struct uiomap_device *device;
	struct edu *edu;
	int status;

	if (argc > 1)
		selector = argv[1];
	device = uiomap_open(selector, 0);
	if (!device)
		return fails(uiomap_error());
	edu = edu_open(device);
	status = edu ? show(device, edu) : fails(edu_error());
	edu_close(edu);
	uiomap_close(device);
	return status;
}
