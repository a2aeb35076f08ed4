/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A debugger's access to uio_stub's mappings: gdb reads and writes through /proc/PID/mem and
 * through ptrace(2).
 */
#include "mmap.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pci-fixture.h"

static ssize_t peek(const volatile void *at, void *to, size_t size)
{
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	ssize_t n = pread(fd, to, size, (off_t)(uintptr_t)at);

	close(fd);
	return n;
}

static ssize_t poke(const volatile void *at, const void *from, size_t size)
{
	int fd = open("/proc/self/mem", O_WRONLY | O_CLOEXEC);
	ssize_t n = pwrite(fd, from, size, (off_t)(uintptr_t)at);

	close(fd);
	return n;
}

/* Fork a process with this process's mappings, and stop it. */
static pid_t debuggee(void)
{
	pid_t child = fork();
	int status;

	if (!child) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFSTOPPED(status));
	return child;
}

static void debuggee_end(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/*
 * Read and write one page of a map in every way. If `dummy` is NULL, the first word must be `word`,
 * and nothing is written.
 */
static void check(struct uiosim *dummy, int fd, unsigned int index, long word)
{
	volatile uint8_t *p = map_node(fd, index, 2 * PAGE, PROT_READ | PROT_WRITE), *ro;
	uint8_t bytes[300] = "";
	pid_t child;
	long got;

	/*
	 * The first access finds an empty page table, the second one a filled one: both read the
	 * same.
	 */
	for (int touched = 0; touched < 2; touched++) {
		cr_assert_eq(peek(p, &got, sizeof(got)), (ssize_t)sizeof(got), "map %u: %s", index,
			     strerror(errno));
		cr_assert_eq((uint32_t)got, (uint32_t)word, "map %u reads 0x%lx", index, got);
		(void)*p;
	}
	child = debuggee();
	errno = 0;
	got = ptrace(PTRACE_PEEKDATA, child, p, NULL);
	cr_assert(!errno && (uint32_t)got == (uint32_t)word, "map %u, ptrace: 0x%lx, %s", index,
		  got, strerror(errno));
	ro = map_node(fd, index, PAGE, PROT_READ);
	cr_assert_eq(poke(ro, "no", 2), -1, "map %u: written through a mapping that is read-only",
		     index);
	munmap((void *)ro, PAGE);
	if (dummy) {
		/* Access across a page boundary: exactly these bytes. */
		OK(uiosim_write_map(dummy, index, PAGE - 3, "abcdef", 6));
		cr_assert_eq(peek(p + PAGE - 3, bytes, 6), 6);
		cr_assert_arr_eq(bytes, "abcdef", 6);
		cr_assert_eq(poke(p + PAGE - 2, "BCDE", 4), 4, "%s", strerror(errno));
		OK(uiosim_read_map(dummy, index, PAGE - 3, bytes, 6));
		cr_assert_arr_eq(bytes, "aBCDEf", 6);
		cr_assert_eq(ptrace(PTRACE_POKEDATA, child, p + 8, 0x1122334455667788), 0, "%s",
			     strerror(errno));
		OK(uiosim_read_map(dummy, index, 8, &got, sizeof(got)));
		cr_assert_eq(got, 0x1122334455667788);
	}
	/* The read stops at the end of the mapping, although the device's memory continues. */
	cr_assert_eq(munmap((void *)(p + PAGE), PAGE), 0);
	cr_assert_eq(peek(p + PAGE - 4, bytes, sizeof(bytes)), 4);
	debuggee_end(child);
	munmap((void *)p, PAGE);
}

/* Uncached and write-combining memory of a simulated device; then access after its removal. */
Test(debug, simulated)
{
	struct uiosim *d =
		plug("debug-", "memory", NULL, "physical:0:8192,prefetchable:0:8192", "uio_stub");
	long word = 0x00c0ffee;
	volatile uint8_t *p;
	pid_t child;
	int fd = open_node(d);

	for (unsigned int i = 0; i < 2; i++) {
		OK(uiosim_write_map(d, i, 0, &word, sizeof(word)));
		check(d, fd, i, word);
	}
	p = map_node(fd, 0, PAGE, PROT_READ | PROT_WRITE);
	child = debuggee();
	OK(uiosim_unbind(d));
	cr_assert_eq(peek(p, &word, sizeof(word)), -1);
	cr_assert_eq(errno, EIO);
	cr_assert_eq(poke(p, &word, sizeof(word)), -1);
	errno = 0;
	ptrace(PTRACE_PEEKDATA, child, p, NULL);
	cr_assert_eq(errno, EIO);
	debuggee_end(child);
	munmap((void *)p, PAGE);
	close(fd);
	uiosim_free(d);
}

/* Registers, VRAM and DMA memory of PCI cards. */
Test(debug, cards)
{
	volatile uint8_t *dma;
	struct card c;

	fixture_bind(&c, PCI_EDU, "dma=16K");
	fixture_open(&c);
	dma = map_node(c.fd, 1, PAGE, PROT_READ | PROT_WRITE);
	strcpy((char *)dma, "in DMA memory");
	check(NULL, c.fd, 0, 0x010000ed);
	check(NULL, c.fd, 1, *(const volatile int *)dma);
	munmap((void *)dma, PAGE);
	fixture_close(&c);
	pci_unbind(c.address);

	fixture_bind(&c, PCI_BOCHS, NULL);
	fixture_open(&c);
	dma = map_node(c.fd, 0, PAGE, PROT_READ | PROT_WRITE);
	strcpy((char *)dma, "in VRAM");
	check(NULL, c.fd, 0, *(const volatile int *)dma);
	munmap((void *)dma, PAGE);
	fixture_close(&c);
	pci_unbind(c.address);
}
