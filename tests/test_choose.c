/* SPDX-License-Identifier: BSD-3-Clause */
/* test_choose.c - the choice among families of transforms. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"

enum { N = 3000 };

/* A choice, and what is known of its candidates. */
struct chosen {
	struct bell_fit fit;
	struct bell_candidate candidate[BELL_MAX_CANDIDATES];
	size_t count;
};

static struct chosen choose_from(const double *x, const double *weights, size_t n,
				 const struct bell_fit_options *o)
{
	struct chosen c;

	CHECK(bell_choose_f64(x, weights, n, o, 1, &c.fit, c.candidate, &c.count));
	return c;
}

static const struct bell_candidate *candidate_of(const struct chosen *c, enum bell_method method)
{
	size_t i = 0;

	while (i < c->count && c->candidate[i].method != method)
		i++;
	cr_assert_lt(i, c->count, "%s", bell_method_name(method));
	return &c->candidate[i];
}

static const struct bell_candidate *taken(const struct chosen *c)
{
	const struct bell_candidate *found = NULL;

	for (size_t i = 0; i < c->count; i++)
		if (c->candidate[i].chosen) {
			cr_assert_null(found, "one is chosen");
			found = &c->candidate[i];
		}
	cr_assert_not_null(found);
	return found;
}

static bool same_candidates(const struct chosen *a, const struct chosen *b)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct bell_candidate *p = &a->candidate[i], *q = &b->candidate[i];

		if (p->method != q->method || p->refusal != q->refusal || p->chosen != q->chosen ||
		    p->parameters != q->parameters ||
		    !same_words(&p->lambda, &q->lambda, 7 * sizeof(double)))
			return false;
	}
	return a->count == b->count && same_words(&a->fit, &b->fit, sizeof a->fit);
}

/* ---- the likelihood that is compared ---- */

/* psi of Yeo and Johnson, and the logarithm of its derivative. */
static long double psi(long double x, long double lambda, long double *log_slope)
{
	long double w = x < 0 ? 2 - lambda : lambda, l = log1pl(fabsl(x));

	*log_slope = (w - 1) * l;
	return (x < 0 ? -1 : 1) * (w != 0 ? expm1l(w * l) / w : l);
}

static bool is_left_out(double x, const double *left_out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (x == left_out[i])
			return true;
	return false;
}

/* The log-likelihood of Yeo and Johnson of all values but some, less its constant. */
static double compared(const double *x, size_t n, double lambda, const double *left_out,
		       size_t count)
{
	long double mean = 0, var = 0, sum = 0, slope;

	for (size_t i = 0; i < n; i++)
		mean += psi(x[i], lambda, &slope) / n;
	for (size_t i = 0; i < n; i++) {
		long double d = psi(x[i], lambda, &slope) - mean;

		var += d * d / n;
	}
	for (size_t i = 0; i < n; i++) {
		long double d = psi(x[i], lambda, &slope) - mean;

		if (!is_left_out(x[i], left_out, count))
			sum += slope - logl(var) / 2 - d * d / var / 2 + 0.5L;
	}
	return (double)sum;
}

/* `tolerance` is relative: bins know how many rows lie at an end only roughly. */
static void check_compared(const char *what, const double *x, size_t n, const double *left_out,
			   size_t count, double tolerance)
{
	struct bell_fit_options o;
	struct chosen c;
	const struct bell_candidate *k;
	double want, rows = 0;

	bell_fit_options_default(&o);
	o.candidates = 1u << BELL_YEO_JOHNSON;
	c = choose_from(x, NULL, n, &o);
	k = taken(&c);
	for (size_t i = 0; i < n; i++)
		rows += !is_left_out(x[i], left_out, count);
	want = compared(x, n, k->lambda, left_out, count);
	cr_expect(near(k->compared, want, tolerance * (fabs(want) + rows)), "%s: %.17g, not %.17g",
		  what, k->compared, want);
	cr_expect(near(k->aic, 6 - 2 * want + rows * (1 + log(2 * acos(-1))),
		       10 * tolerance * (fabs(want) + rows)),
		  "%s: aic %.17g", what, k->aic);
}

