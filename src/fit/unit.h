/* SPDX-License-Identifier: BSD-3-Clause */
/* unit.h - the unit of x that suits a column best. */
#ifndef BELL_UNIT_H
#define BELL_UNIT_H

#include "fit/search.h"

/*
 * A unit c, and what is known of it.  The logarithm is that of c over the largest |x|, so that it
 * does not depend on the scale of x.
 */
struct unit {
	double unit, log;
	/* The best lambda at this unit, the likelihood there, and its derivative in `log`. */
	double lambda, value, score;
};

/*
 * bell_search_unit() finds the unit at which Yeo-Johnson of x/c has the largest likelihood of x,
 * each unit at its best lambda within the options, and sets s->family to it, and s->method.  The
 * caller has set b, options and scale of *s, and count, min and max of s->fit; the count of
 * evaluations grows.  s->at_bound becomes true if the unit is at a bound.  `node` are the nodes of
 * the sketch.
 *
 * It returns BELL_OK, or BELL_ENOMEM.
 */
enum bell_status bell_search_unit(struct search *s, const struct bell_sketch *sketch,
				  const struct node *node, size_t nodes);

/*
 * bell_fit_unit() fits Yeo-Johnson of x/unit, with default options.  A unit of 0 stands for
 * Box-Cox, and an infinite one for (exp(lambda x) - 1)/lambda, whose out->transform means nothing.
 * It returns BELL_OK, BELL_EDOMAIN if the unit is 0 and a value is not above 0, BELL_ENOMEM or
 * BELL_EBACKEND.
 */
enum bell_status bell_fit_unit(const struct bell_sketch *sketch, double unit, struct bell_fit *out);

#endif
