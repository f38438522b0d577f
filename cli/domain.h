/* SPDX-License-Identifier: BSD-3-Clause */
/* domain.h - the numbers that a method can take. */
#ifndef CLI_DOMAIN_H
#define CLI_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <bellshape/transform.h>

struct block;
struct source;

/* The numbers that a transform takes: those above `least`, or from there on. */
struct limit {
	enum bell_method method;
	double least;
	bool open;
};

/*
 * limit_of_method() is that of a fit, limit_of() that of a transform, whose shift is known.  Where
 * there is no limit, `least` is -infinity.
 */
struct limit limit_of_method(enum bell_method method);
struct limit limit_of(const struct bell_transform *t);

/*
 * The first number of each column in use that its method cannot take.  {0} is a table without any.
 */
struct domain {
	struct stray *stray; /* one for each column in use; NULL as long as no column has one */
	size_t columns;      /* that have one */
};

/* domain_check() looks for such numbers in the columns of a block, which have these limits. */
void domain_check(struct domain *d, const struct source *s, const struct block *b,
		  const struct limit *limit);

/* domain_check_all() does so where all columns have one limit. */
void domain_check_all(struct domain *d, const struct source *s, const struct block *b,
		      struct limit limit);

/*
 * domain_end() ends the program if there was such a number: it names each column that has one, with
 * the first one and its place.  It comes after the last block, so that no column is left out.
 */
void domain_end(const struct domain *d, const struct source *s);

#endif
