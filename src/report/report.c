/* SPDX-License-Identifier: BSD-3-Clause */
/* report.c - a page of HTML, and files of SVG. */
#include <math.h>
#include <stdlib.h>
#include <bellshape/backend.h>
#include "report/draw.h"
#include "report/numbers.h"
#include "report/overview.h"
#include "report/panel.h"
#include "report/style.h"

/* So many columns are shown in full where the options do not say. */
#define FULL 50

static void put_head(struct page *p, const char *title)
{
	bell_put(p, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
		    "<meta name=\"color-scheme\" content=\"light dark\">"
		    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		    "style-src 'unsafe-inline'\"><title>");
	bell_text(p, title);
	bell_put(p, " \xe2\x80\x93 bellshape report</title>\n<style>");
	bell_put(p, bell_style_colors);
	bell_put(p, bell_style_pictures);
	bell_put(p, bell_style_page);
	bell_put(p, "</style></head>\n<body><a class=\"skip\" href=\"#columns\">Skip to the "
		    "columns</a>\n");
}

static void put_skipped(struct page *p, const struct bell_report_options *o)
{
	enum { MAX_SHOWN = 12 };

	if (!o->skipped_count)
		return;
	bell_print(p, " \xc2\xb7 not numbers: ");
	for (size_t i = 0; i < o->skipped_count && i < MAX_SHOWN; i++) {
		bell_put(p, i ? ", <bdi>" : "<bdi>");
		bell_text(p, o->skipped[i]);
		bell_put(p, "</bdi>");
	}
	if (o->skipped_count > MAX_SHOWN)
		bell_print(p, " and %zu more", o->skipped_count - MAX_SHOWN);
}

static void put_title(struct page *p, const struct bell_report_column *columns, size_t n,
		      const struct bell_report_options *o)
{
	struct bell_sketch_summary s = {0};

	if (n)
		bell_sketch_summary(columns->sketch, &s);
	bell_put(p, "<header><p class=\"kicker\">bellshape report</p><h1><bdi>");
	bell_text(p, o->title ? o->title : "table");
	bell_print(p, "</bdi></h1><p class=\"soft\">%s rows \xc2\xb7 %zu column%s of numbers",
		   bell_count((double)(s.count + s.missing + s.infinite)).text, n,
		   n == 1 ? "" : "s");
	put_skipped(p, o);
	if (o->model) {
		bell_put(p, " \xc2\xb7 transforms of the model <bdi>");
		bell_text(p, o->model);
		bell_put(p, "</bdi>");
	}
	bell_put(p, "</p>");
}

static void put_key(struct page *p)
{
	bell_put(
	    p,
	    "<ul class=\"key\">"
	    "<li><svg viewBox=\"0 0 22 12\" aria-hidden=\"true\"><rect class=\"before\" "
	    "width=\"22\" "
	    "height=\"12\"/></svg>the column as it is</li>"
	    "<li><svg viewBox=\"0 0 22 12\" aria-hidden=\"true\"><rect class=\"after\" "
	    "width=\"22\" "
	    "height=\"12\"/></svg>after its transform</li>"
	    "<li><svg viewBox=\"0 0 22 12\" aria-hidden=\"true\"><path class=\"curve\" "
	    "d=\"M0 6h22\"/></svg>a normal distribution of the same mean and standard "
	    "deviation</li>"
	    "<li><svg viewBox=\"0 0 22 12\" aria-hidden=\"true\"><rect class=\"band\" x=\"1\" "
	    "y=\"1\" width=\"20\" height=\"10\"/></svg>where 95 % of normal samples stay, and the "
	    "95 % interval of \xce\xbb</li></ul>"
	    "<details class=\"help\"><summary>How to read the pictures</summary>"
	    "<p><strong>Histogram.</strong> Heights before and after have one scale, on which the "
	    "normal curve is equally high. A bar that would leave the picture is cut and says "
	    "which "
	    "part of the values it holds.</p>"
	    "<p><strong>Q-Q plot.</strong> Each point is a value; were the column normal, the "
	    "points "
	    "would follow the orange line. A bend means skewness, ends that turn away from the "
	    "line "
	    "mean heavy tails or light ones, and stairs mean that values repeat. Of 100 samples of "
	    "a "
	    "normal distribution, 95 stay within the gray band with all of their points.</p>"
	    "<p><strong>Profile likelihood.</strong> How well each \xce\xbb fits. Where the curve "
	    "is "
	    "above the dashed line lies the 95 % interval of \xce\xbb. If \xe2\x80\x9c"
	    "as is\xe2\x80\x9d lies in it, the column may as well be left as it is; if "
	    "\xe2\x80\x9clog\xe2\x80\x9d or \xe2\x80\x9c\xe2\x88\x9a\xe2\x80\x9d does, a logarithm "
	    "or a square root does as well.</p>"
	    "<p><strong>Order.</strong> Columns that the transform bends most come first: those "
	    "whose values correlate least with their transforms.</p></details></header>\n<main>");
}

static void put_columns(struct page *p, const struct bell_report_column *columns,
			const struct glance *glance, size_t n, size_t full)
{
	bell_put(p, "<h2 id=\"columns\" tabindex=\"-1\">Column by column</h2>\n");
	for (size_t i = 0; i < n && p->status == BELL_OK; i++) {
		const struct bell_report_column *c = &columns[glance[i].column];

		if (i >= full) {
			bell_put(p, "<details class=\"more\"><summary><bdi>");
			bell_text(p, c->name);
			bell_put(p, "</bdi></summary>");
		}
		bell_panel(p, c, &glance[i]);
		if (i >= full)
			bell_put(p, "</details>\n");
	}
}

static void put_page(struct page *p, const struct bell_report_column *columns, size_t n,
		     const struct bell_report_options *o, struct glance *glance)
{
	put_head(p, o->title ? o->title : "table");
	put_title(p, columns, n, o);
	put_key(p);
	bell_overview(p, columns, glance, n);
	put_columns(p, columns, glance, n, o->full ? o->full : FULL);
	bell_print(p, "</main><footer>Made by bellshape %s.</footer></body></html>\n",
		   bell_version());
}

enum bell_status bell_report_html(const struct bell_report_column *columns, size_t n,
				  const struct bell_report_options *options,
				  bell_report_writer *write, void *context)
{
	const struct bell_report_options defaults = {0};
	const struct bell_report_options *o = options ? options : &defaults;
	struct page p = {.write = write, .context = context, .status = BELL_OK};
	struct glance *glance;

	if ((!columns && n) || !write || (!o->skipped && o->skipped_count))
		return BELL_EINVAL;
	for (size_t i = 0; i < n; i++)
		if (!bell_report_column_valid(&columns[i]))
			return BELL_EINVAL;
	enum bell_status status = bell_glances(columns, n, &glance);
	if (status != BELL_OK)
		return status;
	put_page(&p, columns, n, o, glance);
	free(glance);
	return bell_page_end(&p);
}

enum bell_status bell_report_svg(const struct bell_report_column *column,
				 const struct bell_report_numbers *numbers,
				 enum bell_report_picture picture, bell_report_writer *write,
				 void *context)
{
	struct page p = {.write = write, .context = context, .status = BELL_OK};
	struct drawing d = {&p, column, numbers, picture, "picture", true};

	if (!bell_report_column_valid(column) || !write ||
	    !bell_report_has_picture(numbers, picture))
		return BELL_EINVAL;
	bell_draw(&d);
	return bell_page_end(&p);
}
