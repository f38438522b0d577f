/* SPDX-License-Identifier: BSD-3-Clause */
/* facts.c - in which order the values of a column came. */
#include <math.h>
#include <bellshape/verdict.h>
#include "gather.h"

static const struct bell_facts mixed = {.mixed = true};

/* What is told of an order: steps that are equal, or whole numbers that go one way. */
static bool tells_nothing(const struct bell_facts *f)
{
	bool up = f->greatest_step > 0, down = f->least_step < 0;

	if (up && down)
		return true;
	return f->fractional &&
	       (up ? f->greatest_step > 2 * f->least_step : f->least_step < 2 * f->greatest_step);
}

/* The step to the value x, which is not the first one. */
static void add_step(struct bell_facts *f, double x)
{
	double step = x - f->last;

	if (f->count == 1)
		f->least_step = f->greatest_step = step;
	f->least_step = step < f->least_step ? step : f->least_step;
	f->greatest_step = step > f->greatest_step ? step : f->greatest_step;
	f->ties += step == 0;
}

/* ---- many values ---- */

/*
 * Values are taken in chunks.  Most columns are mixed after a few values, so that the first chunk
 * is short.  Lanes let the compiler use vectors, as no sum or extreme depends on the order here.
 */
enum { FIRST_CHUNK = 16, CHUNK = 256, LANES = 8 };

/* From here on doubles are whole numbers; adding it to less rounds to a whole number. */
#define WHOLE 0x1p52

/* How far |x| is from a whole number; 0 for those that have no digits behind the point. */
static double fraction(double x)
{
	double size = fabs(x), small = size < WHOLE ? size : 0;

	return fabs(small + WHOLE - WHOLE - small);
}

static bool any_fraction(const double *x, size_t n)
{
	double sum[LANES] = {0}, all = 0;
	size_t i = 0;

	for (; i + LANES <= n; i += LANES)
		for (size_t k = 0; k < LANES; k++)
			sum[k] += fraction(x[i + k]);
	for (; i < n; i++)
		all += fraction(x[i]);
	for (int k = 0; k < LANES; k++)
		all += sum[k];
	return all > 0;
}

/* Adds the steps from each of n values to the next one; a multiple of LANES, at least one. */
static void add_lanes(struct bell_facts *f, const double *x, size_t n)
{
	double least[LANES], greatest[LANES], ties[LANES] = {0};

	for (int k = 0; k < LANES; k++)
		least[k] = greatest[k] = x[1] - x[0];
	for (size_t i = 0; i < n; i += LANES)
		for (size_t k = 0; k < LANES; k++) {
			double step = x[i + k + 1] - x[i + k];

			least[k] = step < least[k] ? step : least[k];
			greatest[k] = step > greatest[k] ? step : greatest[k];
			ties[k] += step == 0 ? 1 : 0;
		}
	for (int k = 0; k < LANES; k++) {
		f->least_step = least[k] < f->least_step ? least[k] : f->least_step;
		f->greatest_step = greatest[k] > f->greatest_step ? greatest[k] : f->greatest_step;
		f->ties += (uint64_t)ties[k];
	}
}

/* Adds n finite values. */
static void add_chunk(struct bell_facts *f, const double *x, size_t n)
{
	size_t i = 0, steps;

	if (!n)
		return;
	if (!f->count)
		f->first = f->last = x[i++], f->count = 1;
	if (i < n)
		add_step(f, x[i]);
	steps = i < n ? (n - 1 - i) / LANES * LANES : 0;
	if (steps)
		add_lanes(f, x + i, steps);
	if (i < n)
		f->last = x[i + steps], f->count += steps + 1;
	for (i += steps + 1; i < n; i++) {
		add_step(f, x[i]);
		f->last = x[i];
		f->count++;
	}
	f->fractional = f->fractional || any_fraction(x, n);
	if (tells_nothing(f))
		*f = mixed;
}

