/* SPDX-License-Identifier: BSD-3-Clause */
/* scores.h - fits of normal scores, for the suites that look at them. */
#ifndef TESTS_SCORES_H
#define TESTS_SCORES_H

#include "sketches.h"

static inline struct bell_fit_options scores_options(void)
{
	struct bell_fit_options o;

	bell_fit_options_default(&o);
	o.method = BELL_NORMAL_SCORES;
	return o;
}

static inline struct bell_fit fit_of(const double *x, const double *weights, size_t n)
{
	const struct bell_fit_options o = scores_options();
	struct bell_fit fit;

	CHECK(bell_fit_f64(x, weights, n, &o, 1, &fit));
	return fit;
}

static inline struct bell_fit fit_of_sketch(const struct bell_sketch *s)
{
	const struct bell_fit_options o = scores_options();
	struct bell_fit fit;

	CHECK(bell_fit_sketch(s, &o, &fit));
	return fit;
}

/* Whether two tables have the same bits. */
static inline bool same_tables(const struct bell_score_table *a, const struct bell_score_table *b)
{
	const double *x[2], *z[2];
	double slope[2][2];
	size_t n = bell_score_table_points(a, &x[0], &z[0], slope[0]);

	return n && n == bell_score_table_points(b, &x[1], &z[1], slope[1]) &&
	       same_words(x[0], x[1], n * sizeof(double)) &&
	       same_words(z[0], z[1], n * sizeof(double)) &&
	       same_words(slope[0], slope[1], sizeof slope[0]);
}

/* Whether two fits have the same bits, in which case they may still have two tables. */
static inline bool same_fits(const struct bell_fit *a, const struct bell_fit *b)
{
	struct bell_fit own[2] = {*a, *b};

	own[0].transform.table = own[1].transform.table = NULL;
	return same_tables(a->transform.table, b->transform.table) &&
	       same_words(&own[0], &own[1], sizeof own[0]);
}

static inline double score_at(const struct bell_fit *fit, double x)
{
	double z;

	CHECK(bell_transform_apply_f64(&fit->transform, &x, 1, 1, &z));
	return z;
}

static inline double value_at(const struct bell_fit *fit, double z)
{
	uint64_t outside = 1;
	double x;

	CHECK(bell_transform_inverse_f64(&fit->transform, &z, 1, BELL_OUTSIDE_ERROR, 1, &x,
					 &outside));
	cr_expect_eq(outside, 0);
	return x;
}

#endif
