/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Run by bench/nvme: nvme HOW DEPTH TARGET. Random reads of 4 KiB for some seconds, DEPTH
 * in flight, by
 *	poll, interrupt	 drivers/nvme; TARGET is a selector
 *	pread		 pread(2), O_DIRECT, one thread for each in flight; TARGET is a node
 *	uring		 io_uring with registered file and buffers, O_DIRECT
 * Prints one line: HOW, DEPTH, I/Os per second, and per I/O: us of CPU time of the program,
 * us of busy time of all CPUs, system calls.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <liburing.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/fs.h>
#include <time.h>
#include <unistd.h>

#include "nvme.h"
#include "syscalls.h"

#define IO	  4096u
#define DEPTH_MAX 64
#define SECONDS	  1.0
#define WARM_UP	  0.2

struct bench {
	const char *target;
	uint32_t depth;
	uint64_t places; /* size of the disk in 4 KiB */
	uint32_t random;
	/* in the measured time only */
	uint64_t ios, calls;
	double begin, cpu, busy, seconds;
	int counter;
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "nvme: %s: %s\n", what, why);
	exit(2);
}

static double clock_now(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Busy time of all CPUs in seconds, computed from the idle time in /proc/uptime. */
static double busy_now(void)
{
	FILE *f = fopen("/proc/uptime", "re");
	double up, idle;

	if (!f || fscanf(f, "%lf %lf", &up, &idle) != 2)
		die("/proc/uptime", "unreadable");
	fclose(f);
	return up * (double)sysconf(_SC_NPROCESSORS_ONLN) - idle;
}

static uint64_t place(struct bench *b)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 17;
	b->random ^= b->random << 5;
	return b->random % b->places;
}

static void start(struct bench *b)
{
	b->counter = syscalls_begin();
	b->busy = busy_now();
	b->cpu = clock_now(CLOCK_PROCESS_CPUTIME_ID);
	b->ios = 0;
	b->calls = syscalls_count(b->counter);
	b->begin = clock_now(CLOCK_MONOTONIC);
}

static void stop(struct bench *b)
{
	b->calls = syscalls_count(b->counter) - b->calls;
	b->seconds = clock_now(CLOCK_MONOTONIC) - b->begin;
	b->cpu = clock_now(CLOCK_PROCESS_CPUTIME_ID) - b->cpu;
	b->busy = busy_now() - b->busy;
}

/* Whether to continue. Called once per 64 I/Os, so that reading the clock costs little. */
static bool more(struct bench *b, bool *warm)
{
	if (!*warm && clock_now(CLOCK_MONOTONIC) - b->begin >= WARM_UP) {
		*warm = true;
		start(b);
	}
	return !*warm || clock_now(CLOCK_MONOTONIC) - b->begin < SECONDS;
}

static void uiomap(struct bench *b, enum nvme_mode mode)
{
	const struct nvme_config config = { .mode = mode, .depth = b->depth };
	struct uiomap_device *device = uiomap_open(b->target, UIOMAP_EXCLUSIVE);
	struct nvme *nvme = device ? nvme_open(device, &config) : NULL;
	struct uiomap_dma *buffer;
	struct nvme_done done[DEPTH_MAX];
	struct nvme_io io = { .op = NVME_READ };
	uint64_t total = 0, asked = 0;
	bool warm = false;
	int n;

	if (!nvme)
		die(b->target, device ? nvme_error() : uiomap_error());
	buffer = uiomap_dma_alloc(device, b->depth * IO, IO);
	if (!buffer)
		die(b->target, uiomap_error());
	io.count = IO / nvme_identity(nvme)->block_size;
	b->places = nvme_identity(nvme)->blocks / io.count;
	io.buffer = buffer;
	b->begin = clock_now(CLOCK_MONOTONIC);
	for (uint32_t i = 0; i < b->depth; i++) {
		io.block = place(b) * io.count;
		io.offset = i * IO;
		io.cookie = (void *)(uintptr_t)i;
		if (nvme_submit(nvme, &io) < 0)
			die(b->target, nvme_error());
	}
	for (;;) {
		n = nvme_reap(nvme, done, b->depth, UIOMAP_FOREVER);
		if (n < 0)
			die(b->target, nvme_error());
		b->ios += (unsigned int)n;
		total += (unsigned int)n;
		if (total - asked >= 64) {
			asked = total;
			if (!more(b, &warm))
				break;
		}
		for (int i = 0; i < n; i++) {
			if (done[i].error)
				die(b->target, nvme_status_text(done[i].status));
			io.block = place(b) * io.count;
			io.cookie = done[i].cookie;
			io.offset = (uintptr_t)io.cookie * IO;
			if (nvme_submit(nvme, &io) < 0)
				die(b->target, nvme_error());
		}
	}
	stop(b);
	nvme_close(nvme);
	uiomap_close(device);
}

static int open_disk(struct bench *b)
{
	const int fd = open(b->target, O_RDONLY | O_DIRECT | O_CLOEXEC);
	uint64_t bytes;

	if (fd < 0 || ioctl(fd, BLKGETSIZE64, &bytes) < 0)
		die(b->target, strerror(errno));
	b->places = bytes / IO;
	return fd;
}