Test(choose, leaves_out_zeros_and_heavy_ends)
{
	double x[N];
	struct rng rng = {.state = 7};

	for (size_t i = 0; i < N; i++)
		x[i] = exp(rng_normal(&rng));
	check_compared("no ties", x, N, NULL, 0, 1e-9);
	x[5] = 0;
	check_compared("one zero in bins", x, N, (double[]){0}, 1, 1e-9);
	check_compared("one zero in values", x, 200, (double[]){0}, 1, 1e-9);
	for (size_t i = 0; i < N; i++)
		x[i] = i % 3 ? x[i] : 0;
	check_compared("a third is 0", x, N, (double[]){0}, 1, 1e-9);
	for (size_t i = 0; i < N; i++)
		x[i] = x[i] > 2.5 ? 2.5 : x[i];
	check_compared("0, and a ceiling", x, N, (double[]){0, 2.5}, 2, 1e-2);
	check_compared("the same in values", x, 500, (double[]){0, 2.5}, 2, 1e-9);
	for (size_t i = 0; i < N; i++)
		x[i] = fmax(exp(rng_normal(&rng)), 0.5) - 3;
	check_compared("a floor below 0", x, N, (double[]){-2.5}, 1, 1e-2);
	/* one row in 20 is not more than one in 20 */
	for (size_t i = 0; i < 200; i++)
		x[i] = i < 10 ? -7 : rng_normal(&rng);
	check_compared("ten of 200", x, 200, NULL, 0, 1e-9);
	x[10] = -7;
	check_compared("eleven of 200", x, 200, (double[]){-7}, 1, 1e-9);
}

/* Weights of 3 are three rows each. */
Test(choose, weights_are_rows)
{
	enum { ROWS = 500 };
	double x[3 * ROWS], w[ROWS], once[ROWS], *y = column(COUNTS, ROWS);
	struct chosen a, b;

	for (size_t i = 0; i < ROWS; i++) {
		once[i] = y[i];
		w[i] = 3;
		x[3 * i] = x[3 * i + 1] = x[3 * i + 2] = y[i];
	}
	a = choose_from(x, NULL, COUNT(x), NULL);
	b = choose_from(once, w, ROWS, NULL);
	for (size_t i = 0; i < a.count; i++)
		cr_expect(near(a.candidate[i].aic, b.candidate[i].aic, 1e-8) ||
			      isnan(a.candidate[i].aic),
			  "%s: %.17g, not %.17g", bell_method_name(a.candidate[i].method),
			  b.candidate[i].aic, a.candidate[i].aic);
	free(y);
}

/* ---- the choice ---- */

/* The place of a family in the order of simplicity that choose.h states. */
static int step_of(enum bell_method method)
{
	return method == BELL_IDENTITY                     ? 1
	       : method == BELL_LOG || method == BELL_SQRT ? 2
	       : method == BELL_YEO_JOHNSON_UNIT           ? 4
							   : 3;
}

static void check_rule(const char *what, const struct chosen *c, double margin)
{
	const struct bell_candidate *best = taken(c), *k;
	double least = INFINITY;

	for (k = c->candidate; k < c->candidate + c->count; k++)
		if (!k->refusal && k->aic < least)
			least = k->aic;
	cr_expect(best->aic <= least + margin, "%s", what);
	for (k = c->candidate; k < c->candidate + c->count; k++) {
		if (k->refusal)
			continue;
		if (k->aic <= least + margin)
			cr_expect(step_of(best->method) < step_of(k->method) ||
				      (step_of(best->method) == step_of(k->method) &&
				       best->aic <= k->aic),
				  "%s: %s, not %s", what, bell_method_name(best->method),
				  bell_method_name(k->method));
		/* what is claimed of the likelihood */
		cr_expect(best->compared >= k->compared -
						((double)k->parameters - best->parameters) -
						margin / 2 - 1e-9 * fabs(k->compared),
			  "%s: %s", what, bell_method_name(k->method));
	}
}

