/* SPDX-License-Identifier: BSD-3-Clause */
/* fit.h - fits of sketches by the options of the command line. */
#ifndef CLI_FIT_H
#define CLI_FIT_H

#include <stddef.h>
#include <bellshape/model.h>

struct held_values;
struct options;
struct source;

/* A lambda that is fixed for one column. */
struct fixed {
	size_t column;
	double lambda;
};

/*
 * fit_find_fixed() finds the columns of --lambda NAME=VALUE, and returns an array to be freed; the
 * values are right, as the command line was read.  fit_check_fixed() ends the program if one of
 * `count` is not among the n columns that are fitted.
 */
struct fixed *fit_find_fixed(const struct source *s, const struct options *options);
void fit_check_fixed(const struct fixed *fixed, size_t count, const size_t *columns, size_t n,
		     const struct source *s);

/*
 * fit_sketches() returns a model of sketches, one for each of n columns of the table.  `fixed` has
 * a lambda for some of them; the last one counts.  `values` are those of the columns, or NULL.
 */
struct bell_model *fit_sketches(struct bell_sketch **sketches, const size_t *columns, size_t n,
				const struct held_values *values, const struct source *s,
				const struct fixed *fixed, const struct options *options);

#endif
