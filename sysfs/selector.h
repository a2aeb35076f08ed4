/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Selectors, by which devices are named everywhere: to the library, to the
 * command, in the configuration. uiomap.h describes them for users; uiomap.conf(5)
 * what a line there can say besides.
 */
#ifndef UIOMAP_SELECTOR_H
#define UIOMAP_SELECTOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "bus-device.h"

#define selector_clear		      uiomap_i_selector_clear
#define selector_instance	      uiomap_i_selector_instance
#define selector_is_short_pci_address uiomap_i_selector_is_short_pci_address
#define selector_match_bus	      uiomap_i_selector_match_bus
#define selector_of_bus		      uiomap_i_selector_of_bus
#define selector_parse		      uiomap_i_selector_parse
#define selector_parse_ids	      uiomap_i_selector_parse_ids
#define selector_parse_match	      uiomap_i_selector_parse_match

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
	bool pattern;	    /* FORM_BUS: the device may have * ? [], or lack its instance */
	char *text;	    /* name, bus, path, compatible string; owned */
	const char *device; /* FORM_BUS: the part after the colon, in text */
	struct stat file;   /* FORM_PATH: what is there, set by the one who scans */
};

/* NULL: all devices. -1 with text: EINVAL, ENOMEM. */
int selector_parse(const char *text, struct selector *selector);

/*
 * The MATCH of a line of the configuration: no UIO devices, no instances, but also of:COMPATIBLE,
 * and platform: with a pattern.
 */
int selector_parse_match(const char *text, struct selector *selector);

/* VVVV:DDDD: sets the ids alone. */
bool selector_parse_ids(const char *text, struct selector *selector);

void selector_clear(struct selector *selector);

/* The #K at the end of a text, or NULL: digits after the last # are always an instance. */
const char *selector_instance(const char *text);

/* 01:00.0, as lspci prints it where there is one domain only; not 0000:01:00.0. */
bool selector_is_short_pci_address(const char *text);

/* Is it about devices on their bus, whatever driver they have? */
bool selector_of_bus(const struct selector *selector);

/*
 * Does a device on its bus match? Reads no more of it than is needed. An instance is not looked at.
 */
bool selector_match_bus(const struct selector *selector, struct bus_device *dev);

#endif /* UIOMAP_SELECTOR_H */
