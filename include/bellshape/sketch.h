/* SPDX-License-Identifier: BSD-3-Clause */
/* sketch.h - a column of any length in a few kilobytes, enough for its fit. */
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
 * A sketch reads a column once and keeps what stands for it, so that a fit of any transform follows
 * without the column.  Sketches of parts of a column, made by other threads, processes or machines,
 * merge into the sketch of the whole.  docs/sketch.md says how it works and how exact it is.
 *
 * Up to BELL_SKETCH_EXACT distinct finite values are kept as they are, each with its weight, and a
 * fit from them is a fit on the values.  When more arrive, all of them go into bins of the
 * logarithm of |x|, each side of zero for itself, and zeros are counted apart; each bin holds sums
 * of powers of the positions of its values.  The sums are integers, and integer sums do not depend
 * on order: two sketches with one given grid of bins (see bell_sketch_settle()) that have seen the
 * same values hold the same bits, in whatever order the values came and however they were cut into
 * parts and merged.  So do sketches of few distinct values.
 *
 * Without a given grid the sketch chooses one from the first values, from their quartiles, so that
 * a wild value among them does no harm, and another where later values do not suit it.  A fit says
 * with BELL_FIT_ILL_CONDITIONED if values came into bins that are too wide for them.
 *
 * An ordinary column takes 3 to 16 KB.  The size is bounded for any column: one with both signs and
 * every size from 5e-324 to 1.8e308 takes some 300 KB.  Many threads may read a sketch at once, but
 * while one changes it no other may use it.
 */
struct bell_sketch;

/* The number of distinct finite values that a sketch keeps as they are. */
#define BELL_SKETCH_EXACT 1024

/* The largest weight of a value: 2^31, where weights are not scaled. */
#define BELL_MAX_WEIGHT 2147483648.0

/*
 * The largest size of the exponent of bell_sketch_scale_weights(), which may be negative.  So
 * large an exponent brings the smallest of positive doubles, 2^-1074, to an ordinary size.
 */
#define BELL_MAX_WEIGHT_EXPONENT 1100

/*
 * The grid of the bins of a sketch.  All fields 0 mean a grid that the sketch chooses from its
 * data; that is right unless parts of a column are to have one grid, and then bell_sketch_settle()
 * and bell_sketch_like() are easier.
 *
 * A bin covers `width` of the coordinate d = log|x|.  The anchor is where on the axis of d the
 * narrow bins lie: 64 of them below it and 128 above.  Further out bins are 4, 16, 64 ... times as
 * wide, until they hold every finite value, but near `top` at most 1/8.
 */
struct bell_sketch_options {
	/*
	 * A power of two from 2^-1000 to 1/8; or 0: the sketch chooses the grid from its data and
	 * ignores the other fields.
	 */
	double width;

	/*
	 * 0: no center.  Otherwise the narrow bins measure d = log(|x|/|center|), so that a column
	 * far from 0 and narrow keeps its digits.  They hold only x of the center's sign; other x
	 * go to wide bins without a center, and so does what lies further than 0.5 from the center
	 * in d.  The size of a center is from 2^-1022 to 2^1022.
	 */
	double center;

	/*
	 * A value of d near which the data lie: of x > 0 in [0], of x < 0 in [1].  On the side of a
	 * center it is relative to that center; on the other side, which has wide bins alone then,
	 * they lie around it.  An anchor is from -745 to 745, and its size is below 2^47 widths,
	 * because further out a double could not tell bins apart.  On a side that is to have no
	 * values any anchor and top in range will do, such as 0.
	 *
	 * If the narrow bins would reach further than 0.5 from the center, that is, if |anchor| +
	 * 128 widths is above 0.5 for the anchor on the side of the center, no bin has a center:
	 * all measure log|x|, and the narrow ones on that side lie around log|center| + anchor.
	 * The size of `anchor` there must then be below 2^47 widths less 745.
	 */
	double anchor[2];

	/*
	 * The logarithm of the root mean square of the values on each side, never relative to a
	 * center, from -745 to 745.  An estimate will do.
	 */
	double top[2];
};

/*
 * bell_sketch_create() makes an empty sketch in *out, which is to be freed with bell_sketch_free().
 * options may be NULL: the sketch chooses its grid.  Returns BELL_OK; BELL_EINVAL if out is NULL,
 * or if width is not 0 and one of the fields is outside the range given above; BELL_ENOMEM.  On an
 * error *out is not written.
 */
