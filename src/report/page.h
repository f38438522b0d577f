/* SPDX-License-Identifier: BSD-3-Clause */
/* page.h - text that is written piece by piece. */
#ifndef BELL_PAGE_H
#define BELL_PAGE_H

#include <stddef.h>
#include <bellshape/report.h>

enum { PAGE_BUFFER = 4096 };

/* Where a report goes.  After the first error nothing is written any more. */
struct page {
	bell_report_writer *write;
	void *context;
	enum bell_status status;
	size_t used;
	char buffer[PAGE_BUFFER];
};

/*
 * bell_put() adds a C string as it is.  bell_print() adds short text by a format, which has no
 * %f, %e or %g, because those depend on the locale: see below.
 */
void bell_put(struct page *p, const char *text);
void bell_print(struct page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* bell_text() adds any bytes as the text of an element, or of an attribute in double quotes. */
void bell_text(struct page *p, const char *text);

/* bell_page_end() writes what is left, and returns the status. */
enum bell_status bell_page_end(struct page *p);

/* A number as text. */
struct shown {
	char text[40];
};

/*
 * bell_number() has so many significant digits, as %g does; bell_decimals() so many behind the
 * point; bell_count() has thin spaces between thousands.  For NaN they are a dash.  A minus is
 * U+2212.
 */
struct shown bell_number(double x, int digits);
struct shown bell_decimals(double x, int places);
struct shown bell_count(double n);

/* bell_power() is a power of ten. */
struct shown bell_power(int exponent);

/* bell_place() is a coordinate of a picture: one digit behind the point, and a plain minus. */
struct shown bell_place(double x);

#endif
