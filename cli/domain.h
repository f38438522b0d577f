/* SPDX-License-Identifier: BSD-3-Clause */
/* domain.h - the numbers that a method can take. */
#ifndef CLI_DOMAIN_H
#define CLI_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>

struct block;
struct source;

/* The first number of each column in use that Box-Cox cannot take.  {0} is a table without any. */
struct domain {
	struct stray *stray; /* one for each column in use; NULL as long as no column has one */
	size_t columns;      /* that have one */
};

/*
 * domain_check() looks for such numbers in the columns of a block whose box_cox[] is true; NULL
 * stands for all.
 */
void domain_check(struct domain *d, const struct source *s, const struct block *b,
		  const bool *box_cox);

/*
 * domain_end() ends the program if there was such a number: it names each column that has one, with
 * the first one and its place.  It comes after the last block, so that no column is left out.
 */
void domain_end(const struct domain *d, const struct source *s);

#endif
