/* SPDX-License-Identifier: BSD-3-Clause */
/* formats.c - the one file that knows which table formats there are. */
#include "csv/csv.h"
#include "format.h"
#include "formats.h"
#include "npy/npy.h"

/* The first one whose probe() agrees is taken; csv_format agrees to everything. */
static const struct format *const formats[] = {&npy_format, &csv_format};

void source_open(struct source *s, const struct options *options,
		 const struct source_options *wanted)
{
	size_t i = 0;

	source_start(s, options, wanted);
	while (!formats[i]->probe(&s->in))
		i++;
	source_read_head(s, formats[i], options);
}
