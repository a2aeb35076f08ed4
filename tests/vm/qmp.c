/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Each line is one JSON object. An answer has the "id" of its command, so that answers that an
 * earlier user of the monitor didn't read can be distinguished. Events have no id. They are kept
 * until a test waits for them.
 */
#include "qmp.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NODE	  "/run/vm/monitor"
#define ANSWER_MS 20000

struct event {
	struct event *next;
	char *line;
};

struct monitor {
	int fd;
	unsigned int id;      /* of the last command */
	struct event *events; /* oldest first */
	char *answer;
	size_t length; /* of the text that is not a complete line yet */
	char text[65536];
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

/* Returns the next line, which the caller frees; NULL if none comes before `end`. */
static char *next_line(struct monitor *m, int64_t end)
{
	for (;;) {
		char *newline = memchr(m->text, '\n', m->length);
		struct pollfd p = { .fd = m->fd, .events = POLLIN };
		ssize_t n;

		if (newline) {
			const size_t size = (size_t)(newline + 1 - m->text);
			char *line = strndup(m->text, size - 1);

			memmove(m->text, newline + 1, m->length -= size);
			return line;
		}
		cr_assert_lt(m->length, sizeof(m->text), NODE ": a line of 64 KiB");
		const int64_t left = end - now_ms();

		if (poll(&p, 1, left > 0 ? (int)left : 0) == 0)
			return NULL;
		n = read(m->fd, m->text + m->length, sizeof(m->text) - m->length);
		cr_assert(n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)), NODE ": %s",
			  n ? strerror(errno) : "closed");
		m->length += n > 0 ? (size_t)n : 0;
	}
}

static void keep(struct monitor *m, char *line)
{
	struct event **last = &m->events, *event = malloc(sizeof(*event));

	while (*last)
		last = &(*last)->next;
	*event = (struct event){ .line = line };
	*last = event;
}

static const char *execute(struct monitor *m, const char *command, const char *arguments)
{
	const int64_t end = now_ms() + ANSWER_MS;
	char text[4096], id[32], *line;
	int length;

	snprintf(id, sizeof(id), "\"id\": \"%d-%u\"", (int)getpid(), ++m->id);
	length = snprintf(text, sizeof(text), "{\"execute\": \"%s\", %s%s%s%s}\n", command,
			  arguments[0] ? "\"arguments\": " : "", arguments,
			  arguments[0] ? ", " : "", id);
	cr_assert_eq(write(m->fd, text, (size_t)length), length, NODE ": %s", strerror(errno));
	for (;;) {
		line = next_line(m, end);
		cr_assert(line, "%s is not answered after %d ms", command, ANSWER_MS);
		if (strstr(line, id))
			break;
		if (strstr(line, "\"event\": "))
			keep(m, line);
		else
			free(line);
	}
	free(m->answer);
	return m->answer = line;
}

/*
 * A successful answer must not contain this text. None of QEMU's answers to the commands in the
 * tests does.
 */
static bool refused(const char *answer)
{
	return strstr(answer, "\"error\": {\"class\": ");
}

const char *qmp_execute(struct monitor *m, const char *command, const char *format, ...)
{
	char arguments[2048];
	const char *answer;
	va_list list;

	va_start(list, format);
	vsnprintf(arguments, sizeof(arguments), format, list);
	va_end(list);
	answer = execute(m, command, arguments);
	cr_assert(!refused(answer), "%s: %s", command, answer);
	return answer;
}

const char *qmp_refused(struct monitor *m, const char *command, const char *format, ...)
{
	char arguments[2048];
	const char *answer;
	va_list list;

	va_start(list, format);
	vsnprintf(arguments, sizeof(arguments), format, list);
	va_end(list);
	answer = execute(m, command, arguments);
	cr_assert(refused(answer), "%s: %s", command, answer);
	return answer;
}

static void drop_events(struct monitor *m)
{
	while (m->events) {
		struct event *event = m->events;

		m->events = event->next;
		free(event->line);
		free(event);
	}
}

struct monitor *qmp_open(void)
{
	struct monitor *m = calloc(1, sizeof(*m));

	m->fd = open(NODE, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	cr_assert_geq(m->fd, 0, NODE ": %s (EBUSY: another program has it)", strerror(errno));
	/*
	 * QEMU refuses this command if an earlier user has sent it: the connection stays open as
	 * long as the VM runs.
	 */
	execute(m, "qmp_capabilities", "");
	drop_events(m);
	return m;
}

void qmp_close(struct monitor *m)
{
	drop_events(m);
	close(m->fd);
	free(m->answer);
	free(m);
}

bool qmp_wait(struct monitor *m, const char *event, const char *having, int timeout_ms)
{
	const int64_t end = now_ms() + timeout_ms;
	struct event **at = &m->events;
	char name[64], *line;

	snprintf(name, sizeof(name), "\"event\": \"%s\"", event);
	for (;;) {
		for (; *at; at = &(*at)->next) {
			struct event *found = *at;

			if (!strstr(found->line, name) || !strstr(found->line, having))
				continue;
			*at = found->next;
			free(found->line);
			free(found);
			return true;
		}
		line = next_line(m, end);
		if (!line)
			return false;
		keep(m, line);
	}
}

void qmp_plug(struct monitor *m, const char *device, const char *id, const char *bus,
	      const char *more)
{
	qmp_execute(m, "device_add", "{\"driver\": \"%s\", \"id\": \"%s\", \"bus\": \"%s\"%s}",
		    device, id, bus, more);
}

void qmp_unplug(struct monitor *m, const char *id)
{
	qmp_execute(m, "device_del", "{\"id\": \"%s\"}", id);
}

void qmp_unplugged(struct monitor *m, const char *id)
{
	char having[64];

	snprintf(having, sizeof(having), "\"device\": \"%s\"", id);
	cr_assert(qmp_wait(m, "DEVICE_DELETED", having, 10000), "%s is still plugged in after 10 s",
		  id);
}
