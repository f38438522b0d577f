/* SPDX-License-Identifier: BSD-3-Clause */
/* types.h - the structures that kernels take and give, and the sizes they agree on with callers. */
#ifndef BELL_TYPES_H
#define BELL_TYPES_H

#include <stddef.h>
#include <stdint.h>
#include <bellshape/moments.h>
#include <bellshape/transform.h>

/*
 * The elements that go through a kernel together where it calls long functions (lanes.inc): what
 * they need stays in the first-level cache.  A multiple of LANES.
 */
#define BLOCK 128

/* ---- moments ---- */

/* The unit of a scan's sum, a power of two, so that the elements of a chunk cannot overflow it. */
#define SUM_UNIT (1.0 / BELL_CHUNK)

/*
 * What a scan finds in up to BELL_CHUNK elements: how many are finite, how many are missing (NaN),
 * the sum of x SUM_UNIT over the finite ones, and their extremes, which are +infinity and -infinity
 * if there is none.
 */
struct scan {
	double finite, missing;
	double sum;
	double min, max;
};

/* ---- sketches ---- */

/*
 * A window of bins.  The coordinate of x is d = log(|x|/center), or log|x| without a center, which
 * is a center of 0.  Bin k of side s, where side 1 is that of negative x, holds all x of that side
 * with rint(d/width) = k.  The window has the bins low[s] <= k <= high[s]; bin k is row k + base[s]
 * of a table, of which two rows are set apart.
 */
struct window {
	double center;
	double inverse_width; /* 1/width, a power of two */
	double low[2], high[2], base[2];
};

/* The rows of a table that take what belongs to no bin and zeros, and the first row of a bin. */
#define ROW_OUTSIDE 0
#define ROW_ZERO    1
#define ROW_BINS    2

/* A bin has the sums of t^0 .. t^7 over its elements, where t = 2 (d/width - k), -1 <= t <= 1. */
#define SKETCH_POWERS 8

/*
 * A row holds, for j > 0, the bits of the double t^j + SKETCH_MAGIC.  Their low bits are t^j in
 * units of 2^-36, the last place of a double of that size, so that rows can be added as
 * integers.  row[0] holds 1.
 */
#define SKETCH_MAGIC 0x1.8p16

/* ---- the likelihood ---- */

/* Arrays of nodes are padded to a multiple of it, with weight 0: LANES of vocabulary.h. */
#define NODE_PAD 16

/* The values on one side of zero: the coordinate and the weight of each. */
struct nodes {
	size_t n;
	double *at;
	double *weight;
};

/* Where to evaluate: E = scale expm1(power (at - origin) - shift) + add. */
struct probe {
	double power, origin, shift, scale, add;
};

/* ---- random numbers ---- */

/* Samples offset, offset + 1, ... modulo 2^64 of the stream of a seed, each as mean + sd z. */
struct draw {
	uint64_t seed, stream, offset;
	double mean, sd;
};

/* ---- layers (docs/layer.md has the letters) ---- */

/* The blocks of a layer are padded to a multiple of it: LANES of vocabulary.h. */
#define LAYER_PAD 16

/*
 * psi of a layer on one side of zero, of h with sign s and l = log1p(|h|):
 *
 *	s (inverse expm1(power l) + linear l)
 *
 * `inverse` and `square` are 1/power and its square.  Where the exponent is 0, `linear` is 1 and
 * these three are 0; otherwise `linear` is 0.  `depends_on_lambda` is 0 where psi does not change
 * with lambda, else 1.
 */
struct layer_psi {
	double power, inverse, square, linear, depends_on_lambda;
};

/* What the gradient of lambda needs: rho = L'/(L'' + sqrt(eps)), the mean of d, 1 + 4 rho M1. */
struct layer_slope {
	double rho, mean_d, factor;
};

/* The constants of du = r (gx + c t - m0 - h m1). */
struct layer_gradient {
	double r, c, m0, m1;
};

#endif
