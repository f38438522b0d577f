/* SPDX-License-Identifier: BSD-3-Clause */
/* page.c - text that is written piece by piece. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "decimal.h"
#include "model/json.h"
#include "report/page.h"

static void flush(struct page *p)
{
	if (p->status == BELL_OK && p->used)
		p->status = p->write(p->context, p->buffer, p->used);
	p->used = 0;
}

static void put(struct page *p, const char *bytes, size_t n)
{
	while (n) {
		size_t room = PAGE_BUFFER - p->used, part = n < room ? n : room;

		memcpy(p->buffer + p->used, bytes, part);
		p->used += part;
		bytes += part;
		n -= part;
		if (p->used == PAGE_BUFFER)
			flush(p);
	}
}

void bell_put(struct page *p, const char *text) { put(p, text, strlen(text)); }

void bell_print(struct page *p, const char *format, ...)
{
	char text[600];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	bell_put(p, text);
}

/* U+FFFD, which stands for what is no character of XML. */
#define REPLACEMENT "\xef\xbf\xbd"

/* Whether U+FFFE or U+FFFF begins here, which are UTF-8, but no characters of XML. */
static bool is_no_character(const char *c)
{
	return !strncmp(c, "\xef\xbf\xbe", 3) || !strncmp(c, "\xef\xbf\xbf", 3);
}

/* What stands for a byte of UTF-8 in HTML and XML; NULL: itself. */
static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\t':
	case '\n':
	case '\r':
		return " ";
	default:
		/* XML has no other control characters, not even as entities. */
		return (unsigned char)c < 0x20 || c == 0x7f ? REPLACEMENT : NULL;
	}
}

void bell_text(struct page *p, const char *text)
{
	char *good = bell_name_text(text);

	if (!good && p->status == BELL_OK)
		p->status = BELL_ENOMEM;
	for (const char *c = good; c && *c; c++) {
		bool none = is_no_character(c);

		if (none || entity(*c))
			bell_put(p, none ? REPLACEMENT : entity(*c));
		else
			put(p, c, 1);
		c += none ? 2 : 0;
	}
	free(good);
}

enum bell_status bell_page_end(struct page *p)
{
	flush(p);
	return p->status;
}

/* ---- numbers ---- */

/* The text of printf() for a number, with a point whatever the locale is. */
static void print(struct shown *s, const char *format, int digits, double x)
{
	snprintf(s->text, sizeof s->text, format, digits, x);
	bell_set_point(s->text);
}

/* Replaces each plain minus by a real one. */
static void set_minus(struct shown *s)
{
	struct shown copy = *s;
	char *out = s->text, *end = s->text + sizeof s->text - 4;

	for (const char *c = copy.text; *c && out < end; c++)
		out = *c == '-' ? stpcpy(out, "\xe2\x88\x92") : (*out = *c, out + 1);
	*out = 0;
}

static struct shown dash(void) { return (struct shown){"\xe2\x80\x93"}; }

/* A zero has no sign. */
static double unsign(double x, double smallest) { return fabs(x) < smallest ? 0 : x; }

/* Writes the digits of an exponent raised. */
static char *raise(char *out, int exponent)
{
	static const char *const digits[] = {
	    "\xe2\x81\xb0", "\xc2\xb9",     "\xc2\xb2",     "\xc2\xb3",     "\xe2\x81\xb4",
	    "\xe2\x81\xb5", "\xe2\x81\xb6", "\xe2\x81\xb7", "\xe2\x81\xb8", "\xe2\x81\xb9"};
	char plain[16];

	snprintf(plain, sizeof plain, "%d", exponent);
	for (const char *c = plain; *c; c++)
		out = stpcpy(out, *c == '-' ? "\xe2\x81\xbb" : digits[*c - '0']);
	return out;
}

/* Makes 1.5 times a raised power of ten of 1.5e+05. */
static void set_exponent(struct shown *s)
{
	char *e = strchr(s->text, 'e');
	int exponent = e ? atoi(e + 1) : 0;

	if (e)
		raise(stpcpy(e, "\xc3\x97"
				"10"),
		      exponent);
}

struct shown bell_power(int exponent)
{
	struct shown s;

	raise(stpcpy(s.text, "10"), exponent);
	return s;
}

struct shown bell_number(double x, int digits)
{
	struct shown s;

	if (isnan(x))
		return dash();
	if (isinf(x))
		return x > 0 ? (struct shown){"\xe2\x88\x9e"}
			     : (struct shown){"\xe2\x88\x92\xe2\x88\x9e"};
	/* Ordinary numbers keep the digits before their point, and need no power of ten. */
	if (fabs(x) >= pow(10, digits) && fabs(x) < 1e6)
		print(&s, "%.*f", 0, x);
	else
		print(&s, "%.*g", digits, unsign(x, 1e-300));
	set_exponent(&s);
	set_minus(&s);
	return s;
}

struct shown bell_decimals(double x, int places)
{
	struct shown s;

	if (!isfinite(x) || fabs(x) >= 1e6)
		return bell_number(x, places + 2);
	print(&s, "%.*f", places, unsign(x, 0.5 * pow(10, -places)));
	set_minus(&s);
	return s;
}

struct shown bell_count(double n)
{
	struct shown s, plain;
	char *out = s.text;
	size_t length;

	if (!(fabs(n) < 1e15))
		return bell_number(n, 4);
	snprintf(plain.text, sizeof plain.text, "%.0f", n);
	length = strlen(plain.text);
	for (size_t i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0 && length > 4)
			out = stpcpy(out, "\xe2\x80\xaf"); /* narrow, and no break */
		*out++ = plain.text[i];
	}
	*out = 0;
	return s;
}

struct shown bell_place(double x)
{
	struct shown s;
	long tenths = lrint(10 * fmin(fmax(x, -9999), 9999));

	if (tenths % 10)
		snprintf(s.text, sizeof s.text, "%s%ld.%ld", tenths < 0 ? "-" : "",
			 labs(tenths) / 10, labs(tenths) % 10);
	else
		snprintf(s.text, sizeof s.text, "%ld", tenths / 10);
	return s;
}
