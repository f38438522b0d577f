/* SPDX-License-Identifier: BSD-3-Clause */
/* report.h - results for people and, as JSON, programs. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdbool.h>
#include <bellshape/bellshape.h>

#include "source.h"

/* Prints to standard output; what could not be written ends the program. */
void report_fit(const struct source *s, const struct bell_model *model, bool json);
void report_stats(const struct source *s, const struct bell_moments *moments, bool json);

/* Ends the program: the table has no column of numbers. */
_Noreturn void report_no_numbers(const struct source *s);

#endif
