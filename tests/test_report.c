/* SPDX-License-Identifier: BSD-3-Clause */
/* test_report.c - pages of HTML and files of SVG: their numbers, their text, and their errors. */
#include <locale.h>
#include <math.h>
#include "reports.h"

/* ---- numbers ---- */

Test(report, numbers_are_those_of_plots)
{
	struct bell_report_numbers *n = malloc(sizeof *n);
	struct bell_histogram h;
	struct bell_qq q;
	struct owned o;
	double *z = malloc(700 * sizeof *z);

	own(&o, "x", column(LOGNORMAL, 700), 700);
	CHECK(bell_report_numbers(&o.column, n));
	CHECK(bell_transform_apply_f64(&o.fit.transform, o.x, 700, 1, z));
	CHECK(bell_histogram_f64(o.x, 700, 0, &h));
	cr_expect(!memcmp(&h, &n->histogram_before, sizeof h));
	CHECK(bell_histogram_f64(z, 700, 0, &h));
	cr_expect(!memcmp(&h, &n->histogram_after, sizeof h));
	CHECK(bell_qq_f64(o.x, 700, &q));
	cr_expect(!memcmp(&q, &n->qq_before, sizeof q));
	CHECK(bell_qq_f64(z, 700, &q));
	cr_expect(!memcmp(&q, &n->qq_after, sizeof q));
	cr_expect(!n->sampled);
	cr_expect(n->change > 0.1 && n->change < 0.9, "%g", n->change);
	cr_expect_eq(n->before.count, 700);
	cr_expect(near(n->after.skewness, o.fit.skewness_after, 1e-9));
	free(z);
	free(n);
	disown(&o);
}

/* The profile is 0 at lambda, half of 3.84 below at the ends of the interval, and has one peak. */
Test(report, profile)
{
	struct bell_report_numbers *n = malloc(sizeof *n);
	struct owned o;
	const double *l = n->profile_lambda, *v = n->profile_log_likelihood;
	size_t at_best = 0;

	own(&o, "x", column(GAMMA_MIXED, 400), 400);
	CHECK(bell_report_numbers(&o.column, n));
	cr_assert_eq(n->profile_points, BELL_REPORT_PROFILE);
	cr_expect(l[0] < o.fit.ci95[0] && l[n->profile_points - 1] > o.fit.ci95[1]);
	cr_expect(l[0] <= -0.25 && l[n->profile_points - 1] >= 1.25);
	for (size_t i = 0; i < n->profile_points; i++) {
		bool inside = l[i] > o.fit.ci95[0] && l[i] < o.fit.ci95[1];

		cr_expect(!i || l[i] > l[i - 1]);
		cr_expect_eq(inside, v[i] > -3.841458820694124 / 2, "%g: %g", l[i], v[i]);
		at_best += l[i] == o.fit.lambda && v[i] == 0;
	}
	cr_expect_eq(at_best, 1);
	free(n);
	disown(&o);
}

/* Steps of a column are carried over to its transform, each with its count. */
Test(report, steps)
{
	struct bell_report_numbers *n = malloc(sizeof *n);
	double *x = malloc(100 * sizeof *x);
	struct owned o;

	for (int i = 0; i < 100; i++)
		x[i] = i < 50 ? 0 : i < 80 ? 1 : i < 95 ? 2 : 4;
	own(&o, "x", x, 100);
	CHECK(bell_report_numbers(&o.column, n));
	cr_assert_eq(n->histogram_before.bins, 5);
	cr_assert_eq(n->histogram_after.bins, 5);
	cr_expect_eq(n->histogram_before.step, 1);
	for (size_t i = 0; i < 5; i++) {
		double z, step = (double)i;

		CHECK(bell_transform_apply_f64(&o.fit.transform, &step, 1, 1, &z));
		cr_expect_eq(n->histogram_after.count[i], n->histogram_before.count[i]);
		cr_expect(n->histogram_after.edge[i] < z && z < n->histogram_after.edge[i + 1]);
	}
	free(n);
	disown(&o);
}

Test(report, says_that_it_has_a_sample)
{
	struct owned o;
	struct text t = {0};

	own(&o, "x", column(NORMAL, 3000), 3000);
	o.column.values = 500;
	CHECK(bell_report_html(&o.column, 1, NULL, take, &t));
	cr_expect(strstr(t.bytes, "of a sample of 500"));
	free(t.bytes);
	disown(&o);
}

/* ---- pages ---- */

