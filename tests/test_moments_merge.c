/* SPDX-License-Identifier: BSD-3-Clause */
/* test_moments_merge.c - moments in parts: threads, streams, merges; and errors. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "golden.h"

#define MANY (520 * (size_t)BELL_CHUNK + 77)

static double *with_holes(size_t n)
{
	double *x = column(LOGNORMAL, n);

	for (size_t i = 0; i < n; i += 97)
		x[i] = i % 2 ? NAN : INFINITY;
	return x;
}

Test(moments_merge, threads_do_not_matter)
{
	double *x = with_holes(MANY);
	float *f = narrowed(x, MANY);

	for (size_t n = MANY - 5 * BELL_CHUNK; n <= MANY; n += BELL_CHUNK / 2) {
		struct bell_moments one = moments_of(x, n), onef, m;

		CHECK(bell_moments_f32(f, n, 1, &onef));
		for (unsigned threads = 0; threads <= 7; threads++) {
			CHECK(bell_moments_f64(x, n, threads, &m));
			cr_expect(same_moments(&one, &m), "%zu, %u threads", n, threads);
			CHECK(bell_moments_f32(f, n, threads, &m));
			cr_expect(same_moments(&onef, &m), "%zu, %u threads", n, threads);
		}
	}
	free(x);
	free(f);
}

Test(moments_merge, cuts_of_a_stream_do_not_matter)
{
	double *x = with_holes(MANY);
	float *f = narrowed(x, MANY);
	struct rng rng = {3};

	for (size_t chunks = 0; chunks <= 130; chunks += chunks < 20 ? 1 : 37)
		for (size_t tail = 0; tail <= 77; tail += 77) {
			size_t n = chunks * BELL_CHUNK + tail;
			struct bell_moments_stream s = {0}, sf = {0};
			struct bell_moments whole, m;

			for (size_t done = 0, take; done < n; done += take) {
				take = (rng_bits(&rng) % 9 + 1) * BELL_CHUNK;
				take = take > n - done ? n - done : take;
				CHECK(bell_moments_stream_f64(&s, x + done, take));
				CHECK(bell_moments_stream_f32(&sf, f + done, take));
				whole = moments_of(x, done + take);
				CHECK(bell_moments_stream_end(&s, &m)); /* at any time */
				cr_expect(same_moments(&whole, &m), "%zu of %zu", done + take, n);
			}
			if (n) {
				CHECK(bell_moments_f32(f, n, 1, &whole));
				CHECK(bell_moments_stream_end(&sf, &m));
				cr_expect(same_moments(&whole, &m), "%zu", n);
			}
		}
	free(x);
	free(f);
}

Test(moments_merge, stream_errors)
{
	double *x = column(NORMAL, 2 * BELL_CHUNK);
	struct bell_moments_stream s = {0};
	struct bell_moments m, whole = moments_of(x, BELL_CHUNK + 5);

	CHECK(bell_moments_stream_end(&s, &m));
	cr_expect(m.count == 0 && isnan(m.mean) && isnan(m.min));
	CHECK_STATUS(bell_moments_stream_f64(&s, NULL, 5), BELL_EINVAL);
	CHECK_STATUS(bell_moments_stream_f32(&s, NULL, 5), BELL_EINVAL);
	CHECK_STATUS(bell_moments_stream_f64(NULL, x, 5), BELL_EINVAL);
	CHECK(bell_moments_stream_f64(&s, x, BELL_CHUNK));
	CHECK(bell_moments_stream_f64(&s, x + BELL_CHUNK, 5));
	CHECK_STATUS(bell_moments_stream_f64(&s, x, BELL_CHUNK), BELL_EINVAL);
	CHECK_STATUS(bell_moments_stream_f64(&s, x, 1), BELL_EINVAL);
	CHECK(bell_moments_stream_end(&s, &m));
	cr_expect(same_moments(&whole, &m), "a refused block changes nothing");
	CHECK_STATUS(bell_moments_stream_end(NULL, &m), BELL_EINVAL);
	CHECK_STATUS(bell_moments_stream_end(&s, NULL), BELL_EINVAL);
	free(x);
}

