/* SPDX-License-Identifier: BSD-3-Clause */
/* formats.c - the one file that knows which table formats there are. */
#include <string.h>

#include "arrow/arrow.h"
#include "csv/csv.h"
#include "error.h"
#include "format.h"
#include "formats.h"
#include "npy/npy.h"
#include "npy/npz.h"

/* The first one whose probe() agrees is taken; csv_format agrees to everything. */
static const struct format *const formats[] = {&npy_format, &arrow_format,
#ifdef HAVE_ZLIB
					       &npz_format,
#endif
					       &csv_format};

void source_open(struct source *s, const struct options *options,
		 const struct source_options *wanted)
{
	size_t i = 0;

	source_start(s, options, wanted);
	while (!formats[i]->probe(&s->in))
		i++;
	if (options->member && strcmp(formats[i]->name, ".npz") != 0)
		die(EXIT_USAGE, "--member: %s is no .npz file", s->in.label);
	source_read_head(s, formats[i], options);
}

/* Opens the next table in the place of one that is read to its end. */
static void open_next(struct source *s, const struct options *options)
{
	struct source before = source_leave(s);
	struct source_options wanted = before.wanted;
	struct options here = *options;

	here.table = options->tables.item[before.table + 1];
	/* what names look like is known from the first table */
	wanted.known = before.names;
	if (!before.column->title)
		here.header = HEADER_NO;
	source_open(s, &here, &wanted);
	s->wanted.known = NULL;
	source_continue(s, &before);
}

bool tables_next(struct source *s, const struct options *options, struct block *block)
{
	while (!source_next(s, block)) {
		if (s->table + 1 == options->tables.count)
			return false;
		open_next(s, options);
	}
	return true;
}
