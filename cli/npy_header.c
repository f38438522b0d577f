/* SPDX-License-Identifier: BSD-3-Clause */
/* npy_header.c - the Python dictionary in an .npy file. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "npy.h"

struct reader {
	const char *label, *p, *end;
};

static _Noreturn void broken(const struct reader *r)
{
	die(EXIT_DATA, "%s: broken .npy header at %s", r->label,
	    show(r->p, (size_t)(r->end - r->p)));
}

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* Takes `word` if it is next. */
static bool take(struct reader *r, const char *word)
{
	size_t n = strlen(word);

	while (r->p < r->end && blank(*r->p))
		r->p++;
	if ((size_t)(r->end - r->p) < n || memcmp(r->p, word, n) != 0)
		return false;
	r->p += n;
	return true;
}

static void need(struct reader *r, const char *word)
{
	if (!take(r, word))
		broken(r);
}

/* A quoted text without escapes. */
static size_t read_text(struct reader *r, const char **text)
{
	char quote = take(r, "'") ? '\'' : '"';

	if (quote == '"')
		need(r, "\"");
	const char *last = memchr(r->p, quote, (size_t)(r->end - r->p));
	if (!last)
		broken(r);
	*text = r->p;
	r->p = last + 1;
	return (size_t)(last - *text);
}

static void read_type(struct npy *npy, struct reader *r)
{
	const char *text;

	if (take(r, "["))
		die(EXIT_DATA,
		    "%s: its elements have several fields; save one column after the other, as "
		    "'<f8'",
		    r->label);
	size_t n = read_text(r, &text);
	if (n == 3 && !memcmp(text, "<f4", 3))
		npy->type = BELL_F32;
	else if (n == 3 && !memcmp(text, "<f8", 3))
		npy->type = BELL_F64;
	else
		die(EXIT_DATA,
		    "%s: its numbers are of type %s, where '<f8' and '<f4' can be read: "
		    "save it as array.astype('<f8')",
		    r->label, show(text, n));
}

static size_t read_size(struct reader *r)
{
	char *end;
	char digits[24] = "";
	size_t n = 0;

	take(r, "");
	while (r->p < r->end && *r->p >= '0' && *r->p <= '9' && n + 1 < sizeof digits)
		digits[n++] = *r->p++;
	unsigned long long size = strtoull(digits, &end, 10);
	if (!n || size > SIZE_MAX / 16)
		broken(r);
	take(r, "L"); /* Python 2 */
	return size;
}

static void read_shape(struct npy *npy, struct reader *r)
{
	size_t sizes[2] = {1, 1}, dimensions = 0;

	need(r, "(");
	while (!take(r, ")")) {
		size_t size = read_size(r);

		if (dimensions < 2)
			sizes[dimensions] = size;
		dimensions++;
		if (!take(r, ",")) {
			need(r, ")");
			break;
		}
	}
	if (dimensions < 1 || dimensions > 2)
		die(EXIT_DATA, "%s: has %zu dimensions, where a table has 1 or 2: reshape it",
		    r->label, dimensions);
	npy->rows = sizes[0];
	npy->columns = sizes[1];
}

void npy_parse(struct npy *npy, const char *label, const char *text, size_t length)
{
	struct reader r = {label, text, text + length};
	enum { TYPE = 1, ORDER = 2, SHAPE = 4 } seen = 0;

	need(&r, "{");
	while (!take(&r, "}")) {
		const char *key;
		size_t n = read_text(&r, &key);

		need(&r, ":");
		if (n == 5 && !memcmp(key, "descr", n)) {
			read_type(npy, &r);
			seen |= TYPE;
		} else if (n == 13 && !memcmp(key, "fortran_order", n)) {
			npy->fortran = take(&r, "True");
			if (!npy->fortran)
				need(&r, "False");
			seen |= ORDER;
		} else if (n == 5 && !memcmp(key, "shape", n)) {
			read_shape(npy, &r);
			seen |= SHAPE;
		} else {
			die(EXIT_DATA, "%s: broken .npy header: unknown key %s", label,
			    show(key, n));
		}
		if (!take(&r, ",")) {
			need(&r, "}");
			break;
		}
	}
	if (seen != (TYPE | ORDER | SHAPE))
		die(EXIT_DATA, "%s: broken .npy header: it lacks descr, fortran_order or shape",
		    label);
}
