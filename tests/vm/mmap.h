/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Fixture for tests of mappings by plain system calls. A failure here fails the test. */
#ifndef MMAP_H
#define MMAP_H

#include "sim-fixture.h"

#define PAGE 4096

/* A page that forked processes share. */
void *shared_page(void);
int open_node(struct uiosim *d);
volatile uint8_t *map_node(int fd, unsigned int index, size_t size, int protection);
/* Returns true if a forked process that reads at this address is killed by SIGBUS. */
bool gets_sigbus(const volatile uint8_t *at);

#endif /* MMAP_H */
