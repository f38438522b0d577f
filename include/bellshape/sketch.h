/* SPDX-License-Identifier: BSD-3-Clause */
/* sketch.h - a column in a few kilobytes, enough for its fit. */
#ifndef BELLSHAPE_SKETCH_H
#define BELLSHAPE_SKETCH_H

#include <stddef.h>
#include <stdint.h>
#include <bellshape/status.h>
#include <bellshape/transform.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A sketch reads a column once and keeps what maximum-likelihood Yeo-Johnson, or Box-Cox, needs:
 * the log-likelihood at every lambda, to about 1e-13 of its scale, from integer sums over bins of
 * log1p|x|, or log x.  Sketches of parts merge into the sketch of the whole.  Up to
 * BELL_SKETCH_EXACT values are kept as they are, in order, and a fit from them is a fit on the
 * values.
 *
 * The grid of bins is chosen from the quartiles of the first BELL_SKETCH_EXACT finite values (of both, where two
 * sketches of fewer merge), so that a wild value among them does not matter, and again where later ones fall largely
 * outside.  Integer sums do not depend on order: once in bins, sketches with one grid
 * (see bell_sketch_options) have the same bits for any order, partition and merge of the same values.
 *
 * Memory: 10 to 40 KB for an ordinary column, and bounded whatever the values (5e-324 to 1.8e308 and
 * both signs in one column: some MB).  A sketch may be read by many threads at once, or changed by one.
 */
struct bell_sketch;

#define BELL_SKETCH_EXACT 1024

/* The largest weight of a value. */
#define BELL_MAX_WEIGHT 0x1p31

/*
 * A grid: bins of the coordinate d = log1p((|x| - |center|)/(1 + |center|)), for Box-Cox
 * d = log(x/center).  Within 128 widths of the anchor of their side of zero they are `width` wide,
 * further out 4, 16, 64 ... times that.  An anchor beyond 2^46 widths is BELL_EINVAL: a coordinate
 * there could not tell bins apart.
 */
struct bell_sketch_options {
	double width;     /* a power of two from 2^-1000 to 1; 0: choose all of it from the data */
	double center;    /* 0: d = log1p|x|, both signs, or log x; else its sign says which x the
			     narrow bins hold; for Box-Cox 0, or 2^-1022 to 2^1022 */
	double anchor[2]; /* d near which the data are: [0] of x >= 0, [1] of x < 0; 0 to 710 in
			     size, for Box-Cox to 745 */
	enum bell_method method; /* of the sketch for life; the rest may be 0 all the same */
};

/* A new empty sketch in *out, to be freed with bell_sketch_free(); options NULL: of Yeo-Johnson,
 * from the data. */
BELL_API enum bell_status bell_sketch_create(const struct bell_sketch_options *options,
					     struct bell_sketch **out);
BELL_API void bell_sketch_free(struct bell_sketch *sketch);

/*
 * Adds n values (n = 0 is fine).  weights: NULL, or one weight a value, 0 to 2^31, rounded to a
 * multiple of 2^-24; weight 3 counts as three rows, weight 0 as no row at all, not even a missing
 * one.  NaN counts as missing, an infinity is counted and left out.  The resulting bits do not
 * depend on `threads` (1 to 1024; 0: one for each CPU) nor on how a stream is cut into calls.
 * BELL_EWEIGHT; BELL_EDOMAIN, for Box-Cox alone: nothing was added.  After BELL_ENOMEM, or
 * BELL_ESIZE (more than 2^20 bins), a part may have been: free the sketch.
 */
BELL_API enum bell_status bell_sketch_update_f32(struct bell_sketch *sketch, const float *x,
						 const double *weights, size_t n, unsigned threads);
BELL_API enum bell_status bell_sketch_update_f64(struct bell_sketch *sketch, const double *x,
						 const double *weights, size_t n, unsigned threads);

/*
 * Adds what `from` has seen to `into`.  Bins of equal place and width add up, others are kept side by side.
 * BELL_EINVAL: they are of different methods.  BELL_ESIZE: more than 2^20 bins, which takes merges
 * of thousands of grids; after it, or BELL_ENOMEM, free `into`.
 */
BELL_API enum bell_status bell_sketch_merge(struct bell_sketch *into,
					    const struct bell_sketch *from);

struct bell_sketch_summary {
	uint64_t count;    /* finite values with a weight above 0 */
	uint64_t missing;  /* NaN */
	uint64_t infinite; /* +infinity and -infinity */
	double
	    weight; /* sum of the weights of the finite values: count, if there were no weights */
	double min, max; /* of the finite values; NaN if there are none */
	size_t bins;     /* bins in use; 0 while the values themselves are kept */
	struct bell_sketch_options
	    grid; /* for sketches of other parts; width 0 while there is none, method always */
};

BELL_API enum bell_status bell_sketch_summary(const struct bell_sketch *sketch,
					      struct bell_sketch_summary *out);

/*
 * A sketch as bytes: version, fixed byte order, checksum.  Equal sketches give equal bytes on every
 * machine. serialize: BELL_ESIZE if size < bell_sketch_size().  deserialize: BELL_EFORMAT for
 * foreign bytes, BELL_EVERSION, BELL_EDAMAGED for a buffer cut short, too long or altered.
 */
BELL_API size_t bell_sketch_size(const struct bell_sketch *sketch);
BELL_API enum bell_status bell_sketch_serialize(const struct bell_sketch *sketch, void *buffer,
						size_t size);
BELL_API enum bell_status bell_sketch_deserialize(const void *buffer, size_t size,
						  struct bell_sketch **out);

#ifdef __cplusplus
}
#endif
#endif
