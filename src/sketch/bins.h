/* SPDX-License-Identifier: BSD-3-Clause */
/* bins.h - the inside of a sketch. */
#ifndef BELL_BINS_H
#define BELL_BINS_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <bellshape/sketch.h>
#include "dispatch.h"
#include "values.h"

__extension__ typedef __int128 int128;

/*
 * Weights are kept in units of 2^-24, powers in units of 2^-36, their products in units of 2^-60.
 */
#define WEIGHT_BITS 24
#define POWER_BITS  36
#define SUM_BITS    (WEIGHT_BITS + POWER_BITS)

/*
 * A bin holds the values x of one side for which rint(d/width) = k, where d = log(|x|/center), or
 * log|x| where the center is 0, and width = 2^exponent.
 */
struct bin {
	double center;
	int32_t exponent;
	/* This is 1 for the side of x < 0, else 0. */
	int32_t negative;
	int64_t k;
	/* These are the sums of w t^j over its values, where t = 2 (d/width - k) is in [-1, 1]. */
	int128 sum[SKETCH_POWERS];
};

/* Where new values go: see struct bell_sketch_options. */
struct grid {
	/*
	 * A grid is not chosen while there are no values to choose it by; a fixed one never
	 * changes.
	 */
	bool chosen, fixed;
	/* The narrow bins have the width 2^exponent. */
	int exponent;
	/* The center is 0 or above; above 0, negative tells on which side it is. */
	double center;
	int negative;
	/*
	 * The anchor is the d on each side around which the narrow bins lie; on the side of the
	 * center it is relative to the center.
	 */
	double anchor[2];
	/* The top is the logarithm of the root mean square of each side. */
	double top[2];
};

/* This is high 2^96 + low with 0 <= low < 2^96: squares of weights add up to 2^168. */
struct wide {
	int128 high, low;
};

struct bell_sketch {
	/* These count the rows that were finite, missing and infinite. */
	uint64_t count, missing, infinite;
	/* It is bottomless if -infinity is among the infinite. */
	bool bottomless;
	/* The least and the greatest value; +infinity and -infinity while count = 0. */
	double min, max;
	/* Weights are kept times 2^shift. */
	int shift;
	/*
	 * This is the sum of w^2 over the rows in `count`, less the sum for as many rows of weight
	 * 1.  w is what is kept of a weight, divided by 2^24 (WEIGHT_BITS): the weight times
	 * 2^shift.  The unit of the sum is 2^-48.  Rows that come without weights add nothing if
	 * the shift is 0; otherwise an update gives them weights of 1.
	 */
	struct wide excess;
	struct grid grid;
	/* The rows since there are bins, of a grid that is not fixed. */
	uint64_t seen;
	/* Those of them since the last check of the grid that lie outside its narrow bins. */
	uint64_t outside;

	/*
	 * There are up to BELL_SKETCH_EXACT distinct values, ascending, and the weight of each in
	 * units of 2^-WEIGHT_BITS, until there are more.
	 */
	double *value;
	int128 *weight;
	size_t values;

	/*
	 * Then bins, sorted by bell_bin_order(), and the weight of zeros in units of 2^-SUM_BITS.
	 */
	struct bin *bin;
	size_t bins;
	int128 zeros;
};

/*
 * bell_sketch_add() is what bell_sketch_update_f32() and bell_sketch_update_f64() do once their
 * arguments are checked, weights by bell_weights_check().  It returns BELL_OK or BELL_ENOMEM, after
 * which the sketch is only good to be freed.
 */
enum bell_status bell_sketch_add(struct bell_sketch *s, const struct backend *b,
				 const struct values *x, const double *weights, unsigned threads);

/* ---- values.c: distinct values ---- */

/*
 * Counts rows as distinct values while there are no more than BELL_SKETCH_EXACT of them; the number
 * of rows taken in *taken.  On BELL_ENOMEM the sketch is as it was.
 */
enum bell_status bell_values_add(struct bell_sketch *s, const struct values *x,
				 const double *weights, unsigned threads, size_t *taken);

/*
 * bell_values_union() sets value, weight and values of *out to the distinct values of two sketches
 * of one shift together, ascending: up to twice BELL_SKETCH_EXACT.  It returns BELL_OK or
 * BELL_ENOMEM; in both cases the two arrays, which may be NULL, are to be freed.
 */
