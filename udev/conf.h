/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/**
 * @file conf.h
 * The configuration: which devices are bound to which UIO driver, with which settings.
 * uiomap.conf(5) documents it for users.
 *
 * Errors: as bind.h says.
 */
#ifndef CONF_H
#define CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "selector.h"

/** Its directory: all files with names that end with .conf are read, sorted by name. */
#define CONF_DIR "/etc/uiomap.d"

/** The longest line, without its newline. */
#define CONF_LINE_MAX 1023

/** The largest file. */
#define CONF_FILE_MAX (1024 * 1024)

/** Write-combining for every map. */
#define CONF_WC_ALL (~0u)

/** One line: which devices, and their settings. */
struct conf_line {
	struct conf_line *next;
	struct selector match; /**< which devices it matches */
	const char *driver;    /**< one of conf_drivers */
	bool take;	       /**< also if another driver has the device */
	unsigned int wc;       /**< bit N: map N write-combining, or CONF_WC_ALL */
	uint64_t dma;	       /**< bytes of DMA memory, 0: none */
	unsigned int dma_bits; /**< address width of the device, 0: not given */
	/** the group may write configuration space, also under uio_stub */
	bool config_write;
	/** the group may use the ports of its I/O BARs, also under uio_stub */
	bool ports;
	bool share_page;     /**< permit maps whose pages contain other registers, too */
	char *run;	     /**< program to start when the device is there, NULL: none */
	char *file;	     /**< the file of this line */
	unsigned int number; /**< the line's number, from 1; 0 if it isn't from a file */
};

/** The drivers that a line may name, the default first; NULL ends the list. */
extern const char * const conf_drivers[];

/** Does the line have settings that only uio_stub supports? */
bool conf_has_settings(const struct conf_line *line);

/**
 * Called for each fault: file, line (0: the whole file), what is wrong. Reading
 * continues after it.
 */
typedef void conf_fault(void *data, const char *file, unsigned int number, const char *text);

/**
 * Read all files of a directory. A file that others than root may write is a fault, and
 * all of its lines are ignored (trusted-file.h).
 * @param dir	CONF_DIR, except in tests. It is not a fault if it doesn't exist
 * @param fault	may be NULL
 * @return the lines, which the caller frees with conf_free(); NULL if there are none.
 * *ok is false if there was not enough memory.
 */
struct conf_line *conf_read(const char *dir, conf_fault *fault, void *data, bool *ok);

/** Free all lines. */
void conf_free(struct conf_line *lines);

/**
 * Parse one line, without its newline.
 * @return 1 and *line, which the caller frees with conf_free(); 0 if the line is empty
 * or a comment; -1 on failure.
 * errno: EINVAL malformed, uiomap_i_error_text() says how; ENOMEM.
 */
int conf_parse(const char *text, struct conf_line **line);

#endif /* CONF_H */
