/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bytes.h - a sketch as bytes: docs/formats.md has the layout.
 *
 * Whole numbers are varints, seven bits a byte, the low ones first; signed ones have their sign in
 * the lowest bit. The sums of a bin take as many bytes each as the largest of them needs.
 */
#ifndef BELL_BYTES_H
#define BELL_BYTES_H

#include "sketch/bins.h"

#define VERSION    2
#define HEAD_SIZE  (8 + 4) /* magic, version */
#define CHECK_SIZE 8
/* flags */
#define HAS_GRID     1
#define IS_FIXED     2
#define HAS_BINS     4
#define BOTTOMLESS   8
#define HAS_EXPONENT 16
#define HAS_SQUARES  32
#define FLAG_BITS    6
/* The sum of squares of weights: below 2^168. */
#define MAX_SQUARES_SIZE 21

__extension__ typedef unsigned __int128 uint128;

static const char sketch_magic[8] = {'B', 'E', 'L', 'L', 'S', 'K', 'C', 'H'};

static inline uint64_t get_word(const unsigned char *p, size_t bytes)
{
	uint64_t v = 0;

	for (size_t i = 0; i < bytes; i++)
		v |= (uint64_t)p[i] << 8 * i;
	return v;
}

/* Of n bytes: every step can be undone, so that no change of a single word goes unseen. */
static inline uint64_t checksum(const unsigned char *p, size_t n)
{
	uint64_t h = 0x9e3779b97f4a7c15 ^ n;

	for (; n; p += 8, n -= n < 8 ? n : 8) {
		h = (h ^ get_word(p, n < 8 ? n : 8)) * 0xff51afd7ed558ccd;
		h ^= h >> 32;
	}
	return h;
}

/*
 * bell_bin_possible() tells whether values of t in [-1, 1] can have these sums.
 *
 * bell_bins_reach_extremes() tells whether the bins of a sketch, and its zeros, lie between its min
 * and max and reach both.
 */
bool bell_bin_possible(const int128 sum[SKETCH_POWERS]);
bool bell_bins_reach_extremes(const struct bell_sketch *s);

#endif
