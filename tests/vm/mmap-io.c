/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Other uses of a pointer into uio_stub's DMA memory: zero-copy I/O by the kernel, also while the
 * device is removed.
 */
#include "mmap.h"

#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pci-fixture.h"

enum { SIZE = 64 << 10 };

/* Two pages of DMA memory for I/O. */
struct pair {
	uint8_t *a, *b;
};

static void scribble(uint8_t *page, unsigned int seed)
{
	for (int i = 0; i < PAGE; i++)
		page[i] = (uint8_t)(i * 7 + i / 256 + (int)seed);
}

static void o_direct(struct pair m)
{
	int disk;

	cr_assert_eq(system("modprobe brd rd_nr=1 rd_size=1024"), 0);
	disk = open("/dev/ram0", O_RDWR | O_DIRECT | O_CLOEXEC);
	cr_assert_geq(disk, 0, "%s", strerror(errno));
	scribble(m.a, 1);
	cr_assert_eq(pwrite(disk, m.a, PAGE, 0), PAGE, "O_DIRECT write: %s", strerror(errno));
	memset(m.b, 0, PAGE);
	cr_assert_eq(pread(disk, m.b, PAGE, 0), PAGE, "O_DIRECT read: %s", strerror(errno));
	cr_assert_arr_eq(m.b, m.a, PAGE);
	close(disk);
}

static void splice_into(int pipe, uint8_t *page)
{
	struct iovec part = { page, PAGE };

	cr_assert_eq(vmsplice(pipe, &part, 1, 0), PAGE, "vmsplice: %s", strerror(errno));
}

static void vmspliced(struct pair m)
{
	int pipes[2];

	cr_assert_eq(pipe(pipes), 0);
	scribble(m.a, 2);
	splice_into(pipes[1], m.a);
	cr_assert_eq(read(pipes[0], m.b, PAGE), PAGE);
	cr_assert_arr_eq(m.b, m.a, PAGE);
	close(pipes[0]);
	close(pipes[1]);
}

static void loopback_up(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	cr_assert_eq(ioctl(fd, SIOCSIFFLAGS, &lo), 0, "%s", strerror(errno));
	close(fd);
}

static void msg_zerocopy(struct pair m)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int from = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
	    into = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1;
	socklen_t length = sizeof(to);
	char control[100];
	struct msghdr told = { .msg_control = control, .msg_controllen = sizeof(control) };
	struct pollfd p = { .fd = from };

	loopback_up();
	cr_assert_eq(bind(into, (struct sockaddr *)&to, sizeof(to)), 0, "%s", strerror(errno));
	cr_assert_eq(getsockname(into, (struct sockaddr *)&to, &length), 0);
	cr_assert_eq(setsockopt(from, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)), 0, "%s",
		     strerror(errno));
	scribble(m.a, 3);
	cr_assert_eq(sendto(from, m.a, PAGE, MSG_ZEROCOPY, (struct sockaddr *)&to, sizeof(to)),
		     PAGE, "MSG_ZEROCOPY: %s", strerror(errno));
	cr_assert_eq(recv(into, m.b, PAGE, 0), PAGE);
	cr_assert_arr_eq(m.b, m.a, PAGE);
	/* Wait for the notification that the program may reuse the memory. */
	cr_assert_eq(poll(&p, 1, LATE / MS), 1);
	cr_assert_geq(recvmsg(from, &told, MSG_ERRQUEUE), 0, "%s", strerror(errno));
	close(from);
	close(into);
}

/* A process without the mapping reads ours. */
static void process_vm(struct pair m)
{
	pid_t parent = getpid(), child;
	int status;

	scribble(m.a, 4);
	child = fork();
	if (!child) {
		static uint8_t copy[PAGE];
		struct iovec mine = { copy, PAGE }, theirs = { m.a, PAGE };
		uint8_t first = m.a[0];

		munmap(m.a, PAGE);
		_exit(process_vm_readv(parent, &mine, 1, &theirs, 1, 0) != PAGE ||
		      copy[0] != first);
	}
	waitpid(child, &status, 0);
	cr_assert_eq(status, 0, "process_vm_readv");
}

