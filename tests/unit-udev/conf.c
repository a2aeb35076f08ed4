/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The configuration files: valid lines, invalid ones, and that an invalid line doesn't affect
 * others.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bind.h"
#include "temp-dir.h"

TestSuite(conf, .init = temp_dir_begin, .fini = temp_dir_end);

static struct conf_line *parsed(const char *text)
{
	struct conf_line *line;

	cr_assert_eq(conf_parse(text, &line), 1, "%s: %s", text, uiomap_i_error_text());
	cr_assert_not_null(line);
	cr_assert_null(line->next);
	return line;
}

static void refused(const char *text, const char *why)
{
	struct conf_line *line = (void *)1;

	errno = 0;
	cr_assert_eq(conf_parse(text, &line), -1, "'%s' is taken", text);
	cr_assert_eq(errno, EINVAL);
	cr_assert_null(line);
	cr_assert(strstr(uiomap_i_error_text(), why), "'%s': %s (not: %s)", text,
		  uiomap_i_error_text(), why);
}

/* The part of the match behind the first colon. */
static const char *rest_of(const struct conf_line *line)
{
	return line->match.form == FORM_BUS ? line->match.device : line->match.text;
}

Test(conf, forms)
{
	static const struct {
		const char *text, *rest;
		enum form form;
		int vendor, device;
	} good[] = {
		{ "pci:1234:11e8", "1234:11e8", FORM_PCI_ID, 0x1234, 0x11e8 },
		{ "pci:8086:FFFF", "8086:FFFF", FORM_PCI_ID, 0x8086, 0xffff },
		{ "pci:0000:01:00.0", "0000:01:00.0", FORM_BUS, 0, 0 },
		{ "pci:0000:AF:1F.7", "0000:af:1f.7", FORM_BUS, 0, 0 },
		{ "platform:uio_dummy.0", "uio_dummy.0", FORM_BUS, 0, 0 },
		{ "platform:40000000.dma#1", "40000000.dma#1", FORM_BUS, 0, 0 },
		{ "platform:a:b", "a:b", FORM_BUS, 0, 0 },
		{ "of:acme,dma-1.0", "acme,dma-1.0", FORM_COMPATIBLE, 0, 0 },
		{ "of:/soc/dma@40000000", "/soc/dma@40000000", FORM_OF, 0, 0 },
		{ " \t pci:1234:11e8\t \r", "1234:11e8", FORM_PCI_ID, 0x1234, 0x11e8 },
		{ "pci:1234:11e8 # the card", "1234:11e8", FORM_PCI_ID, 0x1234, 0x11e8 },
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct conf_line *line = parsed(good[i].text);

		cr_assert_eq(line->match.form, good[i].form, "%s", good[i].text);
		cr_assert_str_eq(rest_of(line), good[i].rest);
		cr_assert_eq(line->match.vendor, good[i].vendor);
		cr_assert_eq(line->match.device_id, good[i].device);
		cr_assert_eq(line->match.pattern, !strncmp(good[i].text, "platform:", 9), "%s",
			     good[i].text);
		cr_assert_str_eq(line->driver, "uio_stub");
		cr_assert(!line->take && !line->config_write && !line->ports && !line->wc &&
			  !line->dma && !line->dma_bits && !line->share_page && !line->run &&
			  !line->file && !line->number);
		conf_free(line);
	}
}

Test(conf, keys)
{
	struct conf_line *line;

	line = parsed(
		"pci:1234:11e8 run=/usr/libexec/my-driver dma_bits=28 dma=4M wc=0 wc=4 take share_page driver=uio_stub");
	cr_assert(line->take && line->share_page);
	cr_assert_eq(line->wc, 0x11);
	cr_assert_eq(line->dma, 4 << 20);
	cr_assert_eq(line->dma_bits, 28);
	cr_assert_str_eq(line->run, "/usr/libexec/my-driver");
	cr_assert_str_eq(line->driver, "uio_stub");
	conf_free(line);
	line = parsed("of:acme,dma wc dma=65536 driver=uio_stub");
	cr_assert_eq(line->wc, CONF_WC_ALL);
	cr_assert_eq(line->dma, 65536);
	conf_free(line);
	line = parsed("pci:1234:11e8 driver=uio_pci_generic");
	cr_assert_str_eq(line->driver, "uio_pci_generic");
	conf_free(line);
	line = parsed("platform:x driver=uio_pdrv_genirq take");
	conf_free(line);
	line = parsed("pci:1234:11e8 config_write");
	cr_assert(line->config_write && !line->ports);
	conf_free(line);
	line = parsed("pci:1234:11e8 ports");
	cr_assert(line->ports && !line->config_write);
	conf_free(line);
}

