/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Arguments, errors, numbers and texts. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

static const struct argp_option device_options[] = {
	{ "json", 'j', NULL, 0, "as JSON", 0 },
	{ 0 },
};

static error_t parse_device(int key, char *arg, struct argp_state *state)
{
	struct device_arguments *a = state->input;

	switch (key) {
	case 'j':
		a->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (a->device)
			argp_error(state, "one device only");
		a->device = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		if (a->needed)
			argp_error(state, "which device?");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp device_argp = { device_options, parse_device, NULL, NULL, NULL, NULL, NULL };

int complain(int status, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("uiomap: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return status;
}

int complain_uiomap(void)
{
	int status = TOOL_FAILED;

	switch (errno) {
	case ENODEV:
	case ENOTUNIQ:
	case ENXIO:
		status = TOOL_NO_DEVICE;
		break;
	case EACCES:
	case EPERM:
	case EROFS:
		status = TOOL_DENIED;
		break;
	case ETIMEDOUT:
		status = TOOL_TIMEOUT;
		break;
	case EINVAL:
	case ERANGE:
		status = TOOL_USAGE;
		break;
	}
	return complain(status, "%s", uiomap_error());
}

bool parse_seconds(const char *text, int64_t *ns)
{
	char *end;
	double s;

	if (strspn(text, "0123456789.") != strlen(text) || !*text)
		return false;
	s = strtod(text, &end);
	if (*end || !isfinite(s) || s > 1e9)
		return false;
	*ns = (int64_t)(s * 1e9);
	return true;
}

int flush_output(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return TOOL_OK;
	complain(TOOL_FAILED, "standard output: %s", strerror(errno));
	/* Discard the rest, so that exit() doesn't try and fail once more. */
	__fpurge(stdout);
	clearerr(stdout);
	return TOOL_FAILED;
}

int print_json(json_t *object, bool one_line)
{
	int bad = !object ||
		  json_dumpf(object, stdout,
			     (one_line ? JSON_COMPACT : JSON_INDENT(2)) | JSON_ENSURE_ASCII);

	json_decref(object);
	if (bad)
		return complain(TOOL_FAILED, "JSON on standard output: %s", strerror(errno));
	putchar('\n');
	return flush_output();
}

const char *size_text(char buffer[SIZE_TEXT], uint64_t size)
{
	static const char units[] = "KMGTPE";
	unsigned int unit = 0;

	while (unit < sizeof(units) - 1 && size && !(size & 1023)) {
		size >>= 10;
		unit++;
	}
	snprintf(buffer, SIZE_TEXT, unit ? "%llu%c" : "%llu", (unsigned long long)size,
		 unit ? units[unit - 1] : 0);
	return buffer;
}

const char *irq_text(enum uiomap_irq irq)
{
	switch (irq) {
	case UIOMAP_IRQ_NONE:
		return "none";
	case UIOMAP_IRQ_MASKED:
		return "masked";
	case UIOMAP_IRQ_COUNTED:
		return "counted";
	default:
		return "unknown";
	}
}

/* The caller frees it. */
static char *escaped(const char *text)
{
	const size_t size = ESCAPE_SIZE(strlen(text));
	char *out = malloc(size);

	return out ? uiomap_i_escape(text, out, size) : NULL;
}

const char *printable(const char *name)
{
	static char *buffers[2];
	static unsigned int turn;

	turn = !turn;
	free(buffers[turn]);
	buffers[turn] = escaped(name);
	return buffers[turn] ? buffers[turn] : "?";
}

json_t *json_text(const char *text)
{
	json_t *string = json_string(text);
	char *safe;

	/* jansson accepts only UTF-8. */
	if (string)
		return string;
	safe = escaped(text);
	string = safe ? json_string(safe) : NULL;
	free(safe);
	return string;
}
