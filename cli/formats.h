/* SPDX-License-Identifier: BSD-3-Clause */
/* formats.h - opens a table, whatever its format. */
#ifndef CLI_FORMATS_H
#define CLI_FORMATS_H

#include "source.h"

/*
 * source_open() opens options->table, finds out its format and reads so far as to know its
 * columns.  `wanted` may be NULL, which stands for a struct of zeros.  Errors end the program.
 */
void source_open(struct source *s, const struct options *options,
		 const struct source_options *wanted);

/*
 * tables_next() reads a block of options->tables, one after the other, as source_next() reads one
 * of a single table.  All have the columns of the first.
 */
bool tables_next(struct source *s, const struct options *options, struct block *block);

#endif
