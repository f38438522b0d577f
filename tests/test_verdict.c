/* SPDX-License-Identifier: BSD-3-Clause */
/* test_verdict.c - what is said of columns and their fits. */
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include "verdicts.h"

enum { N = 400 };

/* A column of n values with one verdict, whose numbers and text are these. */
static void check_only(const double *x, size_t n, const char *name, double number, double other,
		       const char *text)
{
	struct bell_verdicts v = verdicts_of(x, n, NULL);
	char found[BELL_VERDICT_TEXT];

	cr_assert_eq(v.count, 1, "%s: %s", name, names(&v));
	cr_expect_str_eq(bell_verdict_name(v.verdict[0].kind), name);
	cr_expect(near(v.verdict[0].number, number, 1e-9 * fabs(number)), "%s: %.17g", name,
		  v.verdict[0].number);
	cr_expect(near(v.verdict[0].other, other, 1e-9 * fabs(other)), "%s: %.17g", name,
		  v.verdict[0].other);
	CHECK(bell_verdict_text(&v.verdict[0], found));
	cr_expect_str_eq(found, text);
	cr_expect(v.leave && bell_verdict_leaves(v.verdict[0].kind));
}

Test(verdict, every_kind_has_words)
{
	struct bell_verdict v = {0, 1e18, -1e18};
	char text[BELL_VERDICT_TEXT] = "as it was";
	int kinds = 0;

	for (; bell_verdict_name((enum bell_verdict_kind)kinds); kinds++) {
		v.kind = (enum bell_verdict_kind)kinds;
		cr_expect(strlen(bell_verdict_advice(v.kind)) > 10);
		*text = 0;
		CHECK(bell_verdict_text(&v, text));
		cr_expect(*text && strlen(text) < BELL_VERDICT_TEXT - 1, "%s", text);
	}
	cr_expect_eq(kinds, BELL_VERDICT_HEAVY_TAILS + 1);
	strcpy(text, "as it was");
	v.kind = (enum bell_verdict_kind)kinds;
	CHECK_STATUS(bell_verdict_text(&v, text), BELL_EINVAL);
	CHECK_STATUS(bell_verdict_text(NULL, text), BELL_EINVAL);
	CHECK_STATUS(bell_verdict_text(&v, NULL), BELL_EINVAL);
	cr_expect_str_eq(text, "as it was");
	cr_expect(!bell_verdict_advice(v.kind) && !bell_verdict_leaves(v.kind));
	cr_expect_null(bell_verdict_name((enum bell_verdict_kind) - 1));
}

Test(verdict, columns_without_an_estimate)
{
	double x[6] = {NAN, 3, 3, 3, INFINITY, -INFINITY};
	struct bell_verdicts v;

	check_only(x, 0, "empty", 0, 0, "no values");
	check_only(x, 1, "empty", 0, 0, "no values");
	check_only(x, 2, "one_value", 1, 0, "one value");
	check_only(x, 4, "constant", 3, 0, "constant");
	v = verdicts_of(x + 3, 3, NULL);
	cr_expect_str_eq(names(&v), "one_value infinite ");
	cr_expect(isnan(v.qq_before) && isnan(v.qq_after) && isnan(v.a2_before));
	x[1] = 4;
	check_only(x + 1, 5, "infinite", 2, 0, "2 infinite values");
	check_only(x + 1, 4, "infinite", 1, 0, "1 infinite value");
}

/* What a column is does not depend on its fit, and is all that is said. */
Test(verdict, columns_that_measure_nothing)
{
	double x[N];
	struct rng rng = {3};

	for (int i = 0; i < N; i++)
		x[i] = i % 3 == 0;
	check_only(x, N, "two_values", 2, 0, "two values");
	for (int i = 0; i < N; i++)
		x[i] = 1950 + i / 12.0;
	check_only(x, N, "row_number", 1 / 12.0, 0, "row number or time: equal steps of 0.08333");
	for (int i = 0; i < N; i++)
		x[i] = -7 * i;
	check_only(x, N, "row_number", -7, 0, "row number or time: equal steps of -7");
	for (int i = 0; i < N; i++)
		x[i] = 100 + i / 4;
	check_only(x, N, "identifier", N / 4, N, "identifier: 100 whole numbers in 400 rows");
	for (int i = 0; i < N; i++)
		x[i] = 3 * i + i / 10;
	check_only(x, N, "identifier", N, N, "identifier: 400 whole numbers in 400 rows");
	for (int i = 0; i < N; i++)
		x[i] = i;
	shuffle(x, N);
	check_only(x, N, "identifier", N, N, "identifier: 400 whole numbers in 400 rows");
	for (int i = 0; i < N; i++)
		x[i] = i % 20;
	check_only(x, N, "code", 19, 0, "code: whole numbers from 0 to 19");
	for (int i = 0; i < N; i++)
		x[i] =
		    1 + (rng_unit(&rng) < 0.2 ? 11 : floor(11 * rng_unit(&rng) * rng_unit(&rng)));
	check_only(x, N, "code", 12, 1, "code: whole numbers from 1 to 12");
	for (int i = 0; i < N; i++)
		x[i] = 63 + i / 20;
	shuffle(x, N);
	check_only(x, N, "code", 82, 63, "code: whole numbers from 63 to 82");
	for (int i = 0; i < N; i++)
		x[i] = 2019 - 3 * floor(9 * rng_unit(&rng) * rng_unit(&rng));
	check_only(x, N, "years", 2019, 1995, "years: 1995 to 2019");
	for (int i = 0; i < N; i++)
		x[i] = sqrt((double)(i % 5));
	check_only(x, N, "few_values", 5, 0, "few values: 5");
}

