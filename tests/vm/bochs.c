/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * drivers/fb on QEMU's bochs-display, under uio_stub and under uio_pci_generic.
 * QEMU's screendump shows what is on screen.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <uiomap.h>

#include "fb.h"
#include "qmp.h"
#include "pattern.h"
#include "pci.h"
#include "ppm.h"

#define SELECTOR "pci:1234:1111"

static const char * const drivers[] = { "uio_stub", "uio_pci_generic" };

struct card {
	char address[PCI_ADDRESS];
	struct monitor *monitor;
	struct fb *fb;
	char dump[512]; /* path of the screendump; QEMU and the VM share it */
};

static void setup(struct card *c)
{
	const char *out = getenv("UIOMAP_OUT");

	memset(c, 0, sizeof(*c));
	cr_assert(out, "where does QEMU put screendumps? scripts/vm --out");
	snprintf(c->dump, sizeof(c->dump), "%s/bochs.ppm", out);
	cr_assert(pci_find(PCI_BOCHS, 0, c->address));
	c->monitor = qmp_open();
}

static void teardown(struct card *c)
{
	fb_close(c->fb);
	qmp_close(c->monitor);
	pci_unbind(c->address);
	unlink(c->dump);
}

static const char *beginning(const char *file)
{
	static char text[16];
	FILE *f = fopen(file, "re");

	cr_assert(f, "%s: %s", file, strerror(errno));
	text[fread(text, 1, sizeof(text) - 1, f)] = 0;
	fclose(f);
	return text;
}

/* The number of pixels that differ between QEMU's screendump and the surface. */
static int64_t different(struct card *c)
{
	int64_t n;

	qmp_execute(c->monitor, "screendump", "{\"filename\": \"%s\", \"device\": \"bochs\"}",
		    c->dump);
	n = ppm_compare(c->dump, fb_surface(c->fb));
	cr_assert_geq(n, 0, "%s: %s; %u x %u, begins with \"%.15s\"", c->dump, strerror(errno),
		      fb_mode(c->fb)->width, fb_mode(c->fb)->height, beginning(c->dump));
	return n;
}

static void open_fb(struct card *c, const struct fb_mode *wish)
{
	c->fb = fb_open(SELECTOR, wish);
	cr_assert(c->fb, "%s", fb_error());
}

static void close_fb(struct card *c)
{
	fb_close(c->fb);
	c->fb = NULL;
}

static void show(struct card *c, uint32_t n)
{
	pattern_draw(fb_surface(c->fb), n);
	cr_assert_eq(fb_present(c->fb, 0), 0, "%s", fb_error());
}

static unsigned int map_index(const struct uiomap_info *info, const char *name)
{
	unsigned int i = 0;

	while (strcmp(uiomap_info_map(info, i)->name, name) != 0)
		i++;
	return i;
}

/* The region's memory type must be write-combining under either driver. */
static void check_kind(void)
{
	struct uiomap_info *info = uiomap_find(SELECTOR);
	unsigned int i;

	cr_assert(info, "%s", uiomap_error());
	i = map_index(info, "BAR0");
	cr_expect_eq(uiomap_info_map(info, i)->memtype, UIOMAP_MEMTYPE_WRITE_COMBINING,
		     "%s: BAR0 is %s", uiomap_info_driver(info),
		     uiomap_memtype_name(uiomap_info_map(info, i)->memtype));
	uiomap_info_free(info);
}

Test(bochs, every_pixel)
{
	/*
	 * The first is the display's preferred mode, from QEMU's default EDID. All widths are
	 * multiples of 4: QEMU 7.2 pads the lines of a screendump to 4 bytes.
	 */
	static const struct {
		struct fb_mode wish;
		uint32_t width, height;
	} modes[] = {
		{ { 0 }, 1280, 800 },
		{ { .width = 640, .height = 480 }, 640, 480 },
		{ { .width = 332, .height = 217, .format = SURFACE_RG16 }, 332, 217 },
		{ { .width = 100, .height = 67 }, 100, 67 },
		{ { .width = 64, .height = 64, .format = SURFACE_RG16 }, 64, 64 },
	};
	struct card c;

	setup(&c);
	for (size_t i = 0; i < 2; i++) {
		pci_bind(c.address, drivers[i], NULL);
		check_kind();
		for (size_t m = 0; m < sizeof(modes) / sizeof(modes[0]); m++) {
			struct fb_stats stats;

			open_fb(&c, &modes[m].wish);
			cr_assert_eq(fb_mode(c.fb)->width, modes[m].width);
			cr_assert_eq(fb_mode(c.fb)->height, modes[m].height);
			/* Check both pages, also after many flips in a row. */
			for (uint32_t n = 1; n <= 3; n++) {
				show(&c, n);
				cr_assert_eq(different(&c), 0, "mode %zu, frame %u: %d pixels, %s",
					     m, n, (int)different(&c), drivers[i]);
			}
			for (uint32_t n = 4; n <= (m ? 20 : 6); n++)
				show(&c, n);
			cr_assert_eq(different(&c), 0, "mode %zu, last frame, %s", m, drivers[i]);
			/*
			 * A pixel that is drawn but not presented isn't shown; a single pixel
			 * is detected.
			 */
			surface_pixel(fb_surface(c.fb), (int)modes[m].width - 1,
				      (int)modes[m].height - 1,
				      ~surface_get(fb_surface(c.fb), (int)modes[m].width - 1,
						   (int)modes[m].height - 1));
			cr_assert_eq(different(&c), 1);
			cr_assert_eq(fb_present(c.fb, 0), 0, "%s", fb_error());
			cr_assert_eq(different(&c), 0);
			fb_get_stats(c.fb, &stats);
			cr_assert_eq(stats.flips, m ? 21 : 7);
			close_fb(&c);
		}
	}
	teardown(&c);
}

