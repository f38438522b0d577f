/* SPDX-License-Identifier: BSD-3-Clause */
/* facts.c - in which order the values of a column came. */
#include <math.h>
#include <bellshape/verdict.h>
#include "gather.h"

static const struct bell_facts mixed = {.mixed = true};

/* Whether the steps of a column go both up and down. */
static bool both_ways(const struct bell_facts *f)
{
	return f->least_step < 0 && f->greatest_step > 0;
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

static void add(struct bell_facts *f, double x)
{
	if (!isfinite(x))
		return;
	if (f->count)
		add_step(f, x);
	else
		f->first = x;
	f->last = x;
	f->count++;
	f->fractional |= x != trunc(x);
}

/* A column that lies in memory with a stride, in elements. */
static void add_column(struct bell_facts *facts, const float *f32, const double *f64,
		       ptrdiff_t stride, const double *weights, size_t n)
{
	struct bell_facts f = *facts;

	for (size_t i = 0; i < n && !f.mixed; i++) {
		ptrdiff_t at = (ptrdiff_t)i * stride;

		if (weights && weights[i] == 0)
			continue;
		add(&f, f32 ? (double)f32[at] : f64[at]);
		if (both_ways(&f))
			f = mixed;
	}
	*facts = f;
}

enum bell_status bell_facts_update_f32(struct bell_facts *facts, const float *x,
				       const double *weights, size_t n)
{
	if (!facts || (!x && n))
		return BELL_EINVAL;
	add_column(facts, x, NULL, 1, weights, n);
	return BELL_OK;
}

enum bell_status bell_facts_update_f64(struct bell_facts *facts, const double *x,
				       const double *weights, size_t n)
{
	if (!facts || (!x && n))
		return BELL_EINVAL;
	add_column(facts, NULL, x, 1, weights, n);
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
		if (both_ways(&f))
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

		add_column(&facts[j], narrow ? x : NULL, narrow ? NULL : x, t->row_stride, weights,
			   t->rows);
	}
	return BELL_OK;
}
