/* SPDX-License-Identifier: BSD-3-Clause */
/* statistics.h - a sorted, standardized column beside the normal distribution. */
#ifndef BELL_STATISTICS_H
#define BELL_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>

/* What all the tests that are based on the order of the values need. */
struct order_statistics {
	double a2;       /* of Anderson and Darling */
	double distance; /* the largest of the distribution functions */
	double r;        /* the correlation of the Q-Q plot */
	double pearson;  /* chi-squared over `classes` classes of equal probability */
	double classes;
};

/* Of n >= 2 values z of mean 0 and variance 1 with divisor n - 1, ascending. */
void bell_statistics_of_values(const double *z, size_t n, unsigned threads,
			       struct order_statistics *out);

/*
 * A place z and the distribution function, times n, there.  It either rises from `below` to `above`
 * at z; or, where the two are equal, z stands for `weight` values around it, over which it rises in
 * a straight line from knot to knot.
 */
struct knot {
	double z, weight, below, above;
};

/*
 * The same of a distribution function: at least two knots, ascending, for n >= 2 values.  The
 * statistic of Pearson is NaN unless all steps are at knots.
 */
void bell_statistics_of_knots(const struct knot *knot, size_t knots, double n,
			      struct order_statistics *out);

/* The number of classes of Pearson's statistic. */
double bell_pearson_classes(double n);

#endif
