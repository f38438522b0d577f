/* SPDX-License-Identifier: BSD-3-Clause */
/* plot.h - the numbers of pictures: histograms, Q-Q points with a band, profiles, and samples. */
#ifndef BELLSHAPE_PLOT_H
#define BELLSHAPE_PLOT_H

#include <stddef.h>
#include <stdint.h>
#include <bellshape/fit.h>
#include <bellshape/sketch.h>
#include <bellshape/status.h>
#include <bellshape/transform.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- histograms ---- */

/* The largest number of bins of a histogram. */
#define BELL_MAX_HISTOGRAM 60

/*
 * Counts of values in bins of equal width.  Bin i holds edge[i] <= x < edge[i + 1], and the last
 * one its upper edge as well, as in numpy.histogram().
 */
struct bell_histogram {
	/* 0 if there is no finite value. */
	size_t bins;
	double edge[BELL_MAX_HISTOGRAM + 1];
	double count[BELL_MAX_HISTOGRAM];
	/* How many values were counted: the sum of count. */
	double n;
	/* The step of the values, which lie in the middle of the bins; 0 if the rule found none. */
	double step;
};

/*
 * bell_histogram_f64() sets *out to a histogram of the finite ones of the n values at x, which may
 * be NULL if n is 0.
 *
 * bins is from 1 to BELL_MAX_HISTOGRAM, and the bins then lie between the least and the greatest
 * value, or reach 1/2 beyond a single one; edges and counts are those of numpy.histogram().  There
 * is one bin where more would be narrower than doubles can tell.  Or bins is 0, and a rule sets it:
 *
 *	- Values that are multiples of one step away from the least, as whole and rounded numbers
 *	  are, get one bin for each multiple, with the value in its middle, if that takes
 *	  BELL_MAX_HISTOGRAM bins or fewer and there are two distinct values or more.
 *	- Else the width is 2 IQR/n^(1/3) (Freedman and Diaconis 1981), but there are at least
 *	  ceiling(log2(n) + 1) bins (Sturges 1926) and at most BELL_MAX_HISTOGRAM.
 *
 * It returns BELL_OK; BELL_EINVAL if out is NULL, if x is NULL and n is not 0, or if bins is out of
 * range; or BELL_ENOMEM.  On an error *out is not written.
 */
BELL_API enum bell_status bell_histogram_f64(const double *x, size_t n, size_t bins,
					     struct bell_histogram *out);

/*
 * bell_histogram_sketch() sets *out to a histogram of `bins` bins, 1 to BELL_MAX_HISTOGRAM, of the
 * finite values of a sketch, or of these values as `transform` makes them; transform may be NULL.
 * count and n are sums of weights.  While the sketch keeps distinct values the counts are exact;
 * after that they are those of 1024 evenly spaced quantiles, and each is right to about 1/1024 of
 * n.
 *
 * It returns BELL_OK; BELL_EINVAL if sketch or out is NULL, bins is out of range, or the transform
 * is one that bell_transform_apply_f64() refuses; BELL_EBACKEND if the environment variable
 * BELLSHAPE_BACKEND cannot be honored; or BELL_ENOMEM.  Values that the transform makes NaN or
 * infinite are left out.  On an error *out is not written.
 */
BELL_API enum bell_status bell_histogram_sketch(const struct bell_sketch *sketch,
						const struct bell_transform *transform, size_t bins,
						struct bell_histogram *out);

/* ---- Q-Q plots ---- */

/* The largest number of points of a Q-Q plot. */
#define BELL_MAX_QQ 200

/* The smallest number of values for which a Q-Q plot has a band. */
#define BELL_MIN_BAND 5

/* One value in order, and where it would lie in a sample of a normal distribution. */
struct bell_qq_point {
	/* The rank of the value, from 1 to n. */
	size_t rank;

