/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * uio_stub's mappings: filled at the first access and revoked when the device is removed,
 * whatever their process does.
 */
#include "mmap.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuse.h"

void *shared_page(void)
{
	void *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(p, MAP_FAILED);
	return p;
}

int open_node(struct uiosim *d)
{
	int fd = open(uiosim_uio_node(d), O_RDWR | O_CLOEXEC);

	cr_assert_geq(fd, 0, "%s", strerror(errno));
	return fd;
}

volatile uint8_t *map_node(int fd, unsigned int index, size_t size, int protection)
{
	void *p = mmap(NULL, size, protection, MAP_SHARED, fd, (off_t)index * PAGE);

	cr_assert_neq(p, MAP_FAILED, "map %u: %s", index, strerror(errno));
	return p;
}

bool gets_sigbus(const volatile uint8_t *at)
{
	pid_t child = fork();
	int status;

	if (!child) {
		signal(SIGBUS, SIG_DFL);
		(void)*at;
		_exit(0);
	}
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS;
}

/* A hostile process. While one of its threads holds the mmap lock, another one makes a mapping. */
struct hostile {
	pid_t mapping; /* the thread in mmap(2) */
	int fd, go;
	void *silent, *second;
	int error;
};

static void *read_silent(void *arg)
{
	struct hostile *h = arg;
	int fd = open("/proc/self/mem", O_RDONLY);
	char byte;

	/*
	 * For a read of /proc/self/mem, the kernel holds the mmap lock for reading until it has the
	 * page.
	 */
	return pread(fd, &byte, 1, (off_t)(uintptr_t)h->silent) == 1 ? arg : NULL;
}

static void *map_again(void *arg)
{
	struct hostile *h = arg;
	char byte;

	if (read(h->go, &byte, 1) != 1)
		return arg;
	__atomic_store_n(&h->mapping, gettid(), __ATOMIC_RELEASE);
	h->second = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, h->fd, 0);
	h->error = errno;
	return NULL;
}

static char thread_state(pid_t process, pid_t thread)
{
	char path[64], stat[256] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", (int)process, (int)thread);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, stat, sizeof(stat) - 1) <= 0)
		cr_assert_fail("%s: %s", path, strerror(errno));
	close(fd);
	return strrchr(stat, ')')[2];
}

/* Returns 0 on success. */
static int be_hostile(struct hostile *h, struct uiosim *d, const char *silent)
{
	pthread_t reader, mapper;
	volatile uint8_t *first;
	struct stat st;
	int file;

	h->fd = open_node(d);
	first = map_node(h->fd, 0, PAGE, PROT_READ);
	(void)*first;
	file = open(silent, O_RDONLY);
	/* This fstat() makes the kernel ask for the file's length. */
	if (fstat(file, &st) || st.st_size != PAGE)
		return 5;
	h->silent = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
	if (h->silent == MAP_FAILED)
		return 1;
	/*
	 * Create the mapping thread first: creating a thread maps its stack, which needs the mmap
	 * lock.
	 */
	if (pthread_create(&mapper, NULL, map_again, h) ||
	    pthread_create(&reader, NULL, read_silent, h))
		return 2;
	pthread_join(mapper, NULL);
	pthread_join(reader, NULL);
	/* The mapping that was being made must have failed, or be revoked as the first one is. */
	if (h->second == MAP_FAILED ? h->error != EINVAL : !gets_sigbus(h->second))
		return 3;
	return gets_sigbus(first) ? 0 : 4;
}

