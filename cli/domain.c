/* SPDX-License-Identifier: BSD-3-Clause */
/* domain.c - the numbers that a method can take. */
#include <inttypes.h>
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
	uint64_t line, row; /* a line of 0: the file has none */
};

/* Remembers a number, unless its column already has one. */
static void remember(struct domain *d, const struct source *s, const struct block *b, size_t row,
		     size_t column, double number)
{
	if (!d->stray)
		d->stray = allocate(s->used, sizeof *d->stray);
	struct stray *stray = &d->stray[b->first + column];
	if (stray->found)
		return;
	*stray = (struct stray){true, number, b->line ? b->line[row] : 0, b->row + row + 1};
	d->columns++;
}

void domain_check(struct domain *d, const struct source *s, const struct block *b,
		  const bool *box_cox)
{
	const struct bell_table *t = &b->table;

	for (size_t i = 0; i < t->rows; i++)
		for (size_t j = 0; j < t->columns; j++) {
			double x = source_number(t, t->data, i, j);

			if (x <= 0 && (!box_cox || box_cox[j]))
				remember(d, s, b, i, j, x);
		}
}

/* Writes a number that was found, quoted, and its place. */
static void describe(FILE *list, const struct stray *stray)
{
	char text[NUMBER_LENGTH];

	fprintf(list, " (%s %" PRIu64 ": %s)", stray->line ? "line" : "row",
		stray->line ? stray->line : stray->row,
		show(text, number_format(stray->number, text)));
}

void domain_end(const struct domain *d, const struct source *s)
{
	enum { MAX_SHOWN = 100 };
	size_t size, shown = 0;
	char *text;

	if (!d->columns)
		return;
	FILE *list = open_memstream(&text, &size);
	if (!list)
		out_of_memory();
	for (size_t k = 0; k < s->used && shown < MAX_SHOWN; k++) {
		if (!d->stray[k].found)
			continue;
		fprintf(list, "%s%s", shown++ ? ", " : "", show_name(s->column[s->use[k]].name));
		describe(list, &d->stray[k]);
	}
	if (d->columns > shown)
		fprintf(list, " and %zu more", d->columns - shown);
	if (fflush(list) || ferror(list) || fclose(list))
		out_of_memory();
	die(EXIT_DATA,
	    "%s: Box-Cox takes numbers above 0 only, and %zu column%s others: %s; --columns "
	    "leaves columns out, and fit --method yeo-johnson takes any number",
	    s->in.label, d->columns, d->columns == 1 ? " has" : "s have", text);
}
