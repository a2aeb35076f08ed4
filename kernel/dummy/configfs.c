// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/*
 * /sys/kernel/config/uio_dummy/NAME/: the configuration of a device, and
 * whether it is live. The configuration is valid as a whole at all times and
 * for every model: a write that would make it invalid fails and changes
 * nothing.
 *
 * rmdir of a live device unplugs it first.
 */
#define pr_fmt(fmt) "uio_dummy: " fmt

#include <linux/ctype.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "dummy.h"

static const char * const irq_names[] = {
	[DUMMY_IRQ_NONE] = "none",
	[DUMMY_IRQ_LEVEL] = "level",
	[DUMMY_IRQ_EDGE] = "edge",
};

static int parse_u32(const char *text, u32 max, u32 *value)
{
	u64 number;

	if (dummy_parse(text, max, &number))
		return -EINVAL;
	*value = number;
	return 0;
}

/*
 * Handle one write: set() changes the configuration; if the result is invalid,
 * restore the old one.
 */
static int change(struct dummy *d, int (*set)(struct dummy_config *config, char *text), char *text)
{
	struct dummy_config *old;
	int err;

	if (d->live)
		return -EBUSY;
	old = kmemdup(&d->config, sizeof(*old), GFP_KERNEL);
	if (!old)
		return -ENOMEM;
	err = set(&d->config, text);
	if (!err)
		err = dummy_models_check(d);
	if (err)
		d->config = *old;
	kfree(old);
	return err;
}

