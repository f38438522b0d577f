/* SPDX-License-Identifier: BSD-3-Clause */
/* ranks.h - the distribution function of a column, as ranks. */
#ifndef BELL_RANKS_H
#define BELL_RANKS_H

#include "sketch/places.h"

/*
 * A value x and its weight, and the weight below and above it, each with the part of its own that
 * counts there: half of it, if all its values are x.
 */
struct rank {
	double x, weight, below, above;
	/* Whether x stands for values around it, or for an end of bins. */
	bool smooth;
};

/* The ranks of a column in ascending order, and the weight of all values. */
struct ranks {
	struct rank *rank;
	size_t n;
	double total;
};

/*
 * bell_ranks_of() sets *out to the ranks of a sketch with two distinct finite values, of its n
 * places; out->rank is to be freed.  Between the ranks of bins there are more where the weight
 * beyond them falls fast.  It returns BELL_OK, or BELL_ENOMEM, where there is nothing to be freed.
 */
enum bell_status bell_ranks_of(const struct backend *b, const struct bell_sketch *sketch,
			       const struct place *place, size_t n, struct ranks *out);

#endif