Test(choose, takes_the_simplest_near_the_best)
{
	static const double margins[] = {0, 2, 10, 1e9};

	for (int kind = 0; kind < KINDS; kind++)
		for (size_t i = 0; i < COUNT(margins); i++) {
			double *x = column((enum kind)kind, N);
			struct bell_fit_options o;
			struct chosen c;

			bell_fit_options_default(&o);
			o.margin = margins[i];
			c = choose_from(x, NULL, N, &o);
			check_rule(kind_name[kind], &c, margins[i]);
			cr_expect_eq(c.fit.lambda, taken(&c)->lambda);
			free(x);
		}
}

/* The fit is that of the method alone, and so are the numbers of every candidate. */
Test(choose, is_made_of_the_fits_of_the_methods)
{
	for (int kind = 0; kind < KINDS; kind++) {
		double *x = column((enum kind)kind, N);
		struct chosen c = choose_from(x, NULL, N, NULL);

		for (size_t i = 0; i < c.count; i++) {
			const struct bell_candidate *k = &c.candidate[i];
			struct bell_fit_options o;
			struct bell_fit fit;

			bell_fit_options_default(&o);
			o.method = k->method;
			if (k->method == BELL_IDENTITY)
				o.method = BELL_YEO_JOHNSON, o.lambda = 1;
			if (k->method == BELL_LOG || k->method == BELL_SQRT)
				o.method = BELL_BOX_COX, o.lambda = k->method == BELL_LOG ? 0 : 0.5;
			if (k->refusal) {
				CHECK_STATUS(bell_fit_f64(x, NULL, N, &o, 1, &fit), BELL_EDOMAIN);
				continue;
			}
			CHECK(bell_fit_f64(x, NULL, N, &o, 1, &fit));
			cr_expect_eq(k->parameters, (unsigned)bell_method_parameters(k->method));
			cr_expect(same(k->lambda, fit.lambda) && same(k->unit, fit.unit) &&
				      same(k->log_likelihood, fit.log_likelihood),
				  "%s, %s", kind_name[kind], bell_method_name(k->method));
			if (k->chosen)
				cr_expect(same_words(&c.fit.transform, &fit.transform,
						     sizeof fit.transform));
		}
		free(x);
	}
}

Test(choose, is_one_from_values_sketches_and_fits)
{
	for (int kind = 0; kind < KINDS; kind++) {
		double *x = column((enum kind)kind, N);
		float *narrow = narrowed(x, N);
		struct bell_sketch *s = sketch_of(x, NULL, N, NULL);
		struct chosen a = choose_from(x, NULL, N, NULL), b;
		struct bell_fit_options o;
		struct bell_fit fit;

		CHECK(bell_choose_sketch(s, NULL, &b.fit, b.candidate, &b.count));
		cr_expect(same_candidates(&a, &b), "%s", kind_name[kind]);
		bell_fit_options_default(&o);
		o.method = BELL_BEST;
		CHECK(bell_fit_sketch(s, &o, &fit));
		cr_expect(same_words(&fit, &a.fit, sizeof fit), "%s", kind_name[kind]);
		CHECK(bell_fit_f64(x, NULL, N, &o, 2, &fit));
		cr_expect(same_words(&fit, &a.fit, sizeof fit), "%s", kind_name[kind]);
		CHECK(bell_choose_f32(narrow, NULL, N, NULL, 1, &b.fit, b.candidate, &b.count));
		cr_expect_eq(a.count, b.count);
		o.standardize = false;
		CHECK(bell_fit_f64(x, NULL, N, &o, 1, &fit));
		cr_expect_eq(fit.transform.method, a.fit.transform.method);
		bell_sketch_free(s);
		free(narrow);
		free(x);
	}
}

