/* SPDX-License-Identifier: BSD-3-Clause */
/* choice.h - the options of fit --method best, and the values that one of its criteria needs. */
#ifndef CLI_CHOICE_H
#define CLI_CHOICE_H

#include "options.h"

struct block;
struct bell_model;
struct bell_sketch;
struct source;

/* What the options of the choice set: see option_setter. */
void choice_set_criterion(struct options *o, const char *value);
void choice_set_margin(struct options *o, const char *value);
void choice_set_candidates(struct options *o, const char *value);
void choice_set_explain(struct options *o, const char *value);

/* choice_check() ends the program where these options do not go with others. */
void choice_check(const struct options *o);

/* The numbers of one column in memory. */
struct held_column {
	double *x;
	size_t n, capacity;
};

/* The columns in use of one table, or of several that are read as one. */
struct held_values {
	struct held_column *column;
	size_t columns;
};

/* choice_hold() appends the rows of a block; choice_release() frees the columns. */
void choice_hold(struct held_values *v, const struct source *s, const struct block *b);
void choice_release(struct held_values *v);

/*
 * choice_fit() returns a model of n columns of a table, one sketch for each; columns[k] is the
 * number of column k in the table.  Where the criterion needs values, v has them; else it is NULL.
 * A column that suits no candidate ends the program.
 */
struct bell_model *choice_fit(struct bell_sketch *const *sketches, const size_t *columns, size_t n,
			      const struct held_values *v, const struct source *s,
			      const struct options *o);

#endif
