/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * uio_stub by plain system calls: the access rights of mappings, options, races, and unloading
 * without remains.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim-fixture.h"
#include <uio_dummy.h>

static void *map_raw(int fd, size_t length, int protection, int flags)
{
	return mmap(NULL, length, protection, flags, fd, 0);
}

#define REFUSED(pointer, ...)                                                                      \
	do {                                                                                       \
		void *refused = (pointer);                                                         \
		cr_assert_eq(refused, MAP_FAILED, __VA_ARGS__);                                    \
	} while (0)

Test(stub, least_right)
{
	struct uiosim *d = plug("right-", "memory", NULL, "physical:64:5000", "uio_stub");
	int rw = open(uiosim_uio_node(d), O_RDWR), ro = open(uiosim_uio_node(d), O_RDONLY);
	void *p;

	cr_assert(rw >= 0 && ro >= 0);
	/* 64 + 5000 bytes are two pages. */
	p = map_raw(rw, 8192, PROT_READ | PROT_WRITE, MAP_SHARED);
	cr_assert_neq(p, MAP_FAILED, "%s", strerror(errno));
	cr_assert_eq(mprotect(p, 8192, PROT_READ | PROT_EXEC), -1, "made executable later");
	cr_assert_eq(mprotect(p, 8192, PROT_READ | PROT_WRITE | PROT_EXEC), -1);
	cr_assert_eq(mremap(p, 8192, 12288, MREMAP_MAYMOVE), MAP_FAILED, "made longer later");
	cr_assert_eq(munmap(p, 8192), 0);
	REFUSED(map_raw(rw, 12288, PROT_READ | PROT_WRITE, MAP_SHARED), "longer than the region");
	REFUSED(map_raw(rw, 8192, PROT_READ | PROT_EXEC, MAP_SHARED), "executable");
	REFUSED(map_raw(rw, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE), "private");
	REFUSED(map_raw(rw, 8192, PROT_READ, MAP_PRIVATE), "private, read-only");
	REFUSED(map_raw(ro, 8192, PROT_READ | PROT_WRITE, MAP_SHARED),
		"writable on a file opened read-only");
	REFUSED(map_raw(ro, 8192, PROT_WRITE, MAP_SHARED), "write-only on a file opened read-only");
	REFUSED(mmap(NULL, 4096, PROT_READ, MAP_SHARED, rw, 4096), "a map that isn't there");
	p = map_raw(ro, 8192, PROT_READ, MAP_SHARED);
	cr_assert_neq(p, MAP_FAILED, "%s", strerror(errno));
	cr_assert_eq(mprotect(p, 8192, PROT_READ | PROT_WRITE), -1, "made writable later");
	cr_assert_eq(mprotect(p, 8192, PROT_READ | PROT_EXEC), -1);
	munmap(p, 8192);
	close(rw);
	close(ro);
	uiosim_free(d);
}

static enum uiomap_memtype memtype_of(struct uiosim *d, unsigned int map)
{
	struct uiomap_info *info = uiomap_find(uiosim_name(d));
	enum uiomap_memtype memtype;

	cr_assert(info, "%s", uiomap_error());
	cr_assert_lt(map, uiomap_info_map_count(info));
	memtype = uiomap_info_map(info, map)->memtype;
	uiomap_info_free(info);
	return memtype;
}

static int set_options(const char *text)
{
	int fd = open("/sys/module/uio_stub/parameters/options", O_WRONLY), error;
	ssize_t length = write(fd, text, strlen(text));

	error = length < 0 ? errno : 0;
	close(fd);
	return error;
}

static void get_options(char *text, size_t size)
{
	FILE *f = fopen("/sys/module/uio_stub/parameters/options", "r");

	cr_assert(f);
	text[fread(text, 1, size - 1, f)] = '\0';
	fclose(f);
}

/*
 * Set more entries than fit into the page that a read returns. Each write is smaller than a page.
 */
