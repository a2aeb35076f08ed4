/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* Error texts: one per thread, their maximum length, escaping. */
#include "fake-sysfs.h"

#include <pthread.h>

Test(error, none_yet)
{
	cr_assert_str_eq(uiomap_error(), "");
}

Test(error, text_and_errno)
{
	cr_assert_eq(uiomap_i_fail(ENOTUNIQ, "%d and %s", 1, "two"), -1);
	cr_assert_eq(errno, ENOTUNIQ);
	cr_assert_str_eq(uiomap_error(), "1 and two");
}

Test(error, a_text_of_the_former_text)
{
	uiomap_i_fail(EIO, "inner");
	uiomap_i_fail(EIO, "outer: %s", uiomap_error());
	cr_assert_str_eq(uiomap_error(), "outer: inner");
}

Test(error, long_text_is_cut_and_says_so)
{
	char text[5000];

	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	uiomap_i_fail(EIO, "%s", text);
	cr_assert_eq(strlen(uiomap_error()), 1023);
	cr_assert_str_eq(uiomap_error() + 1019, " ...");
	/* One byte too many, and exactly as many as fit. */
	text[1024] = '\0';
	uiomap_i_fail(EIO, "%s", text);
	cr_assert_eq(strlen(uiomap_error()), 1023);
	cr_assert_str_eq(uiomap_error() + 1019, " ...");
	text[1023] = '\0';
	uiomap_i_fail(EIO, "%s", text);
	cr_assert_str_eq(uiomap_error(), text);
}

static void *other(void *arg)
{
	(void)arg;
	if (*uiomap_error())
		return (void *)1;
	uiomap_i_fail(EPROTO, "other");
	return strcmp(uiomap_error(), "other") ? (void *)2 : NULL;
}

Test(error, each_thread_has_its_own)
{
	pthread_t thread;
	void *result;

	uiomap_i_fail(EIO, "mine");
	cr_assert_eq(pthread_create(&thread, NULL, other, NULL), 0);
	pthread_join(thread, &result);
	cr_assert_null(result, "%p", result);
	cr_assert_str_eq(uiomap_error(), "mine");
}

Test(error, quote)
{
	char longest[200], quoted[QUOTE_SIZE];

	cr_assert_str_eq(QUOTE(""), "\"\"");
	cr_assert_str_eq(QUOTE("a b~"), "\"a b~\"");
	cr_assert_str_eq(QUOTE("\"\\\x7f\xff\n"), "\"\\x22\\x5c\\x7f\\xff\\x0a\"");
	for (size_t length = 60; length < sizeof(longest); length++) {
		memset(longest, length % 2 ? 'a' : '\1', length);
		longest[length] = '\0';
		memset(quoted, 'z', sizeof(quoted));
		uiomap_i_quote(quoted, longest);
		cr_assert_lt(strlen(quoted), QUOTE_SIZE);
		cr_assert_eq(quoted[strlen(quoted) - 1], '"');
	}
	/* The last \xNN may begin anywhere before the end. */
	for (size_t plain = 0; plain < 4; plain++) {
		memset(longest, '\1', sizeof(longest));
		memset(longest, 'a', plain);
		longest[sizeof(longest) - 1] = '\0';
		cr_assert_lt(strlen(uiomap_i_quote(quoted, longest)), QUOTE_SIZE, "%zu in front",
			     plain);
		cr_assert(strstr(quoted, "...\""), "%s", quoted);
	}
}

Test(error, version)
{
	cr_assert_str_eq(uiomap_version(), UIOMAP_VERSION);
}