struct reader {
	struct bench b; /* each thread has its own random numbers */
	pthread_t thread;
	int fd;
	uint64_t ios, calls;
	volatile uint64_t *phase; /* 0: warming up, 1: measuring, 2: done */
};

static void *read_on(void *arg)
{
	struct reader *r = arg;
	void *buffer = aligned_alloc(IO, IO);
	const int counter = syscalls_begin();
	uint64_t begin = 0, phase;

	while ((phase = __atomic_load_n(r->phase, __ATOMIC_RELAXED)) < 2) {
		if (phase == 1 && !begin) {
			begin = syscalls_count(counter) + 1;
			r->ios = 0;
		}
		if (pread(r->fd, buffer, IO, (off_t)(place(&r->b) * IO)) != IO)
			die(r->b.target, strerror(errno));
		r->ios++;
	}
	r->calls = syscalls_count(counter) - begin;
	free(buffer);
	return NULL;
}

static void preads(struct bench *b)
{
	static struct reader readers[DEPTH_MAX];
	const int fd = open_disk(b);
	uint64_t phase = 0;

	for (uint32_t i = 0; i < b->depth; i++) {
		readers[i] = (struct reader){ .b = *b, .fd = fd, .phase = &phase };
		readers[i].b.random += i * 77777;
		if (pthread_create(&readers[i].thread, NULL, read_on, &readers[i]))
			die("threads", "none to be had");
	}
	usleep((useconds_t)(WARM_UP * 1e6));
	start(b);
	__atomic_store_n(&phase, 1, __ATOMIC_RELAXED);
	usleep((useconds_t)(SECONDS * 1e6));
	__atomic_store_n(&phase, 2, __ATOMIC_RELAXED);
	stop(b);
	b->calls = 0;
	for (uint32_t i = 0; i < b->depth; i++) {
		pthread_join(readers[i].thread, NULL);
		b->ios += readers[i].ios;
		b->calls += readers[i].calls;
	}
	close(fd);
}

static void uring(struct bench *b)
{
	unsigned char *buffers = aligned_alloc(IO, DEPTH_MAX * IO);
	struct iovec iov = { buffers, b->depth * IO };
	struct io_uring_cqe *cqes[DEPTH_MAX];
	struct io_uring ring;
	int fd = open_disk(b), rc;
	uint64_t total = 0, asked = 0;
	unsigned int n = b->depth;
	bool warm = false;
	uint64_t free_slots[DEPTH_MAX];

	rc = io_uring_queue_init(b->depth, &ring, 0);
	if (!rc)
		rc = io_uring_register_files(&ring, &fd, 1);
	if (!rc)
		rc = io_uring_register_buffers(&ring, &iov, 1);
	if (rc)
		die("io_uring", strerror(-rc));
	for (uint32_t i = 0; i < b->depth; i++)
		free_slots[i] = i;
	b->begin = clock_now(CLOCK_MONOTONIC);
	for (;;) {
		for (unsigned int i = 0; i < n; i++) {
			struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);

			io_uring_prep_read_fixed(sqe, 0, buffers + free_slots[i] * IO, IO,
						 place(b) * IO, 0);
			sqe->flags |= IOSQE_FIXED_FILE;
			io_uring_sqe_set_data64(sqe, free_slots[i]);
		}
		rc = io_uring_submit_and_wait(&ring, 1);
		if (rc < 0)
			die("io_uring_enter", strerror(-rc));
		n = io_uring_peek_batch_cqe(&ring, cqes, b->depth);
		for (unsigned int i = 0; i < n; i++) {
			if (cqes[i]->res != (int)IO)
				die("read", strerror(-cqes[i]->res));
			free_slots[i] = io_uring_cqe_get_data64(cqes[i]);
		}
		io_uring_cq_advance(&ring, n);
		b->ios += n;
		total += n;
		if (total - asked >= 64) {
			asked = total;
			if (!more(b, &warm))
				break;
		}
	}
	stop(b);
	io_uring_queue_exit(&ring);
	close(fd);
	free(buffers);
}

int main(int argc, char **argv)
{
	struct bench b = { .random = 2463534242u };
	const char *how = argc == 4 ? argv[1] : "";

	b.depth = argc == 4 ? (uint32_t)atoi(argv[2]) : 0;
	b.target = argc == 4 ? argv[3] : "";
	if (b.depth < 1 || b.depth > DEPTH_MAX)
		die("usage", "nvme poll|interrupt|pread|uring DEPTH TARGET");
	if (!strcmp(how, "poll") || !strcmp(how, "interrupt"))
		uiomap(&b, *how == 'p' ? NVME_POLL : NVME_INTERRUPT);
	else if (!strcmp(how, "pread"))
		preads(&b);
	else if (!strcmp(how, "uring"))
		uring(&b);
	else
		die(how, "poll, interrupt, pread or uring");
	printf("%s %" PRIu32 " %.0f %.1f %.1f %.3f\n", how, b.depth, (double)b.ios / b.seconds,
	       b.cpu / (double)b.ios * 1e6, b.busy / (double)b.ios * 1e6,
	       (double)b.calls / (double)b.ios);
	return 0;
}