/* Map the registers without the driver and the library's lock. */
static volatile uint8_t *own_map(void)
{
	struct uiomap_info *info = uiomap_find(SELECTOR);
	char path[32];
	void *map;
	int fd;

	cr_assert(info, "%s", uiomap_error());
	snprintf(path, sizeof(path), "/dev/uio%u", uiomap_info_number(info));
	fd = open(path, O_RDWR | O_CLOEXEC);
	cr_assert_geq(fd, 0, "%s: %s", path, strerror(errno));
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		   (off_t)map_index(info, "BAR2") * 4096);
	cr_assert_neq(map, MAP_FAILED, "%s: %s", path, strerror(errno));
	uiomap_info_free(info);
	close(fd);
	return map;
}

Test(bochs, not_alone)
{
	const struct fb_mode wish = { .width = 320, .height = 240 };
	volatile uint8_t *regs;
	struct card c;

	setup(&c);
	pci_bind(c.address, "uio_stub", NULL);
	regs = own_map();
	/* State of an earlier user: another byte order, a mode with an offset, enabled. */
	uiomap_write32(regs, 0x604, 0xbebebebe);
	uiomap_write16(regs, 0x500 + 2 * 1, 800);
	uiomap_write16(regs, 0x500 + 2 * 2, 600);
	uiomap_write16(regs, 0x500 + 2 * 3, 16);
	uiomap_write16(regs, 0x500 + 2 * 8, 7);
	uiomap_write16(regs, 0x500 + 2 * 9, 5);
	uiomap_write16(regs, 0x500 + 2 * 4, 0x41);
	open_fb(&c, &wish);
	cr_assert_not(fb_open(SELECTOR, NULL));
	cr_assert_eq(errno, EBUSY, "%s", fb_error());
	show(&c, 1);
	cr_assert_eq(different(&c), 0);
	/* Another program disables the display: an error, and the next frame enables it again. */
	uiomap_write16(regs, 0x500 + 2 * 4, 0);
	cr_assert_eq(fb_present(c.fb, 0), -1);
	cr_assert_eq(errno, EIO, "%s", fb_error());
	cr_assert(strstr(fb_error(), "1234:1111"), "%s", fb_error());
	show(&c, 2);
	cr_assert_eq(different(&c), 0);
	munmap((void *)regs, 4096);
	teardown(&c);
}

static void refused(const struct fb_mode *wish, const char *word)
{
	cr_assert_not(fb_open(SELECTOR, wish), "for \"%s\"", word);
	cr_assert_eq(errno, ENOTSUP, "%s: %s", strerror(errno), fb_error());
	cr_assert(strstr(fb_error(), word), "%s", fb_error());
}

Test(bochs, refused)
{
	const struct fb_mode small = { .width = 32, .height = 480 },
			     large = { .width = 4096, .height = 4096 },
			     two = { .width = 2048, .height = 1100 };
	char other[PCI_ADDRESS];
	struct card c;

	setup(&c);
	cr_assert_not(fb_open(SELECTOR, NULL));
	cr_assert_eq(errno, ENODEV, "bound to nothing: %s", fb_error());
	for (int i = 0; i < 2; i++) {
		pci_bind(c.address, drivers[i], NULL);
		refused(&small, "no mode of 32 x 480");
		refused(&large, "its VRAM has 16777216");
		refused(&two, "second page");
	}
	/* The driver must refuse another kind of card. */
	cr_assert(pci_find(PCI_TESTDEV, 0, other));
	pci_bind(other, "uio_stub", NULL);
	cr_assert_not(fb_open("pci:1b36:0005", NULL));
	cr_assert_eq(errno, ENOTSUP);
	cr_assert(strstr(fb_error(), "not a supported framebuffer"), "%s", fb_error());
	pci_unbind(other);
	teardown(&c);
}

static void *unbind_soon(void *address)
{
	nanosleep(&(struct timespec){ .tv_nsec = 30000000 }, NULL);
	pci_unbind(address);
	return NULL;
}

/* Unbound while presenting: an error, no crash, and it works after binding again. */
Test(bochs, unbind)
{
	struct card c;

	setup(&c);
	for (int i = 0; i < 8; i++) {
		pthread_t thread;

		pci_bind(c.address, drivers[i % 4 == 3], NULL);
		open_fb(&c, NULL);
		cr_assert_eq(pthread_create(&thread, NULL, unbind_soon, c.address), 0);
		while (fb_present(c.fb, 0) == 0)
			;
		cr_assert_eq(errno, ENODEV, "%s: %s", strerror(errno), fb_error());
		pthread_join(thread, NULL);
		cr_assert_eq(fb_present(c.fb, 0), -1);
		cr_assert_eq(errno, ENODEV);
		surface_fill(fb_surface(c.fb), 0xffffff);
		close_fb(&c);
	}
	pci_bind(c.address, "uio_stub", NULL);
	open_fb(&c, &(struct fb_mode){ .width = 320, .height = 200 });
	show(&c, 7);
	cr_assert_eq(different(&c), 0);
	teardown(&c);
}
