/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "selector.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "error-text.h"
#include "number.h"
#include "quote.h"

static int keep_text(struct selector *s, enum form form, const char *text)
{
	s->form = form;
	s->text = strdup(text);
	return s->text ? 0 : uiomap_i_fail(ENOMEM, "no memory for selector %s", QUOTE(text));
}

const char *uiomap_i_selector_instance(const char *text)
{
	const char *hash = strrchr(text, '#');

	return hash && hash[1] && !hash[1 + strspn(hash + 1, "0123456789")] ? hash : NULL;
}

/* Parse #K and remove it from s->text. */
static int parse_instance(const char *text, struct selector *s)
{
	const char *hash = uiomap_i_selector_instance(s->text);
	uint64_t instance;

	if (!hash)
		return 0;
	if (!uiomap_i_parse_number(hash + 1, false, INT32_MAX, &instance))
		return uiomap_i_fail(EINVAL, "selector %s: instance %s is too large", QUOTE(text),
				     QUOTE(hash));
	s->instance = (long)instance;
	s->text[hash - s->text] = '\0';
	return 0;
}

/* NAME or NAME#K. */
static int parse_name(const char *text, const char *name, struct selector *s)
{
	if (keep_text(s, FORM_NAME, name) < 0 || parse_instance(text, s) < 0)
		return -1;
	if (!*s->text)
		return uiomap_i_fail(EINVAL, "selector %s: the name is missing", QUOTE(text));
	return 0;
}

static bool parse_id(const char *digits, int *id)
{
	char prefixed[7] = "0x";
	uint64_t value;

	memcpy(prefixed + 2, digits, 4);
	if (!uiomap_i_parse_number(prefixed, true, UINT16_MAX, &value))
		return false;
	*id = (int)value;
	return true;
}

static bool has_form(const char *text, const char *form)
{
	for (; *form && *text; form++, text++)
		if (*form == 'x' ? !isxdigit((unsigned char)*text) : *text != *form)
			return false;
	return *form == *text;
}

static bool is_pci_address(const char *text)
{
	return has_form(text, "xxxx:xx:xx.x");
}

bool uiomap_i_selector_is_short_pci_address(const char *text)
{
	return has_form(text, "xx:xx.x");
}

/* VVVV:DDDD, without pci:. uio_stub names PCI devices so, and no bus has a name of digits. */
static bool is_ids(const char *text)
{
	return has_form(text, "xxxx:xxxx");
}

bool uiomap_i_selector_parse_ids(const char *text, struct selector *s)
{
	return is_ids(text) && parse_id(text, &s->vendor) && parse_id(text + 5, &s->device_id);
}

/* An address, which has a dot; the kernel writes it in lower case. Or VVVV:DDDD[#K]. */
static int parse_pci(const char *text, const char *rest, struct selector *s)
{
	if (strchr(rest, '.')) {
		if (keep_text(s, FORM_BUS, text) < 0)
			return -1;
		if (is_pci_address(rest))
			for (char *c = s->text; *c; c++)
				*c = (char)tolower((unsigned char)*c);
		return 0;
	}
	if (keep_text(s, FORM_PCI_ID, rest) < 0 || parse_instance(text, s) < 0)
		return -1;
	if (!uiomap_i_selector_parse_ids(s->text, s))
		return uiomap_i_fail(
			EINVAL,
			"selector %s: after pci: comes an address, as in 0000:01:00.0, or vendor:device[#K], 4 hexadecimal digits each",
			QUOTE(text));
	return 0;
}

/* Split BUS:DEVICE at the colon. */
static int split(struct selector *s, size_t word)
{
	s->text[word] = '\0';
	s->device = s->text + word + 1;
	return 0;
}

static bool names_ids(const char *text)
{
	char ids[10] = "";

	strncpy(ids, text, sizeof(ids) - 1);
	return is_ids(ids) && (!text[9] || text[9] == '#');
}

static int parse(const char *text, struct selector *s)
{
	const char *colon = strchr(text, ':');
	size_t word = strcspn(text, ":");

	if (!*text)
		return uiomap_i_fail(
			EINVAL,
			"the selector is empty; give uioN, a name, BUS:DEVICE, of:PATH, addr:0xADDRESS or a path");
	if (uiomap_i_parse_uio(text, &s->number)) {
		s->form = FORM_NUMBER;
		return 0;
	}
	if (*text == '/')
		return keep_text(s, FORM_PATH, text);
	if (!colon)
		return parse_name(text, text, s);
	if (!strncmp(text, "name:", 5))
		return parse_name(text, colon + 1, s);
	if (names_ids(text))
		return parse_name(text, text, s);
	if (!strncmp(text, "addr:", 5)) {
		s->form = FORM_ADDR;
		if (strncmp(colon + 1, "0x", 2) ||
		    !uiomap_i_parse_number(colon + 1, true, UINT64_MAX, &s->addr))
			return uiomap_i_fail(
				EINVAL,
				"selector %s: after addr: comes 0x and 1 to 16 hexadecimal digits",
				QUOTE(text));
		return 0;
	}
	if (!strncmp(text, "of:", 3)) {
		if (colon[1] != '/')
			return uiomap_i_fail(
				EINVAL,
				"selector %s: after of: comes a device-tree path, which begins with /",
				QUOTE(text));
		return keep_text(s, FORM_OF, colon + 1);
	}
	if (!word || !colon[1])
		return uiomap_i_fail(
			EINVAL,
			"selector %s: %s the colon is missing; a name with a colon is given as name:NAME",
			QUOTE(text), word ? "the device after" : "the bus before");
	if ((!strncmp(text, "pci:", 4) ? parse_pci(text, colon + 1, s) :
					 keep_text(s, FORM_BUS, text)) < 0)
		return -1;
	return s->form == FORM_BUS ? split(s, word) : 0;
}

