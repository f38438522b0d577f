/* SPDX-License-Identifier: BSD-3-Clause */
/* overview.h - the table of all columns. */
#ifndef BELL_OVERVIEW_H
#define BELL_OVERVIEW_H

#include "report/numbers.h"
#include "report/page.h"

/*
 * Sets *out to one glance for each column, to be freed, those that change most first; what cannot
 * be transformed comes last.  Returns what bell_report_numbers() does.
 */
enum bell_status bell_glances(const struct bell_report_column *columns, size_t n,
			      struct glance **out);

void bell_overview(struct page *p, const struct bell_report_column *columns,
		   const struct glance *glance, size_t n);

#endif
