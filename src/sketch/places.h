/* SPDX-License-Identifier: BSD-3-Clause */
/* places.h - the distribution function of a sketch at its nodes. */
#ifndef BELL_PLACES_H
#define BELL_PLACES_H

#include "sketch/nodes.h"

/* A node, and what part of its weight lies below it: NaN where it is a value of the column. */
struct place {
	struct node node;
	double below;
};

/*
 * bell_places_of() sets *out to the nodes of a sketch in ascending order, to be freed, and *n to
 * their number.  Where there are bins, two places of no weight are among them, at the least and at
 * the greatest value.  It returns BELL_OK, or BELL_ENOMEM and leaves *out as it was.
 */
enum bell_status bell_places_of(const struct backend *b, const struct bell_sketch *s,
				struct place **out, size_t *n);

#endif