Test(mmap, removal_waits_for_no_process)
{
	struct uiosim *d = plug("hostile-", "memory", NULL, "physical:0:4096", "uio_stub");
	struct hostile *h = shared_page();
	struct silent_file silent;
	int go[2], done[2], status, came;
	struct pollfd p;
	pid_t process, unbinder;
	int64_t begin;

	silent_file_make(&silent, "/tmp/silent");
	cr_assert(pipe(go) == 0 && pipe(done) == 0);
	h->go = go[0];
	process = fork();
	if (!process)
		_exit(be_hostile(h, d, silent.path));
	silent_file_await(&silent);
	cr_assert_eq(write(go[1], "", 1), 1);
	for (begin = now(); !__atomic_load_n(&h->mapping, __ATOMIC_ACQUIRE) ||
			    thread_state(process, h->mapping) != 'D';)
		cr_assert_lt(now() - begin, 2 * LATE);

	unbinder = fork();
	if (!unbinder) {
		OK(uiosim_unbind(d));
		_exit(write(done[1], "", 1) != 1);
	}
	close(done[1]);
	p = (struct pollfd){ .fd = done[0], .events = POLLIN };
	came = poll(&p, 1, LATE / MS);
	/* The result is known, so end the read that waits. */
	silent_file_give_up(&silent);
	waitpid(unbinder, &status, 0);
	waitpid(process, &status, 0);
	cr_assert_eq(came, 1, "unbinding waits for the process");
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the process ended with 0x%x",
		  status);
	uiosim_free(d);
}

static void fill(struct uiosim *d, unsigned int pages)
{
	for (unsigned int i = 0; i < pages; i++) {
		uint8_t number = (uint8_t)(i + 1);

		OK(uiosim_write_map(d, 1, (size_t)i * PAGE, &number, 1));
	}
}

/*
 * After a partial munmap() or mremap(), each page still shows the same memory, whenever it is
 * first accessed.
 */
Test(mmap, parts)
{
	struct uiosim *d =
		plug("parts-", "memory", NULL, "physical:0:4096,physical:0:32768", "uio_stub");
	int fd = open_node(d);
	volatile uint8_t *p = map_node(fd, 1, 8 * PAGE, PROT_READ | PROT_WRITE), *moved, *half;

	fill(d, 8);
	cr_assert_eq(munmap((void *)p, PAGE), 0);
	cr_assert_eq(munmap((void *)(p + 4 * PAGE), PAGE), 0);
	moved = mremap((void *)(p + 6 * PAGE), 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		       p);
	cr_assert_eq(moved, p, "%s", strerror(errno));
	cr_assert_eq(mprotect((void *)(p + 2 * PAGE), PAGE, PROT_READ), 0);
	for (int i = 2; i < 6; i++)
		if (i != 4)
			cr_assert_eq(p[i * PAGE], i + 1, "page %d is %u", i, p[i * PAGE]);
	cr_assert_eq(moved[0], 7);
	cr_assert_eq(moved[PAGE], 8);
	/* Move pages that were accessed before. */
	half = mremap((void *)(moved + PAGE), PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		      p + 6 * PAGE);
	cr_assert_neq((void *)half, MAP_FAILED, "%s", strerror(errno));
	cr_assert_eq(*half, 8);
	OK(uiosim_unbind(d));
	cr_assert(gets_sigbus(p) && gets_sigbus(p + 2 * PAGE) && gets_sigbus(p + 3 * PAGE) &&
		  gets_sigbus(p + 5 * PAGE) && gets_sigbus(half));
	close(fd);
	munmap((void *)p, 8 * PAGE);
	uiosim_free(d);
}

/* No page was accessed before the mapping was revoked. No access after that may fill it. */
Test(mmap, touched_too_late)
{
	struct uiosim *d = uiosim_new("late-");
	volatile uint8_t *regs, *dma;
	int fd;

	OK(uiosim_set(d, "model", "ring"));
	OK(uiosim_go_live(d));
	OK(uiosim_stub_options(d, "dma=64K"));
	OK(uiosim_bind(d, "uio_stub"));
	fd = open_node(d);
	regs = map_node(fd, 0, PAGE, PROT_READ | PROT_WRITE);
	dma = map_node(fd, 1, 16 * PAGE, PROT_READ | PROT_WRITE);
	OK(uiosim_unbind(d));
	cr_assert(gets_sigbus(regs));
	cr_assert(gets_sigbus(dma));
	/* The device is bound again: the old mappings must not reach it. */
	OK(uiosim_bind(d, "uio_stub"));
	cr_assert(gets_sigbus(regs));
	cr_assert(gets_sigbus(dma));
	munmap((void *)regs, PAGE);
	munmap((void *)dma, 16 * PAGE);
	close(fd);
	uiosim_free(d);
}

