/* SPDX-License-Identifier: BSD-3-Clause */
/* select.c - which columns of a table are used, by name, number or regular expression. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "source.h"
#include "text.h"

/* Marks the columns of a range of numbers, such as 2-5; false if the item is none. */
static bool mark_range(struct source *s, const char *option, const char *item, enum kind kind)
{
	size_t digits = strspn(item, "0123456789"), more;
	size_t first, last;

	if (!digits || digits > 9 || item[digits] != '-')
		return false;
	more = strspn(item + digits + 1, "0123456789");
	if (!more || more > 9 || item[digits + 1 + more])
		return false;
	first = (size_t)atol(item);
	last = (size_t)atol(item + digits + 1);
	if (first < 1 || first > last || last > s->columns)
		die(EXIT_USAGE,
		    "%s: %s: want two numbers of columns from 1 to %zu, the lesser first", option,
		    show_name(item), s->columns);
	for (size_t i = first; i <= last; i++)
		s->column[i - 1].kind = kind;
	return true;
}

static bool is_pattern(const char *item)
{
	size_t length = strlen(item);

	return length > 2 && *item == '/' && item[length - 1] == '/';
}

/* Marks the columns whose names match a /regular expression/. */
static void mark_matches(struct source *s, const char *option, const char *item, enum kind kind)
{
	size_t length = strlen(item), found = 0;
	char *pattern, error[200];
	regex_t regex;
	int status;

	pattern = copy_text(item + 1, length - 2);
	status = regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB);
	if (status) {
		regerror(status, &regex, error, sizeof error);
		die(EXIT_USAGE, "%s: %s: %s", option, show_name(item), error);
	}
	for (size_t i = 0; i < s->columns; i++)
		if (!regexec(&regex, s->column[i].name, 0, NULL, 0)) {
			s->column[i].kind = kind;
			found++;
		}
	regfree(&regex);
	free(pattern);
	if (!found)
		die(EXIT_USAGE, "%s: no column of %s has a name that matches %s", option,
		    s->in.label, show_name(item));
}

/* An option that names columns, and those of its items that count: all, or the ones with a !. */
struct selection {
	const char *option;
	const struct list *list;
	enum { ALL, CHOSEN, EXCLUDED } which;
};

/* Does an item count?  The ! before it is passed over, unless it belongs to a name. */
static bool counts(const struct source *s, const struct selection *selection, const char **item)
{
	size_t column;
	bool excluded = **item == '!' && !source_find(s, *item, &column);

	if (selection->which == ALL)
		return true;
	*item += excluded;
	return excluded == (selection->which == EXCLUDED);
}

/* Marks the column or columns of an item without commas. */
static void mark_one(struct source *s, const char *option, const char *item, enum kind kind)
{
	size_t column;

	if (source_find(s, item, &column) || !mark_range(s, option, item, kind))
		s->column[source_resolve(s, option, item)].kind = kind;
}

/*
 * Each item is the name of a column, or a regular expression, or several names, numbers and ranges
 * of numbers with commas between them.  Returns how many of them count.
 */
static size_t mark(struct source *s, struct selection selection, enum kind kind)
{
	const char *option = selection.option;
	size_t marked = 0;

	for (size_t i = 0; i < selection.list->count; i++) {
		const char *whole = selection.list->item[i], *bare = whole;
		bool counted = counts(s, &selection, &bare);
		size_t column;

		if (source_find(s, bare, &column)) {
			if (counted)
				s->column[column].kind = kind;
			marked += counted;
			continue;
		}
		if (is_pattern(bare)) {
			if (counted)
				mark_matches(s, option, bare, kind);
			marked += counted;
			continue;
		}
		char *items = copy_text(whole, strlen(whole)), *rest = items;
		const char *item;
		while ((item = strsep(&rest, ",")))
			if (counts(s, &selection, &item)) {
				mark_one(s, option, item, kind);
				marked++;
			}
		free(items);
	}
	return marked;
}

bool source_select(struct source *s, const struct options *options)
{
	const struct list *columns = &options->columns;
	enum kind *kind = allocate(s->columns, sizeof *kind);
	bool chosen;

	for (size_t i = 0; i < s->columns; i++) {
		kind[i] = s->column[i].kind;
		s->column[i].kind = columns->count ? KIND_IGNORED : kind[i];
	}
	/* where columns are only left out, the others are as they were */
	chosen = mark(s, (struct selection){"--columns", columns, CHOSEN}, KIND_NUMBER);
	for (size_t i = 0; !chosen && i < s->columns; i++)
		s->column[i].kind = kind[i];
	free(kind);
	mark(s, (struct selection){"--numbers", &options->numbers, ALL}, KIND_NUMBER);
	mark(s, (struct selection){"--text", &options->text, ALL}, KIND_TEXT);
	mark(s, (struct selection){"--columns", columns, EXCLUDED}, KIND_IGNORED);
	mark(s, (struct selection){"--exclude", &options->exclude, ALL}, KIND_IGNORED);
	return chosen;
}