int uiomap_i_selector_parse(const char *text, struct selector *s)
{
	*s = (struct selector){ .form = FORM_ALL, .instance = -1 };
	if (!text || parse(text, s) == 0)
		return 0;
	uiomap_i_selector_clear(s);
	return -1;
}

/* The error texts are for the author of the line in uiomap.conf. */
static int parse_match(const char *text, struct selector *s)
{
	const char *colon = strchr(text, ':');

	if (!colon || !colon[1])
		return uiomap_i_fail(
			EINVAL,
			"'%s' is not a device: pci:0000:01:00.0, pci:1234:11e8 (vendor, device), platform:NAME, of:COMPATIBLE",
			text);
	if (!strncmp(text, "platform:", 9)) {
		if (strchr(colon, '/'))
			return uiomap_i_fail(EINVAL, "'%s': no platform device has a / in its name",
					     text);
		s->pattern = true;
		return keep_text(s, FORM_BUS, text) < 0 ? -1 : split(s, strlen("platform"));
	}
	if (!strncmp(text, "of:", 3) && colon[1] != '/')
		return keep_text(s, FORM_COMPATIBLE, colon + 1);
	if (strncmp(text, "of:", 3) && strncmp(text, "pci:", 4))
		return uiomap_i_fail(EINVAL, "'%s': the bus must be pci, platform or of", text);
	if (parse(text, s) < 0 ?
		    errno == EINVAL :
		    s->instance >= 0 || (s->form == FORM_BUS && !is_pci_address(s->device)))
		return uiomap_i_fail(
			EINVAL,
			"'%s': after pci: comes an address, as in 0000:01:00.0, or vendor:device, 4 hexadecimal digits each",
			text);
	return s->text ? 0 : -1;
}

int uiomap_i_selector_parse_match(const char *text, struct selector *s)
{
	*s = (struct selector){ .instance = -1 };
	if (parse_match(text, s) == 0)
		return 0;
	uiomap_i_selector_clear(s);
	return -1;
}

void uiomap_i_selector_clear(struct selector *s)
{
	int error = errno;

	free(s->text);
	s->text = NULL;
	errno = error;
}

bool uiomap_i_selector_of_bus(const struct selector *s)
{
	return s->form == FORM_BUS || s->form == FORM_PCI_ID || s->form == FORM_OF ||
	       s->form == FORM_COMPATIBLE;
}

static bool is(const char *text, const char *wanted)
{
	return text && !strcmp(text, wanted);
}

/*
 * Does the name match the pattern, or equal it without its instance? The
 * pattern uio_dummy matches uio_dummy.0 and uio_dummy.0.auto.
 */
static bool has_name(const char *name, const char *pattern)
{
	char copy[NAME_MAX + 1], *dot;
	size_t length;

	if (!name || strlen(name) >= sizeof(copy))
		return false;
	if (fnmatch(pattern, name, 0) == 0)
		return true;
	strcpy(copy, name);
	length = strlen(copy);
	if (length > 5 && !strcmp(copy + length - 5, ".auto"))
		copy[length - 5] = '\0';
	dot = strrchr(copy, '.');
	if (!dot || !dot[1] || dot[1 + strspn(dot + 1, "0123456789")])
		return false;
	*dot = '\0';
	return !strcmp(pattern, copy);
}

static bool has_compatible(const struct bus_device *dev, const char *wanted)
{
	for (size_t at = 0; at < dev->compatible_size; at += strlen(dev->compatible + at) + 1)
		if (!strcmp(dev->compatible + at, wanted))
			return true;
	return false;
}

/*
 * Each case compares first what differs most between devices, so that little is
 * read of the others.
 */
bool uiomap_i_selector_match_bus(const struct selector *s, struct bus_device *dev)
{
	switch (s->form) {
	case FORM_ALL:
		return true;
	case FORM_BUS:
		return (s->pattern ? has_name(uiomap_i_bus_device_name(dev), s->device) :
				     is(uiomap_i_bus_device_name(dev), s->device)) &&
		       is(uiomap_i_bus_device_bus(dev), s->text);
	case FORM_PCI_ID:
		/* Devices on other buses may have a `vendor` with another meaning. */
		return is(uiomap_i_bus_device_bus(dev), "pci") &&
		       uiomap_i_bus_device_id(dev, "vendor") == s->vendor &&
		       uiomap_i_bus_device_id(dev, "device") == s->device_id;
	case FORM_OF:
		return is(uiomap_i_bus_device_of_path(dev), s->text);
	case FORM_COMPATIBLE:
		return has_compatible(dev, s->text);
	default:
		return false;
	}
}
