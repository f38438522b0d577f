/* SPDX-License-Identifier: BSD-3-Clause */
/* option_output.c - what the options about output set. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/expression.h>

#include "error.h"
#include "number.h"
#include "option_output.h"
#include "option_table.h"
#include "text.h"

void option_set_dialect(struct options *o, const char *value)
{
	o->expressions = true;
	if (bell_dialect_of_name(value, &o->dialect) != BELL_OK)
		die(EXIT_USAGE,
		    "%s: --as %s: want python, r, sql, duckdb, spark or bigquery; sql is that of "
		    "DuckDB and PostgreSQL",
		    o->command, show_name(value));
}

void option_set_undo(struct options *o, const char *value)
{
	(void)value;
	o->undo = true;
}

void option_set_output(struct options *o, const char *value) { o->output = value; }

void option_set_outside(struct options *o, const char *value)
{
	static const char *const names[] = {[BELL_OUTSIDE_NAN] = "nan",
					    [BELL_OUTSIDE_CLIP] = "clip",
					    [BELL_OUTSIDE_ERROR] = "error"};

	for (enum bell_outside i = BELL_OUTSIDE_NAN; i <= BELL_OUTSIDE_ERROR; i++)
		if (!strcmp(value, names[i])) {
			o->outside = i;
			return;
		}
	die(EXIT_USAGE, "%s: --outside %s: want nan, clip or error", o->command, show_name(value));
}

void option_set_histogram(struct options *o, const char *value)
{
	(void)value;
	o->histogram = true;
}

void option_set_json(struct options *o, const char *value)
{
	(void)value;
	o->json = true;
}

void option_set_in_place(struct options *o, const char *value)
{
	(void)value;
	o->in_place = true;
}

void option_add_as(struct options *o, const char *value)
{
	if (!strchr(value, '='))
		die(EXIT_USAGE,
		    "%s: --as %s: want NAME=COLUMN, such as price=pred: COLUMN of the table is "
		    "taken for NAME of the model",
		    o->command, show_name(value));
	option_add(&o->as, value);
}

void option_set_suffix(struct options *o, const char *value)
{
	if (!*value)
		die(EXIT_USAGE, "%s: --suffix: want a text, such as _z", o->command);
	o->suffix = value;
}

void option_set_digits(struct options *o, const char *value)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (!isdigit((unsigned char)*value) || *end || n < 1 || n > NUMBER_DIGITS)
		die(EXIT_USAGE, "%s: --digits %s: want a number from 1 to %d", o->command,
		    show_name(value), NUMBER_DIGITS);
	o->digits = (int)n;
}

void option_set_json_lines(struct options *o, const char *value)
{
	(void)value;
	o->json = o->json_lines = true;
}
