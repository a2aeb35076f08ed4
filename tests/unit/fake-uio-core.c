/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A fake UIO core: wrappers of the system calls on the files that replace
 * nodes; all other calls pass through. They behave like uio_open, uio_read,
 * uio_write, uio_poll and uio_mmap in drivers/uio/uio.c.
 */
#include "fake-sysfs.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

int __real_open(const char *path, int flags, ...);
int __real_openat(int dirfd, const char *path, int flags, ...);
int __real_close(int fd);
int __real_fstat(int fd, struct stat *st);
int __real_stat(const char *path, struct stat *st);
ssize_t __real_read(int fd, void *buffer, size_t size);
ssize_t __real_write(int fd, const void *buffer, size_t size);
int __real_poll(struct pollfd *fds, nfds_t count, int timeout);
int __real_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
		 const sigset_t *mask);
int __real_clock_gettime(clockid_t id, struct timespec *t);
void *__real_mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);

int __wrap_open(const char *path, int flags, ...);
int __wrap_openat(int dirfd, const char *path, int flags, ...);
int __wrap_close(int fd);
int __wrap_fstat(int fd, struct stat *st);
int __wrap_stat(const char *path, struct stat *st);
ssize_t __wrap_read(int fd, void *buffer, size_t size);
ssize_t __wrap_write(int fd, const void *buffer, size_t size);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
		 const sigset_t *mask);
int __wrap_clock_gettime(clockid_t id, struct timespec *t);
void *__wrap_mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);

struct device {
	ino_t inode;
	dev_t dev;
	dev_t rdev;
	bool is_char;
	unsigned int generation; /* counts owners of the number: listeners of former ones get EIO */
	enum core_irq irq;
	uint32_t event;
	int32_t control;
	unsigned int reads, writes, polls, opens;
	const char *config;
	void (*closed)(void);
	int control_error, mmap_error;
	bool spurious, pending;
};

struct listener {
	unsigned int number, generation;
	uint32_t event;
	int notify; /* eventfd, signalled at each change */
};

