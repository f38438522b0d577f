/* SPDX-License-Identifier: BSD-3-Clause */
/* report.h - results for people and, as JSON, for programs. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdbool.h>
#include <bellshape/model.h>
#include <bellshape/moments.h>

#include "output.h"

struct source;

/* A report that is complete but not printed as yet. */
struct report {
	struct output out;
	char *skipped; /* for standard error: which columns were left out, and why; or NULL */
};

/*
 * They make a report about the columns in use, moments[k] being those of s->use[k]: a table for
 * people, or JSON.  What can run out of memory happens here.
 */
void report_fit(struct report *r, const struct source *s, const struct bell_model *model,
		bool json);
void report_stats(struct report *r, const struct source *s, const struct bell_moments *moments,
		  bool json);

/*
 * report_print() prints the report, and then report_end() says what there is to say, and frees it.
 */
void report_print(struct report *r);
void report_end(struct report *r);

/*
 * report_doubts() says which columns of text an option would make numbers of, where there is no
 * report that does.
 */
void report_doubts(const struct source *s);

/* report_no_numbers() ends the program: the table has no column of numbers. */
_Noreturn void report_no_numbers(const struct source *s);

#endif
