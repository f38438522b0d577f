/* SPDX-License-Identifier: BSD-3-Clause */
/* sample.h - the first lines of a text table, to guess its form from. */
#ifndef CLI_CSV_SAMPLE_H
#define CLI_CSV_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "../spelling.h"

struct input;
struct options;

struct sample {
	const char *text;
	size_t length;
	char comment; /* lines that begin so do not count; 0: none */
	/* How numbers are written; words such as TRUE may be names, and are no numbers here. */
	struct spelling spelling;
	bool all;   /* nothing follows in the file; otherwise the last record may be cut */
	char *copy; /* memory for one cell */
};

/* sample_take() reads the first lines, which stay in the input.  sample_free() frees the copy. */
struct sample sample_take(struct input *in, const struct options *options);
void sample_free(struct sample *sample);

/* A cell of the sample; its text lasts until the next one is read. */
struct sample_cell {
	const char *text;
	size_t length;
	size_t record, field; /* counted from 0 */
	bool quoted, last;    /* the last one is that of its record */
};

/* sample_is_number() tells whether a cell holds a number, with a point or a comma. */
bool sample_is_number(const struct sample *sample, const struct sample_cell *cell);

/* The sample as it reads with one delimiter.  A scan starts with all the other members 0. */
struct scan {
	const struct sample *sample;
	char delimiter;
	size_t at, record, field;
	size_t faults; /* quotes that open or close in the middle of a cell */
};

/* scan_next() reads the next cell; it returns false at the end, and where a record is cut. */
bool scan_next(struct scan *scan, struct sample_cell *cell);

#endif
