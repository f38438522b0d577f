/* SPDX-License-Identifier: BSD-3-Clause */
/* parts.h - transforms and their inverses, written by the words of an expression. */
#ifndef BELL_EXPRESSION_PARTS_H
#define BELL_EXPRESSION_PARTS_H

#include "words.h"

/*
 * What the transform makes of 0, and of the lowest x of its domain and of infinity, which are the
 * ends of its image.
 */
struct image {
	double at_zero, least, greatest;
};

/* They write the transform of w->x, and its inverse. */
const char *bell_write_forward(struct writer *w, const struct bell_transform *t,
			       const struct image *image);
const char *bell_write_inverse(struct writer *w, const struct bell_transform *t,
			       const struct image *image);

/* The same for normal scores. */
const char *bell_write_scores(struct writer *w, const struct bell_score_table *table, bool inverse);

#endif
