/* SPDX-License-Identifier: BSD-3-Clause */
/* distinct.h - an estimate of how many distinct values there are. */
#ifndef CLI_DISTINCT_H
#define CLI_DISTINCT_H

#include <stddef.h>
#include <stdint.h>

/*
 * A HyperLogLog counter (Flajolet, Fusy, Gandouet and Meunier 2007) of 2^DISTINCT_BITS registers.
 * Its standard error is 1.04/sqrt(2^DISTINCT_BITS) = 1.6 %.  A struct of zeros has seen nothing.
 */
enum { DISTINCT_BITS = 12 };
struct distinct {
	uint8_t top[1 << DISTINCT_BITS];
};

/* distinct_add() counts a value by its hash; the same hash counts once. */
void distinct_add(struct distinct *d, uint64_t hash);

/* distinct_estimate() returns the estimate, by the improved estimator of Ertl (2017). */
double distinct_estimate(const struct distinct *d);

/* They hash a number (0 and -0 are one) and a text; every bit of the result looks random. */
uint64_t hash_number(double x);
uint64_t hash_text(const char *text, size_t length);

#endif
