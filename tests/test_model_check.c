/* SPDX-License-Identifier: BSD-3-Clause */
/* test_model_check.c - a model whose numbers contradict each other is refused. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "models.h"

static struct bell_fit fit_of_kind(enum kind kind, bool standardize)
{
	double *x = column(kind, 500);
	struct bell_fit_options options;
	struct bell_fit fit;

	bell_fit_options_default(&options);
	options.standardize = standardize;
	CHECK(bell_fit_f64(x, NULL, 500, &options, 1, &fit));
	free(x);
	return fit;
}

static void check_refused(const struct bell_fit *fit, const char *what)
{
	struct bell_fit back;

	cr_expect_eq(read_back(fit, &back), BELL_EINVAL, "%s is written", what);
}

/* A model from JSON in which one number was replaced. */
static void check_edit(const struct bell_fit *fit, const char *key, const char *value)
{
	struct bell_model *m, *read = NULL;
	char *text, *edited, *at, pattern[32];

	CHECK(bell_model_create(1, &m));
	CHECK(bell_model_set(m, 0, NULL, fit));
	CHECK(bell_model_to_json(m, &text));
	snprintf(pattern, sizeof pattern, "\"%s\":\t", key);
	at = strstr(text, pattern);
	cr_assert_not_null(at, "%s", key);
	at += strlen(pattern);
	edited = calloc(1, strlen(text) + strlen(value) + 1);
	memcpy(edited, text, (size_t)(at - text));
	strcat(strcat(edited, value), *at == '[' ? strchr(at, ']') + 1 : at + strcspn(at, ",\n"));
	cr_expect_eq(bell_model_from_json(edited, strlen(edited), &read), BELL_EDAMAGED,
		     "lambda %g: %s %s", fit->lambda, key, value);
	bell_model_free(read);
	free(edited);
	free(text);
	bell_model_free(m);
}

/* Of ordinary columns of one sign, far from 0, and of both signs. */
Test(model_check, edited_numbers_are_refused)
{
	static const enum kind kinds[] = {LOGNORMAL, PRESSURE, NEGATIVE, GAMMA_MIXED};
	static const char *const edits[][2] = {
	    {"lambda", "1.25"},
	    {"lambda", "\"NaN\""},
	    {"lambda", "\"Infinity\""},
	    {"lambda", "1e300"},
	    {"sd", "0"},
	    {"sd", "-1"},
	    {"sd", "\"NaN\""},
	    {"sd", "\"Infinity\""},
	    {"sd", "12345.678"},
	    {"mean", "-9e9"},
	    {"mean", "\"NaN\""},
	    {"mean", "\"Infinity\""},
	    {"count", "0"},
	    {"count", "1"},
	    {"infinite", "3"},
	    {"flags", "255"},
	    {"flags", "1"},
	    {"flags", "2"},
	    {"flags", "4"},
	    {"flags", "8"},
	    {"weight", "0"},
	    {"weight", "-500"},
	    {"weight", "\"NaN\""},
	    {"min", "1e9"},
	    {"max", "-1e9"},
	    {"min", "\"NaN\""},
	    {"max", "\"Infinity\""},
	    {"ci95", "[2e9, 1e9]"},
	    {"ci95", "[-2e9, -1e9]"},
	    {"ci95", "[1e9, 2e9]"},
	    {"offset", "\"Infinity\""},
	    {"offset", "1e999"},
	    {"offset", "0.123"},
	    {"scale", "1e300"},
	    {"scale", "5e-324"},
	    {"scale", "1"},
	    {"power", "1e300"},
	    {"power", "0.123"},
	    {"power", "0"},
	    {"center", "1e308"},
	    {"center", "3"},
	    {"anchor", "1e308"},
	    {"anchor", "-1"},
	};

	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct bell_fit fit = fit_of_kind(kinds[k], true);

		for (size_t i = 0; i < COUNT(edits); i++)
			check_edit(&fit, edits[i][0], edits[i][1]);
	}
}

