/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* A file whose reads block until the test gives it up. The reader keeps all its locks meanwhile. */
#ifndef FUSE_H
#define FUSE_H

#include <pthread.h>

struct silent_file {
	const char *path;
	int fd; /* descriptor of /dev/fuse */
	pthread_t server;
	int asked; /* set when a reader waits for its content */
};

/* Make a file of one page at this path. A failure here fails the test. */
void silent_file_make(struct silent_file *f, const char *path);
/* Wait until a reader waits. */
void silent_file_await(struct silent_file *f);
/* End all waits with an error. */
void silent_file_give_up(struct silent_file *f);

#endif /* FUSE_H */
