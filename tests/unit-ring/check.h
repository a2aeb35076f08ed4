/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Criterion; or, under ThreadSanitizer, where Criterion doesn't start, as much
 * of it as these tests use: one after the other in one process, which ends at
 * the first failure.
 */
#ifndef CHECK_H
#define CHECK_H

#ifndef __SANITIZE_THREAD__
#include <criterion/criterion.h>
#else
#include <stdbool.h>

struct check_test {
	const char *suite, *name;
	void (*run)(void);
	struct check_test *next;
};

void check_add(struct check_test *test);
void check_that(bool is_so, const char *text, const char *file, int line);

#define Test(suite_, name_) \
	static void suite_##_##name_(void); \
	static __attribute__((constructor)) void suite_##_##name_##_add(void) \
	{ \
		static struct check_test test = { #suite_, #name_, suite_##_##name_, 0 }; \
		check_add(&test); \
	} \
	static void suite_##_##name_(void)

/* The last argument but those meant is a text with its own arguments, or nothing. */
#define CHECK1_(a, ...)		(a)
#define CHECK2_(op, a, b, ...)	((a) op (b))
#define CHECK_(is_so, ...)	check_that(is_so, #__VA_ARGS__, __FILE__, __LINE__)
#define cr_assert(...)		CHECK_(CHECK1_(__VA_ARGS__, 0), __VA_ARGS__)
#define cr_assert_not(...)	CHECK_(!CHECK1_(__VA_ARGS__, 0), not __VA_ARGS__)
#define cr_assert_null(...)	CHECK_(!CHECK1_(__VA_ARGS__, 0), null __VA_ARGS__)
#define cr_assert_not_null(...)	CHECK_(!!CHECK1_(__VA_ARGS__, 0), not null __VA_ARGS__)
#define cr_assert_eq(...)	CHECK_(CHECK2_(==, __VA_ARGS__, 0), == __VA_ARGS__)
#define cr_assert_leq(...)	CHECK_(CHECK2_(<=, __VA_ARGS__, 0), <= __VA_ARGS__)
#define cr_assert_geq(...)	CHECK_(CHECK2_(>=, __VA_ARGS__, 0), >= __VA_ARGS__)
#define cr_assert_gt(...)	CHECK_(CHECK2_(>, __VA_ARGS__, 0), > __VA_ARGS__)
#endif

#endif /* CHECK_H */
