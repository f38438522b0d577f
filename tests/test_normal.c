/* SPDX-License-Identifier: BSD-3-Clause */
/* test_normal.c - normal samples: any part of a stream alone, scaled, added, refused. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "normal_reference.h"

/* ---- words ---- */

/* Where the upper half of the index changes, at its ends, and beyond its end. */
static const uint64_t places[] = {0,
				  1,
				  (UINT64_C(1) << 32) - 61,
				  (UINT64_C(1) << 40) - 64,
				  (UINT64_C(1) << 61) + 1,
				  (UINT64_C(1) << 62) - 5,
				  0 - UINT64_C(150),
				  0 - UINT64_C(128)};

Test(normal, words_are_philox)
{
	enum { n = 300 };
	struct rng rng = {1};

	for (size_t p = 0; p < COUNT(places); p++)
		for (int k = 0; k < 6; k++) {
			uint64_t seed = rng_bits(&rng) >> (k < 2 ? 32 : 0),
				 stream = rng_bits(&rng) >> (k % 2 ? 32 : 0);
			uint32_t words[n][4], expected[4];

			CHECK_STATUS(
			    bell_philox4x32(&(struct bell_normal_stream){seed, stream, places[p]},
					    n, 1, words[0]),
			    places[p] > 0 - (uint64_t)n ? BELL_WRAPPED : BELL_OK);
			for (uint64_t i = 0; i < n; i++) {
				reference_philox(seed, stream, places[p] + i, expected);
				cr_assert_arr_eq(words[i], expected, sizeof expected, "%#zx + %zu",
						 (size_t)places[p], (size_t)i);
			}
		}
}

Test(normal, words_of_any_part)
{
	enum { n = 700 };
	static uint32_t whole[n][4], part[n][4];

	CHECK(bell_philox4x32(&(struct bell_normal_stream){SEED, STREAM, (UINT64_C(1) << 32) - 100},
			      n, 1, whole[0]));
	for (size_t first = 0; first < 70; first++)
		for (size_t m = 1; m <= 300; m++) {
			memset(part, 0x5a, sizeof part);
			CHECK(bell_philox4x32(
			    &(struct bell_normal_stream){SEED, STREAM,
							 (UINT64_C(1) << 32) - 100 + first},
			    m, 1, part[1]));
			cr_assert_arr_eq(part[1], whole[first], m * sizeof *part, "%zu from %zu", m,
					 first);
			cr_assert(part[0][3] == 0x5a5a5a5a && part[m + 1][0] == 0x5a5a5a5a,
				  "%zu from %zu", m, first);
		}
}

/* ---- any part of a stream ---- */

/* Samples of type at each place, and across counters 2^32 and 2^33, and index 2^63. */
#define PLACES (COUNT(places) + 4)
static uint64_t place(int type, size_t i)
{
	uint64_t more[] = {(per_counter[type] << 32) - 150, (per_counter[type] << 32) - 256,
			   (per_counter[type] << 33) - 64, UINT64_MAX / 2 - 100};

	return i < COUNT(places) ? places[i] : more[i - COUNT(places)];
}

Test(normal, samples_of_any_place)
{
	enum { n = 400 };
	double y[n], one;

	for (int type = 0; type < TYPES; type++)
		for (size_t p = 0; p < PLACES; p++) {
			uint64_t offset = place(type, p);

			CHECK_STATUS(fill_samples(type, offset, 0, 1, 1, y, n),
				     offset > 0 - (uint64_t)n ? BELL_WRAPPED : BELL_OK);
			for (size_t i = 0; i < n; i++) {
				CHECK(fill_samples(type, offset + i, 0, 1, 1, &one, 1));
				cr_assert_eq(element(type, &one, 0), element(type, y, i),
					     "%s %#zx + %zu", type_name[type], (size_t)offset, i);
				cr_assert(sample_ulps(type, element(type, y, i),
						      exact_sample(type, SEED, STREAM,
								   offset + i)) <= max_ulps[type],
					  "%s %#zx + %zu", type_name[type], (size_t)offset, i);
			}
		}
}