BELL_API enum bell_status bell_sketch_create(const struct bell_sketch_options *options,
					     struct bell_sketch **out);

/*
 * bell_sketch_settle() chooses the grid of a sketch now, from what it has seen, and for good.  The
 * bins are half as wide as they would be, because other parts may be narrower than what was seen.
 * Values that are in bins already stay in those bins.  So for the same bits in any order, settle
 * while the sketch still keeps its values (`bins` of its summary is 0), or add all values to
 * sketches from bell_sketch_like().  A grid that was given, or settled before, stays as it is.
 * Returns BELL_OK; BELL_EINVAL if sketch is NULL; BELL_EDOMAIN if the grid would have to be chosen
 * and there is no finite value but 0 to choose it by; BELL_EBACKEND if the environment variable
 * BELLSHAPE_BACKEND cannot be honored; BELL_ENOMEM. On an error the sketch is as it was.
 */
BELL_API enum bell_status bell_sketch_settle(struct bell_sketch *sketch);

/*
 * bell_sketch_like() makes an empty sketch in *out with the grid of another, given to it.  It is to
 * be freed with bell_sketch_free().  Returns BELL_OK; BELL_EINVAL if a pointer is NULL or the other
 * has no grid yet; BELL_ENOMEM.  On an error *out is not written.  Weights are scaled as those of
 * the other are.
 */
BELL_API enum bell_status bell_sketch_like(const struct bell_sketch *sketch,
					   struct bell_sketch **out);

/* bell_sketch_free() frees a sketch and all that it holds.  sketch may be NULL: nothing happens. */
BELL_API void bell_sketch_free(struct bell_sketch *sketch);

/*
 * bell_sketch_update_f32() and bell_sketch_update_f64() add n values to a sketch.  The results are
 * the same for any `threads`, and for any way in which a stream of values is cut into calls.
 *
 * x: the values.  It may be NULL if n is 0; then nothing is added.  A NaN counts as missing.  An
 * infinity is counted and left out of everything else.
 *
 * weights: one weight for each value, or NULL if all are 1.  A weight is 0, or above 2^-25 and at
 * most BELL_MAX_WEIGHT, and is rounded to a multiple of 2^-24; bell_sketch_scale_weights() moves
 * this range.  A value of weight 3 has the part in sums that three equal values have, but is one
 * value in `count` of the summary.  A value of weight 0 counts as no row at all, not even as a
 * missing one.  Weights outside the range are refused, also those that would round to 0;
 * bell_table_check_weights() (table.h) says which row has one.  The remedy is to multiply all
 * weights of a column, in every update, by one power of two.
 *
 * threads: the largest number of threads to use, up to BELL_MAX_THREADS; 0 means as many
 * as threads.h says.
 *
 * Both return BELL_OK; BELL_EINVAL if sketch is NULL, if x is NULL and n is not 0, or if threads is
 * out of range; BELL_EBACKEND if the environment variable BELLSHAPE_BACKEND cannot be honored;
 * BELL_EWEIGHT if a weight is negative, NaN, too large or too small; BELL_ESIZE if all weights
 * would add up to 2^60 or more, or if there would be 2^60 finite, missing or infinite rows or more.
 * After these errors the sketch is as it was.  They return BELL_ENOMEM if memory runs out; then a
 * part of the values may have been added, and the sketch is only good to be freed.
 */
BELL_API enum bell_status bell_sketch_update_f32(struct bell_sketch *sketch, const float *x,
						 const double *weights, size_t n, unsigned threads);
BELL_API enum bell_status bell_sketch_update_f64(struct bell_sketch *sketch, const double *x,
						 const double *weights, size_t n, unsigned threads);

/*
 * bell_weights_exponent() returns the exponent for bell_sketch_scale_weights() that suits n
 * weights, all those of a column: 2^exponent times the largest is at least 64 and below 128, so
 * that weights down to 2^-31 of it can be kept, and there is room for larger ones.  With the
 * exponent for them, weights times a power of two are kept as the same integers, and so give the
 * same bits of lambda.  It returns 0 if weights is NULL, or if none is above 0 and finite.
 */
BELL_API int bell_weights_exponent(const double *weights, size_t n);

