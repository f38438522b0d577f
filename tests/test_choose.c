/* SPDX-License-Identifier: BSD-3-Clause */
/* test_choose.c - the choice among families of transforms. */
#include <math.h>
#include <stdlib.h>
#include "choices.h"

enum { N = 3000 };

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
		struct bell_sketch *s = sketch_of(x, NULL, N, NULL);
		struct chosen c;

		CHECK(bell_choose_sketch(s, NULL, &c.fit, c.candidate, &c.count));
		for (size_t i = 0; i < c.count; i++) {
			const struct bell_candidate *k = &c.candidate[i];
			struct bell_fit_options o;
			struct bell_fit fit;

			bell_fit_options_default(&o);
			o.method = k->method;
			if (k->refusal) {
				CHECK_STATUS(bell_fit_sketch(s, &o, &fit), BELL_EDOMAIN);
				continue;
			}
			CHECK(bell_fit_sketch(s, &o, &fit));
			cr_expect_eq(k->parameters, (unsigned)bell_method_parameters(k->method));
			cr_expect(same(k->lambda, fit.lambda) && same(k->unit, fit.unit) &&
				      same(k->shift, fit.transform.shift) &&
				      same(k->log_likelihood, fit.log_likelihood),
				  "%s, %s", kind_name[kind], bell_method_name(k->method));
			if (k->chosen)
				cr_expect(same_words(&c.fit.transform, &fit.transform,
						     sizeof fit.transform));
		}
		bell_sketch_free(s);
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
		/* else values have been read a second time */
		if (!(b.fit.flags & BELL_FIT_ILL_CONDITIONED))
			cr_expect(same_candidates(&a, &b), "%s", kind_name[kind]);
		bell_fit_options_default(&o);
		o.method = BELL_BEST;
		CHECK(bell_fit_sketch(s, &o, &fit));
		cr_expect(same_words(&fit, &b.fit, sizeof fit), "%s", kind_name[kind]);
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
	o = defaults, o.candidates = 1u << BELL_NORMAL_SCORES | 1u << BELL_LOG;
	check_invalid("ranks have no likelihood", &o);
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
