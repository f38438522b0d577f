/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_collapse.c - what a fit says of values that its transform does not tell apart, or that do
 * not come back, against a count over all values.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "fits.h"

#define N 1000

/* Whether the values of one y, from x[low] to x[high] in order, are more than one. */
static bool differ(const double *x, size_t low, size_t high)
{
	return x[high] - x[low] > 0x1p-48 * fmax(fabs(x[low]), fabs(x[high]));
}

static double sd_of(const double *x, size_t n)
{
	long double mean = 0, square = 0;

	for (size_t i = 0; i < n; i++)
		mean += x[i] / (long double)n;
	for (size_t i = 0; i < n; i++)
		square += (x[i] - mean) * (x[i] - mean) / (long double)n;
	return (double)sqrtl(square);
}

/* The share of n finite values that collapse, by the words of fit.h. */
static double share_of(const struct bell_transform *t, const double *values, size_t n)
{
	double *x = malloc(n * sizeof *x), *y = malloc(n * sizeof *y),
	       *back = malloc(n * sizeof *y);
	double sd = sd_of(values, n), lost = 0;
	size_t *times = calloc(n, sizeof *times), distinct = 0;

	memcpy(x, values, n * sizeof *x);
	sort(x, n);
	for (size_t i = 0; i < n; i++) {
		if (!distinct || x[i] != x[distinct - 1])
			x[distinct++] = x[i];
		times[distinct - 1]++;
	}
	CHECK(bell_transform_apply_f64(t, x, distinct, 1, y));
	CHECK(bell_transform_inverse_f64(t, y, distinct, BELL_OUTSIDE_NAN, 1, back, NULL));
	for (size_t low = 0, high; low < distinct; low = high + 1) {
		for (high = low; high + 1 < distinct && y[high + 1] == y[low];)
			high++;
		for (size_t i = low; i <= high; i++)
			if (differ(x, low, high) || !(fabs(back[i] - x[i]) <= 1e-3 * sd))
				lost += (double)times[i];
	}
	free(x);
	free(y);
	free(back);
	free(times);
	return lost / (double)n;
}

/* Fits n values, up to 1024 of them distinct, and returns how many collapse. */
static double expect_share(const char *what, const double *x, size_t n,
			   const struct bell_fit_options *o)
{
	struct bell_fit fit = fit_of(x, NULL, n, o);
	double share = share_of(&fit.transform, x, n);

	cr_expect(near(fit.collapsed, share, 1e-12), "%s, lambda %g: %.17g, not %.17g", what,
		  fit.lambda, fit.collapsed, share);
	cr_expect_eq((fit.flags & BELL_FIT_COLLAPSED) != 0, share > 0, "%s: flags %#x", what,
		     fit.flags);
	return share;
}

static const char *const method_name[] = {"Yeo-Johnson", "Box-Cox"};

/* Ordinary columns, standardized, plain, and at a lambda that is not theirs. */
Test(collapse, columns_of_every_kind)
{
	static const double lambdas[] = {NAN, 1, -3, 30};
	size_t collapsed = 0, kept = 0;

	for (enum kind k = 0; k < KINDS; k++)
		for (size_t i = 0; i < 2 * 2 * COUNT(lambdas); i++) {
			double *x = column(k, N);
			struct bell_fit_options o;
			double share;

			bell_fit_options_default(&o);
			o.lambda = lambdas[i / 4];
			o.standardize = i & 1;
			o.method = (enum bell_method)(i / 2 % 2);
			for (size_t j = 0; o.method == BELL_BOX_COX && j < N; j++)
				x[j] = fmax(fabs(x[j]), 0x1p-1022);
			share = expect_share(kind_name[k], x, N, &o);
			collapsed += share > 0;
			kept += share == 0;
			if (isnan(o.lambda) && o.standardize && k != WIDE)
				cr_expect(share < 0.01, "%s, %s: %g", kind_name[k],
					  method_name[o.method], share);
			free(x);
		}
	cr_expect(collapsed > 20 && kept > 100, "%zu collapse, %zu do not", collapsed, kept);
}

/* A few values far out under many zeros, as the Misc_Val of the Ames houses: lambda is -4. */
static void few_far_out(double *x, size_t n)
{
	static const double far[] = {400, 450, 500, 600, 700, 2000, 2500, 3500, 8300, 15500};

	for (size_t i = 0; i < n; i++)
		x[i] = i % 50 ? 0 : far[i / 50 % COUNT(far)];
}

/* Ten values of up to 1e10 above others of 1e-20 to 1: z of the smallest are equal. */
static void tiny_below_huge(double *x, size_t n)
{
	struct rng rng = {3};

	for (size_t i = 0; i < n; i++)
		x[i] = i % 100 ? pow(10, -20 * rng_unit(&rng)) : 1e10 * rng_unit(&rng);
}