/* Bins do not hold values; but a permutation has moments like nothing else. */
Test(verdict, identifiers_in_bins)
{
	enum { n = 20000 };
	double *x = malloc(n * sizeof *x);

	for (int i = 0; i < n; i++)
		x[i] = 1000 + i;
	check_only(x, n, "row_number", 1, 0, "row number or time: equal steps of 1");
	shuffle(x, n);
	check_only(x, n, "identifier", n, n, "identifier: 20000 whole numbers in 20000 rows");
	/* one number is absent, and another one is there twice */
	for (int i = 0; i < n; i++)
		x[i] -= x[i] == 7000 ? 1000 : 0;
	struct bell_verdicts v = verdicts_of(x, n, NULL);
	cr_expect_null(find(&v, BELL_VERDICT_IDENTIFIER), "%s", names(&v));
	free(x);
}

/* Counts, amounts and bells are none of these. */
Test(verdict, columns_that_measure_something)
{
	static const enum kind kinds[] = {LOGNORMAL, NORMAL,      PRESSURE, PRICE, PH,
					  ZEROS,     GAMMA_MIXED, SIZES,    TINY};

	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t n = 200; n <= 20000; n *= 100) {
			double *x = column(kinds[k], n);
			struct bell_verdicts v = verdicts_of(x, n, NULL);

			for (int i = 0; i <= BELL_VERDICT_FEW_VALUES; i++)
				cr_expect_null(find(&v, (enum bell_verdict_kind)i), "%s: %s",
					       kind_name[kinds[k]], names(&v));
			cr_expect(v.qq_after > 0.2 && v.qq_after <= 1);
			free(x);
		}
}

/* Whether a column has a verdict, which says this number. */
static void check_says(const double *x, size_t n, enum bell_verdict_kind kind, double number,
		       double tolerance)
{
	struct bell_verdicts v = verdicts_of(x, n, NULL);
	const struct bell_verdict *found = find(&v, kind);

	cr_assert(found, "%s: %s", bell_verdict_name(kind), names(&v));
	cr_expect(near(found->number, number, tolerance), "%s: %g", bell_verdict_name(kind),
		  found->number);
}

Test(verdict, values_that_no_transform_changes)
{
	double x[N];
	struct rng rng = {5};
	struct bell_verdicts v;

	for (int i = 0; i < N; i++)
		x[i] = i % 4 == 0 ? 0 : exp(rng_normal(&rng));
	check_says(x, N, BELL_VERDICT_ZEROS, 0.25, 1e-15);
	for (int i = 0; i < N; i++)
		x[i] = rint(2 * rng_normal(&rng)) * 0.5 + 30;
	x[0] = 36;
	check_says(x, N, BELL_VERDICT_COARSE_ROUNDING, 0.5, 1e-12);
	for (int i = 0; i < N; i++)
		x[i] = 1000 + rng_normal(&rng);
	x[0] = 1006, x[1] = 994;
	check_says(x, N, BELL_VERDICT_NARROW, 12 / 1006.0, 1e-15);
	/* zeros in the midst of numbers of both signs are no heap at an end */
	for (int i = 0; i < N; i++)
		x[i] = i % 4 == 0 ? 0 : rng_normal(&rng);
	v = verdicts_of(x, N, NULL);
	cr_expect_null(find(&v, BELL_VERDICT_ZEROS));
}

/* Of n bell-shaped values, what the transform has to undo. */
static struct bell_verdicts of_bell(double (*f)(double), double heaviness)
{
	double x[N];
	struct rng rng = {11};

	for (int i = 0; i < N; i++)
		x[i] = f(rng_normal(&rng)) * (i % 10 ? 1 : 1 + heaviness);
	return verdicts_of(x, N, NULL);
}