/* A ring with both pages as fixed buffers, or -1 with errno. */
static int uring_new(struct pair m)
{
	struct io_uring_params params = { 0 };
	struct iovec parts[] = { { m.a, PAGE }, { m.b, PAGE } };
	int ring = (int)syscall(SYS_io_uring_setup, 1, &params), error;

	cr_assert_geq(ring, 0, "%s", strerror(errno));
	if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, parts, 2) == 0)
		return ring;
	error = errno;
	close(ring);
	errno = error;
	return -1;
}

/*
 * Linux 6.1 accepts a file's memory as fixed buffers only from shmem and hugetlbfs: io_pin_pages().
 */
static bool uring_takes_files(void)
{
	struct utsname u;

	uname(&u);
	return atof(u.release) != 6.1;
}

static void fixed_buffers(struct pair m)
{
	int ring = uring_new(m);

	if (uring_takes_files()) {
		cr_assert_geq(ring, 0, "fixed buffers: %s", strerror(errno));
		close(ring);
	} else {
		cr_assert(ring == -1 && errno == EOPNOTSUPP, "%s", strerror(errno));
	}
}

/* For a shared futex, the kernel looks up the object behind the address. This memory has none. */
static void futexes(struct pair m)
{
	*(uint32_t *)m.a = 1;
	cr_assert(syscall(SYS_futex, m.a, FUTEX_WAIT_PRIVATE, 0, NULL) == -1 && errno == EAGAIN,
		  "%s", strerror(errno));
	cr_assert(syscall(SYS_futex, m.a, FUTEX_WAIT, 0, NULL) == -1 && errno == EFAULT, "%s",
		  strerror(errno));
}

/* Requests for memory in general: the memory and its content stay. */
static void advice(struct pair m)
{
	uint8_t resident;

	scribble(m.a, 5);
	cr_assert_eq(mlock(m.a, PAGE), 0, "%s", strerror(errno));
	cr_assert_eq(madvise(m.a, PAGE, MADV_DONTNEED), 0, "%s", strerror(errno));
	cr_assert_eq(madvise(m.a, PAGE, MADV_POPULATE_WRITE), 0, "%s", strerror(errno));
	madvise(m.a, PAGE, MADV_PAGEOUT);
	cr_assert_eq(mincore(m.a, PAGE, &resident), 0);
	scribble(m.b, 5);
	cr_assert_arr_eq(m.a, m.b, PAGE);
}

static void all(uint8_t *memory)
{
	const struct pair m = { memory, memory + 5 * PAGE };

	o_direct(m);
	vmspliced(m);
	msg_zerocopy(m);
	process_vm(m);
	fixed_buffers(m);
	futexes(m);
	advice(m);
}

/* Check each page: the kernel may have joined pages to larger blocks. */
static void every_page(uint8_t *memory)
{
	int pipes[2];
	uint8_t copy;

	cr_assert_eq(pipe(pipes), 0);
	for (int i = 0; i < SIZE; i += PAGE) {
		memory[i] = (uint8_t)(i / PAGE + 1);
		splice_into(pipes[1], memory + i);
	}
	for (int i = 0; i < SIZE; i++) {
		cr_assert_eq(read(pipes[0], &copy, 1), 1);
		if (i % PAGE == 0)
			cr_assert_eq(copy, i / PAGE + 1);
	}
	close(pipes[0]);
	close(pipes[1]);
}

static struct uiosim *plug_ring(void)
{
	struct uiosim *d = uiosim_new("io-");

	OK(uiosim_set(d, "model", "ring"));
	OK(uiosim_go_live(d));
	OK(uiosim_stub_options(d, "dma=64K"));
	OK(uiosim_bind(d, "uio_stub"));
	return d;
}

/* DMA memory that was allocated page by page. The next test uses memory in one block. */
Test(io, gathered)
{
	struct uiosim *d = plug_ring();
	int fd = open_node(d);
	uint8_t *memory = (uint8_t *)map_node(fd, 1, SIZE, PROT_READ | PROT_WRITE);

	all(memory);
	every_page(memory);
	munmap(memory, SIZE);
	close(fd);
	uiosim_free(d);
}

