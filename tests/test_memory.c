/* SPDX-License-Identifier: BSD-3-Clause */
/* test_memory.c - a sketch stays small, whatever comes first. */
#include <math.h>
#include <stdlib.h>
#include "common.h"

/*
 * No column makes a sketch larger than MAX_BYTES.  There are 500 widths of bins from 2^-1000 on,
 * each four times the one before, and each has 97 bins on either side that narrower ones leave to
 * it.  Only a column that starts among the subnormal numbers comes near; all others stay below
 * USUAL_BYTES.
 */
#define MAX_BYTES   (16 << 20)
#define USUAL_BYTES (256 * 1024)

static size_t size_after(const double *x, size_t n)
{
	struct bell_sketch *s = sketch_of(x, NULL, n, NULL);
	size_t size = bell_sketch_size(s);
	struct bell_fit fit;

	CHECK(bell_fit_sketch(s, NULL, &fit));
	cr_expect(!isnan(fit.lambda));
	bell_sketch_free(s);
	return size;
}

static void check_size(const double *x, size_t n, size_t most, const char *what)
{
	size_t size = size_after(x, n);

	cr_expect_leq(size, most, "%s: %zu bytes", what, size);
}

Test(memory, ordinary_columns_are_small)
{
	enum { n = 100000 };

	for (enum kind k = 0; k < KINDS; k++) {
		double *x = column(k, n);

		check_size(x, n, k == CAUCHY ? 64 * 1024 : 25 * 1024, kind_name[k]);
		free(x);
	}
}

Test(memory, is_bounded)
{
	enum { n = 50000 };
	double *x = column(WIDE, n);

	check_size(x, n, USUAL_BYTES, "wide");
	sort(x, n);
	check_size(x, n, USUAL_BYTES, "sorted");
	shuffle(x, n);
	for (size_t i = 0; i < 2000; i++)
		x[i] = 3;
	check_size(x, n, USUAL_BYTES, "constant, then wide");
	for (size_t i = 0; i < 2000; i++)
		x[i] = 1e9 + (double)i * 1e-6;
	check_size(x, n, USUAL_BYTES, "narrow and far, then wide");
	for (size_t i = 0; i < 2000; i++)
		x[i] = 1e-300 * (double)i;
	check_size(x, n, MAX_BYTES, "subnormal, then wide");
	free(x);
}

/*
 * The first values say nothing about the rest: the grid is chosen again, and the fit stays right.
 */
Test(memory, narrow_first_then_far)
{
	enum { n = 600000 };
	double *x = column(LOGNORMAL, n);
	struct bell_sketch *s = sketch_of(x + n / 2, NULL, n / 2, NULL), *good;
	struct bell_sketch_summary summary;
	struct bell_fit fit, expected;

	CHECK(bell_sketch_summary(s, &summary));
	bell_sketch_free(s);
	for (size_t i = 0; i < 2000; i++)
		x[i] = 50 + 1e-3 * x[i];
	s = sketch_of(x, NULL, n, NULL);
	good = sketch_of(x, NULL, n, &summary.grid);
	CHECK(bell_fit_sketch(s, NULL, &fit));
	CHECK(bell_fit_sketch(good, NULL, &expected));
	cr_expect(!(expected.flags & BELL_FIT_ILL_CONDITIONED));
	cr_expect((fit.flags & BELL_FIT_ILL_CONDITIONED) || near(fit.lambda, expected.lambda, 1e-7),
		  "from a sketch: %.17g not %.17g", fit.lambda, expected.lambda);
	CHECK(bell_fit_f64(x, NULL, n, NULL, 1, &fit));
	cr_expect(!(fit.flags & BELL_FIT_ILL_CONDITIONED), "from values: flags %#x", fit.flags);
	cr_expect(near(fit.lambda, expected.lambda, 1e-7), "from values: %.17g not %.17g",
		  fit.lambda, expected.lambda);
	bell_sketch_free(s);
	bell_sketch_free(good);
	free(x);
}
