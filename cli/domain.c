/* SPDX-License-Identifier: BSD-3-Clause */
/* domain.c - the numbers that a method can take. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "domain.h"
#include "error.h"
#include "number.h"
#include "source.h"
#include "text.h"

struct stray {
	bool found;
	double number;
	const char *file;   /* what messages call it */
	uint64_t line, row; /* a line of 0: the file has none */
	struct limit limit;
};

struct limit limit_of_method(enum bell_method method)
{
	bool has_log = method == BELL_BOX_COX || method == BELL_LOG;

	return (struct limit){.method = method,
			      .least = has_log || method == BELL_SQRT ? 0 : -INFINITY,
			      .open = has_log};
}

struct limit limit_of(const struct bell_transform *t)
{
	if (t->method != BELL_LOG_SHIFT)
		return limit_of_method(t->method);
	return (struct limit){.method = t->method, .least = 0 - t->shift, .open = true};
}

/* Remembers a number, unless its column already has one. */
static void remember(struct domain *d, const struct source *s, const struct block *b, size_t row,
		     size_t column, double number, const struct limit *limit)
{
	if (!d->stray)
		d->stray = allocate(s->used, sizeof *d->stray);
	struct stray *stray = &d->stray[b->first + column];
	if (stray->found)
		return;
	*stray = (struct stray){.found = true,
				.number = number,
				.file = s->in.label,
				.line = b->line ? b->line[row] : 0,
				.row = b->row + row + 1,
				.limit = *limit};
	d->columns++;
}

void domain_check(struct domain *d, const struct source *s, const struct block *b,
		  const struct limit *limit)
{
	const struct bell_table *t = &b->table;

	for (size_t i = 0; i < t->rows; i++)
		for (size_t j = 0; j < t->columns; j++) {
			double x = source_number(t, t->data, i, j);

			if (x < limit[j].least || (x == limit[j].least && limit[j].open))
				remember(d, s, b, i, j, x, &limit[j]);
		}
}

void domain_check_all(struct domain *d, const struct source *s, const struct block *b,
		      struct limit limit)
{
	struct limit *each;

	if (isinf(limit.least))
		return;
	each = allocate(b->table.columns, sizeof *each);
	for (size_t j = 0; j < b->table.columns; j++)
		each[j] = limit;
	domain_check(d, s, b, each);
	free(each);
}

/* Writes a number that was found, quoted, and its place; where there are several files, which. */
static void describe(FILE *list, const struct stray *stray, bool several)
{
	char text[NUMBER_LENGTH];

	fprintf(list, " (%s %" PRIu64 "%s%s: %s)", stray->line ? "line" : "row",
		stray->line ? stray->line : stray->row, several ? " of " : "",
		several ? stray->file : "", show(text, number_format(stray->number, text)));
}

void domain_end(const struct domain *d, const struct source *s)
{
	enum { MAX_SHOWN = 100 };
	const struct stray *first = NULL;
	char least[NUMBER_LENGTH + 1], *text;
	size_t size, shown = 0;

	if (!d->columns)
		return;
	FILE *list = open_memstream(&text, &size);
	if (!list)
		out_of_memory();
	for (size_t k = 0; k < s->used && shown < MAX_SHOWN; k++) {
		if (!d->stray[k].found)
			continue;
		first = first ? first : &d->stray[k];
		fprintf(list, "%s%s", shown++ ? ", " : "", show_name(s->column[s->use[k]].name));
		describe(list, &d->stray[k], s->table > 0);
	}
	if (d->columns > shown)
		fprintf(list, " and %zu more", d->columns - shown);
	if (fflush(list) || ferror(list) || fclose(list))
		out_of_memory();
	least[number_format(first->limit.least, least)] = 0;
	die(EXIT_DATA,
	    "%s: %s takes numbers %s %s%s only, and %zu column%s others: %s; --columns "
	    "leaves columns out, and fit --method yeo-johnson takes any number",
	    s->label,
	    first->limit.method == BELL_BOX_COX ? "Box-Cox" : bell_method_name(first->limit.method),
	    first->limit.open ? "above" : "from", least, first->limit.open ? "" : " on", d->columns,
	    d->columns == 1 ? " has" : "s have", text);
}
