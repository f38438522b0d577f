/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_normal_quality.c - whether the samples are normal and independent: fixed seeds, bounds of 5
 * sigma.
 *
 * On the best backend that this machine runs; on the others a sixteenth, because their bits are the
 * same (test_hashes.c, test_normal_map.c).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "normal_reference.h"

#define BLOCK 8192

static size_t few(size_t n) { return strcmp(bell_backend(), bell_backend_name(0)) ? n / 16 : n; }

static void samples(int type, uint64_t seed, uint64_t stream, uint64_t offset, double *z, size_t n)
{
	static float narrow[BLOCK];

	if (type == F64)
		CHECK(bell_normal_fill_f64(&(struct bell_normal_stream){seed, stream, offset}, 0, 1,
					   n, 1, z));
	for (size_t i = 0, part; type == F32 && i < n; i += part) {
		part = n - i < BLOCK ? n - i : BLOCK;
		CHECK(bell_normal_fill_f32(&(struct bell_normal_stream){seed, stream, offset + i},
					   0, 1, part, 1, narrow));
		for (size_t j = 0; j < part; j++)
			z[i + j] = (double)narrow[j];
	}
}

/* Hands n samples of a stream to take, BLOCK at a time. */
static void each_block(int type, uint64_t seed, size_t n,
		       void (*take)(const double z[BLOCK], void *sums), void *sums)
{
	static double z[BLOCK];

	for (size_t i = 0; i < n; i += BLOCK) {
		samples(type, seed, 0, i, z, BLOCK);
		take(z, sums);
	}
}

/* ---- moments ---- */

static void add_powers(const double z[BLOCK], void *sums)
{
	double *sum = sums;

	for (size_t j = 0; j < BLOCK; j++) {
		double power = 1;

		for (int k = 1; k <= 6; k++)
			sum[k] += power *= z[j];
	}
}

Test(normal_quality, moments)
{
	static const double expected[13] = {1, 0, 1, 0, 3, 0, 15, 0, 105, 0, 945, 0, 10395};
	const size_t n = (few(10000000) / BLOCK + 1) * BLOCK;

	for (int type = 0; type < TYPES; type++) {
		double sum[7] = {0};

		each_block(type, 1, n, add_powers, sum);
		for (int k = 1; k <= 6; k++) {
			double error =
				   sqrt((expected[2 * k] - expected[k] * expected[k]) / (double)n),
			       sigmas = (sum[k] / (double)n - expected[k]) / error;

			cr_log_info("%s: moment %d %+.2f sigma", type_name[type], k, sigmas);
			cr_expect(fabs(sigmas) < 5, "%s: moment %d is off by %.2f sigma",
				  type_name[type], k, sigmas);
		}
	}
}

/* ---- tails ---- */

static void add_tails(const double z[BLOCK], void *sums)
{
	size_t *beyond = sums;

	for (size_t j = 0; j < BLOCK; j++)
		for (int t = 3; t <= 6 && fabs(z[j]) > t; t++)
			beyond[t]++;
}

Test(normal_quality, tails)
{
	const size_t n = (few(100000000) / BLOCK + 1) * BLOCK;

	for (int type = 0; type < TYPES; type++) {
		size_t beyond[7] = {0};

		each_block(type, 2, n, add_tails, beyond);
		for (int t = 3; t <= 6; t++) {
			double mean = (double)n * erfc(t * M_SQRT1_2), d = (double)beyond[t] - mean;

			cr_log_info("%s: %zu beyond %d, of %.2f", type_name[type], beyond[t], t,
				    mean);
			/* where few are expected, the binomial is wider above than 5 sigma */
			cr_expect(-5 * sqrt(mean) < d && d < 5 * sqrt(mean) + 4,
				  "%s: %zu beyond %d, not %.2f", type_name[type], beyond[t], t,
				  mean);
		}
	}
}

/* ---- the whole distribution ---- */

/*
 * Kolmogorov and Smirnov's statistic, and Anderson and Darling's, of n sorted samples.  Bounds:
 * where the limiting distributions leave 1e-4 above and below; too good a fit is as wrong.
 */
static void check_distribution(const double *z, size_t n, const char *what)
{
	double d = 0, sum = 0, root = sqrt((double)n), a2;

	for (size_t i = 0; i < n; i++) {
		double p = erfc(-z[i] * M_SQRT1_2) / 2, q = erfc(z[n - 1 - i] * M_SQRT1_2) / 2;

		d = fmax(d, fmax(p - (double)i / (double)n, (double)(i + 1) / (double)n - p));
		sum += (double)(2 * i + 1) * (log(p) + log(q));
	}
	a2 = -(double)n - sum / (double)n;
	cr_log_info("%s: root n D %.3f, A^2 %.3f", what, root * d, a2);
	cr_expect(0.3314 < root * d && root * d < 2.2252, "%s: root n D = %g", what, root * d);
	cr_expect(0.11204 < a2 && a2 < 8.1220, "%s: A^2 = %g", what, a2);
}

