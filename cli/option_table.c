/* SPDX-License-Identifier: BSD-3-Clause */
/* option_table.c - what the options of every command that reads a table set. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "error.h"
#include "option_table.h"
#include "text.h"

void option_add(struct list *list, const char *item)
{
	list->item = reallocate(list->item, list->count + 1, sizeof *list->item);
	list->item[list->count++] = item;
}

void option_add_columns(struct options *o, const char *value) { option_add(&o->columns, value); }
void option_add_exclude(struct options *o, const char *value) { option_add(&o->exclude, value); }
void option_add_text(struct options *o, const char *value) { option_add(&o->text, value); }
void option_add_numbers(struct options *o, const char *value) { option_add(&o->numbers, value); }
void option_add_missing(struct options *o, const char *value) { option_add(&o->missing, value); }

void option_set_member(struct options *o, const char *value) { o->member = value; }

void option_set_encoding(struct options *o, const char *value) { o->encoding = value; }

void option_set_delimiter(struct options *o, const char *value)
{
	size_t length = strlen(value), good = 0;

	o->between = NULL;
	o->blanks = !strcasecmp(value, "space") || !strcmp(value, " ");
	if (o->blanks || !strcasecmp(value, "tab") || !strcmp(value, "\\t")) {
		o->delimiter = '\t';
		return;
	}
	while (good < length && may_delimit(value[good]))
		good++;
	if (!length || length > MAX_BETWEEN || good < length)
		die(EXIT_USAGE,
		    "%s: --delimiter %s: want one character such as , ; | or up to %d of them, or "
		    "the word tab or space",
		    o->command, show_name(value), MAX_BETWEEN);
	if (length > 1)
		o->between = value;
	o->delimiter = length > 1 ? UNIT_SEPARATOR : *value;
}

void option_set_decimal(struct options *o, const char *value)
{
	if (strcmp(value, ".") != 0 && strcmp(value, ",") != 0)
		die(EXIT_USAGE, "%s: --decimal %s: want . or ,", o->command, show_name(value));
	o->decimal = *value;
}

void option_set_thousands(struct options *o, const char *value)
{
	if (!strcasecmp(value, "space"))
		value = " ";
	if (strlen(value) != 1 || !strchr(",.'_ ", *value))
		die(EXIT_USAGE, "%s: --thousands %s: want , or . or ' or _ or the word space",
		    o->command, show_name(value));
	o->thousands = *value;
}

void option_set_strip(struct options *o, const char *value)
{
	(void)value;
	o->strip = true;
}

void option_set_bool(struct options *o, const char *value)
{
	(void)value;
	o->boolean = true;
}

void option_set_header(struct options *o, const char *value)
{
	(void)value;
	o->header = HEADER_YES;
}

void option_set_no_header(struct options *o, const char *value)
{
	(void)value;
	o->header = HEADER_NO;
}

void option_set_skip_lines(struct options *o, const char *value)
{
	char *end;

	errno = 0;
	o->skip_lines = strtoumax(value, &end, 10);
	if (!isdigit((unsigned char)*value) || *end || errno)
		die(EXIT_USAGE, "%s: --skip-lines %s: want a whole number", o->command,
		    show_name(value));
}

void option_set_comment(struct options *o, const char *value)
{
	/* Rows begin with what names and numbers begin with, or with a quote. */
	if (strlen(value) != 1 || isalnum((unsigned char)*value) || strchr("+-.\"\r\n", *value) ||
	    (unsigned char)*value >= 0x80)
		die(EXIT_USAGE, "%s: --comment %s: want one character such as # or %%", o->command,
		    show_name(value));
	o->comment = *value;
}
