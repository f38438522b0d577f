/* SPDX-License-Identifier: BSD-3-Clause */
/* test_moments.c - moments against a two-pass reference in quadruple precision and SciPy. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "golden.h"

/* ---- against the definition ---- */

#ifdef __SIZEOF_FLOAT128__
__extension__ typedef __float128 quad;
#else
typedef long double quad; /* has 113 bits there */
#endif

struct expected {
	quad n, mean, sum[5]; /* sum[k] of (x - mean)^k */
	double min, max;
	uint64_t missing, infinite;
};

static struct expected expect(const double *x, size_t n)
{
	struct expected e = {.min = INFINITY, .max = -INFINITY};

	for (size_t i = 0; i < n; i++) {
		if (isnan(x[i]))
			e.missing++;
		else if (isinf(x[i]))
			e.infinite++;
		else
			e.n++, e.mean += x[i], e.min = fmin(e.min, x[i]), e.max = fmax(e.max, x[i]);
	}
	e.mean /= e.n;
	for (size_t i = 0; i < n; i++) {
		quad d = x[i] - e.mean, power = d;

		for (int k = 2; isfinite(x[i]) && k <= 4; k++)
			e.sum[k] += power *= d;
	}
	return e;
}

/*
 * In one chunk all digits are right.  Means of chunks are rounded to a double before they merge:
 * next to the spread, that is what a column far from zero loses.
 */
static void check_moments(const struct bell_moments *m, const struct expected *e, const char *what,
			  size_t n, bool merged)
{
	double m2 = (double)e->sum[2], m3 = (double)e->sum[3], m4 = (double)e->sum[4],
	       mean = (double)e->mean, count = (double)e->n, sd = sqrt(m2 / count), slack = 1e-13;

	if (merged && sd > 0)
		slack += 8 * DBL_EPSILON * fabs(mean) / sd / sqrt(count);
	cr_expect(m->count == (uint64_t)e->n && m->missing == e->missing &&
		      m->infinite == e->infinite,
		  "%s, %zu: counts", what, n);
	cr_expect(m->min == e->min && m->max == e->max, "%s, %zu: %g .. %g", what, n, m->min,
		  m->max);
	cr_expect(near(m->mean, mean, 2 * DBL_EPSILON * fabs(mean) + 1e-14 * sd),
		  "%s, %zu: mean %.17g not %.17g", what, n, m->mean, mean);
	cr_expect(m->unit == 1, "%s, %zu: unit %g", what, n, m->unit);
	cr_expect(near(m->m2, m2, slack * m2), "%s, %zu: m2 %.17g not %.17g", what, n, m->m2, m2);
	cr_expect(near(m->m3, m3, 10 * slack * (count * sd * sd * sd + fabs(m3))),
		  "%s, %zu: m3 %.17g not %.17g", what, n, m->m3, m3);
	cr_expect(near(m->m4, m4, 10 * slack * m4), "%s, %zu: m4 %.17g not %.17g", what, n, m->m4,
		  m4);
}

static const size_t sizes[] = {1,   2,    3,    5,    15,   16,   17,           31,   33,
			       100, 2047, 2048, 2049, 4095, 4097, 5 * 2048 + 7, 40000};

Test(moments, are_their_definition)
{
	for (enum kind k = 0; k < KINDS; k++)
		for (size_t i = 0; i < COUNT(sizes); i++) {
			double *x = column(k, sizes[i]);
			struct expected e = expect(x, sizes[i]);
			struct bell_moments m = moments_of(x, sizes[i]);

			check_moments(&m, &e, kind_name[k], sizes[i], sizes[i] > BELL_CHUNK);
			free(x);
		}
}

Test(moments, of_float)
{
	for (enum kind k = 0; k < KINDS; k++)
		for (size_t i = 0; i < COUNT(sizes); i++) {
			double *x = column(k, sizes[i]);
			float *f = narrowed(x, sizes[i]);
			struct bell_moments m, wide;

			for (size_t j = 0; j < sizes[i]; j++)
				x[j] = f[j];
			wide = moments_of(x, sizes[i]);
			CHECK(bell_moments_f32(f, sizes[i], 1, &m));
			cr_expect(same_moments(&m, &wide), "%s, %zu", kind_name[k], sizes[i]);
			free(x);
			free(f);
		}
}

