/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * nvme-demo: overwrite a disk, read it back, compare, and measure the speed. Data on the disk
 * is lost, so it does nothing without --overwrite.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "stream.h"
#include "syscalls.h"

#define MIB 0x100000

enum { OVERWRITE = 256 };

static const struct argp_option options[] = {
	{ "overwrite", OVERWRITE, NULL, 0,
	  "overwrite this disk; all data on it is lost. Without this option nothing is done", 0 },
	{ "file", 'f', "FILE", 0, "write FILE from block 0 on (default: numbers)", 0 },
	{ "size", 's', "MIB", 0,
	  "without --file: MiB to write (16, or the whole disk if it is smaller)", 0 },
	{ "mode", 'm', "MODE", 0, "interrupt or poll (interrupt)", 0 },
	{ "depth", 'd', "N", 0, "I/Os in flight (16)", 0 },
	{ "chunk", 'c', "KIB", 0, "KiB per I/O (64)", 0 },
	{ 0 },
};

struct arguments {
	struct program_arguments program;
	const char *file;
	bool overwrite;
	struct nvme_config config;
	uint32_t mib, chunk_kib;
};

struct run {
	const struct arguments *a;
	struct uiomap_device *device;
	struct nvme *nvme;
	unsigned char *content; /* the data to write */
	size_t bytes;		/* of content, whole blocks */
	uint64_t wrong;		/* bytes that were read back differently */
	double write_seconds, read_seconds;
	int64_t system_calls; /* -1: not known */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct arguments *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &a->program;
		return 0;
	case OVERWRITE:
		a->overwrite = true;
		return 0;
	case 'f':
		a->file = arg;
		return 0;
	case 's':
		a->mib = program_number("size", arg, 65536, state);
		return 0;
	case 'm':
		if (strcmp(arg, "interrupt") != 0 && strcmp(arg, "poll") != 0)
			argp_error(state, "--mode %s: interrupt or poll", arg);
		a->config.mode = *arg == 'p' ? NVME_POLL : NVME_INTERRUPT;
		return 0;
	case 'd':
		a->config.depth = program_number("depth", arg, 65536, state);
		return 0;
	case 'c':
		a->chunk_kib = program_number("chunk", arg, 65536, state);
		return 0;
	case ARGP_KEY_SUCCESS:
		/*
		 * Check this before the device is opened, so that a run without --overwrite
		 * changes nothing.
		 */
		if (!a->overwrite)
			argp_error(
				state,
				"%s: this program overwrites the disk from its first block on; all "
				"data on it is lost. Nothing was done. To overwrite the disk, add --overwrite",
				a->program.selector);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_child children[] = { { &program_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	options,
	parse,
	"SELECTOR",
	"Overwrite the NVMe disk SELECTOR from its first block on, read it back and compare. "
	"All data on it is lost.",
	children,
	0,
	0,
};

/* Read the file, or make numbers; pad the last block with zeroes. */
static int get_content(struct run *run)
{
	const struct nvme_identity *id = nvme_identity(run->nvme);
	const uint64_t disk = id->blocks * id->block_size;
	uint64_t want = (uint64_t)run->a->mib * MIB;
	FILE *f = NULL;
	long length;

	if (run->a->file) {
		f = fopen(run->a->file, "re");
		if (!f || fseek(f, 0, SEEK_END) < 0 || (length = ftell(f)) < 0)
			goto no_file;
		rewind(f);
		want = (uint64_t)length;
		if (want > disk || !want) {
			fclose(f);
			return program_complain(run->a->file,
						want ? "longer than the disk" : "empty");
		}
	}
	if (want > disk)
		want = disk;
	run->bytes = (want + id->block_size - 1) / id->block_size * id->block_size;
	run->content = calloc(1, run->bytes);
	if (!run->content)
		goto no_file;
	if (f && fread(run->content, 1, want, f) != want)
		goto no_file;
	if (f)
		fclose(f);
	else
		for (size_t i = 0; i < run->bytes / 8; i++)
			((uint64_t *)(void *)run->content)[i] = i * UINT64_C(0x9e3779b97f4a7c15);
	return 0;

no_file:
	program_complain(run->a->file ? run->a->file : "memory", strerror(errno));
	if (f)
		fclose(f);
	return -1;
}

static void fill(void *arg, uint64_t offset, unsigned char *data, size_t bytes)
{
	const struct run *run = arg;

	memcpy(data, run->content + offset, bytes);
}

static void compare(void *arg, uint64_t offset, unsigned char *data, size_t bytes)
{
	struct run *run = arg;

	if (memcmp(data, run->content + offset, bytes) != 0)
		for (size_t i = 0; i < bytes; i++)
			run->wrong += data[i] != run->content[offset + i];
}

static int write_and_read(struct run *run)
{
	const struct nvme_identity *id = nvme_identity(run->nvme);
	const struct nvme_io flush = { .op = NVME_FLUSH };
	const uint64_t blocks = run->bytes / id->block_size;
	struct stream s = {
		.device = run->device,
		.nvme = run->nvme,
		.chunk = run->a->chunk_kib * 1024,
		.data = fill,
		.arg = run,
	};
	const int fd = syscalls_begin();
	double begin = program_seconds();
	int rc = -1;

	if (stream_move(&s, NVME_WRITE, 0, blocks) == 0 &&
	    nvme_do(run->nvme, &flush, UIOMAP_FOREVER) == 0) {
		run->write_seconds = program_seconds() - begin;
		begin = program_seconds();
		s.data = compare;
		rc = stream_move(&s, NVME_READ, 0, blocks);
		run->read_seconds = program_seconds() - begin;
	}
	run->system_calls = syscalls_end(fd);
	return rc < 0 ? program_complain(run->a->program.selector, nvme_error()) : 0;
}

static void print(const struct run *run, const struct nvme_stats *stats)
{
	const struct nvme_identity *id = nvme_identity(run->nvme);

	printf("disk       %s, serial %s, firmware %s, NVMe %u.%u, %" PRIu64 " blocks of %" PRIu32
	       " bytes\n",
	       id->model, id->serial, id->firmware, id->version >> 16, id->version >> 8 & 0xff,
	       id->blocks, id->block_size);
	printf("data       %zu bytes written, flushed and read back, %" PRIu64 " bytes wrong\n",
	       run->bytes, run->wrong);
	printf("rate       write %.1f MB/s, read %.1f MB/s, %" PRIu32 " I/Os in flight, %s\n",
	       (double)run->bytes / run->write_seconds / 1e6,
	       (double)run->bytes / run->read_seconds / 1e6, id->depth,
	       run->a->config.mode == NVME_POLL ? "polling" : "by interrupt");
	printf("I/Os       %" PRIu64 ", %" PRIu64 " doorbells, %" PRIu64 " interrupts, %" PRIu64
	       " sleeps",
	       stats->ios, stats->doorbells, stats->interrupts, stats->sleeps);
	if (run->system_calls >= 0)
		printf(", %" PRId64 " system calls", run->system_calls);
	printf("\n");
}

static int print_json(const struct run *run, const struct nvme_stats *stats)
{
	const struct nvme_identity *id = nvme_identity(run->nvme);
	FILE *f = fopen(run->a->program.json, "we");

	if (!f)
		return program_complain(run->a->program.json, strerror(errno));
	fprintf(f, "{\n");
	fprintf(f, "  \"nvme_blocks\": %" PRIu64 ",\n", id->blocks);
	fprintf(f, "  \"nvme_block_size\": %" PRIu32 ",\n", id->block_size);
	fprintf(f, "  \"nvme_bytes_written\": %zu,\n", run->bytes);
	fprintf(f, "  \"nvme_bytes_wrong\": %" PRIu64 ",\n", run->wrong);
	fprintf(f, "  \"nvme_ios\": %" PRIu64 ",\n", stats->ios);
	fprintf(f, "  \"nvme_doorbells\": %" PRIu64 ",\n", stats->doorbells);
	fprintf(f, "  \"nvme_interrupts\": %" PRIu64 ",\n", stats->interrupts);
	if (run->system_calls >= 0)
		fprintf(f, "  \"nvme_system_calls\": %" PRId64 ",\n", run->system_calls);
	fprintf(f, "  \"nvme_write_seconds\": %.3f,\n", run->write_seconds);
	fprintf(f, "  \"nvme_read_seconds\": %.3f\n}\n", run->read_seconds);
	if (ferror(f) | fclose(f))
		return program_complain(run->a->program.json, strerror(errno));
	return 0;
}

static int drive(struct run *run)
{
	struct nvme_stats stats;
	int rc;

	run->nvme = nvme_open(run->device, &run->a->config);
	if (!run->nvme)
		return program_complain(run->a->program.selector, nvme_error());
	rc = get_content(run) < 0 || write_and_read(run) < 0 ? -1 : 0;
	if (rc == 0) {
		nvme_stats(run->nvme, &stats);
		print(run, &stats);
		if (run->a->program.json)
			rc = print_json(run, &stats);
	}
	nvme_close(run->nvme);
	free(run->content);
	return rc;
}

int main(int argc, char **argv)
{
	struct arguments a = { .mib = 16, .chunk_kib = 64, .config.depth = 16 };
	struct run run = { .a = &a };
	int rc;

	arguments_parse(&argp, argc, argv, &a, sizeof(a));
	run.device = uiomap_open(a.program.selector, UIOMAP_EXCLUSIVE);
	if (!run.device) {
		program_complain(a.program.selector, uiomap_error());
		return 1;
	}
	rc = drive(&run);
	uiomap_close(run.device);
	return rc < 0 || run.wrong;
}