static ssize_t store(struct config_item *item, const char *page, size_t count, const char *name,
		     int (*set)(struct dummy_config *config, char *text))
{
	struct dummy *d = to_dummy(item);
	char *text;
	int err = -EINVAL;

	text = kstrndup(page, count, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	if (strlen(text) == count) {
		mutex_lock(&d->lock);
		err = change(d, set, strim(text));
		mutex_unlock(&d->lock);
	}
	kfree(text);
	if (err == -EINVAL)
		pr_err("%s: %s: \"%.*s\" is not a valid value, or doesn't fit the other attributes; see docs/uio_dummy.md\n",
		       dummy_name(d), name, (int)min_t(size_t, strcspn(page, "\n"), 60), page);
	else if (err == -EBUSY)
		pr_err("%s: %s can't be changed while it is live; write 0 to live first\n",
		       dummy_name(d), name);
	return err ?: count;
}

#define STORE(_name)                                                                               \
	static ssize_t dummy_##_name##_store(struct config_item *item, const char *page,           \
					     size_t count)                                         \
	{                                                                                          \
		return store(item, page, count, #_name, set_##_name);                              \
	}

/* print: an expression with the configuration `c`, and `page`. */
#define SHOW(_name, print)                                                                         \
	static ssize_t dummy_##_name##_show(struct config_item *item, char *page)                  \
	{                                                                                          \
		struct dummy *d = to_dummy(item);                                                  \
		const struct dummy_config *c __maybe_unused = &d->config;                          \
		ssize_t len;                                                                       \
                                                                                                   \
		mutex_lock(&d->lock);                                                              \
		len = print;                                                                       \
		mutex_unlock(&d->lock);                                                            \
		return len;                                                                        \
	}

#define ATTRIBUTE(_name, print)                                                                    \
	STORE(_name)                                                                               \
	SHOW(_name, print)                                                                         \
	CONFIGFS_ATTR(dummy_, _name)

#define NUMBER(_name, max)                                                                         \
	static int set_##_name(struct dummy_config *c, char *text)                                 \
	{                                                                                          \
		return parse_u32(text, max, &c->_name);                                            \
	}                                                                                          \
	ATTRIBUTE(_name, sysfs_emit(page, "%u\n", c->_name))

NUMBER(width, U32_MAX);
NUMBER(height, U32_MAX);
NUMBER(refresh_hz, U32_MAX);
NUMBER(vram_size, U32_MAX);
NUMBER(vram_prefetchable, 1);
NUMBER(ring_size, U32_MAX);
NUMBER(max_length, U32_MAX);

static int set_model(struct dummy_config *c, char *text)
{
	const struct dummy_model *model = dummy_models_find(text);

	if (!model)
		return -EINVAL;
	c->model = model;
	/* A model without registers generates no interrupts by itself. */
	if (!c->irq_chosen)
		c->irq = model->id ? DUMMY_IRQ_LEVEL : DUMMY_IRQ_NONE;
	return 0;
}
ATTRIBUTE(model, sysfs_emit(page, "%s\n", c->model->name));

static int set_irq(struct dummy_config *c, char *text)
{
	const int irq = match_string(irq_names, ARRAY_SIZE(irq_names), text);

	if (irq < 0)
		return -EINVAL;
	c->irq = irq;
	c->irq_chosen = true;
	return 0;
}
ATTRIBUTE(irq, sysfs_emit(page, "%s\n", irq_names[c->irq]));

static int set_maps(struct dummy_config *c, char *text)
{
	return dummy_maps_parse(c, text);
}
ATTRIBUTE(maps, dummy_maps_print(c, page));

static int set_resources(struct dummy_config *c, char *text)
{
	return dummy_resources_parse(c, text);
}
ATTRIBUTE(resources, dummy_resources_print(c, page));

static int set_label(struct dummy_config *c, char *text)
{
	return strscpy(c->label, text, sizeof(c->label)) < 0 ? -EINVAL : 0;
}
ATTRIBUTE(label, sysfs_emit(page, "%s\n", c->label));

static int set_format(struct dummy_config *c, char *text)
{
	if (!strcmp(text, "XR24"))
		c->format = UIO_DUMMY_FB_XR24;
	else if (!strcmp(text, "RG16"))
		c->format = UIO_DUMMY_FB_RG16;
	else
		return -EINVAL;
	return 0;
}
ATTRIBUTE(format, sysfs_emit(page, "%s\n", c->format == UIO_DUMMY_FB_XR24 ? "XR24" : "RG16"));

SHOW(device, d->live ? sysfs_emit(page, "%s\n", dev_name(&d->pdev->dev)) : 0)
CONFIGFS_ATTR_RO(dummy_, device);

/* Repeated writes have no effect. A device that was unplugged through sysfs isn't live. */
static ssize_t dummy_live_store(struct config_item *item, const char *page, size_t count)
{
	struct dummy *d = to_dummy(item);
	u32 live;
	int err = 0;

	if (parse_u32(page, 1, &live)) {
		pr_err("%s: live is 0 or 1\n", dummy_name(d));
		return -EINVAL;
	}
	mutex_lock(&d->lock);
	if (live && !d->live)
		err = dummy_plug(d);
	else if (!live && d->live)
		dummy_unplug(d);
	mutex_unlock(&d->lock);
	return err ?: count;
}
SHOW(live, sysfs_emit(page, "%d\n", d->live))
CONFIGFS_ATTR(dummy_, live);

static struct configfs_attribute *dummy_attrs[] = { &dummy_attr_model,
						    &dummy_attr_live,
						    &dummy_attr_device,
						    &dummy_attr_irq,
						    &dummy_attr_maps,
						    &dummy_attr_resources,
						    &dummy_attr_label,
						    &dummy_attr_width,
						    &dummy_attr_height,
						    &dummy_attr_format,
						    &dummy_attr_refresh_hz,
						    &dummy_attr_vram_size,
						    &dummy_attr_vram_prefetchable,
						    &dummy_attr_ring_size,
						    &dummy_attr_max_length,
						    NULL };

static void dummy_release(struct config_item *item)
{
	struct dummy *d = to_dummy(item);

	mutex_destroy(&d->lock);
	kfree(d);
}

static struct configfs_item_operations dummy_item_ops = { .release = dummy_release };

static const struct config_item_type dummy_type = {
	.ct_item_ops = &dummy_item_ops,
	.ct_attrs = dummy_attrs,
	.ct_owner = THIS_MODULE,
};

static const struct dummy_config defaults = {
	.model = &dummy_memory,
	.irq = DUMMY_IRQ_NONE,
	.maps = { { .kind = DUMMY_PHYSICAL, .size = PAGE_SIZE, .name = "memory" } },
	.nmaps = 1,
	.width = 640,
	.height = 480,
	.format = UIO_DUMMY_FB_XR24,
	.refresh_hz = 60,
	.vram_size = 4 << 20,
	.vram_prefetchable = 1,
	.ring_size = 256,
	.max_length = 4096,
};

/* The directory's name becomes a UIO name. It must be one word and not contain a path. */
static bool good_name(const char *name)
{
	const char *c;

	for (c = name; *c; c++)
		if (!isascii(*c) || (!isalnum(*c) && (c == name || !strchr("_-.", *c))))
			return false;
	return c - name <= 63;
}

static struct config_group *make_group(struct config_group *group, const char *name)
{
	struct dummy *d;

	if (!good_name(name)) {
		pr_err("a device's name is up to 63 letters, digits, '_', '-' and '.', the first one a letter or digit\n");
		return ERR_PTR(-EINVAL);
	}
	d = kzalloc(sizeof(*d), GFP_KERNEL);
	if (!d)
		return ERR_PTR(-ENOMEM);
	config_group_init_type_name(&d->group, name, &dummy_type);
	mutex_init(&d->lock);
	INIT_LIST_HEAD(&d->holders);
	d->config = defaults;
	return &d->group;
}

/*
 * Called by rmdir. Files here are no longer written, but `unplug` in sysfs may
 * be, and holds a reference.
 */
static void drop_item(struct config_group *group, struct config_item *item)
{
	struct dummy *d = to_dummy(item);

	mutex_lock(&d->lock);
	if (d->live)
		dummy_unplug(d);
	mutex_unlock(&d->lock);
	config_item_put(item);
}

static struct configfs_group_operations root_ops = { .make_group = make_group,
						     .drop_item = drop_item };

static const struct config_item_type root_type = { .ct_group_ops = &root_ops,
						   .ct_owner = THIS_MODULE };

static struct configfs_subsystem subsystem = {
	.su_group = { .cg_item = { .ci_namebuf = "uio_dummy", .ci_type = &root_type } },
};

int dummy_configfs_init(void)
{
	config_group_init(&subsystem.su_group);
	mutex_init(&subsystem.su_mutex);
	return configfs_register_subsystem(&subsystem);
}

void dummy_configfs_exit(void)
{
	configfs_unregister_subsystem(&subsystem);
	mutex_destroy(&subsystem.su_mutex);
}
