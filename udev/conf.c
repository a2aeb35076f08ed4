// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Parses the lines of the configuration. A line that can't be parsed is a
 * fault, which is reported to the caller, and is skipped.
 */
#include "conf.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind.h"
#include "number.h"

const char * const conf_drivers[] = { "uio_stub", "uio_pci_generic", "uio_pdrv_genirq", NULL };

static const char blanks[] = " \t\r\v\f";

/* A number of bytes, which may end with K, M or G. */
static bool parse_size(char *text, uint64_t *size)
{
	static const char units[] = "kmg";
	const size_t length = strlen(text);
	const char *unit = length ? strchr(units, tolower((unsigned char)text[length - 1])) : NULL;
	const unsigned int shift = unit ? 10 * (unit - units + 1) : 0;
	char last = '\0';
	bool good;

	if (unit) {
		last = text[length - 1];
		text[length - 1] = '\0';
	}
	/* It must fit into the kernel's size_t after rounding up to a page. */
	good = uiomap_i_parse_number(text, false, (INT64_MAX - 65536) >> shift, size) && *size;
	if (good)
		*size <<= shift;
	if (unit) /* restore it for the error text */
		text[length - 1] = last;
	return good;
}

static int parse_driver(const char *name, struct conf_line *line)
{
	for (size_t i = 0; conf_drivers[i]; i++)
		if (!strcmp(name, conf_drivers[i]))
			line->driver = conf_drivers[i];
	if (line->driver)
		return 0;
	return uiomap_i_fail(
		EINVAL, "driver=%s must be uio_stub, uio_pci_generic or uio_pdrv_genirq", name);
}

/* Returns false if this key was seen before. */
static bool mark_seen(unsigned int *seen, unsigned int key)
{
	const bool before = *seen & 1u << key;

	*seen |= 1u << key;
	return !before;
}

static int parse_key(char *word, struct conf_line *line, unsigned int *seen)
{
	enum { DRIVER, DMA, DMA_BITS, RUN };
	char *value = strchr(word, '=');
	uint64_t number;
	bool once = true;

	if (!strcmp(word, "take")) {
		line->take = true;
		return 0;
	}
	if (!strcmp(word, "config_write")) {
		line->config_write = true;
		return 0;
	}
	if (!strcmp(word, "ports")) {
		line->ports = true;
		return 0;
	}
	if (!strcmp(word, "wc")) {
		line->wc = CONF_WC_ALL;
		return 0;
	}
	if (!strcmp(word, "share_page")) {
		line->share_page = true;
		return 0;
	}
	if (!value)
		return uiomap_i_fail(
			EINVAL,
			"'%s' is not a setting: driver=NAME, take, wc, wc=N, dma=SIZE, dma_bits=N, share_page, config_write, ports, run=PROGRAM",
			word);
	*value++ = '\0';
	if (!strcmp(word, "driver")) {
		once = mark_seen(seen, DRIVER);
		if (once)
			return parse_driver(value, line);
	} else if (!strcmp(word, "wc")) {
		if (!uiomap_i_parse_number(value, false, 4, &number))
			return uiomap_i_fail(
				EINVAL,
				"wc=%s must be wc=0 ... wc=4: the number of a map, not of a BAR",
				value);
		line->wc |= 1u << number;
	} else if (!strcmp(word, "dma")) {
		once = mark_seen(seen, DMA);
		if (once && !parse_size(value, &line->dma))
			return uiomap_i_fail(
				EINVAL,
				"dma=%s is not a size: bytes, or a number with K, M or G, as in 64K",
				value);
	} else if (!strcmp(word, "dma_bits")) {
		once = mark_seen(seen, DMA_BITS);
		if (once && (!uiomap_i_parse_number(value, false, 64, &number) || number < 12))
			return uiomap_i_fail(EINVAL, "dma_bits=%s must be 12 ... 64", value);
		line->dma_bits = once ? number : 0;
	} else if (!strcmp(word, "run")) {
		once = mark_seen(seen, RUN);
		if (*value != '/')
			return uiomap_i_fail(
				EINVAL,
				"run=%s is not the full path of a program, which begins with /",
				value);
		if (once && !(line->run = strdup(value)))
			return uiomap_i_fail(ENOMEM, "no memory for a line");
	} else {
		return uiomap_i_fail(
			EINVAL,
			"'%s=' is not a setting: driver=NAME, take, wc, wc=N, dma=SIZE, dma_bits=N, share_page, config_write, ports, run=PROGRAM",
			word);
	}
	return once ? 0 : uiomap_i_fail(EINVAL, "%s= is given twice", word);
}