/* Where a sum of squares has lost every digit. */
Test(moments, far_from_zero)
{
	for (size_t i = 0; i < COUNT(sizes); i++)
		for (double scale = 1e-4; scale < 1e3; scale *= 100) {
			double *x = column(NORMAL, sizes[i]);
			struct expected e;
			struct bell_moments m;

			for (size_t j = 0; j < sizes[i]; j++)
				x[j] = 1e9 + scale * x[j];
			e = expect(x, sizes[i]);
			m = moments_of(x, sizes[i]);
			check_moments(&m, &e, "1e9 and a little", sizes[i], sizes[i] > BELL_CHUNK);
			free(x);
		}
}

Test(moments, with_missing_and_infinite)
{
	for (size_t i = 4; i < COUNT(sizes); i++) {
		double *x = column(GAMMA_MIXED, sizes[i]);
		struct expected e;
		struct bell_moments m;

		for (size_t j = 0; j < sizes[i]; j++)
			x[j] = j % 5 == 1    ? NAN
			       : j % 7 == 2  ? INFINITY
			       : j % 11 == 3 ? -INFINITY
					     : x[j];
		e = expect(x, sizes[i]);
		m = moments_of(x, sizes[i]);
		check_moments(&m, &e, "with holes", sizes[i], sizes[i] > BELL_CHUNK);
		free(x);
	}
}

/* ---- statistics ---- */

Test(moments, statistics_are_scipys)
{
	cJSON *file = golden_file("scipy.json");
	const cJSON *o;

	cJSON_ArrayForEach(o, file)
	{
		static double (*const statistic[])(const struct bell_moments *, bool) = {
		    bell_moments_variance, bell_moments_skewness, bell_moments_kurtosis};
		static const char *const names[] = {"variance", "skewness", "kurtosis"};
		size_t n;
		double *x = golden_numbers(cJSON_GetObjectItem(o, "x"), &n),
		       mean = cJSON_GetObjectItem(o, "mean")->valuedouble;
		struct bell_moments m = moments_of(x, n);

		cr_expect(near(m.mean, mean, 1e-15 * fabs(mean)), "%.17g not %.17g", m.mean, mean);
		for (size_t i = 0; i < COUNT(names); i++)
			for (int bias = 0; bias < 2; bias++) {
				double y =
				    cJSON_GetArrayItem(cJSON_GetObjectItem(o, names[i]), bias)
					->valuedouble;

				cr_expect(near(statistic[i](&m, bias), y, 1e-13 * (1 + fabs(y))),
					  "%s: %.17g not %.17g", names[i], statistic[i](&m, bias),
					  y);
			}
		cr_expect(bell_moments_sd(&m, true) == sqrt(bell_moments_variance(&m, true)));
		cr_expect(bell_moments_sd(&m, false) == sqrt(bell_moments_variance(&m, false)));
		free(x);
	}
	cJSON_Delete(file);
}