static void set_many(const char *keys)
{
	char text[3 * 1500] = "";

	for (int i = 0; i < 60; i++) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, "%sa-name-that-no-device-has-%04d%s",
			 i % 20 ? ";" : "", i, keys);
		if (i % 20 == 19) {
			cr_assert_eq(set_options(text), 0, "%s", text);
			*text = '\0';
		}
	}
}

Test(stub, options_of_more_than_a_page)
{
	static const char keys[] = ",dma=1048576,dma_bits=64,wc=0,wc=1,wc=2,wc=3";
	char text[8192];
	size_t length;

	set_many(keys);
	get_options(text, sizeof(text));
	length = strlen(text);
	cr_assert_lt(length, 4096);
	cr_assert_gt(length, 3900);
	/* A read returns whole entries only: a part of an entry would be a different option. */
	cr_assert_eq(text[length - 1], '\n');
	text[--length] = '\0';
	cr_assert_str_eq(text + length - strlen(keys), keys);
	set_many("");
	get_options(text, sizeof(text));
	cr_assert_null(strstr(text, "no-device"), "%s", text);
}

/* Bind the device, compare the number of its maps, and unbind it. */
static void gets_maps(struct uiosim *d, unsigned int count)
{
	struct uiomap_info *info;

	OK(uiosim_bind(d, "uio_stub"));
	info = uiomap_find(uiosim_name(d));
	cr_assert_eq(uiomap_info_map_count(info), count);
	uiomap_info_free(info);
	OK(uiosim_unbind(d));
}

Test(stub, options)
{
	static const char * const wrong[] = {
		",wc", "x,dma", "x,dma=", "x,dma=0", "x,dma=abc", "x,dma=1Q", "x,wc=5", "x,wc=-1",
		"x,wc=", "x,dma=999999G", "dma=1M", "dma=1M,wc", "x,what=1", "x,wc,",
		"good,wc;x,dma=-1", "x,dma=K", "x,dma=+4096",
		/* the lowest 64 bits of these numbers would be one page or 1 KiB */
		"x,dma=18446744073709555712", "x,dma=0x10000000000001000",
		"x,dma=18014398509481985K"
	};
	struct uiosim *d =
		plug("options-", "memory", NULL, "prefetchable:0:4096,physical:0:4096", "uio_stub");
	struct uiomap_info *info;
	char before[4096], after[4096], text[256];

	/* The text that is read can be written again and changes nothing, also if it is empty. */
	get_options(before, sizeof(before));
	cr_assert_eq(set_options(before), 0, "'%s' was read", before);
	cr_assert_eq(set_options("\n"), 0);
	get_options(after, sizeof(after));
	cr_assert_str_eq(before, after);

	/* Without options, the memory type is that of the resource. */
	cr_assert_eq(memtype_of(d, 0), UIOMAP_MEMTYPE_WRITE_COMBINING);
	cr_assert_eq(memtype_of(d, 1), UIOMAP_MEMTYPE_UNCACHED);
	OK(uiosim_unbind(d));

	snprintf(text, sizeof(text), "%s,dma=5000", uiosim_device(d));
	cr_assert_eq(set_options(text), 0);
	get_options(before, sizeof(before));
	cr_assert(strstr(before, uiosim_device(d)), "%s", before);
	cr_assert_eq(set_options(before), 0, "'%s' was read", before);
	get_options(after, sizeof(after));
	cr_assert_str_eq(before, after);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cr_assert_eq(set_options(wrong[i]), EINVAL, "'%s' was taken", wrong[i]);
		get_options(after, sizeof(after));
		cr_assert_str_eq(before, after, "'%s' has changed something", wrong[i]);
	}
	OK(uiosim_bind(d, "uio_stub"));
	info = uiomap_find(uiosim_name(d));
	cr_assert_eq(uiomap_info_map_count(info), 3);
	cr_assert_str_eq(uiomap_info_map(info, 2)->name, "dma");
	cr_assert_eq(uiomap_info_map(info, 2)->memtype, UIOMAP_MEMTYPE_DMA_COHERENT);
	cr_assert_geq(uiomap_info_map(info, 2)->size, 5000);
	uiomap_info_free(info);
	OK(uiosim_unbind(d));
	/* A name without options deletes the entry. */
	cr_assert_eq(set_options(uiosim_device(d)), 0);
	get_options(after, sizeof(after));
	cr_assert_null(strstr(after, uiosim_device(d)), "%s", after);
	gets_maps(d, 2);

	/* If several entries match, all options are taken from the one that was written last. */
	cr_assert_eq(set_options("uio_dummy.?*,dma=64K"), 0);
	snprintf(text, sizeof(text), "%s,wc=1", uiosim_device(d));
	cr_assert_eq(set_options(text), 0);
	gets_maps(d, 2);
	cr_assert_eq(set_options("uio_dummy.?*,dma=64K"), 0);
	gets_maps(d, 3);
	cr_assert_eq(set_options("uio_dummy.?*"), 0);
	cr_assert_eq(set_options(uiosim_device(d)), 0);
	uiosim_free(d);
}

