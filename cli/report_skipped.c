/* SPDX-License-Identifier: BSD-3-Clause */
/* report_skipped.c - what is said of the columns of text, which are left out. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "error.h"
#include "report.h"
#include "report_parts.h"
#include "source.h"
#include "text.h"

/*
 * Returns the columns of text, or the doubtful ones of them, with their first text and its line,
 * and counts them.
 */
static char *text_columns(const struct source *s, bool doubtful, size_t *count)
{
	enum { MAX_SHOWN = 8 };
	size_t size;
	char *text;
	FILE *list = open_memstream(&text, &size);

	if (!list)
		out_of_memory();
	*count = 0;
	for (size_t i = 0; i < s->columns; i++) {
		const struct column *c = &s->column[i];

		if (c->kind != KIND_TEXT || (doubtful && !c->doubtful) || ++*count > MAX_SHOWN)
			continue;
		fprintf(list, "%s%s", *count > 1 ? ", " : "", show_name(c->name));
		if (c->sample && !c->sample_line) /* the file has no lines */
			fprintf(list, " (%s)", c->sample);
		else if (c->sample)
			fprintf(list, " (line %" PRIu64 ": %s)", c->sample_line, c->sample);
	}
	if (*count > MAX_SHOWN)
		fputs(", ...", list);
	if (fflush(list) || ferror(list) || fclose(list))
		out_of_memory();
	return text;
}

char *report_skipped(const struct source *s, bool json)
{
	size_t count;
	char *text = text_columns(s, json, &count), *message = NULL;
	int n = 0;

	if (count && json)
		n = asprintf(&message, "%s: note: taken for text: %s", s->label, text);
	else if (count)
		n = asprintf(&message, "%s: %zu text column%s skipped: %s", s->label, count,
			     count == 1 ? "" : "s", text);
	if (n < 0)
		out_of_memory();
	free(text);
	return message;
}

void report_doubts(const struct source *s)
{
	char *doubts = report_skipped(s, true);

	if (doubts)
		note("%s", doubts);
	free(doubts);
}

void report_no_numbers(const struct source *s)
{
	bool found = false;
	size_t count;

	for (size_t i = 0; i < s->columns; i++)
		found |= s->column[i].kind == KIND_TEXT && s->column[i].sample;
	if (found)
		die(EXIT_DATA, "%s: no column of numbers, but text: %s", s->label,
		    text_columns(s, false, &count));
	die(EXIT_DATA, "%s: no column of numbers is left", s->label);
}
