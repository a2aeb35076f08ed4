// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The uiomap authors
/* configfs: /sys/kernel/config/uio_dummy/NAME/. A write that makes no sense changes nothing. */
#include <linux/ctype.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "dummy.h"

static const struct dummy_model * const models[] = { &dummy_memory, &dummy_counter, &dummy_framebuffer, &dummy_ring };
static const char * const irq_names[] = { "none", "level", "edge" };
static const char * const kind_names[] = { "physical", "prefetchable", "port", "logical", "virtual", "coherent" };

/* Put a new configuration in place of the old one, if the device isn't live and the whole makes sense. */
static int config_apply(struct dummy *d, const struct dummy_config *config)
{
	struct dummy_config *old;
	int ret = 0;

	if (d->live)
		return -EBUSY;
	old = kmemdup(&d->config, sizeof(*old), GFP_KERNEL);
	if (!old)
		return -ENOMEM;
	d->config = *config;
	ret = dummy_maps_check(&d->config);
	if (!ret && config->model->check)
		ret = config->model->check(d);
	if (ret)
		d->config = *old;
	kfree(old);
	return ret;
}

/* The configuration to be changed, and the lock; config_end() puts it in place if there was no error, and unlocks. */
static struct dummy_config *config_begin(struct dummy *d)
{
	struct dummy_config *config;

	mutex_lock(&d->lock);
	config = kmemdup(&d->config, sizeof(*config), GFP_KERNEL);
	if (!config)
		mutex_unlock(&d->lock);
	return config;
}

static ssize_t config_end(struct dummy *d, struct dummy_config *config, int ret, size_t count)
{
	if (d->live)
		ret = -EBUSY;
	if (!ret)
		ret = config_apply(d, config);
	mutex_unlock(&d->lock);
	kfree(config);
	return ret ?: count;
}

#define NUMBER(field)									\
static ssize_t field##_show(struct config_item *item, char *page)			\
{											\
	return sprintf(page, "%u\n", to_dummy(item)->config.field);			\
}											\
static ssize_t field##_store(struct config_item *item, const char *page, size_t count)	\
{											\
	struct dummy *d = to_dummy(item);						\
	struct dummy_config *config = config_begin(d);					\
	int ret;									\
											\
	if (!config)									\
		return -ENOMEM;								\
	ret = kstrtou32(page, 0, &config->field);					\
	return config_end(d, config, ret == -ERANGE ? -EINVAL : ret, count);		\
}											\
CONFIGFS_ATTR(, field)

NUMBER(width);
NUMBER(height);
NUMBER(refresh_hz);
NUMBER(vram_size);
NUMBER(vram_prefetchable);
NUMBER(ring_size);
NUMBER(max_length);

static ssize_t model_show(struct config_item *item, char *page)
{
	return sprintf(page, "%s\n", to_dummy(item)->config.model->name);
}

static ssize_t model_store(struct config_item *item, const char *page, size_t count)
{
	struct dummy *d = to_dummy(item);
	struct dummy_config *config = config_begin(d);
	int i, ret = -EINVAL;

	if (!config)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(models); i++) {
		if (sysfs_streq(page, models[i]->name)) {
			config->model = models[i];
			config->irq = models[i] == &dummy_memory ? DUMMY_IRQ_NONE : DUMMY_IRQ_LEVEL;
			ret = 0;
		}
	}
	return config_end(d, config, ret, count);
}
CONFIGFS_ATTR(, model);

static ssize_t irq_show(struct config_item *item, char *page)
{
	return sprintf(page, "%s\n", irq_names[to_dummy(item)->config.irq]);
}

static ssize_t irq_store(struct config_item *item, const char *page, size_t count)
{
	struct dummy *d = to_dummy(item);
	struct dummy_config *config = config_begin(d);
	int ret;

	if (!config)
		return -ENOMEM;
	ret = __sysfs_match_string(irq_names, ARRAY_SIZE(irq_names), page);
	if (ret >= 0) {
		config->irq = ret;
		ret = 0;
	}
	return config_end(d, config, ret, count);
}
CONFIGFS_ATTR(, irq);

static ssize_t format_show(struct config_item *item, char *page)
{
	u32 format = to_dummy(item)->config.format;

	return sprintf(page, "%.4s\n", (char *)&format);
}

static ssize_t format_store(struct config_item *item, const char *page, size_t count)
{
	struct dummy *d = to_dummy(item);
	struct dummy_config *config = config_begin(d);
	int ret = 0;

	if (!config)
		return -ENOMEM;
	if (sysfs_streq(page, "XR24"))
		config->format = UIO_DUMMY_FB_XR24;
	else if (sysfs_streq(page, "RG16"))
		config->format = UIO_DUMMY_FB_RG16;
	else
		ret = -EINVAL;
	return config_end(d, config, ret, count);
}
CONFIGFS_ATTR(, format);

static ssize_t maps_show(struct config_item *item, char *page)
{
	struct dummy_config *config = &to_dummy(item)->config;
	unsigned int i;
	int len = 0;

	for (i = 0; i < config->nmaps; i++)
		len += sprintf(page + len, "%s:%u:%u:%s\n", kind_names[config->maps[i].kind], config->maps[i].offset,
			       config->maps[i].size, config->maps[i].name);
	return len;
}

