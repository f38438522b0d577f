/* SPDX-License-Identifier: BSD-3-Clause */
/* types.h - the structures that kernels take and give, and the sizes they agree on with callers. */
#ifndef BELL_TYPES_H
#define BELL_TYPES_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/moments.h>
#include <bellshape/transform.h>

/*
 * A kernel that calls long functions takes this many elements at a time (lanes.inc), so that what
 * they need stays in the first-level cache.  It is a multiple of LANES.  The callers' blocks of
 * layers are larger: layer/plan.h has LAYER_BLOCK.
 */
#define BLOCK 128

/* ---- transforms ---- */

/* Whether the coordinate of a method is the logarithm of x. */
static inline int is_logarithmic(enum bell_method method)
{
	return method == BELL_BOX_COX || method == BELL_LOG;
}

/* Whether a method has one coordinate for all x that is not the logarithm: coordinate.inc. */
static inline int is_on_line(enum bell_method method)
{
	return method == BELL_IDENTITY || method == BELL_SQRT || method == BELL_LOG_SHIFT ||
	       method == BELL_ASINH || method == BELL_EXPONENTIAL;
}

/* The number of sides that a method has parameters for. */
static inline int sides_of(enum bell_method method)
{
	return method == BELL_NORMAL_SCORES                   ? 0
	       : is_logarithmic(method) || is_on_line(method) ? 1
							      : 2;
}

/* The lower end of the domain. */
static inline double lowest_of(const struct bell_transform *t)
{
	return is_logarithmic(t->method) || t->method == BELL_SQRT ? 0
	       : t->method == BELL_LOG_SHIFT                       ? 0 - t->shift
								   : -INFINITY;
}

/* ---- moments ---- */

/* The unit of a scan's sum, a power of two, so that the elements of a chunk cannot overflow it. */
#define SUM_UNIT (1.0 / BELL_CHUNK)

/*
 * What a scan finds in up to BELL_CHUNK elements: how many are finite, how many are missing, which
 * means NaN, the sum of x SUM_UNIT over the finite ones, and the least and the largest finite one.
 * If no element is finite, min is +infinity and max is -infinity.
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
 * of a table, whose first row is set apart.
 */
struct window {
	double center;
	double inverse_width; /* 1/width, a power of two */
	double low[2], high[2], base[2];
};

/* The row of a table that takes what belongs to no bin, zeros too, and the first row of a bin. */
#define ROW_OUTSIDE 0
#define ROW_BINS    1

/* A bin has the sums of t^0 .. t^7 over its elements, where t = 2 (d/width - k), -1 <= t <= 1. */
#define SKETCH_POWERS 8

/*
 * A row holds, for j > 0, the bits of the double t^j + SKETCH_MAGIC.  Their low bits are t^j in
 * units of 2^-36, the last place of a double of that size, so that rows can be added as
 * integers.  row[0] holds 1.
 */
#define SKETCH_MAGIC 0x1.8p16

/* ---- quadratures ---- */

/* The most nodes that stand for a bin: its moments up to t^7 are those of four. */
#define MAX_RANK (SKETCH_POWERS / 2)

/*
 * The square of the orthogonal polynomial of degree k has a mean of at least this, or it is not
 * told from the rounding of powers, 2^-37 each: they enter with the binomial coefficients of a
 * shift by up to 1.
 */
static const double least_norm[MAX_RANK] = {0, 0x1p-34, 0x1p-31, 0x1p-28};

/* How far from a bin rounding may take the place of a node. */
#define QUADRATURE_SLACK 0x1p-20

/*
 * The arrays that the kernel `quadrature` writes, with one element for each bin: the mean and sd of
 * t; the rank, which is how many orthogonal polynomials the moments tell, and their recurrence, in
 * which beta is the ratio of two norms; 1 where the next two are the quadrature, which takes full
 * rank, and 0 where they are not; the places t and the shares of the weight.
 */
enum quadrature_array {
	QUADRATURE_MEAN,
	QUADRATURE_SD,
	QUADRATURE_RANK,
	QUADRATURE_SOLVED,
	QUADRATURE_ALPHA,
	QUADRATURE_BETA = QUADRATURE_ALPHA + MAX_RANK,
	QUADRATURE_PLACE = QUADRATURE_BETA + MAX_RANK,
	QUADRATURE_SHARE = QUADRATURE_PLACE + MAX_RANK,
	QUADRATURE_ARRAYS = QUADRATURE_SHARE + MAX_RANK
};

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

/*
 * What the kernel `normal` is to write: normal samples number offset, offset + 1, ..., modulo 2^64,
 * of stream `stream` of seed `seed` (bellshape/normal.h).  A sample z becomes mean + sd z.
 */
struct draw {
	uint64_t seed, stream, offset;
	double mean, sd;
};

/* ---- layers (docs/layer.md has the letters) ---- */

/*
 * The kernels of layers work on blocks whose length is padded to a multiple of this number, which
 * is LANES of vocabulary.h.
 */
#define LAYER_PAD 16

/*
 * The parameters of psi on one side of zero, where h has sign s and l = log1p(|h|):
 *
 *	psi = s (inverse expm1(power l) + linear l)
 *
 * `power` is the exponent of psi, and `inverse` and `square` are 1/power and 1/power^2.  Where the
 * exponent is 0, psi is s l: `linear` is 1, and these three are 0.  Otherwise `linear` is 0.
 * `depends_on_lambda` is 1, or 0 where psi stays the same if lambda changes a little.
 */
struct layer_psi {
	double power, inverse, square, linear, depends_on_lambda;
};

/*
 * What the kernel layer_terms needs to compute t, the gradient of lambda with respect to h but for
 * a factor.  All are 0 where no gradient goes through lambda.
 */
struct layer_slope {
	/* L'/(L'' + sqrt(eps)). */
	double rho;
	/* The mean of d, which is D. */
	double mean_d;
	/* 1 + 4 rho M1. */
	double factor;
};

/*
 * The constants with which the kernel layer_gradient computes, from gx dx/dh (here p), t and h of
 * each element, du = r (p + c t - m0 - h m1).
 */
struct layer_gradient {
	/* 1/sqrt(variance + eps). */
	double r;
	/* C: how much the loss changes with lambda, times the factor that t lacks. */
	double c;
	/* The mean of p + c t, and that of (p + c t) h. */
	double m0, m1;
};

/* The most sums that a kernel makes of a group: five of layer_terms, two of layer_weights. */
#define MAX_SUMS 7

/* What the kernels of groups side by side read of a group; each reads some of it. */
struct layer_group {
	/* h = (u - mean) r. */
	double mean, r;
	/* The mean of x. */
	double center;
	/* The noise is a normal sample times this. */
	double spread;
	/* All elements of the group have them. */
	double weight, bias;
	/* psi[1] is for h below zero. */
	struct layer_psi psi[2];
	struct layer_slope slope;
	struct layer_gradient gradient;
	/* The sums of the last step over all elements of the group. */
	double sum[MAX_SUMS];
};

#endif
