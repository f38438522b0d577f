/* SPDX-License-Identifier: BSD-3-Clause */
/* test_sketch_contents.c - bytes with a right checksum whose contents no column has are refused. */
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "sketch/bytes.h"

/* Writes the checksum anew, and reads. */
static enum bell_status status_of(struct bytes b)
{
	struct bell_sketch *s = NULL;
	uint64_t h = checksum(b.data, b.size - CHECK_SIZE);
	enum bell_status status;

	for (size_t i = 0; i < CHECK_SIZE; i++)
		b.data[b.size - CHECK_SIZE + i] = (unsigned char)(h >> 8 * i);
	status = bell_sketch_deserialize(b.data, b.size, &s);
	bell_sketch_free(s);
	return status;
}

static struct bytes bytes_of_column(enum kind kind, size_t n)
{
	double *x = column(kind, n);
	struct bell_sketch *s = sketch_of(x, NULL, n, NULL);
	struct bytes b = bytes_of(s);

	bell_sketch_free(s);
	free(x);
	return b;
}

/* Where the int at a place ends. */
static size_t skip_int(const unsigned char *p, size_t at)
{
	while (p[at] & 0x80)
		at++;
	return at + 1;
}

/* Where min begins: behind flags, count, missing, infinite, seen and far. */
static size_t place_of_min(const struct bytes *b)
{
	size_t at = HEAD_SIZE;

	for (int i = 0; i < 6; i++)
		at = skip_int(b->data, at);
	return at;
}

static void check_extremes(enum kind kind, double min, double max, enum bell_status expected)
{
	struct bytes b = bytes_of_column(kind, 5000);
	double now[2];
	size_t at = place_of_min(&b);

	memcpy(now, b.data + at, sizeof now);
	now[0] *= min;
	now[1] *= max;
	memcpy(b.data + at, now, sizeof now);
	cr_expect_eq(status_of(b), expected, "%s, min %g, max %g", kind_name[kind], now[0], now[1]);
	free(b.data);
}

/* min and max that bins contradict: the same, inside of them, and far beyond. */
Test(sketch_contents, extremes_that_bins_cannot_have)
{
	check_extremes(LOGNORMAL, 1, 1, BELL_OK);
	check_extremes(LOGNORMAL, 1, 0.5, BELL_EDAMAGED);
	check_extremes(LOGNORMAL, 2, 1, BELL_EDAMAGED);
	check_extremes(LOGNORMAL, 1, 1e9, BELL_EDAMAGED);
	check_extremes(LOGNORMAL, 1e-9, 1, BELL_EDAMAGED);
	check_extremes(LOGNORMAL, -1, 1, BELL_EDAMAGED);
	check_extremes(LOGNORMAL, 0, 1, BELL_EDAMAGED);
	check_extremes(NEGATIVE, 0.5, 1, BELL_EDAMAGED);
	check_extremes(NEGATIVE, 1, 2, BELL_EDAMAGED);
	check_extremes(NEGATIVE, 1e9, 1, BELL_EDAMAGED);
	check_extremes(NEGATIVE, 1, 0, BELL_EDAMAGED);
	check_extremes(GAMMA_MIXED, 0.5, 1, BELL_EDAMAGED);
	check_extremes(GAMMA_MIXED, 1, 0.5, BELL_EDAMAGED);
	check_extremes(GAMMA_MIXED, 1e9, 1, BELL_EDAMAGED);
	check_extremes(PRESSURE, 0.5, 1, BELL_EDAMAGED);
	check_extremes(PRESSURE, 1, 2, BELL_EDAMAGED);
}

/* Fewer rows than bins. */
Test(sketch_contents, rows_that_bins_cannot_have)
{
	struct bytes b = bytes_of_column(LOGNORMAL, 5000);
	size_t count = skip_int(b.data, HEAD_SIZE);

	cr_assert(b.data[count] & 0x80 && !(b.data[count + 1] & 0x80));
	b.data[count] = 0x81; /* 5000 is 39 * 128 + 8 */
	b.data[count + 1] = 0;
	cr_expect_eq(status_of(b), BELL_EDAMAGED);
	free(b.data);
}

/* Moments of values t in [-1, 1], and numbers that are none. */
Test(sketch_contents, moments)
{
	static const struct {
		double m[8];
		bool possible;
	} moments[] = {
	    {{1, 0, 0, 0, 0, 0, 0, 0}, true},                                    /* of t = 0 */
	    {{1, 1, 1, 1, 1, 1, 1, 1}, true},                                    /* of t = 1 */
	    {{1, -1, 1, -1, 1, -1, 1, -1}, true},                                /* of t = -1 */
	    {{1, 0, 1, 0, 1, 0, 1, 0}, true},                                    /* of both */
	    {{1, 0, 1 / 3.0, 0, 1 / 5.0, 0, 1 / 7.0, 0}, true},                  /* of all alike */
	    {{1, 0.5, 0.25, 0.125, 0.0625, 0.03125, 1 / 64.0, 1 / 128.0}, true}, /* of t = 1/2 */
	    {{0, 0, 0, 0, 0, 0, 0, 0}, false},
	    {{-1, 0, 0, 0, 0, 0, 0, 0}, false},
	    {{1, 1.5, 1, 1, 1, 1, 1, 1}, false},
	    {{1, 0, -0.25, 0, 0.25, 0, 0.25, 0}, false},
	    {{1, 0, 0.25, 0, -0.25, 0, 0.25, 0}, false},
	    {{1, 0, 0.25, 0, 0.5, 0, 0.25, 0}, false},
	    {{1, 0.75, 0.25, 0, 0.25, 0, 0.25, 0}, false},           /* mean^2 > square */
	    {{1, 0, 0.5, 0, 0.1, 0, 0.1, 0}, false},                 /* m2^2 > m4 */
	    {{1, 0, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25}, false},     /* t = 1, mean 0, m2 1/4 */
	    {{1, 0, 1 / 3.0, 0, 1 / 5.0, 0, 1 / 7.0, 0.125}, false}, /* beyond the last */
	    {{1, 0, 1, 0, 1, 0.01, 1, 0}, false},                    /* only of -1 and 1 */
	};

	for (size_t i = 0; i < COUNT(moments); i++) {
		int128 sum[8];

		for (int j = 0; j < 8; j++)
			sum[j] = (int128)(moments[i].m[j] * 0x1p62);
		cr_expect_eq(bell_bin_possible(sum), moments[i].possible, "moments %zu", i);
	}
}

/* Values so near the middle of a bin that all sums of their powers are 0. */
Test(sketch_contents, sums_of_zero_are_read_back)
{
	const struct bell_sketch_options grid = {.width = 0.125};
	double x[2000];
	struct bell_sketch *s;
	struct bytes b;

	for (size_t i = 0; i < COUNT(x); i++)
		x[i] = 1 + (double)i * 0x1p-52;
	s = sketch_of(x, NULL, COUNT(x), &grid);
	b = bytes_of(s);
	cr_expect_eq(status_of(b), BELL_OK);
	free(b.data);
	bell_sketch_free(s);
}
