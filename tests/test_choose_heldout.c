/* SPDX-License-Identifier: BSD-3-Clause */
/* test_choose_heldout.c - the choice by values that no fit has seen. */
#include <math.h>
#include <stdlib.h>
#include "choices.h"

/* A choice by held-out values, whose fit is released. */
static struct chosen choose_held_out(const double *x, const double *weights, size_t n,
				     const struct bell_fit_options *o)
{
	struct chosen c = choose_from(x, weights, n, o);

	bell_fit_release(&c.fit);
	return c;
}

Test(choose_heldout, holds_values_out)
{
	enum { ROWS = 400 };
	double *x = column(LOGNORMAL, ROWS), w[ROWS];
	struct bell_fit_options o;
	struct chosen a, b;

	bell_fit_options_default(&o);
	o.criterion = BELL_HELDOUT;
	o.repeats = 2;
	a = choose_held_out(x, NULL, ROWS, &o);
	for (size_t i = 0; i < a.count; i++)
		cr_expect(taken(&a)->pearson_per_df <= a.candidate[i].pearson_per_df);
	CHECK(bell_choose_f64(x, NULL, ROWS, &o, 2, &b.fit, b.candidate, &b.count));
	bell_fit_release(&b.fit);
	cr_expect(same_candidates(&a, &b), "any number of threads");
	x[3] = NAN;
	b = choose_held_out(x, NULL, ROWS, &o);
	cr_expect(!same_candidates(&a, &b));
	for (size_t i = 0; i < ROWS; i++)
		w[i] = i != 3;
	x[3] = 1;
	a = choose_held_out(x, w, ROWS, &o);
	for (size_t i = 0; i < a.count; i++)
		cr_expect(near(a.candidate[i].pearson_per_df, b.candidate[i].pearson_per_df, 1e-9),
			  "a weight of 0 is no row");
	o.seed = 2;
	b = choose_held_out(x, w, ROWS, &o);
	cr_expect(!same(a.candidate[0].pearson_per_df, b.candidate[0].pearson_per_df));
	free(x);
}

/* Ranks have no likelihood: they are held against others by what is held out alone. */
Test(choose_heldout, holds_out_normal_scores)
{
	enum { ROWS = 400 };
	double *x = column(LOGNORMAL, ROWS);
	struct bell_fit_options o;
	struct chosen c = choose_from(x, NULL, ROWS, NULL);

	for (size_t i = 0; i < c.count; i++)
		cr_expect_neq(c.candidate[i].method, BELL_NORMAL_SCORES);
	for (size_t i = 0; i < ROWS; i++)
		x[i] = i % 2 ? 100 + x[i] : x[i];
	bell_fit_options_default(&o);
	o.criterion = BELL_HELDOUT;
	o.repeats = 2;
	c = choose_from(x, NULL, ROWS, &o);
	cr_expect_eq(taken(&c)->method, BELL_NORMAL_SCORES, "two humps need ranks");
	cr_expect(isnan(taken(&c)->log_likelihood) && isnan(taken(&c)->aic));
	cr_expect_eq(c.fit.transform.method, BELL_NORMAL_SCORES);
	bell_fit_release(&c.fit);
	free(x);
}

Test(choose_heldout, needs_enough_values_to_hold_out)
{
	double *x = column(NORMAL, 30);
	struct bell_fit_options o;
	struct chosen c;

	bell_fit_options_default(&o);
	o.criterion = BELL_HELDOUT;
	choose_from(x, NULL, 30, &o);
	CHECK_STATUS(bell_choose_f64(x, NULL, 29, &o, 1, &c.fit, c.candidate, &c.count),
		     BELL_EDOMAIN);
	c = choose_from(x, NULL, 1, &o);
	cr_expect(c.fit.flags & BELL_FIT_ONE_VALUE, "there is nothing to hold out");
	/* parts that are all zeros have no statistic */
	for (size_t i = 0; i < 30; i++)
		x[i] = i == 7;
	x[8] = 3;
	c = choose_from(x, NULL, 30, &o);
	cr_expect_eq(taken(&c)->refusal, BELL_REFUSED_HELDOUT);
	for (const struct bell_candidate *k = c.candidate; k < taken(&c); k++)
		cr_expect_eq(k->refusal, BELL_REFUSED_NOT_POSITIVE);
	/* ranks take any values, and there is nothing else */
	o.candidates = 1u << BELL_NORMAL_SCORES;
	c = choose_from(x, NULL, 30, &o);
	cr_expect_eq(taken(&c)->refusal, BELL_REFUSED_HELDOUT);
	bell_fit_release(&c.fit);
	free(x);
}
