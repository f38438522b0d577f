/* SPDX-License-Identifier: BSD-3-Clause */
/* collapse.h - what a transform loses of a column. */
#ifndef BELL_COLLAPSE_H
#define BELL_COLLAPSE_H

#include <bellshape/transform.h>
#include "sketch/nodes.h"

/*
 * bell_collapsed() is the share of the weight of n nodes, in the order of bell_nodes_of(), that the
 * transform t loses, as struct bell_fit says; NaN if n is 0.  The min and max of t are those of the
 * nodes, sd is their standard deviation.
 */
double bell_collapsed(const struct backend *b, const struct bell_transform *t,
		      const struct node *node, size_t n, double sd);

#endif
