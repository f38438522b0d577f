/* SPDX-License-Identifier: BSD-3-Clause */
/* line.h - fits of the methods that are linear in a coordinate of x: z = (l(x) - mean)/sd. */
#ifndef BELL_LINE_H
#define BELL_LINE_H

#include "fit/search.h"

/* Whether bell_fit_line() fits a method. */
static inline bool is_linear(enum bell_method method)
{
	return method == BELL_LOG || (is_on_line(method) && method != BELL_EXPONENTIAL);
}

/*
 * bell_fit_line() fits a column of nodes, at least two of them distinct and all finite, by
 * s->options->method, which is_linear().  The caller has set b, options and scale of *s, and count,
 * min and max of s->fit; the rest of the fit is written, but for `collapsed`.
 *
 * *sd_of_x is set to the standard deviation of x.  *fitted is set to whether the coordinates could
 * be told apart; if not, the fit is as it was.  It returns BELL_OK, or BELL_ENOMEM.
 */
enum bell_status bell_fit_line(const struct search *s, const struct node *node, size_t n,
			       double *sd_of_x, bool *fitted);

#endif