/*
 * Threads open, map, wait on and close the device all the time, while its driver is unbound and
 * bound again.
 */
static atomic_bool stop;
static atomic_uint opened, caught;
static char victim[64];

static int scribble(void *regs)
{
	for (int i = 0; i < 100; i++)
		uiomap_write32(regs, UIO_DUMMY_COUNTER_SCRATCH,
			       uiomap_read32(regs, UIO_DUMMY_IRQ_SEQ));
	return 0;
}

static void *hammer(void *arg)
{
	while (!stop) {
		struct uiomap_device *device = uiomap_open(victim, 0);
		struct uiomap_region *region = device ? uiomap_map(device, 0, 0) : NULL;

		if (region) {
			opened++;
			if (uiomap_guard(device, scribble, (void *)uiomap_region_base(region)) <
			    0) {
				if (errno != ENODEV)
					return arg;
				caught++;
			}
			uiomap_irq_wait(device, MS, NULL);
			uiomap_irq_disable(device);
		}
		uiomap_close(device);
	}
	return NULL;
}

Test(stub, race)
{
	struct uiosim *d = plug("race-", "counter", "level", NULL, "uio_stub");
	pthread_t threads[3];
	void *wrong;

	strcpy(victim, uiosim_name(d));
	OK(uiomap_guard_install());
	for (int i = 0; i < 3; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, hammer, d), 0);
	/* The end depends on how often the race was run, not on time. */
	for (int i = 0; i < 150 || opened < 50; i++) {
		unsigned int before = opened;

		for (int spin = 0; spin < 1000 && opened == before; spin++)
			usleep(100);
		if (i % 10) {
			OK(uiosim_unbind(d));
		} else {
			OK(uiosim_unplug(d));
			OK(uiosim_go_live(d));
		}
		OK(uiosim_bind(d, "uio_stub"));
	}
	stop = true;
	for (int i = 0; i < 3; i++) {
		pthread_join(threads[i], &wrong);
		cr_assert_null(wrong);
	}
	uiomap_guard_remove();
	uiosim_free(d);
}

static bool in_file(const char *file, const char *text)
{
	char line[512];
	FILE *f = fopen(file, "r");
	bool found = false;

	cr_assert(f, "%s", file);
	while (fgets(line, sizeof(line), f))
		found |= strstr(line, text) != NULL;
	fclose(f);
	return found;
}

/* Unbind and bind a device many times. Returns NULL, or the number of the round that failed. */
static void *rebind(void *arg)
{
	for (intptr_t round = 1; round <= 150; round++)
		if (uiosim_unbind(arg) < 0 || uiosim_bind(arg, "uio_stub") < 0)
			return (void *)round;
	return NULL;
}

/*
 * A new device must not get a removed device's number before that one's name is removed from sysfs,
 * too.
 */
