/* SPDX-License-Identifier: BSD-3-Clause */
/* bins.h - the bins of a sketch. */
#ifndef BELL_BINS_H
#define BELL_BINS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include "sketch/grid.h"

__extension__ typedef __int128 int128;

/*
 * Weights are integers in units of 2^-WEIGHT_BITS, and powers of t (see struct bin) in units of
 * 2^-POWER_BITS; their products are in units of 2^-(WEIGHT_BITS + POWER_BITS).
 */
#define WEIGHT_BITS 24
#define POWER_BITS  36

/*
 * The values x of one side of zero whose coordinate d, measured from `center` (0: no center),
 * rounds to k widths: rint(d / width) = k.  A value lies at t = 2 (d/width - k) in its bin, from -1
 * at the lower end to 1 at the upper one.
 */
struct bin {
	double center;

	/* width = 2^exponent */
	int32_t exponent;

	/* 1 if the values are below 0, else 0. */
	int32_t negative;

	int64_t k;

	/*
	 * The sums of weight times t^j over the values, in units of 2^-(WEIGHT_BITS + POWER_BITS);
	 * sum[0] is the total weight.
	 */
	int128 sum[SKETCH_POWERS];
};

/*
 * A sketch of more bins could not be read back.  Data of one grid make far fewer; merges of many
 * grids could make more.
 */
#define MAX_BINS (1 << 20)

/* The order of the bins of a sketch: by center, exponent, side and k; 0 for the same bin. */
int bell_bin_order(const struct bin *a, const struct bin *b);

/*
 * Adds `sum` to the bin that is where `key` is, and makes that bin if there is none; the sums of
 * `key` are not looked at.  BELL_OK, BELL_ENOMEM, or BELL_ESIZE if there would be more than
 * MAX_BINS.
 */
enum bell_status bell_bin_add(struct bell_sketch *s, const struct bin *key,
			      const int128 sum[SKETCH_POWERS]);

/* The mean coordinate of the values of a bin. */
static inline double bin_coordinate(const struct bin *b)
{
	double t = (double)b->sum[1] / (double)b->sum[0];

	return ((double)b->k + t / 2) * ldexp(1, b->exponent);
}

#endif