enum bell_status bell_values_union(const struct bell_sketch *a, const struct bell_sketch *b,
				   struct bell_sketch *out);

/* ---- bins.c, span.c: rows into bins ---- */

/*
 * bell_bin_order() is the order in which a sketch keeps its bins: by center, exponent, side and k.
 * It is negative if a comes before b, 0 if they are the same bin, else positive.
 */
int bell_bin_order(const struct bin *a, const struct bin *b);

/* A sketch of more bins could not be read back. */
#define MAX_BINS (1 << 20)

/* Sorts n bins and adds up those with equal keys; returns how many are left. */
size_t bell_bins_combine(struct bin *bin, size_t n);

/* Two sorted arrays of bins into one, to be freed; its length in *n. */
enum bell_status bell_bins_union(const struct bin *a, size_t na, const struct bin *b, size_t nb,
				 struct bin **out, size_t *n);

/*
 * bell_bins_add() adds n bins, which it sorts, to those of a sketch.  It returns BELL_OK; or
 * BELL_ENOMEM, or BELL_ESIZE for more than MAX_BINS bins, and leaves those of the sketch as they
 * were.
 */
enum bell_status bell_bins_add(struct bell_sketch *s, struct bin *bin, size_t n);

/* There is a check of the grid whenever the rows since there are bins are a multiple of this. */
#define CHECK_ROWS ((size_t)1 << 18)

/* A span has at most so many checks. */
#define MAX_CHECKS ((size_t)16)

/* A grid does not suit if more than one in so many rows lie outside its narrow bins. */
#define OUTSIDE_PART 8

/* A span is a run of consecutive rows of a column that are added to the bins of one grid. */
struct span {
	const struct backend *b;
	const struct grid *grid;

	/* The column, of which the span has the rows from `first` on. */
	const struct values *x;

	/*
	 * The weights of all rows of the column are either `weights`, or, times 2^shift and in
	 * units of 2^-WEIGHT_BITS, `units`.  Where both are NULL every row has the weight 1.
	 */
	const double *weights;
	const int128 *units;

	/* The weights are kept times 2^shift, as those of the sketch are. */
	int shift;

	/* The span has at most MAX_CHECKS CHECK_ROWS - seen % CHECK_ROWS rows. */
	size_t first, n;

	/* So many rows were added before these since the sketch has bins. */
	size_t seen;
};

/*
 * bell_span_add() adds the rows of a span: all, or those up to the first check at which a grid that
 * is not fixed does not suit them; span->n becomes their number.  s->outside becomes the number of
 * those since the last check that lie outside the narrow bins, by which the caller knows whether
 * that check failed; s->seen is left to the caller.  It returns BELL_OK or BELL_ENOMEM, after which
 * the sketch is only good to be freed.
 */
enum bell_status bell_span_add(struct bell_sketch *s, struct span *span, unsigned threads);

/*
 * bell_sketch_leave_values() moves the values of a sketch into bins of its grid, which is chosen
 * first if it is not yet.  It returns BELL_OK, or BELL_ENOMEM and leaves the sketch as it was.
 */
enum bell_status bell_sketch_leave_values(struct bell_sketch *s, const struct backend *b);

/* power_of_two() is 2^exponent, without a call where that is a normal number. */
static inline double power_of_two(int exponent)
{
	uint64_t bits = (uint64_t)(exponent + 1023) << 52;
	double power;

	if (exponent < -1022 || exponent > 1023)
		return ldexp(1, exponent);
	memcpy(&power, &bits, sizeof power);
	return power;
}

/*
 * in_units() is a weight in units of 2^-WEIGHT_BITS, not rounded yet.  The power of two is taken in
 * two steps, because 2^1124 is no double; both are exact, unless no sketch could keep the weight.
 */
static inline double in_units(double weight, int shift)
{
	int bits = WEIGHT_BITS + shift, half = bits / 2;

	return weight * power_of_two(half) * power_of_two(bits - half);
}

/* round_units() is rint() of 0 to 2^55, without a call where that is possible. */
static inline uint64_t round_units(double units)
{
	const double magic = 0x1.8p52;

	return units < 0x1p51 ? (uint64_t)(units + magic - magic) : (uint64_t)rint(units);
}

/*
 * weight_units() is the weight of row i of the column times 2^shift, in units of 2^-WEIGHT_BITS.
 * The span must have weights or units.
 */
