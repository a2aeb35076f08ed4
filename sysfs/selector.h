/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Selectors: texts that name devices, for the library, the command and the
 * configuration. uiomap.h documents them; uiomap.conf(5) documents what a line
 * there may contain besides.
 */
#ifndef UIOMAP_SELECTOR_H
#define UIOMAP_SELECTOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "bus-device.h"

enum form {
	FORM_ALL,
	FORM_NUMBER,
	FORM_NAME,
	FORM_BUS,
	FORM_PCI_ID,
	FORM_OF,
	FORM_COMPATIBLE,
	FORM_ADDR,
	FORM_PATH
};

struct selector {
	enum form form;
	unsigned int number; /* FORM_NUMBER */
	uint64_t addr;	     /* FORM_ADDR */
	int vendor;	     /* FORM_PCI_ID */
	int device_id;
	long instance;	    /* FORM_NAME, FORM_PCI_ID: K; -1: any */
	bool pattern;	    /* FORM_BUS: device is a pattern with * ? [], or lacks its instance */
	char *text;	    /* name, bus, path, compatible string; owned */
	const char *device; /* FORM_BUS: the part after the colon, in text */
	struct stat file;   /* FORM_PATH: stat(2) of the path, set before a scan */
};

/* text: NULL for all devices. Returns -1 with errno and text: EINVAL, ENOMEM. */
int uiomap_i_selector_parse(const char *text, struct selector *selector);

/*
 * Parse the MATCH of a line of uiomap.conf. It can't be a UIO device or have an
 * instance, but can be of:COMPATIBLE, or platform: with a pattern.
 */
int uiomap_i_selector_parse_match(const char *text, struct selector *selector);

/* Parse VVVV:DDDD; sets only the ids. */
bool uiomap_i_selector_parse_ids(const char *text, struct selector *selector);

void uiomap_i_selector_clear(struct selector *selector);

/* Returns the #K at the end of text, or NULL. Digits after the last # are always an instance. */
const char *uiomap_i_selector_instance(const char *text);

/* 01:00.0, as lspci prints it on machines with one PCI domain; not 0000:01:00.0. */
bool uiomap_i_selector_is_short_pci_address(const char *text);

/* Does the selector name devices on their bus, whatever driver they have? */
bool uiomap_i_selector_of_bus(const struct selector *selector);

/*
 * Does a device on its bus match? Reads no more of it than necessary. Ignores
 * the selector's instance.
 */
bool uiomap_i_selector_match_bus(const struct selector *selector, struct bus_device *dev);

#endif /* UIOMAP_SELECTOR_H */
