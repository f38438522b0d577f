/* SPDX-License-Identifier: BSD-3-Clause */
/* domain.h - the numbers that a method can take. */
#ifndef CLI_DOMAIN_H
#define CLI_DOMAIN_H

#include <stdbool.h>

struct block;
struct source;

/*
 * domain_check() ends the program if a number of the block is one that Box-Cox cannot take, in the
 * columns of the block whose box_cox[] is true; NULL stands for all.  It names the first such
 * number and its place.
 */
void domain_check(const struct source *s, const struct block *b, const bool *box_cox);

#endif