/*
 * bell_sketch_scale_weights() lets a sketch keep every weight times 2^exponent, so that weights of
 * another size have room.  A weight is then 0, or above 2^(-25 - exponent) and at most 2^(31 -
 * exponent), and is rounded to a multiple of 2^(-24 - exponent); all weights add up to less than
 * 2^(60 - exponent).  A row without weights has the weight 1, as always, and is refused with
 * BELL_EWEIGHT if 1 is not in that range.  A second call replaces the exponent of the first.
 * Results are those of the weights as they were given, and merging minds the exponents.  The
 * exponent is a part of the bytes of a sketch.
 *
 * Returns BELL_OK; BELL_EINVAL if sketch is NULL, if it has finite values, or if exponent is not
 * from -BELL_MAX_WEIGHT_EXPONENT to BELL_MAX_WEIGHT_EXPONENT.
 */
BELL_API enum bell_status bell_sketch_scale_weights(struct bell_sketch *sketch, int exponent);

/*
 * bell_sketch_merge() adds to `into` everything that `from` has seen.  `from` is only read.  Which
 * of the two sketches is `into` makes no difference to a bit.  A sketch that has seen nothing and
 * was given neither a grid nor an exponent changes nothing.
 *
 * Bins of the same place and width add up; bins of different grids are kept side by side.  If one
 * of the two still keeps its values and the other has bins, the values go into bins of the grid of
 * the result.  If the result has more than 800 bins in all and both sketches have finite values,
 * all bins go into those of one grid.  If both still keep their values, so does the result while
 * these are no more than BELL_SKETCH_EXACT distinct ones; no grid is chosen then.
 *
 * The result has the grid that was given or settled, if one of the two has such a grid, also if
 * that one is empty; if both have one, that of the sketch with the greater weight.  If neither has
 * one, the result has the grid of the greater weight among those that have been chosen, or a new
 * one, chosen from all that both have seen, if there was none or there are more than 800 bins.
 *
 * If the weights of the two are scaled by different exponents, the result has the greater one, at
 * which both are exact.  But if only one of them has finite values, it is the exponent of that one,
 * and if none has and one exponent is 0, it is the other.
 *
 * Returns BELL_OK; BELL_EINVAL if a pointer is NULL or if both are the same sketch; BELL_ESIZE if
 * all weights, times 2^exponent of the result, would add up to 2^60 or more, if there would be 2^60
 * finite, missing or infinite rows or more, or if both have more than 2^20 bins and distinct values
 * together; BELL_EBACKEND if the environment variable BELLSHAPE_BACKEND cannot be honored;
 * BELL_ENOMEM.  On an error `into` is as it was.
 */
BELL_API enum bell_status bell_sketch_merge(struct bell_sketch *into,
					    const struct bell_sketch *from);

/* What a sketch has seen.  Values of weight 0 are in none of these numbers. */
struct bell_sketch_summary {
	/* The number of finite values. */
	uint64_t count;

	/* The number of NaN. */
	uint64_t missing;

	/* The number of values that are +infinity or -infinity. */
	uint64_t infinite;

	/* The sum of the weights of the finite values; without weights it equals count. */
	double weight;

	/*
	 * The effective number of finite values, sum(w)^2/sum(w^2), with w their weights (Kish
	 * 1965); without weights, or if all are equal, it equals count.  0 if there are none.
	 */
	double effective_count;

	/* The exponent of bell_sketch_scale_weights(); 0 if weights are not scaled. */
	int weight_exponent;

	/* The smallest and the largest finite value; NaN if there is none. */
	double min, max;

	/* The number of bins that hold values; 0 while the values themselves are kept. */
	size_t bins;

	/*
	 * The grid in use, which can be given to bell_sketch_create() so that other parts get the
	 * same one.  width is 0 until a grid has been chosen.
	 */
	struct bell_sketch_options grid;
};

/*
 * bell_sketch_summary() writes to *out what the sketch has seen.  Returns BELL_OK, or BELL_EINVAL
 * if a pointer is NULL, and then writes nothing.
 */
BELL_API enum bell_status bell_sketch_summary(const struct bell_sketch *sketch,
					      struct bell_sketch_summary *out);

