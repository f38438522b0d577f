/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_out_of_memory.c - every allocation of a call fails in turn: BELL_ENOMEM, and nothing is
 * written.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"

/* Sanitizers bring an allocator of their own, which this file must not replace. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || \
    __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *p);

/* The shared libraries, cJSON among them, have to find these, too. */
#define EXPORTED __attribute__((visibility("default")))

/* Allocations until one fails; negative: none does. */
static volatile long left = -1;
static volatile long live; /* blocks in use, to find those that nobody frees */

static bool fails(void)
{
	if (left < 0 || left-- > 0)
		return false;
	errno = ENOMEM;
	return true;
}

static void *counted(void *p)
{
	live += p != NULL;
	return p;
}

EXPORTED void *malloc(size_t size) { return fails() ? NULL : counted(__libc_malloc(size)); }
EXPORTED void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : counted(__libc_calloc(n, size));
}

EXPORTED void *aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : counted(__libc_memalign(alignment, size));
}

EXPORTED void *realloc(void *p, size_t size)
{
	void *q;

	if (fails())
		return NULL;
	q = __libc_realloc(p, size);
	if (!p)
		counted(q);
	return q;
}

EXPORTED void free(void *p)
{
	live -= p != NULL;
	__libc_free(p);
}

/*
 * Makes `call` with each of its allocations failing, until one call succeeds without a failure.
 * `call` frees all that it has made.
 */
static void check_every_failure(enum bell_status (*call)(void *), void *context, long least)
{
	enum bell_status status = BELL_ENOMEM;
	bool failed;
	long n;

	for (n = 0; status != BELL_OK && n < 100000; n++) {
		long before = live, after;

		left = n;
		status = call(context);
		failed = left < 0;
		left = -1;
		after = live; /* Criterion allocates, too */
		cr_assert_eq(status, failed ? BELL_ENOMEM : BELL_OK, "allocation %ld: %s", n,
			     bell_status_text(status));
		cr_assert_eq(after, before, "allocation %ld: %ld blocks are lost", n,
			     after - before);
	}
	cr_expect(n > least, "%ld allocations", n);
}

/* The status, or BELL_EINVAL if a result is there without BELL_OK, or is not there with it. */
static enum bell_status answer(enum bell_status status, const void *result)
{
	return (status == BELL_OK) == (result != NULL) ? status : BELL_EINVAL;
}

static struct bell_model *model_to_write(void)
{
	struct bell_model *m;

	CHECK(bell_model_create(3, &m));
	CHECK(bell_model_set(m, 0, "a name", bell_model_fit(m, 0)));
	CHECK(bell_model_set(m, 2, "Gr\366\337e", bell_model_fit(m, 2)));
	return m;
}

static enum bell_status write_model(void *model)
{
	char *text = NULL;
	enum bell_status status = bell_model_to_json(model, &text);

	status = answer(status, text);
	free(text);
	return status;
}

Test(out_of_memory, model_to_json)
{
	struct bell_model *m = model_to_write();

	check_every_failure(write_model, m, 100);
	bell_model_free(m);
}

static enum bell_status read_model(void *text)
{
	struct bell_model *m = NULL;
	enum bell_status status = bell_model_from_json(text, strlen(text), &m);

	status = answer(status, m);
	bell_model_free(m);
	return status;
}

Test(out_of_memory, model_from_json)
{
	struct bell_model *m = model_to_write();
	char *text;

	CHECK(bell_model_to_json(m, &text));
	check_every_failure(read_model, text, 100);
	free(text);
	bell_model_free(m);
}

static enum bell_status set_name(void *model)
{
	const struct bell_fit *fit = bell_model_fit(model, 1);
	enum bell_status status = bell_model_set(model, 1, "another", fit);

	status = answer(status, bell_model_name(model, 1));
	return status == BELL_OK ? bell_model_set(model, 1, NULL, fit) : status;
}

Test(out_of_memory, model_set)
{
	struct bell_model *m = model_to_write();

	check_every_failure(set_name, m, 1);
	bell_model_free(m);
}

/*
 * In place, of a row-major table.  The fit is left out: it sorts, and qsort() does without memory
 * if it has to.
 */
static enum bell_status use_table(void *model)
{
	enum { ROWS = 100, COLUMNS = 3 };
	static double x[ROWS * COLUMNS];
	struct bell_table t = {x, BELL_F64, ROWS, COLUMNS, COLUMNS, 1};
	struct bell_moments moments[COLUMNS];
	uint64_t count[COLUMNS];
	enum bell_status status = bell_table_moments(&t, 1, moments);

	if (status == BELL_OK)
		status = bell_table_transform(model, &t, 1, &t);
	if (status == BELL_OK)
		status = bell_table_inverse(model, &t, BELL_OUTSIDE_CLIP, 1, &t, count);
	return status;
}

Test(out_of_memory, tables)
{
	struct bell_model *m = model_to_write();

	check_every_failure(use_table, m, 4);
	bell_model_free(m);
}

/* The empty sketches of a table without rows. */
static enum bell_status fit_table(void *unused)
{
	struct bell_table t = {NULL, BELL_F64, 0, 3, 3, 1};
	struct bell_model *m = NULL;
	enum bell_status status = bell_table_fit(&t, NULL, NULL, 1, &m);

	(void)unused;
	status = answer(status, m);
	bell_model_free(m);
	return status;
}

Test(out_of_memory, fits) { check_every_failure(fit_table, NULL, 4); }

#endif
