/* SPDX-License-Identifier: BSD-3-Clause */
/* panel.h - all that a report shows of one column. */
#ifndef BELL_PANEL_H
#define BELL_PANEL_H

#include "report/numbers.h"
#include "report/page.h"

/*
 * Writes the column of a glance.  The status of the page becomes that of an error, also of one in
 * the numbers.
 */
void bell_panel(struct page *p, const struct bell_report_column *c, const struct glance *g);

#endif
