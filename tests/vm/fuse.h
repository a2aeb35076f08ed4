/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * A file that nobody answers for: who reads it waits, with all the locks that it holds, until the
 * file is given up.
 */
#ifndef FUSE_H
#define FUSE_H

#include <pthread.h>

struct silent_file {
	const char *path;
	int fd; /* of /dev/fuse */
	pthread_t server;
	int asked; /* somebody waits for its contents */
};

/* One page, at this path. What fails here fails the test. */
void silent_file_make(struct silent_file *f, const char *path);
/* Wait until somebody waits. */
void silent_file_await(struct silent_file *f);
/* Whoever waits gets an error. */
void silent_file_give_up(struct silent_file *f);

#endif /* FUSE_H */
