/* SPDX-License-Identifier: BSD-3-Clause */
/* collapse.h - what a transform loses of a column. */
#ifndef BELL_COLLAPSE_H
#define BELL_COLLAPSE_H

#include <bellshape/transform.h>
#include "sketch/nodes.h"

/*
 * bell_collapsed() is the share of the weight of n nodes, in the order of bell_nodes_of(), that the
 * transform t loses, as struct bell_fit says, where neighbors are those in that order; NaN if n is
 * 0.  No node lies outside t->min and t->max.  sd is the standard deviation of x.
 */
double bell_collapsed(const struct backend *b, const struct bell_transform *t,
		      const struct node *node, size_t n, double sd);

#endif