Test(io, block)
{
	struct card c;
	uint8_t *memory;

	fixture_bind(&c, PCI_EDU, "dma=64K");
	fixture_open(&c);
	memory = (uint8_t *)map_node(c.fd, 1, SIZE, PROT_READ | PROT_WRITE);
	all(memory);
	every_page(memory);
	munmap(memory, SIZE);
	fixture_close(&c);
	pci_unbind(c.address);
}

/* Allocate and free much memory, so that freed pages are reused. */
static void stir(void)
{
	size_t size = 100 << 20;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(p, MAP_FAILED);
	memset(p, 0xff, size);
	munmap(p, size);
}

/*
 * A page that is in a pipe when the device is removed belongs to the pipe until it is read. It is
 * neither reused nor lost.
 */
Test(io, under_way_when_the_device_goes)
{
	uint8_t *memory, expected[PAGE], got[PAGE];
	int pipes[2];
	struct card c;

	cr_assert_eq(pipe(pipes), 0);
	fixture_bind(&c, PCI_EDU, "dma=64K");
	fixture_open(&c);
	memory = (uint8_t *)map_node(c.fd, 1, SIZE, PROT_READ | PROT_WRITE);
	scribble(memory + 3 * PAGE, 6);
	scribble(expected, 6);
	splice_into(pipes[1], memory + 3 * PAGE);
	pci_unbind(c.address);
	cr_assert(gets_sigbus(memory) && gets_sigbus(memory + 3 * PAGE));
	stir();
	cr_assert_eq(read(pipes[0], got, PAGE), PAGE);
	cr_assert_arr_eq(got, expected, PAGE);
	/* No new I/O begins. */
	cr_assert(vmsplice(pipes[1], &(struct iovec){ memory, PAGE }, 1, 0) == -1 &&
			  errno == EFAULT,
		  "%s", strerror(errno));
	munmap(memory, SIZE);
	fixture_close(&c);
	close(pipes[0]);
	close(pipes[1]);
}

/* The next user of the device must not get this page: its data could be read from the pipe. */
Test(io, kept_by_a_former_user)
{
	struct uiosim *d = plug_ring();
	int fd = open_node(d), pipes[2];
	uint8_t *memory = (uint8_t *)map_node(fd, 1, SIZE, PROT_READ | PROT_WRITE), got[PAGE];
	struct uiomap_device *device;

	cr_assert_eq(pipe(pipes), 0);
	memset(memory + 2 * PAGE, 'x', PAGE);
	splice_into(pipes[1], memory + 2 * PAGE);
	munmap(memory, SIZE);
	close(fd);
	FAILS_NULL(uiomap_open(uiosim_name(d), 0), EBUSY);
	cr_assert(strstr(uiomap_error(), "I/O"), "%s", uiomap_error());
	cr_assert_eq(read(pipes[0], got, PAGE), PAGE);
	device = open_dummy(d, 0);
	uiomap_close(device);

	/* The device now has other pages. */
	fd = open_node(d);
	memory = (uint8_t *)map_node(fd, 1, SIZE, PROT_READ | PROT_WRITE);
	memset(memory + 2 * PAGE, 'y', PAGE);
	splice_into(pipes[1], memory + 2 * PAGE);
	munmap(memory, SIZE);
	close(fd);
	OK(uiosim_unbind(d));
	OK(uiosim_bind(d, "uio_stub"));
	fd = open_node(d);
	memory = (uint8_t *)map_node(fd, 1, SIZE, PROT_READ | PROT_WRITE);
	memset(memory, 'z', SIZE);
	cr_assert_eq(read(pipes[0], got, PAGE), PAGE);
	cr_assert(got[0] == 'y' && got[PAGE - 1] == 'y');
	munmap(memory, SIZE);
	close(fd);
	close(pipes[0]);
	close(pipes[1]);
	uiosim_free(d);
}
