/* SPDX-License-Identifier: BSD-3-Clause */
/* central.h - a column in ascending order, and robust estimates from it. */
#ifndef BELL_CENTRAL_H
#define BELL_CENTRAL_H

#include "fit/search.h"

/* A node by its coordinate, which has the sign of x where a column has both. */
struct place {
	double at, weight;
	size_t node;
};

/* A column in ascending order of the coordinates. */
struct central {
	const struct backend *b;
	const struct column *c;
	size_t n, padded;
	struct place *place;
	/* Of each place: its normal score, its psi, and room for arguments of exponentials. */
	double *score, *y, *room;
	double total;
	/* The places of the quartiles; the median of the coordinates, and their robust sd. */
	size_t quartile[2];
	double median, sd;
	void *memory;
};

struct location_scale {
	double location, scale;
};

/*
 * bell_central_make() arranges n nodes, whose column is s->c, and keeps a pointer to that.
 * bell_central_free() frees it.  It returns BELL_OK, or BELL_ENOMEM and leaves *out as it was.
 */
enum bell_status bell_central_make(const struct search *s, const struct node *node, size_t n,
				   struct central *out);
void bell_central_free(struct central *m);

/*
 * bell_locate() returns Huber's M-estimates of location and scale of y, one number for each place,
 * ascending.  As in the R package cellWise they are one step from median and MAD.  The scale is 0
 * if half of the weight or more lies at one y.
 */
struct location_scale bell_locate(const struct central *m, const double *y);

#endif