/*
 * bell_sketch_nodes() writes weighted values that stand for the column, in ascending order.  While
 * the sketch keeps distinct values, they are these.  After that there is one node for all zeros, if
 * there are any, and there are one to four for each bin, at most 4 bins + 1 in all.  Those of a bin
 * have its weight and, as far as rounding allows, the first seven moments of the logarithms in it.
 * The nodes serve for smooth statistics of the column.  Between them they say nothing: their
 * quantiles are not the column's (see bell_sketch_quantiles()).
 *
 * value and weight have capacity for `capacity` nodes; both may be NULL if it is 0.  *n becomes the
 * number of nodes, after BELL_ESIZE too, when value and weight are not written; after BELL_ENOMEM
 * it is 0.
 *
 * Returns BELL_OK, with a capacity of 0 too; BELL_EINVAL if a pointer is NULL; BELL_ESIZE if there
 * are more nodes than capacity, and that is not 0; BELL_EBACKEND if the environment variable
 * BELLSHAPE_BACKEND cannot be honored; BELL_ENOMEM.
 */
BELL_API enum bell_status bell_sketch_nodes(const struct bell_sketch *sketch, size_t capacity,
					    double *value, double *weight, size_t *n);

/*
 * bell_sketch_quantiles() writes the quantiles of the finite values for each of n probabilities q,
 * from 0 to 1, to out.  They are those of numpy.quantile(): if every row has the weight 1, those of
 * its default method, "linear", which interpolates between the two values around the rank
 * (count - 1) q; else those of "inverted_cdf", the only one that it has with weights: the least
 * value at which the weight of all values up to it is at least the part q of the whole.  The
 * quantiles of 0 and 1 are the least and the greatest value.  Of no values all are NaN.
 *
 * While the sketch keeps distinct values, quantiles are exact.  After that a quantile is an
 * estimate, from the moments of the bin that it lies in, and `error` is a bound of its error: the
 * quantile of the values lies within out - error .. out + error.  The bound holds the whole bin,
 * about an eighth of |x| wide or less where most values lie; the estimate is usually off by a tenth
 * of it or less.  Where bins have been moved into others (see bell_sketch_merge()), values count as
 * lying at the nodes of the former bin, and the bound may be missed by the width of that.
 *
 * q and out may be NULL if n is 0.  error has capacity for n bounds, each 0 where the quantile is
 * exact and NaN where that is NaN; or it is NULL: no bounds are written.
 *
 * Returns BELL_OK; BELL_EINVAL if sketch is NULL, if q or out is NULL and n is not 0, or if a
 * probability is not from 0 to 1; BELL_EBACKEND if the environment variable BELLSHAPE_BACKEND
 * cannot be honored; BELL_ENOMEM.  On an error nothing is written.
 */
BELL_API enum bell_status bell_sketch_quantiles(const struct bell_sketch *sketch, const double *q,
						size_t n, double *out, double *error);

/*
 * bell_sketch_size() returns how many bytes bell_sketch_serialize() writes for this sketch as it is
 * now; 0 if sketch is NULL.
 */
BELL_API size_t bell_sketch_size(const struct bell_sketch *sketch);

/*
 * bell_sketch_serialize() writes the sketch to the first bell_sketch_size() bytes of buffer, of
 * which `size` may be written.  The bytes have a version and a checksum and do not depend on the
 * machine: equal sketches give equal bytes everywhere.  Returns BELL_OK; BELL_EINVAL if a pointer
 * is NULL; BELL_ESIZE if size is less than bell_sketch_size().  On an error nothing is written.
 */
BELL_API enum bell_status bell_sketch_serialize(const struct bell_sketch *sketch, void *buffer,
						size_t size);

/*
 * bell_sketch_deserialize() makes a sketch in *out from the `size` bytes at buffer, all of which
 * must be those of one sketch.  The new sketch behaves exactly as the one that was written would,
 * and is to be freed with bell_sketch_free().  The bytes need not be trusted: whatever they are,
 * the call returns an error or a sketch that every function can take.
 *
 * Returns BELL_OK; BELL_EINVAL if a pointer is NULL; BELL_EFORMAT if the bytes do not begin as
 * those of a sketch do, or are fewer than 8; BELL_EVERSION if they are of a version that this
 * library cannot read; BELL_EDAMAGED if they were cut short, extended or altered; BELL_ENOMEM.  On
 * an error *out is not written.
 */
BELL_API enum bell_status bell_sketch_deserialize(const void *buffer, size_t size,
						  struct bell_sketch **out);

#ifdef __cplusplus
}
#endif
#endif
