/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Run by bench/blit: blit [SELECTOR]. Copies a frame from ordinary memory to
 * the device's VRAM (without SELECTOR: to ordinary memory), by the framebuffer
 * driver's blit() and by memcpy() in turns. The fastest run of each counts.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "blit.h"

#define ROUNDS 40
#define FRAME  (1024 * 768 * 4)
#define ENOUGH 0.9

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double fastest(double a, double b)
{
	return a < b ? a : b;
}

int main(int argc, char **argv)
{
	enum uiomap_memtype memtype = UIOMAP_MEMTYPE_CACHED;
	struct uiomap_device *device = NULL;
	struct uiomap_region *vram;
	unsigned char *frame = aligned_alloc(4096, FRAME);
	volatile void *to = aligned_alloc(4096, FRAME);
	double libc = 1e9, ours = 1e9, begin, ratio;

	if (argc > 1) {
		device = uiomap_open(argv[1], 0);
		vram = device ? uiomap_map_name(device, "vram", 0) : NULL;
		if (!vram || uiomap_region_size(vram) < FRAME) {
			fprintf(stderr, "%s\n", vram ? "VRAM is too small" : uiomap_error());
			return 2;
		}
		free((void *)to);
		to = uiomap_region_base(vram);
		memtype = uiomap_region_info(vram)->memtype;
	}
	if (!frame || !to)
		return 2;
	memset(frame, 0x5a, FRAME);
	for (int i = 0; i < 2 * ROUNDS; i++) {
		frame[i] = (unsigned char)i;
		begin = now();
		if (i % 2) {
			memcpy((void *)to, frame, FRAME);
			uiomap_wmb();
			libc = fastest(libc, now() - begin);
		} else {
			blit(to, frame, FRAME, memtype);
			uiomap_wmb();
			ours = fastest(ours, now() - begin);
		}
	}
	ratio = libc / ours;
	printf("%-16s blit %7.0f MiB/s, memcpy %7.0f MiB/s, ratio %.2f%s\n",
	       uiomap_memtype_name(memtype), FRAME / ours / 0x100000, FRAME / libc / 0x100000,
	       ratio, ratio < ENOUGH ? " TOO SLOW" : "");
	return ratio < ENOUGH;
}
