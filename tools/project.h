/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * What `uiomap new` knows of a device: enough to write a driver for it, and to
 * make a device of the same shape with uio_dummy. Names come from the device,
 * which may call itself anything; what a file is given of them is made safe in
 * project_value() alone.
 */
#ifndef PROJECT_H
#define PROJECT_H

#include <stdbool.h>
#include <stdint.h>

/* As many as uio_dummy and uio_stub can have. */
#define PROJECT_MAPS 5

struct project_map {
	char name[64];	  /* as the device has it, "" without */
	char id[48];	  /* a C identifier, no other map's */
	bool named;	  /* uiomap_map_name() finds it, and uio_dummy can call one so */
	const char *kind; /* uio_dummy's word */
	uint32_t offset;  /* in its first page */
	uint64_t size;
	uint64_t dummy_size; /* of the simulated one */
};

struct project {
	char name[33];	   /* a file's, a device's: letters, digits, -, _ */
	char device[512];  /* selector */
	char match[300];   /* of uiomap.conf(5); "" if nothing is to be bound */
	char options[200]; /* there, each with a blank before */
	/* of uiomap-driver@.service, escaped, if `match` is one device's; else "" */
	char instance[300];
	const char *irq; /* uio_dummy's word */
	bool bound;	 /* to a UIO driver; else it registers itself */
	uint64_t dma;	 /* bytes of DMA memory, 0: none */
	unsigned int count;
	struct project_map maps[PROJECT_MAPS];
	char ports[1024];      /* lines of a C comment */
	char dummy_ports[512]; /* in uio_dummy's maps, each with a comma before */
};

/* Named for the folder that it is to be in. */
void project_name(struct project *project, const char *folder);

/*
 * From a device there is, or from uio_dummy's `maps` and `irq`. An exit status; what is wrong has
 * been said.
 */
int project_from_device(struct project *project, const char *selector);
int project_from_dummy(struct project *project, const char *maps, const char *irq);

/*
 * What a template's @{NAME} stands for, with `map` in "map.NAME"; NULL if there
 * is no such thing, "" if it is empty. Valid until the next call.
 */
const char *project_value(const struct project *project, unsigned int map, const char *name);

#endif /* PROJECT_H */
