/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The claims that are written to uio_stub, and which present devices get a driver_override. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind.h"
#include "temp-dir.h"

TestSuite(claims, .init = temp_dir_begin, .fini = temp_dir_end);

#define CLAIM "sys/module/uio_stub/parameters/claim"

/* Replaces module.c. */
int bind_module(const char *name)
{
	return uiomap_i_fail(ENOENT, "no module %s in this test", name);
}

static struct conf_line *lines_of(const char * const *texts, size_t count)
{
	struct conf_line *lines = NULL, **tail = &lines;

	for (size_t i = 0; i < count; i++, tail = &(*tail)->next)
		cr_assert_eq(conf_parse(texts[i], tail), 1, "%s: %s", texts[i],
			     uiomap_i_error_text());
	return lines;
}

Test(claims, told)
{
	static const char * const texts[] = { "pci:8086:100E dma=4K",
					      "pci:0000:AF:00.1 driver=uio_pci_generic",
					      "platform:uio_[a-d]*", "of:acme,dma*",
					      "of:/soc/dma@4000[0]" };
	struct conf_line *lines = lines_of(texts, 5);

	/* Without uio_stub, if no line needs it. */
	cr_assert_eq(bind_claim(NULL), 0, "%s", uiomap_i_error_text());
	cr_assert_eq(bind_claim(lines), -1);
	cr_assert_eq(errno, ENOENT);
	temp_dir_file(CLAIM, "");
	cr_assert_eq(bind_claim(lines), 0, "%s", uiomap_i_error_text());
	cr_assert_str_eq(
		temp_dir_content(CLAIM),
		"pci:8086:100e;pci:0000:af:00.1;platform:uio_[a-d]*;of:acme,dma\\*;of:/soc/dma@4000\\[0\\]");
	temp_dir_file(CLAIM, "");
	cr_assert_eq(bind_claim(NULL), 0);
	cr_assert_str_eq(temp_dir_content(CLAIM), "\n");
	conf_free(lines);
}

/*
 * More claims than fit into one write: complete ones are written from the first on, and the
 * error names the first one left out.
 */
Test(claims, too_many)
{
	static const char *texts[500];
	struct conf_line *lines;
	unsigned int number = 0;

	for (size_t i = 0; i < 500; i++)
		texts[i] = "pci:8086:100e";
	lines = lines_of(texts, 500);
	for (struct conf_line *line = lines; line; line = line->next)
		line->number = ++number;
	temp_dir_file(CLAIM, "");
	cr_assert_eq(bind_claim(lines), -1);
	cr_assert_eq(errno, E2BIG);
	number = (unsigned int)(strlen(temp_dir_content(CLAIM)) + 1) / 14 + 1;
	cr_assert_eq((unsigned int)atoi(uiomap_i_error_text() + 1), number, "%s",
		     uiomap_i_error_text());
	cr_assert_eq((strlen(temp_dir_content(CLAIM)) + 1) % 14, 0);
	cr_assert_leq(strlen(temp_dir_content(CLAIM)), 4096);
	conf_free(lines);
}

static void device(const char *name, const char *driver, const char *override)
{
	char path[128], link[128];

	snprintf(path, sizeof(path), "sys/bus/platform/devices/%s/driver_override", name);
	temp_dir_file(path, override);
	snprintf(path, sizeof(path), "sys/bus/platform/devices/%s/driver", name);
	snprintf(link, sizeof(link), "../../drivers/%s", driver);
	if (*driver)
		temp_dir_link(path, link);
}

Test(claims, set_aside)
{
	static const char * const texts[] = { "platform:card.*" };
	struct conf_line *lines = lines_of(texts, 1);

	device("card.0", "", "(null)\n");
	device("card.1", "e1000", "(null)\n");
	device("card.2", "", "vfio-platform\n");
	device("other.0", "", "(null)\n");
	bind_set_aside(lines);
	cr_assert(!strncmp(temp_dir_content("sys/bus/platform/devices/card.0/driver_override"),
			   "uiomap", 6));
	cr_assert_str_eq(temp_dir_content("sys/bus/platform/devices/card.1/driver_override"),
			 "(null)\n");
	cr_assert_str_eq(temp_dir_content("sys/bus/platform/devices/card.2/driver_override"),
			 "vfio-platform\n");
	cr_assert_str_eq(temp_dir_content("sys/bus/platform/devices/other.0/driver_override"),
			 "(null)\n");
	conf_free(lines);
}