/* KIND:OFFSET:SIZE[:NAME] */
static int parse_map(char *text, struct dummy_map *map)
{
	char *kind = strsep(&text, ":"), *offset = strsep(&text, ":"), *size = strsep(&text, ":"), *c;
	int ret = match_string(kind_names, ARRAY_SIZE(kind_names), kind);

	if (ret < 0 || !size || kstrtou32(offset, 0, &map->offset) || kstrtou32(size, 0, &map->size))
		return -EINVAL;
	map->kind = ret;
	if (!text)
		return 0;
	for (c = text; *c; c++)
		if (!isalnum(*c) && !strchr("_.-", *c))
			return -EINVAL;
	return *text && strscpy(map->name, text, sizeof(map->name)) > 0 ? 0 : -EINVAL;
}

static ssize_t maps_store(struct config_item *item, const char *page, size_t count)
{
	struct dummy *d = to_dummy(item);
	struct dummy_config *config = config_begin(d);
	char *copy, *text, *one;
	int ret = 0;

	if (!config)
		return -ENOMEM;
	copy = kstrdup(page, GFP_KERNEL);
	if (!copy)
		return config_end(d, config, -ENOMEM, count);
	text = strim(copy);
	memset(config->maps, 0, sizeof(config->maps));
	config->nmaps = 0;
	while ((one = strsep(&text, ",\n")) && !ret) {
		if (config->nmaps == ARRAY_SIZE(config->maps)) {
			ret = -EINVAL;
			break;
		}
		snprintf(config->maps[config->nmaps].name, sizeof(config->maps[0].name), "map%u", config->nmaps);
		ret = parse_map(one, &config->maps[config->nmaps++]);
	}
	kfree(copy);
	return config_end(d, config, ret, count);
}
CONFIGFS_ATTR(, maps);

static ssize_t live_show(struct config_item *item, char *page)
{
	return sprintf(page, "%d\n", to_dummy(item)->live);
}

static ssize_t live_store(struct config_item *item, const char *page, size_t count)
{
	struct dummy *d = to_dummy(item);
	bool live;
	int ret = kstrtobool(page, &live);

	if (ret)
		return ret;
	mutex_lock(&d->lock);
	if (live && !d->live)
		ret = dummy_start(d);
	else if (!live && d->live)
		dummy_stop(d);
	mutex_unlock(&d->lock);
	return ret ?: count;
}
CONFIGFS_ATTR(, live);

static ssize_t device_show(struct config_item *item, char *page)
{
	struct dummy *d = to_dummy(item);
	int len = 0;

	mutex_lock(&d->lock);
	if (d->live)
		len = sprintf(page, "%s\n", dev_name(&d->pdev->dev));
	mutex_unlock(&d->lock);
	return len;
}
CONFIGFS_ATTR_RO(, device);

static struct configfs_attribute *dummy_attrs[] = {
	&attr_model, &attr_live, &attr_device, &attr_irq, &attr_maps,
	&attr_width, &attr_height, &attr_format, &attr_refresh_hz, &attr_vram_size, &attr_vram_prefetchable,
	&attr_ring_size, &attr_max_length,
	NULL
};

static void dummy_release(struct config_item *item)
{
	kfree(to_dummy(item));
}

static struct configfs_item_operations dummy_item_ops = { .release = dummy_release };
static const struct config_item_type dummy_type = {
	.ct_item_ops = &dummy_item_ops,
	.ct_attrs = dummy_attrs,
	.ct_owner = THIS_MODULE,
};

static struct config_group *dummy_make(struct config_group *group, const char *name)
{
	struct dummy *d = kzalloc(sizeof(*d), GFP_KERNEL);

	if (!d)
		return ERR_PTR(-ENOMEM);
	config_group_init_type_name(&d->group, name, &dummy_type);
	mutex_init(&d->lock);
	INIT_LIST_HEAD(&d->users);
	d->config = (struct dummy_config) {
		.model = &dummy_memory,
		.maps = { { .kind = DUMMY_PHYSICAL, .size = PAGE_SIZE, .name = "memory" } },
		.nmaps = 1,
		.width = 640, .height = 480, .format = UIO_DUMMY_FB_XR24, .refresh_hz = 60,
		.vram_size = 4 << 20, .vram_prefetchable = 1,
		.ring_size = 256, .max_length = 4096,
	};
	return &d->group;
}

/* rmdir of a live device unplugs it first. */
static void dummy_drop(struct config_group *group, struct config_item *item)
{
	struct dummy *d = to_dummy(item);

	mutex_lock(&d->lock);
	if (d->live)
		dummy_stop(d);
	mutex_unlock(&d->lock);
	config_item_put(item);
}

static struct configfs_group_operations root_ops = { .make_group = dummy_make, .drop_item = dummy_drop };
static const struct config_item_type root_type = { .ct_group_ops = &root_ops, .ct_owner = THIS_MODULE };
static struct configfs_subsystem subsystem = {
	.su_group = { .cg_item = { .ci_namebuf = "uio_dummy", .ci_type = &root_type } },
};

int dummy_config_init(void)
{
	config_group_init(&subsystem.su_group);
	mutex_init(&subsystem.su_mutex);
	return configfs_register_subsystem(&subsystem);
}

void dummy_config_exit(void)
{
	configfs_unregister_subsystem(&subsystem);
}
