/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Mappings by raw system calls: what their tests share. What fails here fails the test. */
#ifndef MMAP_H
#define MMAP_H

#include "sim-fixture.h"

#define PAGE 4096

/* A page that forked processes share. */
void *shared_page(void);
int open_node(struct uiosim *d);
volatile uint8_t *map_node(int fd, unsigned int index, size_t size, int protection);
/* Whether a forked process that reads there dies of SIGBUS. */
bool gets_sigbus(const volatile uint8_t *at);

#endif /* MMAP_H */