Test(choose, lists_families_that_do_not_suit)
{
	static const double negative[] = {-1, 2, 5, 7}, zero[] = {0, 2, 5, 7},
			    infinite[] = {1, -INFINITY, 5, 7};
	struct chosen c = choose_from(negative, NULL, 4, NULL);
	struct bell_fit_options o;
	struct bell_fit fit;

	cr_expect_eq(candidate_of(&c, BELL_BOX_COX)->refusal, BELL_REFUSED_NOT_POSITIVE);
	cr_expect(isnan(candidate_of(&c, BELL_BOX_COX)->log_likelihood));
	c = choose_from(zero, NULL, 4, NULL);
	cr_expect_eq(candidate_of(&c, BELL_BOX_COX)->refusal, BELL_REFUSED_NOT_POSITIVE);
	c = choose_from(infinite, NULL, 4, NULL);
	cr_expect_eq(candidate_of(&c, BELL_BOX_COX)->refusal, BELL_REFUSED_NOT_POSITIVE);
	cr_expect_eq(candidate_of(&c, BELL_YEO_JOHNSON)->refusal, BELL_REFUSED_NOT_ESTIMATED);
	bell_fit_options_default(&o);
	o.candidates = 1u << BELL_BOX_COX;
	o.method = BELL_BEST;
	fit.lambda = 17;
	CHECK_STATUS(bell_fit_f64(negative, NULL, 4, &o, 1, &fit), BELL_EDOMAIN);
	cr_expect_eq(fit.lambda, 17);
}

Test(choose, of_columns_without_a_maximum)
{
	static const double values[] = {3, 3, NAN};
	static const unsigned flags[] = {BELL_FIT_EMPTY, BELL_FIT_ONE_VALUE, BELL_FIT_CONSTANT};

	for (size_t n = 0; n <= 2; n++) {
		struct chosen c = choose_from(values, NULL, n, NULL);

		cr_expect(c.fit.flags & flags[n]);
		cr_expect_eq(taken(&c)->refusal, BELL_REFUSED_NOT_ESTIMATED);
		cr_expect_eq(taken(&c), &c.candidate[0]);
	}
}

/* Two values get the same z from every family: nothing is compared, and the simplest is taken. */
Test(choose, of_two_values)
{
	static const double values[] = {3, 3, 5, 3, 5};
	struct chosen c = choose_from(values, NULL, COUNT(values), NULL);

	for (size_t i = 0; i < c.count; i++) {
		cr_expect_eq(c.candidate[i].compared, 0);
		cr_expect_eq(c.candidate[i].aic, 2.0 * (c.candidate[i].parameters + 2));
		cr_expect(taken(&c)->parameters <= c.candidate[i].parameters);
	}
}

/* ---- values that are held out ---- */

Test(choose, holds_values_out)
{
	enum { ROWS = 400 };
	double *x = column(LOGNORMAL, ROWS), w[ROWS];
	struct bell_fit_options o;
	struct chosen a, b;

	bell_fit_options_default(&o);
	o.criterion = BELL_HELDOUT;
	o.repeats = 2;
	a = choose_from(x, NULL, ROWS, &o);
	for (size_t i = 0; i < a.count; i++)
		cr_expect(taken(&a)->pearson_per_df <= a.candidate[i].pearson_per_df);
	CHECK(bell_choose_f64(x, NULL, ROWS, &o, 2, &b.fit, b.candidate, &b.count));
	cr_expect(same_candidates(&a, &b), "any number of threads");
	x[3] = NAN;
	b = choose_from(x, NULL, ROWS, &o);
	cr_expect(!same_candidates(&a, &b));
	for (size_t i = 0; i < ROWS; i++)
		w[i] = i != 3;
	x[3] = 1;
	a = choose_from(x, w, ROWS, &o);
	for (size_t i = 0; i < a.count; i++)
		cr_expect(near(a.candidate[i].pearson_per_df, b.candidate[i].pearson_per_df, 1e-9),
			  "a weight of 0 is no row");
	o.seed = 2;
	b = choose_from(x, w, ROWS, &o);
	cr_expect(!same(a.candidate[0].pearson_per_df, b.candidate[0].pearson_per_df));
	free(x);
}

