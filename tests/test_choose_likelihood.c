/* SPDX-License-Identifier: BSD-3-Clause */
/* test_choose_likelihood.c - the likelihood by which families are compared. */
#include <math.h>
#include <stdlib.h>
#include "choices.h"

enum { N = 3000 };

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

Test(choose_likelihood, leaves_out_zeros_and_heavy_ends)
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
Test(choose_likelihood, weights_are_rows)
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

/* ---- families of one coordinate ---- */

/* The log-likelihood of all rows but zeros, of z = (l - mean)/sd, where log_slope is that of l. */
static double compared_line(const double *l, const double *log_slope, const double *x, size_t n)
{
	long double mean = 0, var = 0, sum = 0;

	for (size_t i = 0; i < n; i++)
		mean += (long double)l[i] / n;
	for (size_t i = 0; i < n; i++)
		var += (l[i] - mean) * (l[i] - mean) / n;
	for (size_t i = 0; i < n; i++)
		if (x[i] != 0)
			sum += log_slope[i] - logl(var) / 2 -
			       (l[i] - mean) * (l[i] - mean) / var / 2 + 0.5L;
	return (double)sum;
}

static void map(const struct bell_candidate *k, double x, double *l, double *log_slope)
{
	switch (k->method) {
	case BELL_IDENTITY:
		*l = x, *log_slope = 0;
		break;
	case BELL_SQRT:
		*l = sqrt(x), *log_slope = -log(2 * sqrt(x));
		break;
	case BELL_LOG_SHIFT:
		*l = log(x + k->shift), *log_slope = -*l;
		break;
	case BELL_ASINH:
		*l = asinh(x / k->unit), *log_slope = -log(hypot(x, k->unit));
		break;
	default:
		*l = expm1(k->lambda * x) / k->lambda, *log_slope = k->lambda * x;
		break;
	}
}

/* Values and, from 1024 on, bins, of which a third is 0. */
Test(choose_likelihood, compares_families_of_one_coordinate)
{
	static const enum bell_method methods[] = {BELL_IDENTITY, BELL_SQRT, BELL_LOG_SHIFT,
						   BELL_ASINH, BELL_EXPONENTIAL};
	static double x[N], l[N], slope[N];
	struct rng rng = {.state = 5};

	for (size_t i = 0; i < N; i++)
		x[i] = i % 3 ? exp(rng_normal(&rng) / 2) : 0;
	for (size_t n = 300; n <= N; n += N - 300)
		for (size_t j = 0; j < COUNT(methods); j++) {
			struct chosen c = choose_from(x, NULL, n, NULL);
			const struct bell_candidate *k = candidate_of(&c, methods[j]);
			double want;

			for (size_t i = 0; i < n; i++)
				map(k, x[i], &l[i], &slope[i]);
			want = compared_line(l, slope, x, n);
			cr_expect(near(k->compared, want, 1e-9 * (fabs(want) + (double)n)),
				  "%s of %zu: %.17g, not %.17g", bell_method_name(k->method), n,
				  k->compared, want);
		}
}

/*
 * Zeros that are multiplied, that is to say columns in ever smaller units, make no family of one
 * coordinate win that would not win without the zeros; and what does not depend on the unit stays.
 */
Test(choose_likelihood, no_spike_wins)
{
	static double x[N], scaled[N];
	struct rng rng = {.state = 3};
	enum bell_method first = BELL_BEST;

	for (size_t i = 0; i < N; i++)
		x[i] = i % 5 < 3 ? 0 : exp(rng_normal(&rng));
	for (int e = 0; e <= 60; e += 20) {
		struct bell_fit_options o;
		struct chosen c;
		const struct bell_candidate *identity;

		bell_fit_options_default(&o);
		o.candidates = 1u << BELL_IDENTITY | 1u << BELL_SQRT | 1u << BELL_LOG_SHIFT |
			       1u << BELL_ASINH | 1u << BELL_EXPONENTIAL;
		for (size_t i = 0; i < N; i++)
			scaled[i] = ldexp(x[i], e);
		c = choose_from(scaled, NULL, N, &o);
		first = e ? first : taken(&c)->method;
		cr_expect_eq(taken(&c)->method, first, "2^%d", e);
		identity = candidate_of(&c, BELL_IDENTITY);
		for (size_t i = 0; i < c.count; i++)
			cr_expect_lt(c.candidate[i].compared, identity->compared + N,
				     "%s: the spike counts",
				     bell_method_name(c.candidate[i].method));
	}
}

/* Without zeros or heavy ends, no likelihood of a family alone is above the greatest of all. */
Test(choose_likelihood, is_as_likely_as_each_family_alone)
{
	static const enum bell_method alone[] = {BELL_EXPONENTIAL, BELL_ASINH, BELL_LOG_SHIFT,
						 BELL_BOX_COX, BELL_YEO_JOHNSON};

	for (int kind = 0; kind < KINDS; kind++) {
		double *x = column((enum kind)kind, N), greatest = -INFINITY;
		struct chosen c = choose_from(x, NULL, N, NULL);

		for (size_t i = 0; i < c.count; i++)
			greatest = fmax(greatest, c.candidate[i].log_likelihood);
		for (size_t j = 0; j < COUNT(alone); j++) {
			struct bell_fit_options o;
			struct bell_fit fit;

			bell_fit_options_default(&o);
			o.method = alone[j];
			if (bell_fit_f64(x, NULL, N, &o, 1, &fit) == BELL_OK)
				cr_expect(
				    !(fit.log_likelihood > greatest + 1e-7 * (1 + fabs(greatest))),
				    "%s, %s: %.17g, not %.17g", kind_name[kind],
				    bell_method_name(alone[j]), greatest, fit.log_likelihood);
		}
		free(x);
	}
}

/* A rounded lambda is that of a power; other families stay as they are. */
Test(choose_likelihood, rounds_powers_alone)
{
	double *x = column(NORMAL, 500);
	struct bell_fit_options o;
	struct bell_fit fit;

	bell_fit_options_default(&o);
	o.method = BELL_BEST;
	o.round_level = 0.95;
	o.candidates = 1u << BELL_EXPONENTIAL;
	CHECK(bell_fit_f64(x, NULL, 500, &o, 1, &fit));
	cr_expect(!(fit.flags & BELL_FIT_ROUNDED));
	o.candidates = 1u << BELL_YEO_JOHNSON;
	CHECK(bell_fit_f64(x, NULL, 500, &o, 1, &fit));
	cr_expect(fit.flags & BELL_FIT_ROUNDED);
	free(x);
}