#define MAX_DEVICES 64
#define MAX_FDS	    256
static struct device devices[MAX_DEVICES];
static struct listener *listeners[MAX_FDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct core_mmap last_mmap;
static bool early;
static struct {
	unsigned int at, readings;
	void (*body)(void);
	struct timespec time;
} jump;

static void need(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	abort();
}

const char *core_map_file(unsigned int number, unsigned int map)
{
	static char path[64];

	snprintf(path, sizeof(path), "backing/uio%u.map%u", number, map);
	return path;
}

void core_add(unsigned int number, enum core_irq irq)
{
	char path[32];
	struct stat st;

	if (number >= MAX_DEVICES)
		return;
	snprintf(path, sizeof(path), "dev/uio%u", number);
	tree_write(path, "%s", "");
	need(__real_stat(path, &st) == 0, path);
	devices[number] = (struct device){ .inode = st.st_ino,
					   .dev = st.st_dev,
					   .rdev = makedev(240, number),
					   .is_char = true,
					   .irq = irq,
					   .generation = devices[number].generation + 1 };
}

static void notify(unsigned int number)
{
	const uint64_t one = 1;

	for (int fd = 0; fd < MAX_FDS; fd++)
		if (listeners[fd] && listeners[fd]->number == number)
			need(__real_write(listeners[fd]->notify, &one, sizeof(one)) == sizeof(one),
			     "notify");
}

void core_set_event(unsigned int number, uint32_t event)
{
	pthread_mutex_lock(&lock);
	devices[number].event = event;
	/* Replaced atomically: a reader sees the old number or the new one. */
	tree_write("event", "%u\n", event);
	need(rename("event", tree_attr(number, "event")) == 0, "event");
	notify(number);
	pthread_mutex_unlock(&lock);
}

void core_event(unsigned int number, uint32_t count)
{
	core_set_event(number, devices[number].event + count);
}

void core_irq(unsigned int number, enum core_irq irq)
{
	devices[number].irq = irq;
}

void core_remove(unsigned int number)
{
	pthread_mutex_lock(&lock);
	devices[number].generation++;
	notify(number);
	pthread_mutex_unlock(&lock);
}

void core_forget(unsigned int number)
{
	devices[number].inode = 0;
}

void core_pend(unsigned int number)
{
	devices[number].pending = true;
}

int32_t core_control(unsigned int number)
{
	return devices[number].control;
}

unsigned int core_writes(unsigned int number)
{
	return devices[number].writes;
}

unsigned int core_reads(unsigned int number)
{
	return devices[number].reads;
}

unsigned int core_polls(unsigned int number)
{
	return devices[number].polls;
}

unsigned int core_opens(unsigned int number)
{
	return devices[number].opens;
}

void core_close_clears(unsigned int number, const char *config, void (*body)(void))
{
	devices[number].config = config;
	devices[number].closed = body;
}

void core_control_error(unsigned int number, int error)
{
	devices[number].control_error = error;
}

void core_mmap_error(unsigned int number, int error)
{
	devices[number].mmap_error = error;
}

void core_spurious(unsigned int number)
{
	devices[number].spurious = true;
}

void core_early(void)
{
	early = true;
}

void core_clock(unsigned int reading, void (*body)(void))
{
	jump.at = reading;
	jump.readings = 0;
	jump.body = body;
}

struct core_mmap core_last_mmap(void)
{
	return last_mmap;
}

void core_set_rdev(unsigned int number, unsigned int major_number, unsigned int minor_number)
{
	devices[number].rdev = makedev(major_number, minor_number);
}

void core_block_device(unsigned int number)
{
	devices[number].is_char = false;
}

static struct {
	const char *end;
	int from, error;
} openat_error;

static struct {
	const char *end;
	void (*body)(void);
} openat_hook;

void core_openat(const char *end, void (*body)(void))
{
	openat_hook.end = end;
	openat_hook.body = body;
}

static bool ends_with(const char *path, const char *end)
{
	return end && strlen(path) >= strlen(end) &&
	       !strcmp(path + strlen(path) - strlen(end), end);
}

void core_openat_error(const char *end, int from, int error)
{
	openat_error.end = end;
	openat_error.from = from;
	openat_error.error = error;
}

static bool refused(const char *path, int flags)
{
	if (!ends_with(path, openat_error.end) || (flags & O_ACCMODE) < openat_error.from)
		return false;
	errno = openat_error.error;
	return true;
}

static struct {
	unsigned int nth;
	int error;
} readdir_error;

void core_readdir_error(unsigned int nth, int error)
{
	readdir_error.nth = error ? nth : 0;
	readdir_error.error = error;
}

struct dirent *__real_readdir(DIR *dir);
struct dirent *__wrap_readdir(DIR *dir);

struct dirent *__wrap_readdir(DIR *dir)
{
	struct dirent *entry = __real_readdir(dir);

	if (!entry && readdir_error.nth && !--readdir_error.nth)
		errno = readdir_error.error;
	return entry;
}

static struct {
	unsigned int count;
	uint64_t physical, entry;
	void *last;
	bool at_close;
} hugepages;

void core_hugepages(unsigned int count, uint64_t physical, uint64_t entry)
{
	hugepages.count = count;
	hugepages.physical = physical;
	hugepages.entry = entry;
	hugepages.last = NULL;
}

bool core_hugepage_at_close(void)
{
	return hugepages.at_close;
}

/* Ordinary memory with a hugepage's alignment, and a physical address in the fake pagemap. */
static void *hugepage(size_t length, int prot, int flags)
{
	const uintptr_t size = 2 << 20;
	uintptr_t place;
	void *memory;
	int fd;

	need(length == size, "mmap of hugepages");
	last_mmap = (struct core_mmap){ .length = length, .prot = prot, .flags = flags };
	if (!hugepages.count--) {
		hugepages.count = 0;
		errno = ENOMEM;
		return MAP_FAILED;
	}
	memory = __real_mmap(NULL, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	need(memory != MAP_FAILED, "mmap");
	place = ((uintptr_t)memory + size - 1) / size * size;
	memory = __real_mmap((void *)place, size, prot, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1,
			     0);
	need(memory != MAP_FAILED, "mmap");
	tree_write("proc/self/pagemap", "%s", "");
	fd = __real_open("proc/self/pagemap", O_WRONLY | O_CLOEXEC);
	for (uintptr_t i = 0; i < size / PAGE; i++) {
		uint64_t entry = hugepages.entry ?
					 hugepages.entry :
					 UINT64_C(1) << 63 | (hugepages.physical / PAGE + i);

		need(pwrite(fd, &entry, sizeof(entry),
			    (off_t)((place / PAGE + i) * sizeof(entry))) == sizeof(entry),
		     "pagemap");
	}
	__real_close(fd);
	hugepages.physical += 1 << 30;
	hugepages.last = memory;
	return memory;
}

/* ---- the wrappers ---- */

static struct device *device_of(const struct stat *st)
{
	for (int i = 0; i < MAX_DEVICES; i++)
		if (devices[i].inode == st->st_ino && devices[i].dev == st->st_dev &&
		    devices[i].inode)
			return &devices[i];
	return NULL;
}

static void pretend(struct stat *st)
{
	struct device *d = device_of(st);

	if (d) {
		st->st_mode = (st->st_mode & ~(mode_t)S_IFMT) | (d->is_char ? S_IFCHR : S_IFBLK);
		st->st_rdev = d->rdev;
	}
}

int __wrap_fstat(int fd, struct stat *st)
{
	int result = __real_fstat(fd, st);

	if (result == 0)
		pretend(st);
	return result;
}

int __wrap_stat(const char *path, struct stat *st)
{
	int result = __real_stat(path, st);

	if (result == 0)
		pretend(st);
	return result;
}

static void clear_bus_master(const char *config)
{
	int fd = __real_open(config, O_RDWR | O_CLOEXEC);
	unsigned char byte = 0;

	need(fd >= 0 && pread(fd, &byte, 1, 4) == 1, config);
	byte &= (unsigned char)~4u;
	need(pwrite(fd, &byte, 1, 4) == 1, config);
	__real_close(fd);
}

int __wrap_close(int fd)
{
	struct device *d = NULL;
	unsigned char here;
	int result;

	if (fd >= 0 && fd < MAX_FDS && listeners[fd]) {
		d = &devices[listeners[fd]->number];
		hugepages.at_close = hugepages.last && mincore(hugepages.last, 1, &here) == 0;
		__real_close(listeners[fd]->notify);
		free(listeners[fd]);
		listeners[fd] = NULL;
	}
	result = __real_close(fd);
	if (d && d->config)
		clear_bus_master(d->config);
	if (d && d->closed)
		d->closed();
	return result;
}

int __wrap_open(const char *path, int flags, ...)
{
	struct device *d = NULL;
	struct stat st;
	mode_t mode = 0;
	va_list args;
	int fd;

	if (flags & O_CREAT) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	if (refused(path, flags))
		return -1;
	fd = __real_open(path, flags, mode);
	if (fd < 0 || fd >= MAX_FDS || __real_fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return fd;
	d = device_of(&st);
	if (!d)
		return fd;
	/* The device is unregistered, but its node isn't removed yet. */
	if (d->generation % 2 == 0) {
		__real_close(fd);
		errno = EINVAL;
		return -1;
	}
	d->opens++;
	listeners[fd] = calloc(1, sizeof(*listeners[fd]));
	need(listeners[fd], "listener");
	listeners[fd]->number = (unsigned int)(d - devices);
	listeners[fd]->generation = d->generation;
	listeners[fd]->event = d->event;
	listeners[fd]->notify = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return fd;
}

int __wrap_openat(int dirfd, const char *path, int flags, ...)
{
	void (*body)(void) = openat_hook.body;

	if (ends_with(path, openat_hook.end)) {
		openat_hook.end = NULL;
		body();
	}
	if (refused(path, flags))
		return -1;
	/* The library creates no files, so there is no mode. */
	return __real_openat(dirfd, path, flags, 0);
}

static bool gone(const struct listener *l)
{
	return l->generation != devices[l->number].generation;
}

static struct listener *listener_of(int fd)
{
	return fd >= 0 && fd < MAX_FDS ? listeners[fd] : NULL;
}

ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
	struct listener *l = listener_of(fd);
	struct device *d;

	if (!l)
		return __real_read(fd, buffer, size);
	d = &devices[l->number];
	d->reads++;
	if (size != 4) {
		errno = EINVAL;
		return -1;
	}
	for (;;) {
		struct pollfd p = { .fd = l->notify, .events = POLLIN };
		uint64_t ignored;
		ssize_t drained;

		pthread_mutex_lock(&lock);
		drained = __real_read(l->notify, &ignored, sizeof(ignored));
		(void)drained;
		if (gone(l) || d->irq == CORE_NO_IRQ) {
			pthread_mutex_unlock(&lock);
			errno = EIO;
			return -1;
		}
		if (d->event != l->event) {
			l->event = d->event;
			memcpy(buffer, &l->event, 4);
			pthread_mutex_unlock(&lock);
			return 4;
		}
		pthread_mutex_unlock(&lock);
		if (fcntl(fd, F_GETFL) & O_NONBLOCK) {
			errno = EAGAIN;
			return -1;
		}
		if (__real_poll(&p, 1, -1) < 0)
			return -1;
	}
}

ssize_t __wrap_write(int fd, const void *buffer, size_t size)
{
	struct listener *l = listener_of(fd);
	struct device *d;

	if (!l)
		return __real_write(fd, buffer, size);
	d = &devices[l->number];
	d->writes++;
	if (size != 4 || gone(l))
		errno = EINVAL;
	else if (d->irq == CORE_NO_IRQ)
		errno = EIO;
	else if (d->irq == CORE_NO_IRQCONTROL)
		errno = ENOSYS;
	else if (d->control_error)
		errno = d->control_error;
	else
		goto control;
	return -1;

control:
	memcpy(&d->control, buffer, 4);
	if (d->control && d->pending) {
		d->pending = false;
		core_event(l->number, 1);
	}
	return 4;
}

/*
 * Before the real poll: replace a node's descriptor by the eventfd, unless the result is known.
 * After it: translate the result.
 */
static bool substitute(struct pollfd *fds, struct pollfd *ours, nfds_t count)
{
	bool ready = false;

	for (nfds_t i = 0; i < count; i++) {
		struct listener *l = listener_of(fds[i].fd);
		struct device *d;

		ours[i] = fds[i];
		if (!l)
			continue;
		d = &devices[l->number];
		d->polls++;
		ours[i].fd = l->notify;
		ready = ready || gone(l) || d->irq == CORE_NO_IRQ || d->event != l->event ||
			d->spurious;
	}
	return ready;
}

static int results(struct pollfd *fds, struct pollfd *ours, nfds_t count)
{
	int ready = 0;

	for (nfds_t i = 0; i < count; i++) {
		struct listener *l = listener_of(fds[i].fd);
		struct device *d;

		fds[i].revents = l ? 0 : ours[i].revents;
		if (l) {
			d = &devices[l->number];
			if (gone(l) || d->irq == CORE_NO_IRQ)
				fds[i].revents = POLLIN | POLLERR | POLLHUP;
			else if (d->event != l->event || d->spurious)
				fds[i].revents = POLLIN;
			d->spurious = false;
		}
		ready += fds[i].revents != 0;
	}
	return ready;
}

int __wrap_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
		 const sigset_t *mask)
{
	static const struct timespec zero;
	struct pollfd ours[8];
	int ready;

	need(count <= 8, "ppoll");
	if (early) {
		early = false;
		for (nfds_t i = 0; i < count; i++)
			fds[i].revents = 0;
		return 0;
	}
	do {
		bool now_ready = substitute(fds, ours, count);

		ready = __real_ppoll(ours, count, now_ready ? &zero : timeout, mask);
		if (ready < 0)
			return ready;
		if (!now_ready && ready == 0)
			return results(fds, ours, count);
		ready = results(fds, ours, count);
		/* Woken by an event that was consumed before: drain the eventfd and sleep again. */
		for (nfds_t i = 0; ready == 0 && i < count; i++) {
			uint64_t ignored;

			if (listener_of(fds[i].fd) &&
			    __real_read(ours[i].fd, &ignored, sizeof(ignored)) < 0)
				continue;
		}
	} while (ready == 0);
	return ready;
}

int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
	if (!jump.body || id != CLOCK_MONOTONIC)
		return __real_clock_gettime(id, t);
	if (!jump.readings)
		__real_clock_gettime(id, &jump.time);
	if (++jump.readings == jump.at) {
		jump.time.tv_sec++;
		jump.body();
	}
	*t = jump.time;
	return 0;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	struct timespec t = { .tv_sec = timeout / 1000, .tv_nsec = timeout % 1000 * 1000000 };

	for (nfds_t i = 0; i < count; i++)
		if (listener_of(fds[i].fd))
			return __wrap_ppoll(fds, count, timeout < 0 ? NULL : &t, NULL);
	return __real_poll(fds, count, timeout);
}

