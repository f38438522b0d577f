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

/* Marks the columns whose names match a /regular expression/; false if the item is none. */
static bool mark_matches(struct source *s, const char *option, const char *item, enum kind kind)
{
	size_t length = strlen(item), found = 0;
	char *pattern, error[200];
	regex_t regex;
	int status;

	if (length < 3 || *item != '/' || item[length - 1] != '/')
		return false;
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
	return true;
}

/*
 * Each item is the name of a column, or a regular expression, or several names, numbers and ranges
 * of numbers with commas between them.
 */
static void mark(struct source *s, const char *option, const struct list *list, enum kind kind)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *whole = list->item[i];
		size_t column;

		if (source_find(s, whole, &column)) {
			s->column[column].kind = kind;
			continue;
		}
		if (mark_matches(s, option, whole, kind))
			continue;
		char *items = copy_text(whole, strlen(whole)), *rest = items, *item;
		while ((item = strsep(&rest, ",")))
			if (source_find(s, item, &column) || !mark_range(s, option, item, kind))
				s->column[source_resolve(s, option, item)].kind = kind;
		free(items);
	}
}

void source_select(struct source *s, const struct options *options)
{
	for (size_t i = 0; options->columns.count && i < s->columns; i++)
		s->column[i].kind = KIND_IGNORED;
	mark(s, "--columns", &options->columns, KIND_NUMBER);
	mark(s, "--numbers", &options->numbers, KIND_NUMBER);
	mark(s, "--text", &options->text, KIND_TEXT);
	mark(s, "--exclude", &options->exclude, KIND_IGNORED);
}