Test(report, page_of_all_kinds)
{
	struct owned o[KINDS + 1];
	struct bell_report_column columns[KINDS + 1];
	struct bell_report_options options = {.title = "all & sundry", .full = 3};
	struct text t = {0};

	for (size_t k = 0; k <= KINDS; k++) {
		own(&o[k], kind_name[k], column((enum kind)k, 300), 300);
		columns[k] = o[k].column;
	}
	CHECK(bell_report_html(columns, KINDS + 1, &options, take, &t));
	cr_expect_eq(count(t.bytes, "<section class=\"column\""), KINDS + 1);
	cr_expect_eq(count(t.bytes, "<details class=\"more\""), KINDS - 2);
	cr_expect_eq(count(t.bytes, "<h1><bdi>all &amp; sundry</bdi></h1>"), 1);
	cr_expect_eq(count(t.bytes, "<script"), 0);
	cr_expect_eq(count(t.bytes, "http://") + count(t.bytes, "https://"), 0);
	cr_expect_eq(count(t.bytes, "nan"), 0);
	cr_expect_lt(t.size, 30000 * (KINDS + 1));
	free(t.bytes);
	for (size_t k = 0; k <= KINDS; k++)
		disown(&o[k]);
}

/* The column that its transform bends most comes first. */
Test(report, order)
{
	struct owned o[2];
	struct text t = {0};

	own(&o[0], "straight", column(NORMAL, 300), 300);
	own(&o[1], "bent", column(LOGNORMAL, 300), 300);
	struct bell_report_column columns[] = {o[0].column, o[1].column};
	CHECK(bell_report_html(columns, 2, NULL, take, &t));
	cr_expect_lt(strstr(t.bytes, "bent</bdi></a>"), strstr(t.bytes, "straight</bdi></a>"));
	cr_expect(strstr(t.bytes, "href=\"#c2\"") && strstr(t.bytes, "id=\"c2\""));
	free(t.bytes);
	disown(&o[0]);
	disown(&o[1]);
}

Test(report, hostile_names)
{
	static const char *const skipped[] = {"<b>\"'&", "\x80\xff"};
	struct bell_report_options options = {"</title><script>", skipped, 2, "<model>", 0};
	struct owned o;
	struct text t = {0};

	own(&o, "<img src=x onerror=\"y\">&'\x01\x1b[31m\xc3", column(LOGNORMAL, 60), 60);
	CHECK(bell_report_html(&o.column, 1, &options, take, &t));
	cr_expect_eq(count(t.bytes, "<img"), 0);
	cr_expect_eq(count(t.bytes, "<script"), 0);
	cr_expect_eq(count(t.bytes, "<b>"), 0);
	cr_expect_eq(count(t.bytes, "<model>"), 0);
	cr_expect(strstr(t.bytes, "&lt;img src=x onerror=&quot;y&quot;&gt;&amp;&#39;"));
	for (size_t i = 0; i < t.size; i++)
		cr_expect((unsigned char)t.bytes[i] >= 0x20 || t.bytes[i] == '\n');
	cr_expect_eq(count(t.bytes, "\x80\xff") + count(t.bytes, "\xc3<"), 0);
	free(t.bytes);
	disown(&o);
}

/* Columns that cannot be transformed are told, and drawn as far as they can be. */
Test(report, poor_columns)
{
	static const double value[][3] = {
	    {NAN, NAN, NAN}, {2, NAN, NAN}, {7, 7, 7}, {0, 1, 1}, {1, 2, INFINITY}};
	struct owned o[COUNT(value)];
	struct bell_report_column columns[COUNT(value)];
	struct text t = {0};

	for (size_t k = 0; k < COUNT(value); k++) {
		double *x = malloc(sizeof value[k]);

		memcpy(x, value[k], sizeof value[k]);
		own(&o[k], "poor", x, 3);
		columns[k] = o[k].column;
	}
	CHECK(bell_report_html(columns, COUNT(value), NULL, take, &t));
	cr_expect_eq(count(t.bytes, "<section class=\"column\""), COUNT(value));
	cr_expect_eq(count(t.bytes, "Histogram before</figcaption>"), 2);
	cr_expect_eq(count(t.bytes, "Profile likelihood"), 1); /* in the help alone */
	free(t.bytes);
	for (size_t k = 0; k < COUNT(value); k++)
		disown(&o[k]);
}

Test(report, no_columns)
{
	struct text t = {0};

	CHECK(bell_report_html(NULL, 0, NULL, take, &t));
	cr_expect(strstr(t.bytes, "0 columns of numbers"));
	free(t.bytes);
}

/* Numbers have points, whatever the locale is. */
Test(report, locale)
{
	struct owned o;
	struct text plain = {0}, german = {0};

	own(&o, "x", column(LOGNORMAL, 80), 80);
	CHECK(bell_report_html(&o.column, 1, NULL, take, &plain));
	if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
		cr_skip("there is no locale de_DE.UTF-8");
	CHECK(bell_report_html(&o.column, 1, NULL, take, &german));
	cr_expect_str_eq(plain.bytes, german.bytes);
	free(plain.bytes);
	free(german.bytes);
	disown(&o);
}

/* ---- pictures ---- */

