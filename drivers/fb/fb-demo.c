/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * fb-demo: show a moving picture on a framebuffer. With --frame-log, compare
 * with the device's log of scanned-out frames; with --screendump, compare with
 * a picture of the screen.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uiomap.h>

#include "fb.h"
#include "framelog.h"
#include "option-number.h"
#include "pattern.h"
#include "pngfile.h"
#include "ppm.h"
#include "program.h"

/* A wait for vsync longer than this is a failure of the device. */
#define TIMEOUT_NS INT64_C(5000000000)
#define MAX_SIDE   16384
/* Vsyncs between two reads of the log, which keeps 4096. */
#define LOG_VSYNCS 1000

static const struct argp_option options[] = {
	{ "frames", 'f', "N", 0, "frames to show (300)", 0 },
	{ "mode", 'm', "WxH", 0, "set this mode (default: the current or preferred one)", 0 },
	{ "size", 's', "WxH", 0,
	  "draw a picture of this size, in the middle of the screen (all of it)", 0 },
	{ "png", 'p', "FILE", 0, "write the final frame to FILE", 0 },
	{ "scanout", 'o', "FILE", 0,
	  "take that frame from FILE, raw pixels as scanned out (default: the surface, as drawn)",
	  0 },
	{ "frame-log", 'l', "FILE", 0,
	  "the device's log, a line 'VSYNC FLIP OFFSET CRC32' for each frame scanned out", 0 },
	{ "then", 't', "COMMAND", 0,
	  "run this command of the shell while the final frame is on screen", 0 },
	{ "screendump", 'd', "FILE", 0,
	  "compare the final frame with this PPM file, which COMMAND made", 0 },
	{ 0 },
};

struct arguments {
	struct program_arguments program;
	const char *png, *scanout, *log, *then, *screendump;
	uint32_t frames, width, height;
	struct fb_mode mode;
};

static void size(const char *option, const char *arg, uint32_t *width, uint32_t *height,
		 struct argp_state *state)
{
	const char *at = arg;

