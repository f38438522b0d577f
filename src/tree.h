/* SPDX-License-Identifier: BSD-3-Clause */
/* tree.h - the shape of every merge tree. */
#ifndef BELL_TREE_H
#define BELL_TREE_H

#include <stddef.h>

/*
 * A tree over n leaves, in order, depends on n alone: its left subtree holds the largest power of
 * two below n.  So every aligned run of 2^k leaves is a subtree, and so is what is left after the
 * last such run: threads may take runs, and streams may keep one subtree for each set bit of their
 * count.
 *
 * Leaves of the left subtree; n >= 2.
 */
static inline size_t tree_left(size_t n)
{
	size_t left = 1;

	while (left < n - left)
		left *= 2;
	return left;
}

#endif