bool conf_has_settings(const struct conf_line *line)
{
	return line->wc || line->dma || line->dma_bits || line->share_page;
}

/* Check that the settings fit together. */
static int check(struct conf_line *line)
{
	const bool pci = line->match.form == FORM_PCI_ID ||
			 (line->match.form == FORM_BUS && !strcmp(line->match.text, "pci"));

	if (!line->driver)
		line->driver = conf_drivers[0];
	if (line->driver != conf_drivers[0] && conf_has_settings(line))
		return uiomap_i_fail(
			EINVAL,
			"wc, dma, dma_bits and share_page are for uio_stub, and the driver is %s",
			line->driver);
	if (line->config_write && !pci)
		return uiomap_i_fail(
			EINVAL,
			"config_write is for PCI devices: others have no configuration space");
	if (line->ports && !pci)
		return uiomap_i_fail(
			EINVAL,
			"ports is for PCI devices: ports of other devices need ioperm(2) and CAP_SYS_RAWIO");
	if (!strcmp(line->driver, "uio_pci_generic") ? !pci :
						       pci && line->driver != conf_drivers[0])
		return uiomap_i_fail(EINVAL, "%s is not a driver for this kind of device",
				     line->driver);
	return 0;
}

static int parse(char *text, struct conf_line *line)
{
	unsigned int seen = 0;
	char *word, *rest;

	word = strtok_r(text, blanks, &rest);
	if (uiomap_i_selector_parse_match(word, &line->match) < 0)
		return -1;
	while ((word = strtok_r(NULL, blanks, &rest)))
		if (parse_key(word, line, &seen) < 0)
			return -1;
	return check(line);
}

/* A # begins a comment only at the beginning of a word. */
static void cut_comment(char *text)
{
	for (char *p = text; (p = strchr(p, '#')); p++)
		if (p == text || strchr(blanks, p[-1])) {
			*p = '\0';
			return;
		}
}

int conf_parse(const char *text, struct conf_line **line)
{
	char copy[CONF_LINE_MAX + 1];
	int error;

	*line = NULL;
	if (strlen(text) > CONF_LINE_MAX)
		return uiomap_i_fail(EINVAL, "longer than %d bytes", CONF_LINE_MAX);
	strcpy(copy, text);
	cut_comment(copy);
	if (!copy[strspn(copy, blanks)])
		return 0;
	for (const char *p = copy; *p; p++)
		if (((unsigned char)*p < ' ' && !strchr(blanks, *p)) || *p == 0x7f)
			return uiomap_i_fail(
				EINVAL,
				"the line has a control character (0x%02x): is this a text file?",
				(unsigned char)*p);
	*line = calloc(1, sizeof(**line));
	if (!*line)
		return uiomap_i_fail(ENOMEM, "no memory for a line");
	if (parse(copy, *line) == 0)
		return 1;
	error = errno;
	conf_free(*line);
	*line = NULL;
	errno = error;
	return -1;
}

void conf_free(struct conf_line *lines)
{
	while (lines) {
		struct conf_line *next = lines->next;

		uiomap_i_selector_clear(&lines->match);
		free(lines->run);
		free(lines->file);
		free(lines);
		lines = next;
	}
}