/*
 * Allow only mappings from the beginning of a map, of at most the pages that addr and size
 * span: the backing file's size.
 */
void *__wrap_mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
	struct listener *l = listener_of(fd);
	struct device *d;
	struct stat st;
	void *mapping;
	int backing;

	if (flags & MAP_HUGETLB)
		return hugepage(length, prot, flags);
	if (!l)
		return __real_mmap(addr, length, prot, flags, fd, offset);
	d = &devices[l->number];
	last_mmap = (struct core_mmap){ .index = (unsigned int)(offset / PAGE),
					.length = length,
					.prot = prot,
					.flags = flags };
	if (gone(l) || d->mmap_error) {
		errno = gone(l) ? EINVAL : d->mmap_error;
		return MAP_FAILED;
	}
	backing = __real_open(core_map_file(l->number, last_mmap.index), O_RDWR | O_CLOEXEC);
	if (backing < 0 || __real_fstat(backing, &st) < 0 || (off_t)length > st.st_size ||
	    !(flags & MAP_SHARED)) {
		if (backing >= 0)
			__real_close(backing);
		errno = EINVAL;
		return MAP_FAILED;
	}
	if (prot & PROT_WRITE && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY) {
		__real_close(backing);
		errno = EACCES;
		return MAP_FAILED;
	}
	mapping = __real_mmap(addr, length, prot, flags, backing, 0);
	__real_close(backing);
	return mapping;
}