Test(report, pictures)
{
	struct bell_report_numbers *n = malloc(sizeof *n);
	struct owned o;

	own(&o, "a<b", column(PRICE, 200), 200);
	CHECK(bell_report_numbers(&o.column, n));
	for (int i = 0; i < BELL_REPORT_PICTURES; i++) {
		struct text t = {0};

		cr_assert(bell_report_has_picture(n, (enum bell_report_picture)i));
		CHECK(bell_report_svg(&o.column, n, (enum bell_report_picture)i, take, &t));
		cr_expect(!strncmp(t.bytes, "<svg xmlns=\"http://www.w3.org/2000/svg\"", 39));
		cr_expect_str_eq(t.bytes + t.size - 6, "</svg>");
		cr_expect(strstr(t.bytes, "a&lt;b: "));
		free(t.bytes);
	}
	cr_expect_str_eq(bell_report_picture_name(BELL_REPORT_QQ_AFTER), "qq-after");
	cr_expect_null(bell_report_picture_name((enum bell_report_picture)BELL_REPORT_PICTURES));
	free(n);
	disown(&o);
}

/* ---- errors ---- */

Test(report, errors)
{
	struct bell_report_numbers *n = calloc(1, sizeof *n);
	struct bell_report_options skipped = {.skipped_count = 1};
	struct bell_report_column bad;
	size_t whole;
	struct owned o;
	struct text t = {0};

	own(&o, "x", column(NORMAL, 20), 20);
	CHECK_STATUS(bell_report_numbers(NULL, n), BELL_EINVAL);
	CHECK_STATUS(bell_report_numbers(&o.column, NULL), BELL_EINVAL);
	CHECK_STATUS(bell_report_html(NULL, 1, NULL, take, &t), BELL_EINVAL);
	CHECK_STATUS(bell_report_html(&o.column, 1, NULL, NULL, &t), BELL_EINVAL);
	CHECK_STATUS(bell_report_html(&o.column, 1, &skipped, take, &t), BELL_EINVAL);
	bad = o.column;
	bad.name = NULL;
	CHECK_STATUS(bell_report_html(&bad, 1, NULL, take, &t), BELL_EINVAL);
	CHECK_STATUS(bell_report_svg(&o.column, n, BELL_REPORT_QQ_AFTER, take, &t), BELL_EINVAL);
	CHECK_STATUS(bell_report_svg(&o.column, NULL, BELL_REPORT_QQ_AFTER, take, &t), BELL_EINVAL);
	cr_expect_eq(t.size, 0);
	/* What the writer says is what the caller gets, wherever it happens. */
	CHECK(bell_report_html(&o.column, 1, NULL, take, &t));
	whole = t.size;
	for (t.limit = 1; t.limit <= whole + 5000; t.limit += 5000) {
		t.size = 0;
		CHECK_STATUS(bell_report_html(&o.column, 1, NULL, take, &t),
			     t.limit < whole ? BELL_ENOMEM : BELL_OK);
	}
	free(t.bytes);
	free(n);
	disown(&o);
}

/* Box-Cox of another column, one of whose values it cannot take. */
Test(report, domain)
{
	struct bell_fit_options options;
	double *positive = column(LOGNORMAL, 50);
	struct bell_sketch *sketch = sketch_of(positive, NULL, 50, NULL);
	struct owned o;
	struct text t = {0};

	own(&o, "x", column(NORMAL, 50), 50);
	o.x[7] = -3;
	bell_fit_options_default(&options);
	options.method = BELL_BOX_COX;
	CHECK(bell_fit_sketch(sketch, &options, &o.fit));
	CHECK_STATUS(bell_report_html(&o.column, 1, NULL, take, &t), BELL_EDOMAIN);
	free(t.bytes);
	bell_sketch_free(sketch);
	free(positive);
	disown(&o);
}

/* What the transform was chosen from stands below its name. */
Test(report, candidates)
{
	struct bell_candidate candidate[BELL_MAX_CANDIDATES];
	struct bell_fit_options options;
	struct owned o;
	struct text t = {0};

	own(&o, "x", column(GAMMA_MIXED, 200), 200);
	bell_fit_options_default(&options);
	options.method = BELL_BEST;
	CHECK(
	    bell_choose_sketch(o.column.sketch, &options, &o.fit, candidate, &o.column.candidates));
	o.column.candidate = candidate;
	CHECK(bell_report_html(&o.column, 1, NULL, take, &t));
	cr_expect_eq(count(t.bytes, " (chosen)</th>"), 1);
	cr_expect(strstr(t.bytes, " families were compared</summary>"));
	cr_expect(strstr(t.bytes,
			 "<th scope=\"row\">Box-Cox</th><td colspan=\"3\">values at or below 0"));
	o.column.candidate = NULL;
	CHECK_STATUS(bell_report_html(&o.column, 1, NULL, take, &t), BELL_EINVAL);
	free(t.bytes);
	disown(&o);
}
