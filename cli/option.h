/* SPDX-License-Identifier: BSD-3-Clause */
/* option.h - every option of every command: its names, what -h says of it, and what it sets. */
#ifndef CLI_OPTION_H
#define CLI_OPTION_H

#include "options.h"

/* In the order in which -h prints them. */
enum option_id {
	OPTION_NONE, /* ends a list */
	OPTION_MODEL,
	OPTION_COUNT,
	OPTION_OUTPUT,
	OPTION_SVG,
	OPTION_STATE_OUT,
	OPTION_LIKE,
	OPTION_STATE_IN,
	OPTION_IN_PLACE,
	OPTION_AS,
	OPTION_LANGUAGE,
	OPTION_UNDO,
	OPTION_COLUMNS,
	OPTION_EXCLUDE,
	OPTION_TEXT,
	OPTION_NUMBERS,
	OPTION_NA,
	OPTION_MEMBER,
	OPTION_ENCODING,
	OPTION_SKIP_LINES,
	OPTION_COMMENT,
	OPTION_DELIMITER,
	OPTION_DECIMAL,
	OPTION_THOUSANDS,
	OPTION_STRIP,
	OPTION_BOOL,
	OPTION_HEADER,
	OPTION_NO_HEADER,
	OPTION_BY,
	OPTION_WEIGHTS,
	OPTION_WEIGHT_TYPE,
	OPTION_EXTENDED,
	OPTION_QUANTILES,
	OPTION_METHOD,
	OPTION_CRITERION,
	OPTION_MARGIN,
	OPTION_CANDIDATES,
	OPTION_EXPLAIN,
	OPTION_LAMBDA,
	OPTION_NO_STANDARDIZE,
	OPTION_BOUNDS,
	OPTION_ROUND,
	OPTION_ROBUST,
	OPTION_LEVEL,
	OPTION_TESTS,
	OPTION_SKIP,
	OPTION_KURTOSIS,
	OPTION_OUTSIDE,
	OPTION_SUFFIX,
	OPTION_DIGITS,
	OPTION_SEED,
	OPTION_STREAM,
	OPTION_OFFSET,
	OPTION_DTYPE,
	OPTION_MEAN,
	OPTION_SD,
	OPTION_THREADS,
	OPTION_HISTOGRAM,
	OPTION_JSON,
	OPTION_JSON_LINES,
	OPTION_HELP,
	OPTIONS
};

/* Takes the value of an option, or NULL if it has none; a wrong one ends the program. */
typedef void option_setter(struct options *o, const char *value);

struct option_entry {
	char letter;       /* of the short form, or 0 */
	const char *name;  /* of the long form */
	const char *value; /* what -h calls the value, or NULL: the option takes none */
	const char *help;
	option_setter *set; /* NULL for --help */
};

/* By option_id, from OPTION_MODEL on. */
extern const struct option_entry option_entries[OPTIONS];

#endif