	if (!number_take(&at, 1, MAX_SIDE, width) || *at++ != 'x' ||
	    !number_take(&at, 1, MAX_SIDE, height) || *at)
		argp_error(state, "--%s %s: WIDTHxHEIGHT, e.g. 640x480; from 1 to %d each", option,
			   arg, MAX_SIDE);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &a->program;
		return 0;
	case 'f':
		a->frames = program_number("frames", arg, UINT32_MAX, state);
		return 0;
	case 's':
		size("size", arg, &a->width, &a->height, state);
		return 0;
	case 'm':
		size("mode", arg, &a->mode.width, &a->mode.height, state);
		return 0;
	case 'p':
		a->png = arg;
		return 0;
	case 'o':
		a->scanout = arg;
		return 0;
	case 'l':
		a->log = arg;
		return 0;
	case 't':
		a->then = arg;
		return 0;
	case 'd':
		a->screendump = arg;
		return 0;
	case ARGP_KEY_SUCCESS:
		/* Only the log shows when the last frame has been scanned out. */
		if (a->scanout && !(a->log && a->png))
			argp_error(state, "--scanout goes together with --frame-log and --png");
		if (a->screendump && !a->then)
			argp_error(state, "--screendump goes together with --then");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_child children[] = { { &program_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = { options,    parse,
				  "SELECTOR", "Show a moving picture on the framebuffer SELECTOR.",
				  children,   0,
				  0 };

static int write_json(const char *file, const struct fb_mode *mode, const struct fb_stats *stats,
		      const struct framelog *log, int64_t wrong_pixels, double wall)
{
	FILE *f = fopen(file, "w");

	if (!f)
		return program_complain(file, strerror(errno));
	fprintf(f, "{\n  \"width\": %u,\n  \"height\": %u,\n  \"frames_flipped\": %u,\n",
		mode->width, mode->height, stats->flips);
	fprintf(f, "  \"vsyncs\": %u,\n  \"vsyncs_missed\": %u,\n", stats->vsyncs, stats->missed);
	if (log)
		fprintf(f,
			"  \"frames_scanned_out\": %zu,\n  \"frames_torn\": %zu,\n  \"frames_out_of_order\": %zu,\n  \"frames_never_seen\": %zu,\n",
			log->scanned, log->torn, log->out_of_order, log->unseen);
	if (wrong_pixels >= 0)
		fprintf(f,
			"  \"screendump_pixels\": %" PRIu64
			",\n  \"screendump_pixels_wrong\": %" PRId64 ",\n",
			(uint64_t)mode->width * mode->height, wrong_pixels);
	fprintf(f,
		"  \"framebuffer_interrupts\": %u,\n  \"framebuffer_interrupts_lost\": %u,\n  \"framebuffer_seconds\": %.3f\n}\n",
		stats->interrupts, stats->lost_interrupts, wall);
	if (ferror(f) | fclose(f))
		return program_complain(file, strerror(errno));
	return 0;
}

static int look(struct framelog *log)
{
	return framelog_read(log) < 0 ? program_complain(log->file, strerror(errno)) : 0;
}

/* Draw, log and present all frames. */
static int play(struct fb *fb, const struct arguments *a, struct surface *picture,
		struct framelog *log)
{
	const struct fb_mode *mode = fb_mode(fb);
	struct fb_stats stats;
	uint32_t vsyncs = 0;

	for (uint32_t n = 1; n <= a->frames; n++) {
		pattern_draw(picture, n);
		surface_image(fb_surface(fb), ((int)mode->width - (int)picture->width) / 2,
			      ((int)mode->height - (int)picture->height) / 2, picture);
		if (a->log && framelog_draw(log, framelog_crc(fb_surface(fb))) < 0)
			return program_complain("frame log", strerror(errno));
		if (fb_present(fb, TIMEOUT_NS) < 0)
			return program_complain(a->program.selector, fb_error());
		/* The device's log keeps the last so many vsyncs. */
		fb_get_stats(fb, &stats);
		if (a->log && stats.vsyncs - vsyncs > LOG_VSYNCS) {
			vsyncs = stats.vsyncs;
			if (look(log))
				return 1;
		}
	}
	return 0;
}

/*
 * Run the command that takes a picture of the screen. *wrong is the number of pixels that
 * differ, if they are compared.
 */
static int take_picture(struct fb *fb, const struct arguments *a, int64_t *wrong)
{
	int status;

	fflush(stdout);
	status = system(a->then);
	if (status)
		return program_complain(a->then,
					status < 0 ? strerror(errno) : "the command failed");
	if (!a->screendump)
		return 0;
	*wrong = ppm_compare(a->screendump, fb_surface(fb));
	if (*wrong < 0)
		return program_complain(a->screendump, errno == EPROTO ?
							       "it is not a PPM file of this size" :
							       strerror(errno));
	return 0;
}

static int show(struct fb *fb, const struct arguments *a)
{
	const struct fb_mode *mode = fb_mode(fb);
	struct surface *picture = surface_new(a->width ? a->width : mode->width,
					      a->height ? a->height : mode->height, 0,
					      mode->format);
	struct framelog log = { 0 };
	struct fb_stats stats;
	double begin = program_seconds(), wall;
	int64_t wrong = -1;
	int rc = 1;

	if (!picture) {
		program_complain("picture", strerror(errno));
		goto out;
	}
	if (a->log && framelog_begin(&log, a->log) < 0) {
		program_complain(a->log, strerror(errno));
		goto out;
	}
	if (play(fb, a, picture, &log))
		goto out;
	wall = program_seconds() - begin;
	fb_get_stats(fb, &stats);
	/* The scanout of the last frame has only begun; framelog_end() waits for its end. */
	if (a->log && framelog_end(&log) < 0) {
		program_complain(a->log, strerror(errno));
		goto out;
	}
	if (a->png && png_write(a->png, fb_surface(fb), a->scanout) < 0) {
		program_complain(a->png, strerror(errno));
		goto out;
	}
	if (a->then && take_picture(fb, a, &wrong))
		goto out;
	if (a->program.json &&
	    write_json(a->program.json, mode, &stats, a->log ? &log : NULL, wrong, wall))
		goto out;
	if (mode->refresh_mhz)
		printf("%u x %u at %.0f Hz: %u frames flipped in %.1f s, %u vsyncs missed\n",
		       mode->width, mode->height, mode->refresh_mhz / 1000.0, stats.flips, wall,
		       stats.missed);
	else
		printf("%u x %u: %u frames flipped in %.1f s\n", mode->width, mode->height,
		       stats.flips, wall);
	rc = 0;
	if (a->log) {
		printf("the device scanned out %zu frames: %zu torn, %zu out of order; %zu drawn but never seen\n",
		       log.scanned, log.torn, log.out_of_order, log.unseen);
		rc = log.torn || log.out_of_order || log.unseen;
	}
	if (wrong >= 0) {
		printf("the picture of the screen: %" PRId64 " of %" PRIu64
		       " pixels are not as drawn\n",
		       wrong, (uint64_t)mode->width * mode->height);
		rc |= wrong > 0;
	}

out:
	framelog_free(&log);
	surface_free(picture);
	return rc;
}

int main(int argc, char **argv)
{
	struct arguments a = { .frames = 300 };
	struct fb *fb;
	int rc;

	arguments_parse(&argp, argc, argv, &a, sizeof(a));
	fb = fb_open(a.program.selector, &a.mode);
	if (!fb) {
		program_complain(a.program.selector, fb_error());
		return 1;
	}
	rc = show(fb, &a);
	fb_close(fb);
	return rc;
}
