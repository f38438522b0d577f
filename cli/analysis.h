/* SPDX-License-Identifier: BSD-3-Clause */
/* analysis.h - all columns of a table, in groups of rows and with weights, in one pass. */
#ifndef CLI_ANALYSIS_H
#define CLI_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>

#include "domain.h"
#include "frequent.h"
#include "rows.h"
#include "tally.h"

/* Zeros, but for what is wanted, before analysis_read(). */
struct analysis {
	struct tally_wants wants;
	bool wants_texts;
	struct domain *domain; /* NULL, or where numbers beyond a limit are remembered */
	struct limit limit;

	struct rows rows;
	struct tally *tally; /* tally[g * source.used + k]: of group g and column source.use[k] */
	size_t *text_column; /* the columns of text */
	size_t text_columns;
	struct frequent
	    *text;     /* text[g * text_columns + i]: of group g and column text_column[i] */
	size_t groups; /* of tally and text */
};

/* analysis_read() reads a table, after source_open() and source_select(). */
void analysis_read(struct analysis *a, struct source *s, const struct options *options);
void analysis_free(struct analysis *a);

/* analysis_group() returns the name of a group, or NULL without --by. */
const char *analysis_group(const struct analysis *a, size_t group);

#endif
