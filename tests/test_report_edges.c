/* SPDX-License-Identifier: BSD-3-Clause */
/* test_report_edges.c - reports of columns whose numbers are at the edges of what there is. */
#include "reports.h"

/* Ticks of an axis whose steps are no doubles, or no steps, would never end. */
Test(report_edges, extreme_ranges)
{
	static const struct {
		double x[4];
		bool drawn;
	} columns[] = {
	    /* neighbors among the doubles: numbers that name things may be so large */
	    {{8950731063349566, 8950731063349567, 8950731063349566, 8950731063349567}, false},
	    {{0x1p60, 0x1p60 + 256, 0x1p60 + 512, 0x1p60 + 768}, false},
	    {{-5e-324, 5e-324, -5e-324, 5e-324}, false},
	    {{0, 1e-310, 2e-310, 5e-310}, false},
	    {{-1e308, 1e308, -1e307, 1e307}, false},
	    {{1700000000000, 1700000000001, 1700000000003, 1700000000007}, true},
	    {{1e-290, 2e-290, 3e-290, 7e-290}, true},
	    {{-1e299, 1e299, 2e299, 4e299}, true},
	};
	struct bell_report_numbers *n = malloc(sizeof *n);

	for (size_t i = 0; i < COUNT(columns); i++) {
		double *x = malloc(sizeof columns[i].x);
		struct text t = {0};
		struct owned o;

		memcpy(x, columns[i].x, sizeof columns[i].x);
		own(&o, "x", x, 4);
		CHECK(bell_report_html(&o.column, 1, NULL, take, &t));
		cr_expect_lt(t.size, 40000, "column %zu: %zu bytes", i, t.size);
		cr_expect_eq(count(t.bytes, "M-9999"), 0, "column %zu", i);
		CHECK(bell_report_numbers(&o.column, n));
		cr_expect_eq(bell_report_has_picture(n, BELL_REPORT_HISTOGRAM_BEFORE),
			     columns[i].drawn, "column %zu", i);
		cr_expect(bell_report_has_picture(n, BELL_REPORT_QQ_BEFORE), "column %zu", i);
		free(t.bytes);
		disown(&o);
	}
	free(n);
}
