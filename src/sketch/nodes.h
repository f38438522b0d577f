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

/* Of n <= NODE_PAD bins. */
void bell_quadratures(const struct backend *b, const struct bin *bin, size_t n,
		      struct quadrature *out);

/* |x| = size + low of n <= NODE_PAD coordinates relative to a center; 0: of logarithms. */
void bell_sizes_of(const struct backend *b, double center, const double *d, size_t n, double *size,
		   double *low);

/* All nodes of a sketch, to be freed: values as they are, zeros, then the nodes of bins. */
enum bell_status bell_nodes_of(const struct backend *b, const struct bell_sketch *s,
			       struct node **out, size_t *n);

/* bell_exp() is exp(x) through the backend: infinite above 709, and 0 below -709. */
double bell_exp(const struct backend *b, double x);

#endif