/* The relations hold to twelve digits of an sd, not to a few. */
Test(model_check, small_edits_are_refused)
{
	static const enum kind kinds[] = {LOGNORMAL, NEGATIVE, GAMMA_MIXED};

	for (size_t k = 0; k < COUNT(kinds); k++) {
		const struct bell_fit fit = fit_of_kind(kinds[k], true);
		struct bell_fit edited = fit;

		edited.sd *= 1 + 1e-10;
		check_refused(&edited, "sd");
		edited = fit, edited.lambda *= 1 + 1e-10;
		check_refused(&edited, "lambda");
		edited = fit, edited.mean += 1e-10 * (fabs(fit.mean) + fit.sd);
		check_refused(&edited, "mean");
	}
}

/* psi itself, of an edited lambda. */
Test(model_check, edited_lambda_of_psi_is_refused)
{
	struct bell_fit fit = fit_of_kind(GAMMA_MIXED, false);

	check_edit(&fit, "lambda", "1.25");
	fit.lambda = 0.5;
	check_refused(&fit, "another lambda");
}

/* ---- mutants ---- */

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Whether y falls between two of many values from min to max, evenly and by size. */
static bool falls(const struct bell_fit *fit)
{
	enum { N = 300 };
	double x[2 * N], y[2 * N];

	for (int i = 0; i < N; i++) {
		double u = (double)i / (N - 1), v = asinh(fit->min) * (1 - u) + asinh(fit->max) * u;

		x[i] = fit->min * (1 - u) + fit->max * u;
		x[N + i] = fmin(fmax(sinh(v), fit->min), fit->max);
	}
	qsort(x, 2 * N, sizeof *x, compare);
	CHECK(bell_transform_apply_f64(&fit->transform, x, 2 * N, 1, y));
	for (int i = 1; i < 2 * N; i++)
		if (!(y[i] >= y[i - 1]))
			return true;
	return false;
}

/* Another number in the place of x. */
static double mutant_of(double x, struct rng *rng)
{
	uint64_t bits;

	switch (rng_bits(rng) % 8) {
	case 0:
		return -x;
	case 1:
		return x * (1 + rng_normal(rng) * exp(-30 * rng_unit(rng)));
	case 2:
		return x + rng_normal(rng);
	case 3:
		return rng_hostile(rng);
	case 4:
		return 0;
	case 5:
		return x * 10;
	case 6:
		return ldexp(x, (int)(rng_bits(rng) % 200) - 100);
	}
	memcpy(&bits, &x, sizeof bits);
	bits ^= (uint64_t)1 << rng_bits(rng) % 64;
	memcpy(&x, &bits, sizeof x);
	return x;
}

/*
 * One number of the sides changed: none that is accepted falls anywhere.  Columns whose psi exceeds
 * exp(300) are left out: their sides meet to the last digits only.
 */
Test(model_check, no_mutant_falls)
{
	struct rng rng = {35};
	long mutants = 0, accepted = 0, falling = 0;

	for (int k = 0; k < 4000; k++) {
		enum kind kind = (enum kind)(k % KINDS);
		size_t n = 10 + rng_bits(&rng) % 300;
		double *x = column(kind, n), *number;
		struct bell_fit_options options;
		struct bell_fit fit, back;

		bell_fit_options_default(&options);
		options.standardize = k % 8;
		if (k % 3 == 0)
			options.lambda = rng_normal(&rng) * 4;
		CHECK(bell_fit_f64(x, NULL, n, &options, 1, &fit));
		free(x);
		cr_assert_not(falls(&fit));
		number = (double *)&fit.transform.side[rng_bits(&rng) % 2] + rng_bits(&rng) % 5;
		*number = mutant_of(*number, &rng);
		mutants++;
		if (read_back(&fit, &back) != BELL_OK)
			continue;
		accepted++;
		falling += falls(&fit);
	}
	cr_expect_eq(falling, 0, "%ld of %ld mutants fall, %ld are accepted", falling, mutants,
		     accepted);
	/* numbers that were 0 before, or changed in their last digits */
	cr_expect_lt(accepted, mutants / 3, "%ld of %ld", accepted, mutants);
}