Test(stub, one_comes_as_another_goes)
{
	struct uiosim *d[2];
	pthread_t thread;
	void *wrong[2];

	d[0] = plug("comes-", "memory", NULL, NULL, "uio_stub");
	d[1] = plug("goes-", "memory", NULL, NULL, "uio_stub");
	cr_assert_eq(pthread_create(&thread, NULL, rebind, d[1]), 0);
	wrong[0] = rebind(d[0]);
	pthread_join(thread, &wrong[1]);
	for (int i = 0; i < 2; i++)
		cr_assert_null(wrong[i], "%s: failed in round %d", uiosim_device(d[i]),
			       (int)(intptr_t)wrong[i]);
	uiosim_free(d[0]);
	uiosim_free(d[1]);
}

/*
 * An open file or a mapping prevents unloading of the module, as with any driver, but not
 * unbinding. Without them, both modules can be unloaded and leave nothing.
 */
Test(stub, unload)
{
	struct counter c;
	struct uiosim *d;
	struct stat st;
	void *p;
	int fd;

	counter_new(&c, "level", "uio_stub", 0);
	cr_assert(in_file("/proc/interrupts", uiosim_device(c.dummy)));
	cr_assert(in_file("/proc/iomem", uiosim_device(c.dummy)));
	cr_assert_neq(system("rmmod uio_stub 2>/dev/null"), 0);
	cr_assert_eq(uiomap_read32(c.regs, UIO_DUMMY_MODEL), UIO_DUMMY_MODEL_COUNTER,
		     "what could not be unloaded works on");
	OK(uiosim_unbind(c.dummy));
	FAILS(uiomap_irq_wait(c.device, UIOMAP_FOREVER, NULL), ENODEV);
	OK(uiomap_guard_install());
	CAUGHT(uiomap_guard(c.device, scribble, (void *)c.regs), ENODEV);
	cr_assert_not(in_file("/proc/interrupts", "uio_dummy."));
	cr_assert_neq(system("rmmod uio_stub 2>/dev/null"), 0, "a dead mapping has its functions");
	uiosim_free(c.dummy);
	cr_assert_eq(system("rmmod uio_dummy"), 0);
	cr_assert_not(in_file("/proc/iomem", "uio_dummy"));
	CAUGHT(uiomap_guard(c.device, scribble, (void *)c.regs), ENODEV);
	FAILS(uiomap_irq_enable(c.device), ENODEV);
	cr_assert_eq(system("modprobe uio_dummy"), 0);
	/* Bound again: the old handle doesn't work for the new device. */
	d = plug("unload-", "counter", NULL, NULL, "uio_stub");
	CAUGHT(uiomap_guard(c.device, scribble, (void *)c.regs), ENODEV);
	uiomap_close(c.device);
	uiomap_guard_remove();

	/* A mapping whose file is closed. */
	fd = open(uiosim_uio_node(d), O_RDWR);
	p = map_raw(fd, 4096, PROT_READ, MAP_SHARED);
	cr_assert_neq(p, MAP_FAILED, "%s", strerror(errno));
	close(fd);
	cr_assert_neq(system("rmmod uio_stub 2>/dev/null"), 0);
	munmap(p, 4096);
	cr_assert_eq(system("rmmod uio_stub"), 0);
	cr_assert_neq(stat("/sys/module/uio_stub", &st), 0);
	uiosim_free(d);
	cr_assert_eq(system("rmmod uio_dummy && modprobe -a uio_dummy uio_stub"), 0);
}

/* Of six maps, UIO takes five. The requested DMA map must be one of them. */
Test(stub, dma_has_its_place)
{
	struct uiosim *d = plug(
		"place-", "memory", NULL,
		"physical:0:4096,physical:0:4096,physical:0:4096,physical:0:4096,physical:0:4096",
		"uio_stub");
	struct uiomap_info *info;

	OK(uiosim_unbind(d));
	OK(uiosim_stub_options(d, "dma=8K"));
	OK(uiosim_bind(d, "uio_stub"));
	info = uiomap_find(uiosim_name(d));
	cr_assert_eq(uiomap_info_map_count(info), 5);
	cr_assert_str_eq(uiomap_info_map(info, 4)->name, "dma");
	cr_assert_eq(uiomap_info_map(info, 4)->memtype, UIOMAP_MEMTYPE_DMA_COHERENT);
	uiomap_info_free(info);
	uiosim_free(d);
}
