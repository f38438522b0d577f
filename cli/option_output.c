/* SPDX-License-Identifier: BSD-3-Clause */
/* option_output.c - what the options about output set. */
#include <bellshape/expression.h>

#include "error.h"
#include "option_output.h"
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