Test(collapse, tails_and_tiny_values)
{
	struct bell_fit_options o;
	double x[N], share;

	bell_fit_options_default(&o);
	few_far_out(x, N);
	share = expect_share("a few far out", x, N, NULL);
	cr_expect(share > 0.001 && share <= 0.02, "%g", share);
	tiny_below_huge(x, N);
	share = expect_share("tiny below huge", x, N, NULL);
	cr_expect(share > 0.1 && share < 0.5, "%g", share);
	/* a few tiny values among ordinary ones */
	for (size_t i = 0; i < N; i++)
		x[i] = i % 100 ? sin((double)i) : ldexp(1 + (double)i, -100);
	share = expect_share("a few tiny", x, N, NULL);
	cr_expect_eq(share, 0.01);
	/* of numbers from 1 to 4 nearly all are -1/lambda */
	o.lambda = -500;
	for (size_t i = 0; i < N; i++)
		x[i] = 1 + 3 * (double)i / N;
	share = expect_share("a huge lambda", x, N, &o);
	cr_expect(share > 0.8 && share < 1, "%g", share);
	o.lambda = NAN;
	o.standardize = false;
	for (size_t i = 0; i < N; i++)
		x[i] = 1013 + (double)(i * i % 97) / 16;
	o.lambda = -40;
	cr_expect_eq(expect_share("plain psi of pressures", x, N, &o), 1);
}

/* Values that differ by nothing but rounding are not told apart, and need not be. */
Test(collapse, rounding_is_no_difference)
{
	double x[N];

	for (size_t i = 0; i < N; i++) {
		x[i] = 0.1 * (double)(1 + i % 9) * (i % 2 ? 3 : 1);
		x[i] = i % 3 ? x[i] : nextafter(x[i], 10);
	}
	x[0] = 1e4;
	cr_expect_eq(expect_share("rounding", x, N, NULL), 0);
}

Test(collapse, weights)
{
	double x[N], weights[N], copies[4 * N];
	struct bell_fit weighted, copied;
	size_t n = 0;

	tiny_below_huge(x, N);
	for (size_t i = 0; i < N; i++) {
		weights[i] = (double)(i % 5);
		for (size_t j = 0; j < i % 5; j++)
			copies[n++] = x[i];
	}
	weighted = fit_of(x, weights, N, NULL);
	copied = fit_of(copies, NULL, n, NULL);
	cr_expect(weighted.collapsed > 0.1);
	cr_expect(near(weighted.collapsed, copied.collapsed, 1e-12));
}

/* Nodes of bins stand for the values: they tell the share to about the weight of a bin. */
Test(collapse, from_bins)
{
	enum { n = 50000 };
	double *x = malloc(n * sizeof *x);
	struct bell_fit_options o;
	struct bell_fit fit;

	bell_fit_options_default(&o);
	for (enum kind k = 0; k < KINDS; k++) {
		double *values = column(k, n);

		fit = fit_of(values, NULL, n, NULL);
		cr_expect(fit.collapsed == 0 || k == WIDE || k == COUNTS, "%s: %g", kind_name[k],
			  fit.collapsed);
		free(values);
	}
	tiny_below_huge(x, n);
	fit = fit_of(x, NULL, n, NULL);
	cr_expect(fit.flags & BELL_FIT_COLLAPSED);
	cr_expect(near(fit.collapsed, share_of(&fit.transform, x, n), 0.15), "%g, not %g",
		  fit.collapsed, share_of(&fit.transform, x, n));
	o.lambda = -500;
	for (size_t i = 0; i < n; i++)
		x[i] = 1 + 3 * (double)i / n;
	fit = fit_of(x, NULL, n, &o);
	cr_expect(near(fit.collapsed, share_of(&fit.transform, x, n), 0.02), "%g, not %g",
		  fit.collapsed, share_of(&fit.transform, x, n));
	free(x);
}

Test(collapse, columns_of_few_values)
{
	const double x[] = {3, 3, NAN, INFINITY, 5};

	cr_expect(isnan(fit_of(x, NULL, 0, NULL).collapsed));
	cr_expect_eq(fit_of(x, NULL, 1, NULL).collapsed, 0);
	cr_expect_eq(fit_of(x, NULL, 3, NULL).collapsed, 0);
	cr_expect_eq(fit_of(x, NULL, 5, NULL).collapsed, 0);
	cr_expect_eq(fit_of(x, NULL, 5, NULL).flags, BELL_FIT_INFINITE | BELL_FIT_TWO_VALUES);
	cr_expect(!(fit_of(x, NULL, 3, NULL).flags & BELL_FIT_TWO_VALUES));
}

/* A model keeps the flag and the share. */
Test(collapse, in_a_model)
{
	struct bell_model *m, *read;
	struct bell_fit fit;
	double x[N];
	char *text, *key;

	tiny_below_huge(x, N);
	fit = fit_of(x, NULL, N, NULL);
	CHECK(bell_model_create(2, &m));
	CHECK(bell_model_set(m, 0, "x", &fit));
	CHECK(bell_model_to_json(m, &text));
	CHECK(bell_model_from_json(text, strlen(text), &read));
	cr_expect(same_fit(bell_model_fit(read, 0), &fit));
	cr_expect(isnan(bell_model_fit(read, 1)->collapsed) &&
		  isnan(bell_model_fit(read, 1)->ci95[0]) && isnan(bell_model_fit(read, 1)->mean));
	bell_model_free(read);
	/* without the share, or with an impossible one, the model is damaged */
	key = strstr(text, "\"collapsed\":");
	cr_assert_not_null(key);
	key[strlen("\"collapsed\":") + 1] = '7';
	CHECK_STATUS(bell_model_from_json(text, strlen(text), &read), BELL_EDAMAGED);
	key[1] = 'x';
	CHECK_STATUS(bell_model_from_json(text, strlen(text), &read), BELL_EDAMAGED);
	free(text);
	bell_model_free(m);
}