Test(conf, nothing)
{
	static const char * const empty[] = { "", " ", "\t\r", "#", "# pci:1234:11e8", "   # \x01" };
	struct conf_line *line;

	for (size_t i = 0; i < sizeof(empty) / sizeof(*empty); i++) {
		cr_assert_eq(conf_parse(empty[i], &line), 0, "'%s'", empty[i]);
		cr_assert_null(line);
	}
}

Test(conf, malformed)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "hello", "is not a device" },
		{ "pci:", "is not a device" },
		{ ":x", "must be pci, platform or of" },
		{ "usb:1234:11e8", "must be pci, platform or of" },
		{ "PCI:1234:11e8", "must be pci, platform or of" },
		{ "pci:1234", "4 hexadecimal digits each" },
		{ "pci:1234:11e", "4 hexadecimal digits each" },
		{ "pci:1234:11e8#0", "4 hexadecimal digits each" },
		{ "pci:0x12:11e8", "4 hexadecimal digits each" },
		{ "pci:01:00.0", "as in 0000:01:00.0" },
		{ "pci:0000:01:00.g", "as in 0000:01:00.0" },
		{ "pci:../../..:.", "as in 0000:01:00.0" },
		{ "platform:../../x", "no platform device has a /" },
		{ "pci:1234:11e8 driver=", "driver= must be uio_stub" },
		{ "pci:1234:11e8 driver=vfio-pci", "driver=vfio-pci must be uio_stub" },
		{ "pci:1234:11e8 driver=../x", "must be uio_stub" },
		{ "pci:1234:11e8 driver=uio_pdrv_genirq", "not a driver for this kind of device" },
		{ "platform:x driver=uio_pci_generic", "not a driver for this kind of device" },
		{ "pci:1234:11e8 driver=uio_pci_generic wc", "are for uio_stub" },
		{ "pci:1234:11e8 dma=4K driver=uio_pci_generic", "are for uio_stub" },
		{ "pci:1234:11e8 Take", "'Take' is not a setting: driver=NAME, take" },
		{ "pci:1234:11e8 take=1", "'take=' is not a setting" },
		{ "platform:x config_write", "config_write is for PCI devices" },
		{ "pci:1234:11e8 config_write=1", "'config_write=' is not a setting" },
		{ "platform:x ports", "ports is for PCI devices" },
		{ "pci:1234:11e8 ports=1", "'ports=' is not a setting" },
		{ "pci:1234:11e8 driver=uio_pci_generic share_page", "are for uio_stub" },
		{ "pci:1234:11e8 share_page=1", "'share_page=' is not a setting" },
		{ "pci:1234:11e8 wc=5", "wc=5 must be" },
		{ "pci:1234:11e8 wc=-1", "wc=-1 must be" },
		{ "pci:1234:11e8 wc=", "wc= must be" },
		{ "pci:1234:11e8 dma=", "dma= is not a size" },
		{ "pci:1234:11e8 dma=0", "dma=0 is not a size" },
		{ "pci:1234:11e8 dma=K", "is not a size" },
		{ "pci:1234:11e8 dma=-4K", "dma=-4K is not a size" },
		{ "pci:1234:11e8 dma=4T", "dma=4T is not a size" },
		{ "pci:1234:11e8 dma=4KK", "is not a size" },
		{ "pci:1234:11e8 dma=18446744073709551616", "is not a size" },
		{ "pci:1234:11e8 dma=17179869184G", "dma=17179869184G is not a size" },
		{ "pci:1234:11e8 dma=4K dma=8K", "dma= is given twice" },
		{ "pci:1234:11e8 dma_bits=11", "dma_bits=11 must be 12" },
		{ "pci:1234:11e8 dma_bits=65", "dma_bits=65 must be 12" },
		{ "pci:1234:11e8 dma_bits=32 dma_bits=32", "dma_bits= is given twice" },
		{ "pci:1234:11e8 run=driver", "begins with /" },
		{ "pci:1234:11e8 run=", "begins with /" },
		{ "pci:1234:11e8 run=/a run=/b", "run= is given twice" },
		{ "pci:1234:11e8 pci:1234:11e9", "is not a setting: driver=NAME" },
		{ "pci:1234:11e8\x1b[31m", "control character (0x1b)" },
		{ "pci:1234:11e8 run=/a\x7f", "control character (0x7f)" },
		{ "caf\xc3\xa9", "caf\\xc3\\xa9" }, /* escaped in the error */
	};
	char longest[CONF_LINE_MAX + 2];

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refused(bad[i].text, bad[i].why);
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "platform:", 9);
	longest[CONF_LINE_MAX + 1] = '\0';
	refused(longest, "longer than 1023 bytes");
	longest[CONF_LINE_MAX] = '\0';
	conf_free(parsed(longest));
}

