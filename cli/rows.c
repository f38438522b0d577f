/* SPDX-License-Identifier: BSD-3-Clause */
/* rows.c - the groups and the weights of the rows of a table. */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/sketch.h>
#include <bellshape/table.h>

#include "error.h"
#include "names.h"
#include "rows.h"
#include "source.h"
#include "text.h"

void rows_open(struct rows *r, struct source *s, const struct options *options)
{
	*r = (struct rows){.source = s, .by = NO_COLUMN, .weights = NO_COLUMN};
	if (options->weights) {
		r->weights = source_resolve(s, "--weights", options->weights);
		source_set_kind(s, r->weights, KIND_NUMBER);
	}
	if (options->by) {
		r->by = source_resolve(s, "--by", options->by);
		if (r->by == r->weights)
			die(EXIT_USAGE, "--by and --weights name one column, %s",
			    show_name(s->column[r->by].name));
		source_keep(s, r->by);
		r->names = names_create(MAX_GROUPS);
	} else {
		r->groups = 1;
	}
}

void rows_close(struct rows *r)
{
	for (size_t g = 0; r->group && g < r->groups; g++)
		free(r->group[g]);
	free(r->group);
	free(r->name);
	names_free(r->names);
	bell_sketch_free(r->probe);
	free(r->order);
	free(r->start);
	free(r->weight);
	free(r->member);
}

bool rows_wanted(const struct rows *r, size_t k)
{
	size_t column = r->source->use[k];

	return column != r->by && column != r->weights;
}

/* Adds a group of the name r->name, for a row of a block. */
static size_t new_group(struct rows *r, const struct block *b, size_t row)
{
	const struct source *s = r->source;
	char place[PLACE_LENGTH];

	source_place(b, row, place);
	if (r->groups == MAX_GROUPS)
		die(EXIT_DATA,
		    "%s:%s: column %s: %s would be group %d: --by takes a column of %d values or "
		    "fewer",
		    s->in.label, place, show_name(s->column[r->by].name), show_name(r->name),
		    MAX_GROUPS + 1, MAX_GROUPS);
	if (r->groups == r->group_capacity) {
		r->group_capacity = r->group_capacity ? 2 * r->group_capacity : 8;
		r->group = reallocate(r->group, r->group_capacity, sizeof *r->group);
	}
	r->group[r->groups] = copy_text(r->name, strlen(r->name));
	names_add(r->names, r->group[r->groups], r->groups);
	return r->groups++;
}

/* Returns the group of a row, or SIZE_MAX if it belongs to none. */
static size_t group_of(struct rows *r, const struct block *b, size_t row)
{
	size_t length, group;
	const char *text = source_text(r->source, b, row, r->by, &length);
	char place[PLACE_LENGTH];

	if (!text)
		return SIZE_MAX;
	if (memchr(text, 0, length)) {
		source_place(b, row, place);
		die(EXIT_DATA, "%s:%s: column %s: a NUL byte in the name of a group: %s",
		    r->source->in.label, place, show_name(r->source->column[r->by].name),
		    show(text, length));
	}
	if (length >= r->name_capacity)
		r->name = reallocate(r->name, r->name_capacity = 2 * length + 1, 1);
	memcpy(r->name, text, length);
	r->name[length] = 0;
	return names_find(r->names, r->name, &group) ? group : new_group(r, b, row);
}

/* The place in source.use, and so in the block, of the column of the weights. */
static size_t weights_place(const struct rows *r)
{
	size_t k = 0;

	while (r->source->use[k] != r->weights)
		k++;
	return k;
}

/* Checks the weights of a block, `given`; the first block says which size they have. */
static void check_weights(struct rows *r, const struct block *b, size_t place, const double *given)
{
	size_t row;
	enum bell_status status;
	char what[200];

	if (!r->probe) {
		r->exponent = bell_weights_exponent(given, b->table.rows);
		check(bell_sketch_create(NULL, &r->probe), "--weights");
		check(bell_sketch_scale_weights(r->probe, r->exponent), "--weights");
	}
	status = bell_table_check_weights(&r->probe, given, b->table.rows, 1, &row);
	if (status == BELL_EWEIGHT) {
		snprintf(what, sizeof what,
			 "is no weight; want 0, or more than %.3g and at most %.3g, beside the "
			 "weights of the first rows",
			 ldexp(1, -25 - r->exponent), fmin(ldexp(1, 31 - r->exponent), DBL_MAX));
		source_refuse(r->source, b, row, place, given[row], what);
	}
	check(status, "--weights");
}

