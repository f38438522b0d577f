/* SPDX-License-Identifier: BSD-3-Clause */
/* rows.h - the groups and the weights of the rows of a table. */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bell_sketch;
struct block;
struct names;
struct options;
struct source;

/* More groups are taken for a mistake, such as a column of names. */
enum { MAX_GROUPS = 1000 };

#define NO_COLUMN SIZE_MAX

/* What the options --by and --weights say of rows.  Others may read this. */
struct rows {
	struct source *source;
	size_t by, weights; /* columns of the table, or NO_COLUMN */

	char *name; /* of the group that was looked for last */
	size_t name_capacity;
	char **group; /* the values of the column, in the order in which they appear */
	size_t groups, group_capacity;
	struct names *names; /* of the groups */
	uint64_t groupless;  /* rows that belong to none, as the value is missing */

	int exponent; /* of bell_sketch_scale_weights(), from the weights of the first block */
	struct bell_sketch *probe; /* knows which weights can be kept */

	/* The rows of group g in the block are order[start[g]] .. order[start[g + 1] - 1]. */
	size_t *order, *start;
	double *weight;  /* of row order[i]; NULL without weights */
	size_t *member;  /* of each row: its group, or SIZE_MAX for none */
	size_t capacity; /* rows that there is memory for */
};

/* rows_open() finds the columns, after source_select() and before the first block. */
void rows_open(struct rows *r, struct source *s, const struct options *options);
void rows_close(struct rows *r);

/*
 * rows_next() parts the rows of the next block.  Rows of weight 0 belong to no group.  Without --by
 * there is one group, which has no name.  A wrong weight or too many groups end the program.
 */
void rows_next(struct rows *r, const struct block *b);

/* rows_wanted() tells whether the column source.use[k] is one that a result is wanted for. */
bool rows_wanted(const struct rows *r, size_t k);

/* rows_without_groups() ends the program: no row has a value of the column of --by. */
_Noreturn void rows_without_groups(const struct rows *r);

/* rows_note() says on standard error how many rows belonged to no group. */
void rows_note(const struct rows *r);

#endif
