/* SPDX-License-Identifier: BSD-3-Clause */
/* bars.h - small histograms for a terminal. */
#ifndef CLI_BARS_H
#define CLI_BARS_H

#include <stdbool.h>
#include <bellshape/sketch.h>
#include <bellshape/transform.h>

/* How many bars a histogram has; each is a character of three bytes, or a blank. */
enum { BARS = 10 };

struct bars {
	char text[3 * BARS + 1];
};

/*
 * bars_of() draws the histogram of a column, or of what a transform makes of it (NULL: none).  It
 * is empty if there are no finite values.
 */
struct bars bars_of(const struct bell_sketch *sketch, const struct bell_transform *transform);

/*
 * bars_wanted() tells whether a table for people has histograms: if `asked`, or if it goes to a
 * terminal that is wide enough and not dumb.
 */
bool bars_wanted(bool asked);

#endif
