/* SPDX-License-Identifier: BSD-3-Clause */
/* test_norm.c - norm() against hypotl(), whose long double has 64 bits or more. */
#include <float.h>
#include <math.h>
#include "common.h"
#include "fit/norm.h"
#include "normal_reference.h"

/* The worst error of 2e7 is 0.573 ulp.  A subnormal number is rounded twice. */
#define MAX_ULP           0.6
#define MAX_ULP_SUBNORMAL 1

static void expect_exact(double x, double y)
{
	long double exact = hypotl(x, y);
	double got = norm(x, y);

	if (exact < DBL_MIN)
		cr_assert(fabsl(got - exact) < MAX_ULP_SUBNORMAL * (long double)DBL_TRUE_MIN,
			  "norm(%a, %a) = %a, not %La", x, y, got, exact);
	else
		cr_assert(ulps(got, exact, DBL_MANT_DIG) < MAX_ULP, "norm(%a, %a) = %a, not %La", x,
			  y, got, exact);
	cr_assert(same(norm(-x, y), got), "norm(%a, %a)", -x, y);
}

/* Where the smaller part counts, by either form of the step of Newton. */
Test(norm, within_its_bound_where_both_parts_count)
{
	struct rng rng = {1};

	for (int i = 0; i < 200000; i++) {
		double x = rng_unit(&rng), y = rng_unit(&rng);

		expect_exact(x, ldexp(y, -(i % 30)));
		expect_exact(ldexp(x, -(i % 30)), y);
	}
}

/* Parts of any size, up to squares that overflow and down to squares that vanish. */
Test(norm, within_its_bound_at_any_scale)
{
	struct rng rng = {2};

	for (int i = 0; i < 100000; i++) {
		double x = ldexp(rng_unit(&rng), (int)(rng_unit(&rng) * 2096) - 1073);
		double y = ldexp(rng_unit(&rng), (int)(rng_unit(&rng) * 2096) - 1073);
		int exponent;

		y = fmax(y, DBL_TRUE_MIN);
		expect_exact(x, y);
		frexp(y, &exponent);
		x = ldexp(0.5 + rng_unit(&rng) / 2, exponent + i % 9 - 4);
		if (isfinite(x) && isfinite((double)hypotl(x, y)))
			expect_exact(x, y);
	}
}

/* The ends of the range, and triangles whose sides are whole numbers. */
Test(norm, exact_at_extremes)
{
	static const double sides[][3] = {{3, 4, 5}, {5, 12, 13}, {20, 21, 29}};
	static const int exponents[] = {-1074, -1050, -540, 0, 500, 1018};

	for (size_t i = 0; i < COUNT(sides); i++)
		for (size_t j = 0; j < COUNT(exponents); j++) {
			double x = ldexp(sides[i][0], exponents[j]);
			double y = ldexp(sides[i][1], exponents[j]);

			cr_expect(same(norm(x, y), ldexp(sides[i][2], exponents[j])),
				  "norm(%a, %a) = %a", x, y, norm(x, y));
		}
	cr_expect(same(norm(0, DBL_TRUE_MIN), DBL_TRUE_MIN));
	cr_expect(same(norm(0, DBL_MAX), DBL_MAX));
	cr_expect(same(norm(DBL_MAX, DBL_TRUE_MIN), DBL_MAX));
	cr_expect(same(norm(DBL_TRUE_MIN, DBL_MAX), DBL_MAX));
	cr_expect(isinf(norm(DBL_MAX, DBL_MAX)));
	expect_exact(DBL_MAX / 2, DBL_MAX / 2);
	expect_exact(DBL_TRUE_MIN, DBL_TRUE_MIN);
	expect_exact(DBL_MIN, DBL_TRUE_MIN);
	expect_exact(0x1p-27, 1);
}