Test(moments, not_defined_is_nan)
{
	const double x[] = {3, 5, 4, 9}, same[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1},
		     none[] = {NAN, INFINITY, NAN};
	struct bell_moments m = moments_of(x, 1);

	cr_expect(m.count == 1 && m.mean == 3 && m.m2 == 0 && m.min == 3 && m.max == 3);
	cr_expect(bell_moments_variance(&m, true) == 0 && isnan(bell_moments_variance(&m, false)) &&
		  isnan(bell_moments_sd(&m, false)));
	cr_expect(isnan(bell_moments_skewness(&m, true)) && isnan(bell_moments_kurtosis(&m, true)));
	m = moments_of(x, 2);
	cr_expect(bell_moments_variance(&m, false) == 2 && bell_moments_skewness(&m, true) == 0 &&
		  bell_moments_kurtosis(&m, true) == -2);
	cr_expect(isnan(bell_moments_skewness(&m, false)) &&
		  isnan(bell_moments_kurtosis(&m, false)));
	m = moments_of(x, 3);
	cr_expect(!isnan(bell_moments_skewness(&m, false)) &&
		  isnan(bell_moments_kurtosis(&m, false)));
	m = moments_of(x, 4);
	cr_expect(!isnan(bell_moments_kurtosis(&m, false)));
	m = moments_of(same, COUNT(same));
	cr_expect(m.mean == 0.1 && m.m2 == 0 && m.m3 == 0 && m.m4 == 0, "%g %g", m.mean - 0.1,
		  m.m2);
	cr_expect(isnan(bell_moments_skewness(&m, true)) &&
		  isnan(bell_moments_kurtosis(&m, false)));
	m = moments_of(none, 3);
	cr_expect(m.count == 0 && m.missing == 2 && m.infinite == 1 && isnan(m.mean) &&
		  isnan(m.min) && isnan(m.max));
	cr_expect(isnan(bell_moments_variance(&m, true)) && isnan(bell_moments_sd(&m, true)) &&
		  isnan(bell_moments_kurtosis(&m, true)));
	for (int bias = 0; bias < 2; bias++)
		cr_expect(isnan(bell_moments_variance(NULL, bias)) &&
			  isnan(bell_moments_sd(NULL, bias)) &&
			  isnan(bell_moments_skewness(NULL, bias)) &&
			  isnan(bell_moments_kurtosis(NULL, bias)));
}

Test(moments, constants_have_no_spread)
{
	static const double constants[] = {0.1, -1e300, 1.7e308, 1e-310, 3, 1e9 / 7};

	for (size_t c = 0; c < COUNT(constants); c++)
		for (size_t i = 0; i < COUNT(sizes); i++) {
			double *x = malloc(sizes[i] * sizeof *x);
			struct bell_moments m;

			for (size_t j = 0; j < sizes[i]; j++)
				x[j] = constants[c];
			m = moments_of(x, sizes[i]);
			cr_expect(near(m.mean, constants[c], 4 * DBL_EPSILON * fabs(constants[c])),
				  "%g, %zu: mean %.17g", constants[c], sizes[i], m.mean);
			cr_expect(bell_moments_sd(&m, true) <= 1e-14 * fabs(constants[c]),
				  "%g, %zu: sd %g", constants[c], sizes[i],
				  bell_moments_sd(&m, true));
			free(x);
		}
}

/* The mean and sd are doubles whatever the values; a variance that is not is infinite. */
Test(moments, huge_values)
{
	for (size_t i = 4; i < COUNT(sizes); i++)
		for (int order = 0; order < 4; order++) {
			size_t n = sizes[i], low = 0;
			double *x = malloc(n * sizeof *x), share, sd;
			struct bell_moments m;

			for (size_t j = 0; j < n; j++) {
				bool below = order == 0   ? j % 2
					     : order == 1 ? j < n / 2
					     : order == 2 ? j % 16 < 8
							  : j == 0;

				x[j] = below ? -1.7e308 : 1.7e308;
				low += below;
			}
			m = moments_of(x, n);
			share = (double)low / (double)n;
			sd = 2 * sqrt(share * (1 - share));
			cr_expect(near(m.mean / 1.7e308, 1 - 2 * share, 1e-14),
				  "%zu, order %d: mean %g", n, order, m.mean);
			cr_expect(near(bell_moments_sd(&m, true) / 1.7e308, sd, 1e-13),
				  "%zu, order %d: sd %g", n, order, bell_moments_sd(&m, true));
			cr_expect(bell_moments_variance(&m, true) == INFINITY);
			cr_expect(near(bell_moments_skewness(&m, true),
				       (2 * share - 1) / sqrt(share * (1 - share)),
				       1e-11 / sqrt(share * (1 - share))),
				  "%zu, order %d: skewness %g", n, order,
				  bell_moments_skewness(&m, true));
			cr_expect_eq(m.min, -1.7e308, "%zu", n);
			cr_expect_eq(m.max, 1.7e308, "%zu", n);
			free(x);
		}
}

/*
 * What a power of two does to the values, it does to mean and sd; skewness and kurtosis keep their
 * bits.
 */
