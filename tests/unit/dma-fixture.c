/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "dma-fixture.h"

struct uiomap_dma *piece(struct uiomap_device *device, size_t size, size_t align)
{
	struct uiomap_dma *dma = uiomap_dma_alloc(device, size, align);

	assert_ok(dma);
	cr_assert_eq(uiomap_dma_size(dma), size);
	cr_assert_eq(uiomap_dma_addr(dma) % (align ? align : 64), 0, "0x%lx is not aligned to %zu",
		     uiomap_dma_addr(dma), align);
	return dma;
}

void no_piece(struct uiomap_device *device, size_t size, size_t align, int error, const char *text)
{
	char uiomap_i_label[64];

	snprintf(uiomap_i_label, sizeof(uiomap_i_label), "uio1 \"%s\"",
		 uiomap_info_name(uiomap_device_info(device)));
	errno = 0;
	cr_assert_null(uiomap_dma_alloc(device, size, align));
	assert_errno(error);
	assert_text(uiomap_i_label);
	assert_text(text);
}
