/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A driver project: what `uiomap new` knows of a device, and the files that it writes. A device may
 * call itself and its parts anything: no text in here has a byte that means something in a file.
 */
#ifndef PROJECT_H
#define PROJECT_H

#include <stdbool.h>
#include <stdint.h>

struct project {
	char name[33];	   /* a file's, a device's: letters, digits, -, _ */
	char device[300];  /* selector */
	char match[300];   /* of uiomap.conf(5); "" if nothing is to be bound */
	char options[200]; /* there, each with a blank before */
	bool bound;	   /* to a UIO driver; else its kernel driver registers it */
	const char *irq;   /* uio_dummy's word */
	uint64_t dma;	   /* bytes of DMA memory; 0: none */
	unsigned int maps, ports;
	unsigned int bits;     /* of the widest register that each map can begin with */
	char parts[2048];      /* all these, as lines of a C comment */
	char dummy_maps[512];  /* the maps, for uio_dummy's `maps` */
	char dummy_ports[512]; /* the ports, for its `resources` */
};

/*
 * The project for a device that is there, or for one of uio_dummy's `maps` (the text is modified)
 * and `irq`. It has the name of the folder. Both return an exit status, and have printed the error.
 */
int project_from_device(struct project *project, const char *folder, const char *selector);
int project_from_dummy(struct project *project, const char *folder, char *maps, const char *irq);

#endif /* PROJECT_H */