Test(moments, of_every_scale)
{
	static const int exponents[] = {-1000, -500, -270, -230, -200, 100, 199, 256, 500, 1000};

	for (size_t i = 5; i < COUNT(sizes); i++)
		for (size_t e = 0; e < COUNT(exponents); e++) {
			double *x = column(LOGNORMAL, sizes[i]), scale = ldexp(1, exponents[e]);
			struct bell_moments m = moments_of(x, sizes[i]), scaled;

			for (size_t j = 0; j < sizes[i]; j++)
				x[j] *= scale;
			scaled = moments_of(x, sizes[i]);
			cr_expect(near(scaled.mean, m.mean * scale, 1e-14 * m.mean * scale));
			cr_expect(near(bell_moments_sd(&scaled, false),
				       bell_moments_sd(&m, false) * scale,
				       1e-13 * bell_moments_sd(&m, false) * scale),
				  "2^%d, %zu", exponents[e], sizes[i]);
			for (int bias = 0; bias < 2; bias++) {
				double g = bell_moments_skewness(&m, bias),
				       k = bell_moments_kurtosis(&m, bias);

				cr_expect(near(bell_moments_skewness(&scaled, bias), g,
					       1e-12 * (1 + fabs(g))),
					  "2^%d, %zu: skewness %.17g not %.17g", exponents[e],
					  sizes[i], bell_moments_skewness(&scaled, bias), g);
				cr_expect(near(bell_moments_kurtosis(&scaled, bias), k,
					       1e-12 * (1 + fabs(k))),
					  "2^%d, %zu: kurtosis %.17g not %.17g", exponents[e],
					  sizes[i], bell_moments_kurtosis(&scaled, bias), k);
			}
			free(x);
		}
}

/*
 * From 1e-300 to 1e300, subnormals, and parts of different scales: against three values' own
 * statistics.
 */
Test(moments, of_merged_scales)
{
	for (int p = -300; p <= 300; p += 4) {
		const double x[] = {0, pow(10, p), 3 * pow(10, p)}, tiny[] = {1e-305, 3e-305};
		struct bell_moments m = moments_of(x, 3), a = moments_of(x, 1),
				    b = moments_of(x + 1, 1), c = moments_of(x + 2, 1),
				    with = moments_of(tiny, 2);

		cr_expect_float_eq(bell_moments_skewness(&m, true), 0.3818017741606064, 1e-14,
				   "1e%d: %.17g", p, bell_moments_skewness(&m, true));
		cr_expect_float_eq(bell_moments_kurtosis(&m, true), -1.5, 1e-14, "1e%d", p);
		CHECK(bell_moments_merge(&a, &b));
		CHECK(bell_moments_merge(&a, &c));
		cr_expect_float_eq(bell_moments_skewness(&a, true), 0.3818017741606064, 1e-13,
				   "1e%d, merged: %.17g", p, bell_moments_skewness(&a, true));
		cr_expect(near(bell_moments_sd(&a, true), bell_moments_sd(&m, true),
			       1e-15 * bell_moments_sd(&m, true)));
		CHECK(bell_moments_merge(&m, &with));
		if (p > -290)
			cr_expect_float_eq(bell_moments_kurtosis(&m, true), -0.3339100346020758,
					   1e-9, "1e%d: %g", p, bell_moments_kurtosis(&m, true));
	}
}

/* ---- merged ---- */

Test(moments, merge_is_union)
{
	static const size_t parts[] = {1, 2, 3, 100, 2048, 5000};

	for (enum kind k = 0; k < KINDS; k++)
		for (size_t i = 0; i < COUNT(parts) * COUNT(parts); i++) {
			size_t a = parts[i / COUNT(parts)], b = parts[i % COUNT(parts)];
			double *x = column(k, a + b);
			struct expected e = expect(x, a + b);
			struct bell_moments m = moments_of(x, a), from = moments_of(x + a, b);

			CHECK(bell_moments_merge(&m, &from));
			check_moments(&m, &e, kind_name[k], a + b, true);
			free(x);
		}
}