static double itself(double z) { return z; }
static double log_normal(double z) { return expm1(2 + z / 3); }
static double squared(double z) { return (5 + 1.2 * z) * (5 + 1.2 * z) - 1; }

Test(verdict, simple_transforms_are_named)
{
	struct bell_verdicts v = of_bell(itself, 0);
	struct bell_verdict text = {BELL_VERDICT_LOG, 0, 1};
	char words[BELL_VERDICT_TEXT];

	cr_expect_str_eq(names(&v), "identity ");
	cr_expect(v.leave);
	v = of_bell(log_normal, 0);
	cr_expect_str_eq(names(&v), "log ");
	cr_expect(!v.leave);
	cr_expect(v.qq_after > 0.995 && v.qq_before < v.qq_after && v.a2_before > v.a2_after);
	v = of_bell(squared, 0);
	cr_expect_str_eq(names(&v), "square_root ");
	v = of_bell(itself, 9);
	cr_expect(find(&v, BELL_VERDICT_HEAVY_TAILS) && find(&v, BELL_VERDICT_NOT_NORMAL), "%s",
		  names(&v));
	CHECK(bell_verdict_text(&text, words));
	cr_expect_str_eq(words, "log(1 + x) fits as well");
	text.other = 0;
	CHECK(bell_verdict_text(&text, words));
	cr_expect_str_eq(words, "log x fits as well");
	text = (struct bell_verdict){BELL_VERDICT_SQUARE_ROOT, 0.5, 30};
	CHECK(bell_verdict_text(&text, words));
	cr_expect_str_eq(words, "the square root of 30 + x fits as well");
}

Test(verdict, worse_than_before)
{
	struct bell_fit_options options;
	double x[N];
	struct rng rng = {13};

	for (int i = 0; i < N; i++)
		x[i] = 10 + rng_normal(&rng);
	bell_fit_options_default(&options);
	options.lambda = -5;
	struct bell_verdicts v = verdicts_of(x, N, &options);
	const struct bell_verdict *worse = find(&v, BELL_VERDICT_WORSE);
	cr_assert(worse, "%s", names(&v));
	cr_expect(worse->number == v.a2_after && worse->other == v.a2_before);
	cr_expect(v.leave);
}

/* What the options of a fit did is told, and nothing of one value that moves another lambda. */
Test(verdict, of_fits_with_options)
{
	double *x = column(NORMAL, N);
	struct bell_fit_options o;
	const struct bell_verdict *found;
	struct bell_verdicts v;

	for (int i = 0; i < N; i++)
		x[i] = exp(1 + x[i] / 3);
	x[5] = 1e4;
	bell_fit_options_default(&o);
	o.method = BELL_BOX_COX;
	o.robust = true;
	v = verdicts_of(x, N, &o);
	found = find(&v, BELL_VERDICT_SET_ASIDE);
	cr_assert(found, "%s", names(&v));
	cr_expect(found->number >= 1 && found->other == N);
	cr_expect_null(find(&v, BELL_VERDICT_ONE_VALUE_MOVES_LAMBDA), "%s", names(&v));
	o.robust = false;
	v = verdicts_of(x, N, &o);
	cr_expect(find(&v, BELL_VERDICT_ONE_VALUE_MOVES_LAMBDA), "%s", names(&v));
	o.round_level = 0.95;
	x[5] = 3;
	v = verdicts_of(x, N, &o);
	found = find(&v, BELL_VERDICT_ROUNDED);
	cr_assert(found, "%s", names(&v));
	cr_expect_eq(found->number, 0);
	for (int i = 0; i < N; i++)
		x[i] = i % 3 ? 7 : 8 + i;
	o.round_level = 0;
	o.robust = true;
	v = verdicts_of(x, N, &o);
	cr_expect(find(&v, BELL_VERDICT_NOT_ROBUST), "%s", names(&v));
	free(x);
}

/* The program, JSON and Python have the words from here, whatever the locale of a host is. */
Test(verdict, words_do_not_depend_on_the_locale)
{
	static const struct bell_verdict half = {BELL_VERDICT_ONE_VALUE_MOVES_LAMBDA, 1.5, 2.25},
					 tails = {BELL_VERDICT_HEAVY_TAILS, 1e300, 3.5};
	char text[BELL_VERDICT_TEXT];

	if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
		cr_skip("there is no locale de_DE.UTF-8");
	CHECK(bell_verdict_text(&half, text));
	cr_expect_str_eq(text, "one value, 2.25, moves lambda by 1.5 se");
	CHECK(bell_verdict_text(&tails, text));
	cr_expect_str_eq(text, "heavy tails: kurtosis 3.5 -> 1e+300");
}
