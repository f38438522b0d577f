/* SPDX-License-Identifier: BSD-3-Clause */
/* csv.h - the table format CSV, TSV and their like. */
#ifndef CLI_CSV_CSV_H
#define CLI_CSV_CSV_H

#include <stdint.h>

#include "../missing.h"
#include "../spelling.h"
#include "cells.h"
#include "parts.h"
#include "record.h"
#include "write.h"

/* Its probe() agrees to every file: text tables have no mark. */
extern const struct format csv_format;

/* The state of the format in source.state.  It is here for tests to look into. */
struct csv {
	struct csv_reader reader;
	struct csv_style style;
	struct missing missing;
	struct spelling spelling;
	struct cells cells;
	struct parts parts;
	struct csv_memory memory;
	unsigned threads; /* as bellshape/threads.h has it */
	uint64_t rows;    /* in the blocks so far */
};

#endif