Test(moments_merge, merge_with_nothing)
{
	const double x[] = {1, 2, 4}, none[] = {NAN, NAN, INFINITY};
	struct bell_moments zero = {0}, m = moments_of(x, 3), full = m, empty = moments_of(none, 3);

	CHECK(bell_moments_merge(&m, &zero));
	cr_expect(same_moments(&m, &full));
	CHECK(bell_moments_merge(&zero, &full));
	cr_expect(same_moments(&zero, &full));
	CHECK(bell_moments_merge(&m, &empty));
	cr_expect(m.count == 3 && m.missing == 2 && m.infinite == 1 && m.mean == full.mean &&
		  m.min == 1 && m.m4 == full.m4);
	CHECK(bell_moments_merge(&empty, &full));
	cr_expect(same_moments(&m, &empty));
	zero = (struct bell_moments){0};
	empty = (struct bell_moments){0};
	CHECK(bell_moments_merge(&zero, &empty));
	cr_expect(zero.count == 0 && isnan(zero.mean) && isnan(zero.min) && isnan(zero.max));
	CHECK_STATUS(bell_moments_merge(NULL, &full), BELL_EINVAL);
	CHECK_STATUS(bell_moments_merge(&full, NULL), BELL_EINVAL);
}

static bool says_no_values(const struct bell_moments *m)
{
	return m->count == 0 && m->missing == 0 && m->infinite == 0 && isnan(m->mean) &&
	       isnan(m->min) && isnan(m->max) && m->m2 == 0 && m->unit == 1;
}

Test(moments_merge, no_values)
{
	struct bell_moments m = {.count = 42};
	struct bell_moments_stream stream = {0};
	const float x[] = {1, 2, 3};

	CHECK(bell_moments_f64(NULL, 0, 1, &m));
	cr_expect(says_no_values(&m));
	for (int bias = 0; bias < 2; bias++)
		for (int i = 0; i < 2; i++) {
			const struct bell_moments *none = i ? &m : NULL;

			cr_expect(isnan(bell_moments_variance(none, bias)) &&
				  isnan(bell_moments_sd(none, bias)) &&
				  isnan(bell_moments_skewness(none, bias)) &&
				  isnan(bell_moments_kurtosis(none, bias)));
		}
	m.count = 42;
	CHECK(bell_moments_f32(NULL, 0, 3, &m));
	cr_expect(says_no_values(&m));
	CHECK(bell_moments_stream_f64(&stream, NULL, 0));
	CHECK(bell_moments_stream_f32(&stream, NULL, 0));
	CHECK(bell_moments_stream_end(&stream, &m));
	cr_expect(says_no_values(&m));
	CHECK(bell_moments_stream_f32(&stream, x, 3));
	CHECK(bell_moments_stream_f32(&stream, NULL, 0)); /* after the last block, too */
	CHECK_STATUS(bell_moments_stream_f32(&stream, x, 1), BELL_EINVAL);
	CHECK(bell_moments_stream_end(&stream, &m));
	cr_expect(m.count == 3 && m.mean == 2);
}

Test(moments_merge, errors)
{
	const double x[] = {1, 2};
	const float f[] = {1, 2};
	struct bell_moments m = {.count = 42};

	CHECK_STATUS(bell_moments_f64(NULL, 2, 1, &m), BELL_EINVAL);
	CHECK_STATUS(bell_moments_f64(x, 2, 1, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_moments_f64(x, 2, 1025, &m), BELL_EINVAL);
	CHECK_STATUS(bell_moments_f32(NULL, 2, 1, &m), BELL_EINVAL);
	CHECK_STATUS(bell_moments_f32(f, 2, 4000000000, &m), BELL_EINVAL);
	cr_expect_eq(m.count, 42, "an error writes nothing");
	CHECK(bell_moments_f64(x, 2, 1024, &m));
}