Test(normal, wraps)
{
	double y[20], start[10];

	for (int type = 0; type < TYPES; type++) {
		CHECK(fill_samples(type, 0, 0, 1, 1, start, 10));
		CHECK(fill_samples(type, 0 - (uint64_t)10, 0, 1, 1, y, 10));
		CHECK_STATUS(fill_samples(type, 0 - (uint64_t)10, 0, 1, 1, y, 11), BELL_WRAPPED);
		CHECK_STATUS(fill_samples(type, 0 - (uint64_t)10, 0, 1, 1, y, 20), BELL_WRAPPED);
		cr_expect_arr_eq((char *)y + 10 * sample_size[type], start, 10 * sample_size[type],
				 "%s", type_name[type]);
		CHECK_STATUS(fill_samples(type, UINT64_MAX, 0, 1, 1, y, 11), BELL_WRAPPED);
		cr_expect_arr_eq((char *)y + sample_size[type], start, 10 * sample_size[type], "%s",
				 type_name[type]);
		CHECK_STATUS(add_samples(type, UINT64_MAX, y, 1, 1, y, 2), BELL_WRAPPED);
		CHECK(fill_samples(type, UINT64_MAX, 0, 1, 1, y, 1));
	}
}

static bool untouched(const unsigned char *low, const unsigned char *high)
{
	while (low < high && *low == 0xa5)
		low++;
	return low == high;
}

/*
 * Every length at every offset, between two pages that are not there: samples of any length end at
 * the one or begin at the other, at every alignment.  Of fill, and of add apart and in place, which
 * is fma(z, sd, x).
 */
Test(normal, any_length_offset_and_alignment)
{
	enum { lengths = 300, offsets = 130, all = lengths + offsets };
	static double whole[all], x[all], want[all];
	struct guarded from = guarded_make(lengths * sizeof *x),
		       to = guarded_make(lengths * sizeof *x);
	const double sd = (double)0.7f;

	for (int type = 0; type < TYPES; type++) {
		uint64_t base = (per_counter[type] << 32) - 200;
		size_t s = sample_size[type];

		CHECK(fill_samples(type, base, 0, 1, 1, whole, all));
		for (size_t i = 0; i < all; i++) {
			double z = element(type, whole, i);

			set_element(type, x, i, 100 * sin((double)i));
			set_element(type, want, i,
				    type == F32 ? (double)fmaf((float)z, 0.7f, ((float *)x)[i])
						: fma(z, sd, x[i]));
		}
		for (size_t n = 1; n <= lengths; n++)
			for (size_t first = 0; first < offsets;
			     first += n % 5 == 0 || n < 70 ? 1 : 7) {
				unsigned char *y = (n + first / 2) % 2
						       ? to.high - n * s
						       : to.low + first % 16 * s % (64 - s),
					      *in = first % 2 ? from.high - n * s : from.low;

				if (y + n * s > to.high)
					y = to.low;
				memset(to.low, 0xa5, (size_t)(to.high - to.low));
				CHECK(fill_samples(type, base + first, 0, 1, 1, y, n));
				cr_assert_arr_eq(y, (char *)whole + first * s, n * s,
						 "%s, %zu from %zu", type_name[type], n, first);
				cr_assert(untouched(to.low, y) && untouched(y + n * s, to.high),
					  "%s, %zu from %zu", type_name[type], n, first);
				memcpy(in, (char *)x + first * s, n * s);
				CHECK(add_samples(type, base + first, in, sd, 1, y, n));
				cr_assert_arr_eq(y, (char *)want + first * s, n * s,
						 "%s, %zu from %zu: add", type_name[type], n,
						 first);
				cr_assert_arr_eq(in, (char *)x + first * s, n * s,
						 "%s: x is read only", type_name[type]);
				CHECK(add_samples(type, base + first, in, sd, 1, in, n));
				cr_assert_arr_eq(in, (char *)want + first * s, n * s,
						 "%s, %zu from %zu: in place", type_name[type], n,
						 first);
			}
	}
	guarded_free(&from);
	guarded_free(&to);
}