static inline int128 weight_units(const struct span *span, size_t i)
{
	return span->units ? span->units[i]
			   : (int128)round_units(in_units(span->weights[i], span->shift));
}

/* ---- grid.c, level.c ---- */

/*
 * The exponents of the widest and of the narrowest width that the narrow bins of a grid may have.
 */
#define MAX_WIDTH (-3)
#define MIN_WIDTH (-1000)

/*
 * bell_grid_choose() sets *out to the grid that suits the values or bins of a sketch, which is not
 * fixed, and not `chosen` if all that the sketch holds is zeros.  It returns BELL_OK, or
 * BELL_ENOMEM and leaves *out as it was.
 */
enum bell_status bell_grid_choose(const struct backend *b, const struct bell_sketch *s,
				  struct grid *out);

/*
 * Whether there may be such a grid: k of every bin near the anchors fits a double with room to
 * spare.
 */
bool bell_grid_valid(const struct grid *g);

/* A total order of grids, fixed ones first. */
int bell_grid_order(const struct grid *a, const struct grid *b);

/* bell_grid_public() writes a grid as the options of a sketch have it. */
struct bell_sketch_options bell_grid_public(const struct grid *g);

/*
 * A grid is a list of windows, each of which is a range of bins of one width, 2^exponent, around a
 * place on each side.  The first has the narrow bins; each pair of windows has bins four times as
 * wide as the pair before, until one of width 2^WIDEST holds every double.  A value goes to the
 * first window that holds it, hence to the narrowest bins there are for it.
 */

/* A window reaches so many bins below its place, and above it. */
#define REACH_BELOW 64
#define REACH_ABOVE 128

/* The rows of the table of a window that holds bins of both sides. */
#define TABLE_ROWS (ROW_BINS + 2 * (REACH_BELOW + REACH_ABOVE + 1))

/* 64 bins of width 2^5 reach beyond the logarithm of every double. */
#define WIDEST 5

/* There are two windows for each second exponent from MIN_WIDTH to WIDEST, rounded up. */
#define WINDOWS (2 * 505)

/* A level is one window of a grid. */
struct level {
	/* The window as the kernels take it. */
	struct window window;
	/* Its bins are relative to this center, or to none where it is 0. */
	double center;
	int exponent;
	/* How many bins it has on each side. */
	int rows[2];
};

/* A lattice is a grid with what all its windows need, computed once. */
struct lattice {
	const struct grid *grid;
	/* The anchors as log|x|, without a center. */
	double plain[2];
	/* How many windows there are. */
	int windows;
};

struct lattice bell_lattice(const struct backend *b, const struct grid *g);

/* bell_level() is window i of a grid, 0 <= i < windows. */
struct level bell_level(const struct lattice *l, int i);

/*
 * bell_level_for() is the number of the first window from i on that may hold a value at log|x| = t
 * on a side, where 1 is the side of x < 0.  No window before it does, but because t is rounded the
 * value may lie just outside of it.
 */
int bell_level_for(const struct lattice *l, int i, double t, int side);

/* ---- coarsen.c ---- */

/*
 * A sketch of more bins than this gets one grid when sketches merge, which keeps its bytes below
 * 64 KB where the column itself does not need more bins.
 */
#define COARSEN_ABOVE 800

/*
 * bell_sketch_coarsen() moves the bins that do not lie on the grid of the sketch into bins that do,
 * through their nodes.  It returns BELL_OK, or BELL_ENOMEM, after which the sketch has lost bins
 * and is only good to be freed.
 */
enum bell_status bell_sketch_coarsen(struct bell_sketch *s, const struct backend *b);

/* The logarithm of every finite |x| but 0 lies between this and its negative. */
#define FARTHEST_LOG 746

/* bin_place() is the coordinate of the mean place in a bin. */
static inline double bin_place(const struct bin *b)
{
	double t = (double)b->sum[1] / (double)b->sum[0];

	return ((double)b->k + t / 2) * ldexp(1, b->exponent);
}

/* log x, through the backend so that its bits are the same everywhere. */
static inline double log_of(const struct backend *b, double x)
{
	double pad[NODE_PAD] = {x};

	for (int i = 1; i < NODE_PAD; i++)
		pad[i] = 1;
	b->log_ratio(pad, NODE_PAD, 0, pad);
	return pad[0];
}

#endif