/* A column that lies in memory with a stride, in elements. */
struct values_of {
	const float *f32;
	const double *f64;
	ptrdiff_t stride;
	const double *weights;
};

/* Copies the finite values among rows first to end - 1; returns how many there are. */
static size_t finite_values(const struct values_of *v, size_t first, size_t end, double *out)
{
	size_t n = 0;

	for (size_t i = first; i < end; i++) {
		ptrdiff_t at = (ptrdiff_t)i * v->stride;
		double x = v->f32 ? (double)v->f32[at] : v->f64[at];

		out[n] = x;
		n += isfinite(x) && !(v->weights && v->weights[i] == 0);
	}
	return n;
}

/* x - x is 0 for finite values, and NaN for others. */
static bool all_finite(const double *x, size_t n)
{
	double sum[LANES] = {0}, all = 0;
	size_t i = 0;

	for (; i + LANES <= n; i += LANES)
		for (size_t k = 0; k < LANES; k++)
			sum[k] += x[i + k] - x[i + k];
	for (; i < n; i++)
		all += x[i] - x[i];
	for (int k = 0; k < LANES; k++)
		all += sum[k];
	return all == 0;
}

static void add_column(struct bell_facts *facts, const struct values_of *v, size_t n)
{
	struct bell_facts f = *facts;
	double x[CHUNK];

	for (size_t i = 0, end; i < n && !f.mixed; i = end) {
		end = i ? i + CHUNK : FIRST_CHUNK;
		end = end < n ? end : n;
		if (v->f64 && v->stride == 1 && !v->weights && all_finite(v->f64 + i, end - i))
			add_chunk(&f, v->f64 + i, end - i);
		else
			add_chunk(&f, x, finite_values(v, i, end, x));
	}
	*facts = f;
}

enum bell_status bell_facts_update_f32(struct bell_facts *facts, const float *x,
				       const double *weights, size_t n)
{
	if (!facts || (!x && n))
		return BELL_EINVAL;
	add_column(facts, &(struct values_of){.f32 = x, .stride = 1, .weights = weights}, n);
	return BELL_OK;
}

enum bell_status bell_facts_update_f64(struct bell_facts *facts, const double *x,
				       const double *weights, size_t n)
{
	if (!facts || (!x && n))
		return BELL_EINVAL;
	add_column(facts, &(struct values_of){.f64 = x, .stride = 1, .weights = weights}, n);
	return BELL_OK;
}

enum bell_status bell_facts_merge(struct bell_facts *into, const struct bell_facts *from)
{
	struct bell_facts f;

	if (!into || !from)
		return BELL_EINVAL;
	f = into->count ? *into : *from;
	if (into->mixed || from->mixed) {
		f = mixed;
	} else if (into->count && from->count) {
		add_step(&f, from->first);
		if (from->count > 1) {
			f.least_step = fmin(f.least_step, from->least_step);
			f.greatest_step = fmax(f.greatest_step, from->greatest_step);
		}
		f.ties += from->ties;
		f.count += from->count;
		f.last = from->last;
		f.fractional |= from->fractional;
		if (tells_nothing(&f))
			f = mixed;
	}
	*into = f;
	return BELL_OK;
}

enum bell_status bell_table_facts(const struct bell_table *t, const double *weights,
				  struct bell_facts *facts)
{
	if (!bell_table_valid(t) || (!facts && t->columns))
		return BELL_EINVAL;
	if (!bell_table_fits(t))
		return BELL_ESIZE;
	for (size_t j = 0; j < t->columns && t->rows; j++) {
		const void *x = bell_table_at(t, 0, j);
		bool narrow = t->type == BELL_F32;

		struct values_of v = {.f32 = narrow ? x : NULL,
				      .f64 = narrow ? NULL : x,
				      .stride = t->row_stride,
				      .weights = weights};

		add_column(&facts[j], &v, t->rows);
	}
	return BELL_OK;
}