static long faults(const volatile uint8_t *p, size_t size)
{
	struct rusage before, after;

	getrusage(RUSAGE_THREAD, &before);
	for (size_t i = 0; i < size; i += PAGE)
		(void)p[i];
	getrusage(RUSAGE_THREAD, &after);
	return after.ru_minflt - before.ru_minflt;
}

/* The number of page faults, and when they happen: real-time programs depend on it. */
Test(mmap, faults)
{
	enum { LARGE = 32 << 20, BLOCK = 2 << 20 };
	struct uiosim *d =
		plug("faults-", "memory", NULL, "physical:0:65536,physical:0:33554432", "uio_stub");
	int fd = open_node(d);
	volatile uint8_t *small = map_node(fd, 0, 16 * PAGE, PROT_READ),
			 *large = map_node(fd, 1, LARGE, PROT_READ);
	long n;

	faults(small, 0);
	cr_assert_eq(faults(small + 7 * PAGE, PAGE), 1);
	cr_assert_eq(faults(small, 16 * PAGE), 0, "the first access was to fill it all");
	n = faults(large, LARGE);
	cr_assert(n == LARGE / BLOCK || n == LARGE / BLOCK + 1, "%ld page faults for %d blocks", n,
		  LARGE / BLOCK);
	cr_assert_eq(faults(large, LARGE), 0);
	munmap((void *)small, 16 * PAGE);
	munmap((void *)large, LARGE);
	close(fd);
	uiosim_free(d);
}

/*
 * Processes that access their parent's mapping all the time, until it is revoked and afterwards.
 * They fork while it is revoked.
 */
struct family {
	atomic_bool gone;
	atomic_uint born, stale;
};

static void end_well(int signal)
{
	_exit(signal == SIGBUS ? 0 : 1);
}

static void touch_for_ever(struct family *f, const volatile uint8_t *p)
{
	signal(SIGBUS, end_well);
	for (unsigned int i = 0;; i++) {
		bool gone = f->gone;

		(void)p[i % 16 * PAGE];
		if (gone) {
			f->stale++;
			_exit(1);
		}
	}
}

static void multiply(struct family *f, const volatile uint8_t *p)
{
	while (!f->gone) {
		pid_t child = fork();

		if (!child)
			touch_for_ever(f, p);
		f->born++;
		/* End every third process, so that their number stays small. */
		if (f->born % 3 == 0) {
			kill(child, SIGKILL);
			waitpid(child, NULL, 0);
		} else if (f->born > 6) {
			break;
		}
	}
	while (wait(NULL) > 0)
		;
	_exit(0);
}

Test(mmap, forks_and_faults)
{
	struct uiosim *d = plug("forks-", "memory", NULL, "physical:0:65536", "uio_stub");
	struct family *f = shared_page();

	for (int round = 0; round < 30; round++) {
		volatile uint8_t *p;
		pid_t parents[2];
		int fd = open_node(d);

		p = map_node(fd, 0, 16 * PAGE, PROT_READ | PROT_WRITE);
		f->born = 0;
		f->gone = false;
		/*
		 * Before the first fork the mapping is empty; before the second one it is filled.
		 */
		for (int i = 0; i < 2; i++) {
			parents[i] = fork();
			if (!parents[i])
				multiply(f, p);
			if (!i)
				(void)*p;
		}
		while (f->born < 1 + (unsigned int)round % 5)
			sched_yield();
		OK(uiosim_unbind(d));
		f->gone = true;
		for (int i = 0; i < 2; i++)
			waitpid(parents[i], NULL, 0);
		cr_assert_eq(f->stale, 0, "round %d", round);
		cr_assert(gets_sigbus(p));
		munmap((void *)p, 16 * PAGE);
		close(fd);
		OK(uiosim_bind(d, "uio_stub"));
	}
	uiosim_free(d);
}
