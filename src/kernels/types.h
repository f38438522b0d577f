/* SPDX-License-Identifier: BSD-3-Clause */
/* types.h - what kernels take and give. */
#ifndef BELL_TYPES_H
#define BELL_TYPES_H

#include <stddef.h>
#include <stdint.h>
#include <bellshape/moments.h>
#include <bellshape/transform.h>

/* Up to BELL_CHUNK elements: what kind they are, and the finite ones summed and bounded. */
struct scan {
	double finite, missing; /* counts */
	double sum;             /* of x * 2^-11, so that BELL_CHUNK elements cannot overflow it */
	double min, max;        /* +infinity, -infinity if none is finite */
};

/*
 * A window of bins in a coordinate d of |x|, d = log1p((|x| - center)/(1 + center)), or
 * log(x/center) for Box-Cox, where without a center it is log(x): bin k of side s holds
 * rint(d / width) = k for low[s] <= k <= high[s], and is row k + base[s] of a table.  Row 0 takes
 * what belongs to no bin.
 */
struct window {
	double center, inverse_unit; /* 1/(1 + center) */
	double inverse_width;        /* a power of two */
	double low[2], high[2], base[2];
	enum bell_method method;
};

/* Samples offset, offset + 1, ... modulo 2^64 of a stream of a seed, scaled. */
struct draw {
	uint64_t seed, stream, offset;
	double mean, sd;
};

/*
 * psi of a layer on one side of zero, of h with l = log1p|h| and sign s:
 *
 *	s (inverse expm1(power l) + linear l)
 *
 * `inverse` and `square` are 1/power and its square.  Where the exponent is 0, `linear` is 1 and these
 * three are 0; otherwise `linear` is 0.  `depends_on_lambda` is 0 where psi does not change with lambda,
 * else 1.
 */
struct layer_psi {
	double power, inverse, square, linear, depends_on_lambda;
};

/* L'/(L'' + sqrt(eps)), the mean of d, 1 + 4 rho M1 (docs/layer.md). */
struct layer_slope {
	double rho, mean_d, factor;
};

/* du = r (p + c t - m0 - h m1) */
struct layer_gradient {
	double r, c, m0, m1;
};

#define LAYER_PAD 16 /* blocks of a layer are padded to a multiple of it */

#define BLOCK 128 /* elements that go through a kernel together, where it calls long functions */

#define SKETCH_POWERS 8 /* sums of t^0 .. t^7 in a bin, t = 2 (d/width - k) */

/* Rows hold the bits of t^j + SKETCH_MAGIC, whose low bits are t^j in units of 2^-36; row[0]
 * holds 1. */
#define SKETCH_MAGIC 0x1.8p16

/* One side of the nodes of a likelihood, arrays of n padded to a multiple of NODE_PAD with weight
 * 0. */
#define NODE_PAD 8
struct nodes {
	size_t n;
	double *at;     /* coordinate */
	double *weight; /* 0 in the padding */
	double *m[SKETCH_POWERS -
		  2]; /* central moments 2 .. 7 over the node; m[0] = NULL: single values */
};

/* Where to evaluate: E = scale * expm1(power * (at - origin) - shift) + add. */
struct probe {
	double power, origin, shift, scale, add;
};

#endif