Test(normal, threads_do_not_matter)
{
	/* several parts for each thread, the last not whole */
	enum { n = 9 * 32768 + 77 };
	static double one[n], y[n], x[n], sums[n];
	static uint32_t words[n][4], more[n][4];
	const struct bell_normal_stream start = {SEED, STREAM, (UINT64_C(1) << 32) - 100001};

	for (int type = 0; type < TYPES; type++) {
		uint64_t offset = (per_counter[type] << 32) - 100001;

		CHECK(fill_samples(type, offset, 3, 2, 1, one, n));
		for (size_t i = 0; i < n; i++)
			set_element(type, x, i, (double)i);
		CHECK(add_samples(type, offset, x, 2, 1, sums, n));
		for (size_t i = 0; i < n; i++)
			cr_assert(near(element(type, sums, i) - element(type, one, i),
				       (double)i - 3, 0.1),
				  "%s, %zu", type_name[type], i);
		for (unsigned threads = 0; threads <= 7; threads++) {
			memset(y, 0, sizeof y);
			CHECK(fill_samples(type, offset, 3, 2, threads, y, n));
			cr_assert_arr_eq(y, one, n * sample_size[type], "%s, %u threads",
					 type_name[type], threads);
			memset(y, 0, sizeof y);
			CHECK(add_samples(type, offset, x, 2, threads, y, n));
			cr_assert_arr_eq(y, sums, n * sample_size[type], "%s, %u threads: add",
					 type_name[type], threads);
			memcpy(y, x, n * sample_size[type]);
			CHECK(add_samples(type, offset, y, 2, threads, y, n));
			cr_assert_arr_eq(y, sums, n * sample_size[type], "%s, %u threads: in place",
					 type_name[type], threads);
		}
		for (size_t i = 0, step; i < n; i += step) {
			step = i % 8191 + 1 < n - i ? i % 8191 + 1 : n - i;
			CHECK(fill_samples(type, offset + i, 3, 2, 1,
					   (char *)y + i * sample_size[type], step));
		}
		cr_assert_arr_eq(y, one, n * sample_size[type], "%s, in pieces", type_name[type]);
		CHECK_STATUS(fill_samples(type, 0 - (uint64_t)100000, 3, 2, 1, one, n),
			     BELL_WRAPPED);
		CHECK_STATUS(fill_samples(type, 0 - (uint64_t)100000, 3, 2, 1024, y, n),
			     BELL_WRAPPED);
		cr_assert_arr_eq(y, one, n * sample_size[type], "%s, past the end",
				 type_name[type]);
	}
	CHECK(bell_philox4x32(&start, n, 1, words[0]));
	for (unsigned threads = 0; threads <= 7; threads++) {
		memset(more, 0, sizeof more);
		CHECK(bell_philox4x32(&start, n, threads, more[0]));
		cr_assert_arr_eq(more, words, sizeof words, "%u threads", threads);
	}
}

/* ---- mean and sd ---- */

Test(normal, mean_and_sd_are_one_fma)
{
	enum { n = 1000 };
	static const double means[] = {0, -1, 1e-3, 12345.678, -1e30},
			    sds[] = {1, 0.1, 1e-10, 3, 1e20};
	static double z[n], y[n];

	for (int type = 0; type < TYPES; type++)
		for (size_t c = 0; c < COUNT(means) * COUNT(sds); c++) {
			double mean = means[c / COUNT(sds)], sd = sds[c % COUNT(sds)];

			CHECK(fill_samples(type, 5, 0, 1, 1, z, n));
			CHECK(fill_samples(type, 5, mean, sd, 1, y, n));
			for (size_t i = 0; i < n; i++) {
				double want = type == F32 ? (double)fmaf(((float *)z)[i], (float)sd,
									 (float)mean)
							  : fma(z[i], sd, mean);

				cr_assert_eq(element(type, y, i), want, "%s, mean %g, sd %g",
					     type_name[type], mean, sd);
			}
		}
}