Test(normal_quality, distribution)
{
	const size_t n = few(10000000);
	double *z = malloc(n * sizeof *z);

	for (int type = 0; type < TYPES; type++) {
		samples(type, 3, 0, UINT64_C(1) << 50, z, n);
		sort(z, n);
		check_distribution(z, n, type_name[type]);
	}
	free(z);
}

/* Of a sample each. */
Test(normal_quality, distribution_across_streams_and_seeds)
{
	const size_t n = few(1 << 17);
	double *z = malloc(2 * n * sizeof *z);

	for (int type = 0; type < TYPES; type++) {
		for (size_t i = 0; i < n; i++) {
			samples(type, 4, i, 0, z + i, 1);
			samples(type, i, 4, 1, z + n + i, 1);
		}
		sort(z, n);
		check_distribution(z, n, "streams");
		sort(z + n, n);
		check_distribution(z + n, n, "seeds");
	}
	free(z);
}

/* ---- independence ---- */

#define LAGS 8

struct products {
	double plain, squares;
	size_t n;
};

static void put(struct products *p, double a, double b)
{
	p->plain += a * b;
	p->squares += (a * a - 1) * (b * b - 1) / 2;
	p->n++;
}

static void check_products(const struct products *p, int type, const char *what, uint64_t which)
{
	double root = sqrt((double)p->n), plain = p->plain / root, squares = p->squares / root;

	cr_log_info("%s: %s %zu: %+.2f, squares %+.2f sigma of %zu", type_name[type], what,
		    (size_t)which, plain, squares, p->n);
	cr_expect(fabs(plain) < 5, "%s: %s %zu: %g sigma", type_name[type], what, (size_t)which,
		  plain);
	cr_expect(fabs(squares) < 5, "%s: squares of %s %zu: %g sigma", type_name[type], what,
		  (size_t)which, squares);
}

/* Neighbors, and the two of a radius; of float32 also the two of a counter. */
Test(normal_quality, neighbors)
{
	const size_t n = few(10000000) / BLOCK * BLOCK;
	static double z[BLOCK + LAGS];
	/* of a radius */
	const double mean = sqrt(M_PI / 2), variance = 2 - M_PI / 2;

	for (int type = 0; type < TYPES; type++) {
		struct products lag[LAGS + 1] = {{0}}, partner = {0}, halves = {0};

		for (size_t i = 0; i < n; i += BLOCK) {
			samples(type, 5, 0, i, z, BLOCK + LAGS);
			for (size_t j = 0; j < BLOCK; j++)
				for (size_t k = 1; k <= LAGS; k++)
					put(&lag[k], z[j], z[j + k]);
			for (size_t j = 0; j < BLOCK; j += 2)
				put(&partner, z[j], z[j + 1]);
			for (size_t j = 0; j < BLOCK; j += 4)
				put(&halves, hypot(z[j], z[j + 1]) - mean,
				    hypot(z[j + 2], z[j + 3]) - mean);
		}
		for (uint64_t k = 1; k <= LAGS; k++)
			check_products(&lag[k], type, "lag", k);
		check_products(&partner, type, "partners", 0);
		cr_expect(fabs(halves.plain) < 5 * variance * sqrt((double)halves.n), "%s: radii",
			  type_name[type]);
	}
}

Test(normal_quality, streams_and_seeds)
{
	const size_t n = few(2000000) / BLOCK * BLOCK;
	static const uint64_t keys[] = {0, 1, UINT32_MAX, UINT64_MAX, 0x123456789abcdef0};
	static double a[BLOCK], b[BLOCK];

	for (int type = 0; type < TYPES; type++)
		for (size_t k = 0; k < COUNT(keys); k++) {
			struct products streams = {0}, seeds = {0};

			for (size_t i = 0; i < n; i += BLOCK) {
				samples(type, 6, keys[k], i, a, BLOCK);
				samples(type, 6, keys[k] + 1, i, b, BLOCK);
				for (size_t j = 0; j < BLOCK; j++)
					put(&streams, a[j], b[j]);
				samples(type, keys[k], 6, i, a, BLOCK);
				samples(type, keys[k] + 1, 6, i, b, BLOCK);
				for (size_t j = 0; j < BLOCK; j++)
					put(&seeds, a[j], b[j]);
			}
			check_products(&streams, type, "streams", k);
			check_products(&seeds, type, "seeds", k);
		}
}
