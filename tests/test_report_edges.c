/* SPDX-License-Identifier: BSD-3-Clause */
/* test_report_edges.c - reports of columns whose numbers are at the edges of what there is. */
#include <math.h>
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

/* The profile of a robust fit is that of the values that it keeps, as its interval is. */
Test(report_edges, profile_of_a_robust_fit)
{
	struct bell_report_numbers *n = malloc(sizeof *n);
	const double *l = n->profile_lambda, *v = n->profile_log_likelihood;
	struct bell_fit_options options;
	struct owned o;
	double *x = column(NORMAL, 200);

	bell_fit_options_default(&options);
	options.robust = true;
	x[0] = 30;
	x[1] = 50;
	own(&o, "x", x, 200);
	CHECK(bell_fit_sketch(o.column.sketch, &options, &o.fit));
	cr_assert_geq(o.fit.set_aside, 2);
	CHECK(bell_report_numbers(&o.column, n));
	cr_assert_eq(n->profile_points, BELL_REPORT_PROFILE);
	for (size_t i = 0; i < n->profile_points; i++) {
		bool inside = l[i] > o.fit.ci95[0] && l[i] < o.fit.ci95[1];

		cr_expect_eq(inside, v[i] > -3.841458820694124 / 2, "%g: %g", l[i], v[i]);
	}
	free(n);
	disown(&o);
}

/* A fit may leave values aside of which its transform is infinite. */
Test(report_edges, transforms_that_overflow)
{
	struct bell_report_numbers *n = malloc(sizeof *n);
	struct bell_fit_options options;
	struct owned o;
	struct text t = {0};
	double *x = column(LOGNORMAL, 200);

	bell_fit_options_default(&options);
	options.robust = true;
	for (size_t i = 0; i < 200; i++)
		x[i] = 1e3 - x[i];
	x[0] = 1e300;
	own(&o, "x", x, 200);
	CHECK(bell_fit_sketch(o.column.sketch, &options, &o.fit));
	cr_assert_geq(o.fit.set_aside, 1);
	CHECK(bell_report_numbers(&o.column, n));
	cr_assert(n->overflows);
	cr_expect_eq(n->before.count, 200);
	cr_expect_eq(n->after.count, 200);
	cr_expect(isnan(n->after.skewness));
	for (int i = 0; i < BELL_REPORT_PICTURES; i++) {
		bool after = i == BELL_REPORT_HISTOGRAM_AFTER || i == BELL_REPORT_QQ_AFTER;

		cr_expect_eq(bell_report_has_picture(n, (enum bell_report_picture)i), !after, "%d",
			     i);
	}
	CHECK(bell_report_html(&o.column, 1, NULL, take, &t));
	cr_expect_eq(count(t.bytes, "beyond the numbers of a double"), 1);
	cr_expect_eq(count(t.bytes, "Q-Q plot before</figcaption>"), 1);
	cr_expect_eq(count(t.bytes, "Q-Q plot after</figcaption>"), 0);
	free(t.bytes);
	free(n);
	disown(&o);
}

/* U+FFFE and U+FFFF are UTF-8, but no files of SVG may hold them. */
Test(report_edges, names_are_characters_of_xml)
{
	struct owned o;
	struct text t = {0};

	own(&o, "a\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd", column(LOGNORMAL, 60), 60);
	CHECK(bell_report_html(&o.column, 1, NULL, take, &t));
	cr_expect_eq(count(t.bytes, "\xef\xbf\xbe") + count(t.bytes, "\xef\xbf\xbf"), 0);
	cr_expect_gt(count(t.bytes, "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd<"), 0);
	free(t.bytes);
	disown(&o);
}
