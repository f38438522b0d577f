/* SPDX-License-Identifier: BSD-3-Clause */
/* nodes.h - the weighted values that stand for a column. */
#ifndef BELL_NODES_H
#define BELL_NODES_H

#include "sketch/bins.h"

/* A value x = value + low and its weight as the sketch keeps it, times 2^shift. */
struct node {
	double value, low, weight;
	/* This is log|x| where a bin without a center knows it better than x does, else NaN. */
	double log;
	/* What the quadrature of its bin leaves open: see struct quadrature; 0 for a value. */
	double rest;
	/* The rank of the quadrature of its bin. */
	int rank;
	/* What log|x| may be off by because of the rounding of powers. */
	double grain;
};

/*
 * The Gauss quadrature of a bin: `rank` places t in [-1, 1] and the share of the weight at each,
 * which have the moments of the bin up to degree 2 rank - 1.  rest: the mean of the square of the
 * next orthogonal polynomial, so that f^(2 rank)(t)/(2 rank)! times it is what a mean of f over the
 * bin is off by.
 */
struct quadrature {
	double t[MAX_RANK], share[MAX_RANK], rest;
	int rank;
};

/* bell_quadratures() sets out[i] to the quadrature of bin[i] for i < n, n <= NODE_PAD. */
void bell_quadratures(const struct backend *b, const struct bin *bin, size_t n,
		      struct quadrature *out);

/*
 * bell_sizes_of() sets size[i] + low[i] to the |x| of the coordinate d[i] relative to a center, or
 * of the logarithm d[i] if center is 0, for i < n, n <= NODE_PAD.
 */
void bell_sizes_of(const struct backend *b, double center, const double *d, size_t n, double *size,
		   double *low);

/*
 * bell_nodes_of() sets *out to the nodes of a sketch, to be freed, and *n to their number: its
 * values in ascending order; or one node for zeros, if there are any, and then those of the bins in
 * the order of bins, which is not that of x.  It returns BELL_OK, or BELL_ENOMEM and sets *n to 0.
 */
enum bell_status bell_nodes_of(const struct backend *b, const struct bell_sketch *s,
			       struct node **out, size_t *n);

/* bell_exp() is exp(x) through the backend: infinite above 709, and 0 below -709. */
double bell_exp(const struct backend *b, double x);

/* bell_expm1() is exp(x) - 1 through the backend. */
double bell_expm1(const struct backend *b, double x);

#endif