Test(choose, needs_enough_values_to_hold_out)
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
	free(x);
}

/* ---- arguments ---- */

static void check_invalid(const char *what, const struct bell_fit_options *o)
{
	static const double x[] = {1, 2, 4, 9};
	struct chosen c = {.count = 17};

	CHECK_STATUS(bell_choose_f64(x, NULL, 4, o, 1, &c.fit, c.candidate, &c.count), BELL_EINVAL);
	cr_expect_eq(c.count, 17, "%s", what);
}

Test(choose, refuses_options_out_of_range)
{
	struct bell_fit_options defaults, o;
	struct bell_sketch *s;
	struct chosen c;

	bell_fit_options_default(&defaults);
	o = defaults, o.margin = -1e-300;
	check_invalid("margin", &o);
	o = defaults, o.criterion = (enum bell_criterion)3;
	check_invalid("criterion", &o);
	o = defaults, o.lambda = 1;
	check_invalid("lambda", &o);
	o = defaults, o.robust = true;
	check_invalid("robust", &o);
	o = defaults, o.candidates = 1u << BELL_BEST;
	check_invalid("the choice is no candidate", &o);
	o = defaults, o.candidates = 1u << 31;
	check_invalid("candidates", &o);
	o = defaults, o.lower = 2, o.upper = 1;
	check_invalid("bounds", &o);
	o = defaults, o.criterion = BELL_HELDOUT, o.folds = 1;
	check_invalid("folds", &o);
	o = defaults, o.criterion = BELL_HELDOUT, o.repeats = 0;
	check_invalid("repeats", &o);
	s = sketch_of((double[]){1, 2, 4}, NULL, 3, NULL);
	o = defaults, o.criterion = BELL_HELDOUT;
	CHECK_STATUS(bell_choose_sketch(s, &o, &c.fit, c.candidate, &c.count), BELL_EINVAL);
	o.method = BELL_BEST;
	CHECK_STATUS(bell_fit_sketch(s, &o, &c.fit), BELL_EINVAL);
	CHECK_STATUS(bell_choose_sketch(NULL, NULL, &c.fit, c.candidate, &c.count), BELL_EINVAL);
	CHECK_STATUS(bell_choose_sketch(s, NULL, NULL, c.candidate, &c.count), BELL_EINVAL);
	CHECK_STATUS(bell_choose_sketch(s, NULL, &c.fit, NULL, &c.count), BELL_EINVAL);
	CHECK_STATUS(bell_choose_sketch(s, NULL, &c.fit, c.candidate, NULL), BELL_EINVAL);
	/* other methods ignore what belongs to the choice */
	o = defaults, o.margin = -1, o.candidates = 1u << 31, o.folds = 0;
	CHECK(bell_fit_sketch(s, &o, &c.fit));
	bell_sketch_free(s);
}

Test(choose, names_refusals)
{
	static const char *const names[] = {"not_positive", "negative", "not_estimated", "heldout"};

	for (size_t i = 0; i < COUNT(names); i++) {
		cr_expect_str_eq(bell_refusal_name((enum bell_refusal)(i + 1)), names[i]);
		cr_expect_not_null(bell_refusal_text((enum bell_refusal)(i + 1)));
	}
	for (int i = 0; i < 6; i += 5) {
		cr_expect_null(bell_refusal_name((enum bell_refusal)i));
		cr_expect_null(bell_refusal_text((enum bell_refusal)i));
	}
	cr_expect_null(bell_refusal_name((enum bell_refusal) - 1));
}
