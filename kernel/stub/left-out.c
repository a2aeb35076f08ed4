// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * Resources of a device that its users don't get. They are listed in the kernel
 * log and in the attribute uio_stub/left_out.
 */
#include <linux/slab.h>

#include "stub.h"

struct stub_left {
	struct list_head list;
	const char *kind, *name;
	u64 start, size;
	enum stub_reason reason;
};

static const struct {
	const char *word, *text;
} reasons[] = {
	[STUB_LIMIT] = { "limit", "UIO supports no more" },
	[STUB_EMPTY] = { "empty", "it is empty" },
	[STUB_PAGE] = { "page",
			"its page contains other registers, too. Give it a page of its own (PCI: pci=resource_alignment= at boot), or bind it with the option share_page, which lets its users access those" },
	[STUB_ADDRESS] = { "address", "it has no address" },
};

static const char *kind_of(const struct resource *r)
{
	switch (resource_type(r)) {
	case IORESOURCE_MEM:
		return "memory";
	case IORESOURCE_IO:
		return "port";
	case IORESOURCE_IRQ:
		return "interrupt";
	default:
		return "other"; /* an ISA DMA channel, registers behind another bus */
	}
}

int stub_leave_out(struct stub *stub, const struct resource *r, enum stub_reason reason)
{
	struct stub_left *left = devm_kzalloc(stub->dev, sizeof(*left), GFP_KERNEL);

	if (!left)
		return -ENOMEM;
	left->kind = kind_of(r);
	left->name = r->name ?: "";
	left->start = r->start;
	left->size = resource_size(r);
	left->reason = reason;
	list_add_tail(&left->list, &stub->left_out);
	dev_warn(stub->dev, "%s %#llx, %s, is left out: %s\n", left->kind, left->start, left->name,
		 reasons[reason].text);
	return 0;
}

/* One line each, whole lines only. What doesn't fit into a page is only in the kernel log. */
ssize_t stub_left_show(struct stub *stub, char *buf)
{
	const struct stub_left *left;
	int len = 0, before;

	list_for_each_entry(left, &stub->left_out, list) {
		before = len;
		len += sysfs_emit_at(buf, len, "%s %llx %llx %s %s\n", left->kind, left->start,
				     left->size, reasons[left->reason].word, left->name);
		if (len >= PAGE_SIZE - 1)
			return before;
	}
	return len;
}