static char faults[65536];

static void note(void *data, const char *file, unsigned int number, const char *text)
{
	const size_t at = strlen(faults);

	cr_assert_eq(data, faults);
	snprintf(faults + at, sizeof(faults) - at, "%s:%u: %s\n", file, number, text);
}

/* The matches of all lines as text, in order. */
static const char *lines_of(const char *dir)
{
	static char text[4096];
	struct conf_line *lines;
	bool ok;

	faults[0] = text[0] = '\0';
	lines = conf_read(dir, note, faults, &ok);
	cr_assert(ok);
	for (struct conf_line *line = lines; line; line = line->next)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s:%u %s\n", line->file,
			 line->number, rest_of(line));
	conf_free(lines);
	return text;
}

Test(conf, files)
{
	cr_assert_str_eq(lines_of("none"), "");
	cr_assert_str_eq(faults, "", "a folder that is not there is a fault: %s", faults);
	temp_dir_file("d/20-b.conf", "# two\n\nplatform:b\r\nplatform:c");
	temp_dir_file("d/10-a.conf",
		      "platform:a\nplatform:broken driver=\nplatform:a2\nnonsense\n");
	temp_dir_file("d/30-c.conf~", "platform:x\n");
	temp_dir_file("d/.40.conf", "platform:x\n");
	temp_dir_file("d/.conf", "platform:x\n");
	temp_dir_file("d/README", "platform:x\n");
	cr_assert_str_eq(lines_of("d"),
			 "d/10-a.conf:1 a\nd/10-a.conf:3 a2\nd/20-b.conf:3 b\nd/20-b.conf:4 c\n");
	cr_assert(!strncmp(faults, "d/10-a.conf:2: driver= must be", 30), "%s", faults);
	cr_assert(strstr(faults, "\nd/10-a.conf:4: 'nonsense' is not a device"), "%s", faults);
}

/* Malformed content: the error has its place, and a valid line behind it is read. */
Test(conf, hostile)
{
	static char big[CONF_FILE_MAX + 1];
	char line[3000];

	temp_dir_bytes("d/a.conf", "platform:zero\0 take\nplatform:a\n", 31);
	memset(line, 'x', sizeof(line));
	memcpy(line, "platform:", 9);
	memcpy(line + sizeof(line) - 13, "\nplatform:b2\n", 13);
	temp_dir_bytes("d/b.conf", line, sizeof(line));
	temp_dir_file("d/c.conf", "\xff\xfe\xfd\n\x01\n%s%n%s%n\nplatform:%n%s\n");
	temp_dir_folder("d/folder.conf");
	cr_assert_eq(mkfifo("d/pipe.conf", 0600), 0);
	temp_dir_link("d/nowhere.conf", "nowhere");
	temp_dir_link("d/terminal.conf", "/dev/tty");
	temp_dir_link("d/zero.conf", "/dev/zero");
	memset(big, '\n', sizeof(big));
	temp_dir_bytes("d/big.conf", big, sizeof(big));
	temp_dir_file("d/z.conf", "platform:z\n");
	cr_assert_str_eq(lines_of("d"),
			 "d/a.conf:2 a\nd/b.conf:2 b2\nd/c.conf:4 %n%s\nd/z.conf:1 z\n");
	for (size_t i = 0; faults[i]; i++)
		cr_assert(faults[i] == '\n' || (faults[i] >= ' ' && faults[i] < 0x7f), "%s",
			  faults);
	cr_assert(strstr(faults, "d/a.conf:1: the line has a 0 byte"), "%s", faults);
	cr_assert(strstr(faults, "d/b.conf:1: longer than"), "%s", faults);
	cr_assert(strstr(faults, "d/c.conf:1: '\\xff\\xfe\\xfd' is not a device"), "%s", faults);
	cr_assert(strstr(faults, "d/c.conf:2: the line has a control character"), "%s", faults);
	cr_assert(strstr(faults, "d/c.conf:3: '%s%n%s%n' is not a device"), "%s", faults);
	cr_assert(strstr(faults, "d/folder.conf:0: Is a directory"), "%s", faults);
	cr_assert(strstr(faults, "d/pipe.conf:0: not a regular file"), "%s", faults);
	cr_assert(strstr(faults, "d/nowhere.conf:0: No such file"), "%s", faults);
	cr_assert(strstr(faults, "d/terminal.conf:0: "), "%s", faults);
	cr_assert(strstr(faults, "d/zero.conf:0: not a regular file"), "%s", faults);
	cr_assert(strstr(faults, "d/big.conf:0: larger than 1 MiB"), "%s", faults);
}

