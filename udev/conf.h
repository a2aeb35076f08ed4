/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file conf.h
 * The configuration: which devices are bound to which UIO driver, and how.
 * uiomap.conf(5) is its description, for users.
 *
 * Errors: as bind.h says.
 */
#ifndef CONF_H
#define CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "selector.h"

/** Where it is: all files there whose names end with .conf, in the order of their names. */
#define CONF_DIR "/etc/uiomap.d"

/** The longest line, without its newline. */
#define CONF_LINE_MAX 1023

/** The largest file. */
#define CONF_FILE_MAX (1024 * 1024)

/** Write-combining for every map. */
#define CONF_WC_ALL (~0u)

/** One line: which device, and what is to be done with it. */
struct conf_line {
	struct conf_line *next;
	struct selector match; /**< which devices it is for */
	const char *driver;    /**< one of conf_drivers */
	bool take;	       /**< also from a driver that has it */
	unsigned int wc;       /**< bit N: map N write-combining, or CONF_WC_ALL */
	uint64_t dma;	       /**< bytes of DMA memory, 0: none */
	unsigned int dma_bits; /**< of an address that it can drive, 0: not said */
	/** the group may write to its configuration space, also under uio_stub */
	bool config_write;
	/** the group may use the ports of its I/O BARs, also under uio_stub */
	bool ports;
	bool share_page;     /**< its users may have what else is in its maps' pages */
	char *run;	     /**< program to be started when it is there, NULL: none */
	char *file;	     /**< where this stands */
	unsigned int number; /**< the line's, from 1; 0 if it stands in no file */
};

/** The drivers that a line may name, the default first; NULL behind the last. */
extern const char * const conf_drivers[];

/** Does it say anything that only uio_stub can do? */
bool conf_has_settings(const struct conf_line *line);

/** Told of each fault: file, line (0: all of the file), what is wrong. Reading goes on after it. */
typedef void conf_fault(void *data, const char *file, unsigned int number, const char *text);

/**
 * Read all files of a directory, as far as only root may write them (trusted-file.h):
 * what others may is a fault, and none of its lines counts.
 * @param dir	CONF_DIR, but for tests; one that does not exist has no lines, which is no fault
 * @param fault	may be NULL
 * @return the lines, for conf_free(); NULL if there are none. *ok is false if there was not enough
 * memory.
 */
struct conf_line *conf_read(const char *dir, conf_fault *fault, void *data, bool *ok);

/** Free all lines. */
void conf_free(struct conf_line *lines);

/**
 * One line from a text without newline, as in a file.
 * @return 1 and *line, for conf_free(); 0 if the line is empty or a comment; -1 if it is malformed.
 * errno: EINVAL malformed, error_text() says how; ENOMEM.
 */
int conf_parse(const char *text, struct conf_line **line);

#endif /* CONF_H */
