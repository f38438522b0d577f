/* SPDX-License-Identifier: BSD-3-Clause */
/* numbers.h - what pictures and tables show. */
#ifndef BELL_REPORT_NUMBERS_H
#define BELL_REPORT_NUMBERS_H

#include <bellshape/report.h>

/* The number of bins of the small histograms in the table of all columns. */
#define BELL_GLANCE 24

/* Whether all pointers are there that have to be, and the transform is one. */
bool bell_report_column_valid(const struct bell_report_column *c);

/* What the table of all columns shows of one. */
struct glance {
	/* Its number among the columns of the report. */
	size_t column;
	/* As in struct bell_report_numbers. */
	double change;
	/* Of BELL_GLANCE bins. */
	struct bell_histogram before, after;
	/* Of all values if the fit is that of the column, else of the values that are at hand. */
	double skewness_before, skewness_after;
	/* None if the fit is that of another column. */
	struct bell_verdicts verdicts;
};

/* Sets all of *out but the number of the column.  Returns what bell_report_numbers() does. */
enum bell_status bell_report_glance(const struct bell_report_column *c, struct glance *out);

#endif