/*
 * A file that others than root can write is ignored, and the error says what to do. A link
 * counts as its target.
 */
Test(conf, writable)
{
	temp_dir_file("d/a.conf", "platform:a\n");
	temp_dir_file("d/group.conf", "platform:x\n");
	temp_dir_file("d/others.conf", "platform:x\n");
	temp_dir_file("good/file", "platform:good\n");
	temp_dir_file("bad/file", "platform:x\n");
	temp_dir_link("d/link.conf", "../good/../good/file");
	temp_dir_link("d/through.conf", "../bad/file");
	temp_dir_link("d/tmp.conf", "/tmp/none");
	temp_dir_link("d/loop.conf", "loop.conf");
	cr_assert_eq(chmod("d/group.conf", 0664), 0);
	cr_assert_eq(chmod("d/others.conf", 0646), 0);
	cr_assert_eq(chmod("bad", 01777), 0);
	cr_assert_str_eq(lines_of("d"), "d/a.conf:1 a\nd/link.conf:1 good\n");
	cr_assert(
		strstr(faults,
		       "d/group.conf:0: it can be written by others (mode 0664), who would decide what root binds and runs: "
		       "chmod go-w d/group.conf\n"),
		"%s", faults);
	cr_assert(strstr(faults, "d/others.conf:0: it can be written by others (mode 0646)"), "%s",
		  faults);
	cr_assert(
		strstr(faults,
		       "d/through.conf:0: d/../bad can be written by others (mode 1777), who would decide what root binds and runs: "
		       "chmod go-w d/../bad\n"),
		"%s", faults);
	cr_assert(strstr(faults, "d/tmp.conf:0: /tmp can be written by others (mode 1777)"), "%s",
		  faults);
	cr_assert(strstr(faults, "d/loop.conf:0: Too many levels of symbolic links"), "%s", faults);
}

Test(conf, writable_folder)
{
	temp_dir_file("d/a.conf", "platform:a\n");
	cr_assert_eq(chmod("d", 0775), 0);
	cr_assert_str_eq(lines_of("d"), "");
	cr_assert_str_eq(
		faults,
		"d:0: it can be written by others (mode 0775), who would decide what root binds and runs: chmod go-w d\n");
	temp_dir_link("e", "d");
	cr_assert_str_eq(lines_of("e"), "");
	cr_assert(strstr(faults, "e:0: d can be written by others"), "%s", faults);
}

/* Only root can change a file's owner; tests/vm/rights.c tests this, too. */
Test(conf, somebody_elses)
{
	temp_dir_file("d/a.conf", "platform:a\n");
	if (geteuid())
		return;
	cr_assert_eq(chown("d/a.conf", 1234, 0), 0);
	cr_assert_str_eq(lines_of("d"), "");
	cr_assert_str_eq(
		faults,
		"d/a.conf:0: it belongs to user 1234, who would decide what root binds and runs: chown root:root d/a.conf\n");
	cr_assert_eq(chown("d/a.conf", 0, 0), 0);
	cr_assert_eq(chown("d", 1234, 0), 0);
	cr_assert_str_eq(lines_of("d"), "");
	cr_assert(strstr(faults, "d:0: it belongs to user 1234"), "%s", faults);
}

/* Random bytes mixed with newlines and keywords: no crash, and every accepted line is valid. */
Test(conf, random)
{
	static const char * const words[] = { "pci:1234:11e8",
					      "platform:",
					      "of:/",
					      "driver=",
					      "uio_stub",
					      "take",
					      "wc=",
					      "wc",
					      "dma=",
					      "dma_bits=",
					      "run=/",
					      "4",
					      "K",
					      "#",
					      " ",
					      " ",
					      "\n",
					      "\n",
					      ":",
					      "=" };
	char text[4096];
	unsigned int seed = 1;

	for (int round = 0; round < 2000; round++) {
		struct conf_line *lines;
		size_t size = 0;
		bool ok;

		while (size < 500) {
			const int word = rand_r(&seed) % 24;

			if (word < 20)
				size += sprintf(text + size, "%s", words[word]);
			else
				text[size++] = rand_r(&seed);
		}
		temp_dir_bytes("r/random.conf", text, size);
		lines = conf_read("r", NULL, NULL, &ok);
		cr_assert(ok);
		for (struct conf_line *line = lines; line; line = line->next) {
			cr_assert(*rest_of(line) && line->number && bind_is_uio(line->driver),
				  "%.*s", (int)size, text);
			cr_assert(!line->dma_bits ||
				  (line->dma_bits >= 12 && line->dma_bits <= 64));
			cr_assert(!line->run || *line->run == '/');
			cr_assert(line->wc == CONF_WC_ALL || line->wc < 32);
		}
		conf_free(lines);
	}
}
