/* SPDX-License-Identifier: BSD-3-Clause */
/* bins.h - the inside of a sketch. */
#ifndef BELL_BINS_H
#define BELL_BINS_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/sketch.h>
#include "dispatch.h"
#include "values.h"

__extension__ typedef __int128 int128;

/* Weights are kept in units of 2^-24, powers in units of 2^-36, their products in units of 2^-60.
 */
#define WEIGHT_BITS 24
#define POWER_BITS  36

/* Sums of w t^j, j < SKETCH_POWERS, over the values x on one side with rint(d/width) = k. */
struct bin {
	double center;    /* d = log1p((|x| - center)/(1 + center)) or log(x/center), center >= 0 */
	int32_t exponent; /* width = 2^exponent */
	int32_t negative; /* 1: x < 0 */
	int64_t k;
	int128 sum[SKETCH_POWERS];
};

/* Where new values go: see struct bell_sketch_options. */
struct placing {
	bool chosen, fixed;
	int exponent;
	double center;    /* >= 0 */
	int negative;     /* with center > 0: its side */
	double anchor[2]; /* d on each side; on the side of a center relative to it */
	enum bell_method method;
};

struct bell_sketch {
	uint64_t count, missing, infinite;
	double min, max; /* +infinity, -infinity while count = 0 */
	struct placing place;
	uint64_t seen,
	    far; /* rows since the placing was last looked at; those outside its narrow bins */

	double *value;       /* up to BELL_SKETCH_EXACT values as they came, until there are more */
	int64_t *weight;     /* of each, in units of 2^-WEIGHT_BITS */
	size_t values, room; /* in use, allocated */

	struct bin *bin; /* sorted by bin_order() */
	size_t bins, bin_room;
};

/* Whether there may be such a center, and k of every bin near the anchors fits a double with room
 * to spare. */
bool bell_placing_valid(const struct placing *p);

int bell_bin_order(const struct bin *a, const struct bin *b);

/* A sketch of more bins could not be read back: far more than any data make, but merges of many grids could. */
#define MOST_BINS (1 << 20)

/* Adds `sum` to the bin that has the key of `key`, making it if need be; BELL_ESIZE: beyond MOST_BINS. */
enum bell_status bell_bin_add(struct bell_sketch *s, const struct bin *key,
			      const int128 sum[SKETCH_POWERS]);

/* Rows of a column, to be added to the bins of a sketch. */
struct span {
	const struct backend *b;
	const struct placing *place;
	const struct values *x;
	const double *weights; /* of each value, or NULL, */
	const int64_t
	    *units;      /* or the same in units of 2^-WEIGHT_BITS, or NULL: all have weight 1 */
	size_t first, n; /* n: up to MOST_LOOKS LOOK - seen */
	size_t seen;     /* rows before these since the placing was last looked at */
};

#define LOOK       ((size_t)1 << 18) /* rows between looks at the placing */
#define MOST_LOOKS ((size_t)16)
#define MOST_FAR   (LOOK / 8) /* of these outside the narrow bins of a placing that suits them */

/*
 * Adds the rows of a span: all, or those up to the first look at which a placing that is not fixed does not
 * suit them, span->n in the end.  s->far: those of the last look, which may be complete, far from the placing.
 */
enum bell_status bell_span_add(struct bell_sketch *s, struct span *span, unsigned threads);

static inline int64_t weight_units(const struct span *span, size_t i)
{
	return span->units ? span->units[i] : (int64_t)rint(ldexp(span->weights[i], WEIGHT_BITS));
}

/* Appends a value to those kept as they are. */
enum bell_status bell_value_add(struct bell_sketch *s, double value, int64_t weight);

/* The placing for values kept as they are (up to twice BELL_SKETCH_EXACT: two sketches merged), or in bins. */
struct placing bell_place_values(const struct backend *b, enum bell_method method, const double *x,
				 size_t n);
enum bell_status bell_place_bins(const struct backend *b, const struct bell_sketch *s,
				 struct placing *out);

/* t mean of a bin, and its coordinate. */
static inline double bin_place(const struct bin *b)
{
	double t = (double)b->sum[1] / (double)b->sum[0];

	return ((double)b->k + t / 2) * ldexp(1, b->exponent);
}

/* Where the coordinates of finite values end. */
static inline double farthest(enum bell_method method)
{
	return method == BELL_BOX_COX ? 746 : 711;
}

/* The coordinates of n values, a multiple of NODE_PAD, relative to a center; 0: none. */
static inline void coordinates(const struct backend *b, enum bell_method method, const double *x,
			       size_t n, double center, double *d)
{
	(method == BELL_BOX_COX ? b->log_ratio : b->coordinate)(x, n, center, d);
}

/* One of them without a center, through the backend so that its bits are the same everywhere. */
static inline double plain_coordinate(const struct backend *b, enum bell_method method, double x)
{
	double pad[NODE_PAD] = {x};

	coordinates(b, method, pad, NODE_PAD, 0, pad);
	return pad[0];
}

/* What relates a coordinate to a center. */
static inline double shift_of(const struct backend *b, enum bell_method method, double center)
{
	return center > 0 ? plain_coordinate(b, method, center) : 0;
}

#endif
