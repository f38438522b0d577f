/* SPDX-License-Identifier: BSD-3-Clause */
/* tree.h - the order in which the results of the parts of an array are merged. */
#ifndef BELL_TREE_H
#define BELL_TREE_H

#include <stddef.h>

/*
 * The n parts of an array, in their order, are the leaves of a binary tree, and the result of each
 * node is that of its two subtrees merged.  The shape of the tree depends on n alone, so the result
 * does not depend on who merges what.  The left subtree holds the largest power of two below n.  So
 * every 2^k leaves from a multiple of 2^k on are a subtree, and so are the leaves behind the last
 * such subtree. Threads may take one such subtree each, and a stream may keep one for each bit that
 * is set in the number of its leaves.
 *
 * tree_left() returns the number of leaves of the left subtree, for n >= 2.
 */
static inline size_t tree_left(size_t n)
{
	size_t left = 1;

	while (left < n - left)
		left *= 2;
	return left;
}

#endif