/* Returns the weights of the rows of a block, to be freed; NULL without weights. */
static double *read_weights(struct rows *r, const struct block *b)
{
	const struct bell_table *t = &b->table;
	size_t place;
	double *given;

	if (r->weights == NO_COLUMN)
		return NULL;
	place = weights_place(r);
	given = allocate(t->rows, sizeof *given);
	for (size_t i = 0; i < t->rows; i++)
		given[i] = source_number(t, t->data, i, place);
	check_weights(r, b, place, given);
	return given;
}

/* Finds the group of each row; a row of weight 0 counts as none at all. */
static void find_members(struct rows *r, const struct block *b, const double *given)
{
	for (size_t i = 0; i < b->table.rows; i++) {
		r->member[i] = 0;
		if (given && given[i] == 0)
			r->member[i] = SIZE_MAX;
		else if (r->by != NO_COLUMN && (r->member[i] = group_of(r, b, i)) == SIZE_MAX)
			r->groupless++;
	}
}

/* Puts the rows of each group together, in their order. */
static void sort_rows(struct rows *r, size_t rows, const double *given)
{
	size_t *next;

	r->start = reallocate(r->start, r->groups + 1, sizeof *r->start);
	memset(r->start, 0, (r->groups + 1) * sizeof *r->start);
	for (size_t i = 0; i < rows; i++)
		if (r->member[i] != SIZE_MAX)
			r->start[r->member[i] + 1]++;
	for (size_t g = 0; g < r->groups; g++)
		r->start[g + 1] += r->start[g];
	next = allocate(r->groups, sizeof *next);
	memcpy(next, r->start, r->groups * sizeof *next);
	for (size_t i = 0; i < rows; i++) {
		if (r->member[i] == SIZE_MAX)
			continue;
		size_t at = next[r->member[i]]++;

		r->order[at] = i;
		if (given)
			r->weight[at] = given[i];
	}
	free(next);
}

/* An array that has one column after the other cannot tell the group or the weight of a row. */
static void check_layout(const struct rows *r, const struct block *b)
{
	const struct source *s = r->source;

	if (b->table.columns != s->used && (r->by != NO_COLUMN || r->weights != NO_COLUMN))
		die(EXIT_DATA,
		    "%s: has one column after the other, and --by and --weights want all columns "
		    "of a row; numpy.ascontiguousarray makes such an array in place of Fortran "
		    "order, and numpy.column_stack one of the arrays of an .npz file",
		    s->in.label);
}

void rows_next(struct rows *r, const struct block *b)
{
	size_t rows = b->table.rows;
	double *given;

	check_layout(r, b);
	if (rows > r->capacity) {
		r->capacity = rows;
		r->order = reallocate(r->order, rows, sizeof *r->order);
		r->member = reallocate(r->member, rows, sizeof *r->member);
		if (r->weights != NO_COLUMN)
			r->weight = reallocate(r->weight, rows, sizeof *r->weight);
	}
	given = read_weights(r, b);
	find_members(r, b, given);
	sort_rows(r, rows, given);
	free(given);
}

void rows_without_groups(const struct rows *r)
{
	die(EXIT_DATA, "%s: column %s: all values are missing, so that there is no group",
	    r->source->label, show_name(r->source->column[r->by].name));
}

void rows_note(const struct rows *r)
{
	if (r->groupless)
		note("%s: %" PRIu64 " row%s without a value of %s belong%s to no group",
		     r->source->label, r->groupless, r->groupless == 1 ? "" : "s",
		     show_name(r->source->column[r->by].name), r->groupless == 1 ? "s" : "");
}