Test(normal, no_spread)
{
	enum { n = 100 };
	double x[n], y[n], zero[] = {0, -0.0};

	for (int type = 0; type < TYPES; type++)
		for (int k = 0; k < 2; k++) {
			CHECK(fill_samples(type, 9, 0.1, zero[k], 1, y, n));
			for (size_t i = 0; i < n; i++) {
				cr_assert_eq(element(type, y, i), type == F32 ? (double)0.1f : 0.1,
					     "%s", type_name[type]);
				set_element(type, x, i,
					    i % 9 == 1   ? INFINITY
					    : i % 9 == 2 ? NAN
							 : 1e30 * (double)i);
			}
			CHECK(add_samples(type, 9, x, zero[k], 1, y, n));
			for (size_t i = 0; i < n; i++)
				cr_assert(same(element(type, y, i), element(type, x, i)), "%s",
					  type_name[type]);
		}
}

/* The least sd that a type has is one, and what it has not is none. */
Test(normal, least_spread)
{
	enum { n = 100 };
	static const double least[TYPES] = {FLT_TRUE_MIN, DBL_TRUE_MIN};
	static const double vanishing[] = {1e-60, 0.5 * FLT_TRUE_MIN, 1e-300, DBL_TRUE_MIN};
	double z[n], x[n] = {0}, y[n];

	for (int type = 0; type < TYPES; type++) {
		CHECK(fill_samples(type, 9, 0, 1, 1, z, n));
		CHECK(fill_samples(type, 9, 0, least[type], 1, y, n));
		for (size_t i = 0; i < n; i++)
			cr_assert_eq(element(type, y, i), rint(element(type, z, i)) * least[type],
				     "%s", type_name[type]);
		for (size_t i = 0; i < COUNT(vanishing); i++) {
			enum bell_status want = type == F32 ? BELL_EINVAL : BELL_OK;

			CHECK_STATUS(fill_samples(type, 9, 1, vanishing[i], 1, y, n), want);
			CHECK_STATUS(add_samples(type, 9, x, vanishing[i], 1, y, n), want);
		}
	}
}

/* Each of the three numbers says which samples they are, to its last and first bits. */
Test(normal, seeds_streams_and_indices_differ)
{
	for (int bit = 0; bit < 64; bit++)
		for (int k = 0; k < 3; k++) {
			uint64_t key[3] = {SEED, STREAM, 640};
			double a, b;
			float f, g;

			CHECK(bell_normal_fill_f64(
			    &(struct bell_normal_stream){key[0], key[1], key[2]}, 0, 1, 1, 1, &a));
			CHECK(bell_normal_fill_f32(
			    &(struct bell_normal_stream){key[0], key[1], key[2]}, 0, 1, 1, 1, &f));
			key[k] ^= UINT64_C(1) << bit;
			CHECK(bell_normal_fill_f64(
			    &(struct bell_normal_stream){key[0], key[1], key[2]}, 0, 1, 1, 1, &b));
			CHECK(bell_normal_fill_f32(
			    &(struct bell_normal_stream){key[0], key[1], key[2]}, 0, 1, 1, 1, &g));
			cr_expect(a != b && f != g, "bit %d of number %d", bit, k);
		}
}

/* ---- errors ---- */

#define SENTINEL 42

