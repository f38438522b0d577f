/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_out_of_memory.c - every allocation of a call fails in turn: BELL_ENOMEM, and nothing is
 * written.
 */
#include <errno.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/expression.h>
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

/* Bytes in use, and the most that there were. */
static volatile long bytes, peak;

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
	bytes += (long)malloc_usable_size(p);
	peak = bytes > peak ? bytes : peak;
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
	bytes -= (long)malloc_usable_size(p);
	live -= p != NULL;
	q = __libc_realloc(p, size);
	counted(q ? q : p);
	return q;
}

EXPORTED void free(void *p)
{
	live -= p != NULL;
	bytes -= (long)malloc_usable_size(p);
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
	printf("injected: %ld\n", n - 1); /* scripts/testing-figures adds these up */
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

static enum bell_status write_expression(void *dialect)
{
	struct bell_transform t;
	char *text = NULL;
	enum bell_status status = bell_transform_plain(BELL_YEO_JOHNSON, 0.5, &t);

	if (status == BELL_OK)
		status =
		    bell_transform_expression(&t, *(enum bell_dialect *)dialect, true, "x", &text);
	status = answer(status, text);
	free(text);
	return status;
}

Test(out_of_memory, expression)
{
	enum bell_dialect dialect = BELL_SQL;

	check_every_failure(write_expression, &dialect, 30);
}

/* A model with a table of normal scores. */
static struct bell_model *model_with_scores(void)
{
	static const double x[] = {1, 2, 3};
	struct bell_model *m;
	struct bell_fit fit;

	CHECK(bell_model_create(1, &m));
	fit = *bell_model_fit(m, 0);
	fit.lambda = NAN;
	fit.transform = (struct bell_transform){.min = 1, .max = 3, .method = BELL_NORMAL_SCORES};
	CHECK(bell_score_table_create(x, x, 3, x, &fit.transform.table));
	CHECK(bell_model_set(m, 0, "scores", &fit));
	bell_fit_release(&fit);
	return m;
}

Test(out_of_memory, model_with_scores_to_json)
{
	struct bell_model *m = model_with_scores();

	check_every_failure(write_model, m, 50);
	bell_model_free(m);
}

Test(out_of_memory, model_with_scores_from_json)
{
	struct bell_model *m = model_with_scores();
	char *text;

	CHECK(bell_model_to_json(m, &text));
	check_every_failure(read_model, text, 30);
	free(text);
	bell_model_free(m);
}

/* ---- memory for hostile models ---- */

#define HEAD "{\"bellshape\": \"\", \"format\": 3, \"columns\": ["

/* A text of about TEXT bytes: a head, a part again and again, and a tail. */
enum { TEXT = 1 << 22 };
static char *repeated(const char *head, const char *part, const char *tail)
{
	char *text = malloc(TEXT + strlen(head) + strlen(part) + strlen(tail) + 1), *p = text;

	p = stpcpy(p, head);
	while (p - text < TEXT)
		p = stpcpy(p, part);
	strcpy(p, tail);
	return text;
}

/* Reads a model, and checks that it took no more memory than `most`. */
static void check_peak(const char *text, enum bell_status expected, long most)
{
	struct bell_model *m = NULL;
	long before = bytes;
	enum bell_status status;

	peak = bytes;
	status = bell_model_from_json(text, strlen(text), &m);
	most += before;
	cr_expect_leq(peak, most, "%.60s...: %ld bytes", text, peak - before);
	cr_expect_eq(status, expected, "%.60s...: %s", text, bell_status_text(status));
	bell_model_free(m);
}

/* What is no column takes no memory, whatever it is. */
Test(out_of_memory, hostile_models_take_none)
{
	static const struct {
		const char *head, *part, *tail;
		enum bell_status expected;
	} texts[] = {
	    {HEAD, "0,", "0]}", BELL_EDAMAGED},
	    {HEAD, "{},", "{}]}", BELL_EDAMAGED},
	    {HEAD, "{\"name\": null},", "{}]}", BELL_EDAMAGED},
	    {HEAD, "\"\",", "\"\"]}", BELL_EDAMAGED},
	    {HEAD "{\"a\": [", "0,", "0]}]}", BELL_EDAMAGED},
	    {HEAD "{\"a\": \"", "x", "\"}]}", BELL_EDAMAGED},
	    {HEAD "{", "\"a\": 0,", "\"b\": 0}]}", BELL_EDAMAGED},
	    {HEAD "], \"state\": [", "{\"a\": [0]},", "0]}", BELL_OK},
	    {HEAD, "[", "", BELL_EFORMAT},
	    {HEAD, "{\"a\":", "", BELL_EFORMAT},
	    {"", "[", "", BELL_EFORMAT},
	    {"", "0,", "", BELL_EFORMAT},
	    {"[", "0,", "0]", BELL_EFORMAT},
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		char *text = repeated(texts[i].head, texts[i].part, texts[i].tail);

		check_peak(text, texts[i].expected, 4096);
		free(text);
	}
}

/* A column takes less memory than its text, and a name a few times as much as its own. */
Test(out_of_memory, models_take_as_much_as_their_text)
{
	struct bell_model *m;
	char *text, *name = repeated("", "x", "");

	CHECK(bell_model_create(3000, &m));
	CHECK(bell_model_to_json(m, &text));
	check_peak(text, BELL_OK, (long)strlen(text));
	free(text);
	CHECK(bell_model_set(m, 0, name, bell_model_fit(m, 0)));
	CHECK(bell_model_to_json(m, &text));
	check_peak(text, BELL_OK, 3 * (long)strlen(text));
	free(text);
	free(name);
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

/* With weights and without; those of a sketch are left out, for they are sorted by qsort(). */
static enum bell_status test_normality(void *unused)
{
	static double x[1000], weights[1000];
	struct bell_normality plain, weighted;
	enum bell_status status;

	(void)unused;
	for (size_t i = 0; i < COUNT(x); i++)
		x[i] = (double)(i * i % 97), weights[i] = 1;
	status = bell_normality_f64(x, NULL, COUNT(x), NULL, 1, &plain);
	return status == BELL_OK ? bell_normality_f64(x, weights, COUNT(x), NULL, 1, &weighted)
				 : status;
}

Test(out_of_memory, normality) { check_every_failure(test_normality, NULL, 10); }

#endif
