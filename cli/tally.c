/* SPDX-License-Identifier: BSD-3-Clause */
/* tally.c - what is found out of the values of one column, or of one group in it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/moments.h>
#include <bellshape/sketch.h>

#include "distinct.h"
#include "error.h"
#include "tally.h"

/* Counts the values that wait towards the estimate of how many distinct ones there are. */
static void count_distinct(const struct tally *t, struct distinct *d)
{
	for (size_t i = 0; i < t->waiting; i++)
		if (isfinite(t->pending[i]))
			distinct_add(d, hash_number(t->pending[i]));
}

/* Takes a whole chunk.  A column of one chunk or less needs no memory but that for its values. */
static void take_chunk(struct tally *t, const struct tally_wants *wants)
{
	if (wants->moments) {
		if (!t->stream)
			t->stream = allocate(1, sizeof *t->stream);
		check(bell_moments_stream_f64(t->stream, t->pending, t->waiting), "stats");
	}
	if (wants->distinct) {
		if (!t->distinct)
			t->distinct = allocate(1, sizeof *t->distinct);
		count_distinct(t, t->distinct);
	}
	t->waiting = 0;
}

static void add_pending(struct tally *t, const struct tally_wants *wants, const double *x, size_t n)
{
	enum { FIRST = 64 };

	while (n) {
		size_t room = BELL_CHUNK - t->waiting, part = n < room ? n : room;

		if (t->waiting + part > t->capacity) {
			while (t->capacity < t->waiting + part)
				t->capacity = t->capacity ? 2 * t->capacity : FIRST;
			t->pending = reallocate(t->pending, t->capacity, sizeof *t->pending);
		}
		memcpy(t->pending + t->waiting, x, part * sizeof *x);
		t->waiting += part;
		x += part;
		n -= part;
		if (t->waiting == BELL_CHUNK)
			take_chunk(t, wants);
	}
}

static void add_to_sketch(struct tally *t, const struct tally_wants *wants, const double *x,
			  const double *weights, size_t n, unsigned threads)
{
	enum bell_status status;

	if (!t->sketch) {
		check(bell_sketch_create(NULL, &t->sketch), "the sketch");
		check(bell_sketch_scale_weights(t->sketch, wants->exponent), "the sketch");
	}
	status = bell_sketch_update_f64(t->sketch, x, weights, n, threads);
	if (status == BELL_ESIZE)
		die(EXIT_DATA,
		    "the weights add up to %.3g or more; divide all of them by one "
		    "power of two",
		    ldexp(1, 60 - wants->exponent));
	check(status, "the sketch");
}

void tally_add(struct tally *t, const struct tally_wants *wants, const double *x,
	       const double *weights, size_t n, unsigned threads)
{
	if (wants->sketch)
		add_to_sketch(t, wants, x, weights, n, threads);
	if (wants->facts)
		check(bell_facts_update_f64(&t->facts, x, weights, n), "the facts");
	if (wants->moments || wants->distinct)
		add_pending(t, wants, x, n);
	for (size_t i = 0; wants->distinct && i < n; i++)
		t->zeros += x[i] == 0;
}

void tally_moments(const struct tally *t, struct bell_moments *out)
{
	if (t->stream) {
		struct bell_moments_stream whole = *t->stream;

		check(bell_moments_stream_f64(&whole, t->pending, t->waiting), "stats");
		check(bell_moments_stream_end(&whole, out), "stats");
	} else {
		check(bell_moments_f64(t->pending, t->waiting, 1, out), "stats");
	}
}

double tally_distinct(const struct tally *t, bool *exact)
{
	struct distinct all = {{0}};
	struct bell_sketch_summary summary;
	size_t n;

	check(bell_sketch_summary(t->sketch, &summary), "stats");
	*exact = !summary.bins;
	if (*exact) {
		check(bell_sketch_nodes(t->sketch, 0, NULL, NULL, &n), "stats");
		return (double)n;
	}
	if (t->distinct)
		all = *t->distinct;
	count_distinct(t, &all);
	return fmin(rint(distinct_estimate(&all)), (double)summary.count);
}

void tally_free(struct tally *t)
{
	free(t->pending);
	free(t->stream);
	bell_sketch_free(t->sketch);
	free(t->distinct);
}