Test(normal, errors)
{
	const double wrong_sd[] = {-1, -1e-300, NAN, -NAN, INFINITY, -INFINITY};
	const double wrong_mean[] = {NAN, INFINITY, -INFINITY};
	double x[4] = {1, 2, 3, 4}, y[4];
	float f[4];

	CHECK_STATUS(bell_normal_fill_f32(NULL, 0, 1, 4, 1, f), BELL_EINVAL);
	CHECK_STATUS(bell_normal_add_f64(NULL, 1, x, 4, 1, y), BELL_EINVAL);
	for (int type = 0; type < TYPES; type++) {
		for (size_t i = 0; i < 4; i++)
			set_element(type, y, i, SENTINEL);
		CHECK_STATUS(fill_samples(type, 0, 0, 1, 1, NULL, 4), BELL_EINVAL);
		CHECK_STATUS(fill_samples(type, 0, 0, 1, 1025, y, 0), BELL_EINVAL);
		CHECK_STATUS(fill_samples(type, 0, 0, 1, 1025, y, 4), BELL_EINVAL);
		CHECK_STATUS(fill_samples(type, UINT64_MAX, 0, -1, 1, y, 4), BELL_EINVAL);
		CHECK_STATUS(add_samples(type, 0, NULL, 1, 1, y, 4), BELL_EINVAL);
		CHECK_STATUS(add_samples(type, 0, x, 1, 1, NULL, 4), BELL_EINVAL);
		CHECK_STATUS(add_samples(type, 0, x, -1, 1, y, 0), BELL_EINVAL);
		CHECK_STATUS(add_samples(type, 0, x, 1, UINT32_MAX, y, 4), BELL_EINVAL);
		for (size_t i = 0; i < 3; i++) {
			size_t huge = i == 0   ? SIZE_MAX / sample_size[type] + 1
				      : i == 1 ? SIZE_MAX / 2
					       : SIZE_MAX;

			CHECK_STATUS(fill_samples(type, 0, 0, 1, 1, y, huge), BELL_ESIZE);
			CHECK_STATUS(add_samples(type, 0, x, 1, 0, y, huge), BELL_ESIZE);
			CHECK_STATUS(fill_samples(type, 0, 0, -1, 1, y, huge), BELL_EINVAL);
		}
		for (size_t i = 0; i < COUNT(wrong_sd); i++) {
			CHECK_STATUS(fill_samples(type, 0, 0, wrong_sd[i], 1, y, 4), BELL_EINVAL);
			CHECK_STATUS(add_samples(type, 0, x, wrong_sd[i], 1, y, 4), BELL_EINVAL);
		}
		for (size_t i = 0; i < COUNT(wrong_mean); i++)
			CHECK_STATUS(fill_samples(type, 0, wrong_mean[i], 1, 1, y, 4), BELL_EINVAL);
		if (type == F32) {
			CHECK_STATUS(fill_samples(type, 0, 1e39, 1, 1, y, 4), BELL_EINVAL);
			CHECK_STATUS(fill_samples(type, 0, -1e39, 1, 1, y, 4), BELL_EINVAL);
			CHECK_STATUS(fill_samples(type, 0, 0, 1e39, 1, y, 4), BELL_EINVAL);
			CHECK_STATUS(add_samples(type, 0, x, 1e39, 1, y, 4), BELL_EINVAL);
		}
		for (size_t i = 0; i < 4; i++)
			cr_expect_eq(element(type, y, i), SENTINEL, "an error writes nothing");
		CHECK(fill_samples(type, UINT64_MAX, 0, 1, 1, NULL, 0));
		CHECK(add_samples(type, UINT64_MAX, NULL, 1, 1, NULL, 0));
		CHECK(fill_samples(type, 0, 1e38, 1e37, 1024, y, 4));
		CHECK(add_samples(type, 0, x, 1e37, 0, y, 4));
	}
}

Test(normal, errors_of_words)
{
	uint32_t w[4] = {SENTINEL, SENTINEL, SENTINEL, SENTINEL};
	const struct bell_normal_stream start = {1, 2, 3}, last = {1, 2, UINT64_MAX};

	CHECK_STATUS(bell_philox4x32(&start, 1, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_philox4x32(NULL, 1, 1, w), BELL_EINVAL);
	CHECK_STATUS(bell_philox4x32(&start, 1, 1025, w), BELL_EINVAL);
	CHECK_STATUS(bell_philox4x32(&start, SIZE_MAX / 16 + 1, 1, w), BELL_ESIZE);
	CHECK_STATUS(bell_philox4x32(&start, SIZE_MAX, 1, w), BELL_ESIZE);
	cr_expect(w[0] == SENTINEL && !memcmp(w, w + 1, 3 * sizeof *w), "an error writes nothing");
	CHECK(bell_philox4x32(&last, 1, 1024, w));
}