	/*
	 * The normal quantile of its plotting position, the median of that order statistic
	 * (Filliben 1975): of (rank - 0.3175)/(n + 0.365), but 2^(-1/n) for rank n, and 1 less that
	 * for rank 1; as scipy.stats.probplot() has it.
	 */
	double normal;

	double value;

	/* The ends of the band; NaN without one. */
	double low, high;
};

/* The points of a Q-Q plot against the normal distribution. */
struct bell_qq {
	/* How many values are finite, their mean, and their sd with divisor n - 1. */
	size_t n;
	double mean, sd;

	/*
	 * All values if there are BELL_MAX_QQ or fewer.  Else the first and the last 25 of them,
	 * and between those ranks whose normal quantiles are evenly spaced.
	 */
	size_t points;
	struct bell_qq_point point[BELL_MAX_QQ];

	/*
	 * The band: 95 % of the samples of n values of a normal distribution, less their mean and
	 * over their sd, lie in it with all of their values.  The interval of each order statistic
	 * has the same level, which is 1 - local_level (the equal local levels of Aldor-Noiman,
	 * Buja, Brown and Stine 2013, The American Statistician 67), and local_level was found by
	 * simulation, to 0.5 % of coverage.  NaN, and no band, if n is below BELL_MIN_BAND or all
	 * values are equal.
	 */
	double local_level;

	/* How many of the points lie outside of the band. */
	size_t outside;
};

/*
 * bell_qq_f64() sets *out to the Q-Q plot of the finite ones of the n values at x, which may be
 * NULL if n is 0.
 *
 * It returns BELL_OK; BELL_EINVAL if out is NULL, or if x is NULL and n is not 0; BELL_EBACKEND if
 * the environment variable BELLSHAPE_BACKEND cannot be honored; or BELL_ENOMEM.  On an error *out
 * is not written.
 */
BELL_API enum bell_status bell_qq_f64(const double *x, size_t n, struct bell_qq *out);

/* ---- samples of rows ---- */

/* What a report looks at of a column that has more values than this. */
#define BELL_PLOT_SAMPLE 50000

/*
 * A sample of the rows of a column that is read once: the finite values of `capacity` rows, or all
 * while there are no more.  Each row has a number, which is a bijection of its place in the column
 * and the seed, and the rows of the least numbers are the sample.  So it does not depend on how the
 * column was cut into calls, and columns without missing values have the same rows.
 */
struct bell_plot_sample;

/*
 * bell_plot_sample_create() makes an empty sample in *out, to be freed with
 * bell_plot_sample_free(), to which NULL may be given.  It takes up to 40 bytes for each row of
 * `capacity`, as values come.
 *
 * Returns BELL_OK; BELL_EINVAL if out is NULL or capacity is 0; BELL_ESIZE if capacity is above
 * 2^32; or BELL_ENOMEM.  On an error *out is not written.
 */
BELL_API enum bell_status bell_plot_sample_create(size_t capacity, uint64_t seed,
						  struct bell_plot_sample **out);
BELL_API void bell_plot_sample_free(struct bell_plot_sample *sample);

/*
 * bell_plot_sample_f64() reads the next n rows of the column.  NaN and infinities are no values.
 * x may be NULL if n is 0.
 *
 * Returns BELL_OK; BELL_EINVAL if sample is NULL, or x is NULL and n is not 0; or BELL_ENOMEM, and
 * then the sample is only good to be freed.
 */
BELL_API enum bell_status bell_plot_sample_f64(struct bell_plot_sample *sample, const double *x,
					       size_t n);

/*
 * bell_plot_sample_values() sets *values to the values of a sample, in no particular order, and *n
 * to how many there are.  They last until the next call for the sample.
 *
 * Returns BELL_OK; BELL_EINVAL if a pointer is NULL; or BELL_ENOMEM.  On an error nothing is
 * written.
 */
BELL_API enum bell_status bell_plot_sample_values(struct bell_plot_sample *sample,
						  const double **values, size_t *n);

#ifdef __cplusplus
}
#endif
#endif
