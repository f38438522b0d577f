/* SPDX-License-Identifier: BSD-3-Clause */
/* robust.h - which values of a column a robust fit keeps. */
#ifndef BELL_ROBUST_H
#define BELL_ROBUST_H

#include "fit/search.h"

/*
 * bell_set_aside() finds which of n nodes a robust fit by s->family keeps, n > 1, by the reweighted
 * maximum likelihood of Raymaekers and Rousseeuw (robust.c).  It moves these to the front of
 * `node`, in ascending order of x, sets *kept to their number, sets fit->set_aside and adds
 * BELL_FIT_ROBUST to fit->flags.  The other nodes stay behind them.  If there is no robust scale,
 * all nodes are kept, and BELL_FIT_NOT_ROBUST is added instead.  The caller has set b, options,
 * method, family and scale of *s, and min and max of s->fit; the count of evaluations grows.
 *
 * It returns BELL_OK, or BELL_ENOMEM.
 */
enum bell_status bell_set_aside(struct search *s, const struct bell_sketch *sketch,
				struct node *node, size_t n, size_t *kept);

#endif
