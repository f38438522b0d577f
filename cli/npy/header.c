/* SPDX-License-Identifier: BSD-3-Clause */
/* header.c - what stands before the numbers of an .npy file. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../error.h"
#include "../text.h"
#include "header.h"

/* The dictionary from where it is read next. */
struct reader {
	const char *label, *p, *end;
};

static _Noreturn void broken(const struct reader *r)
{
	die(EXIT_DATA, "%s: broken .npy header at %s", r->label,
	    show(r->p, (size_t)(r->end - r->p)));
}

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* Skips blanks, and then takes `word` if it is next. */
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

/* Reads a quoted text, which has no escapes here, and returns its length. */
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

static void read_type(struct npy_header *h, struct reader *r)
{
	const char *text;

	if (take(r, "["))
		die(EXIT_DATA,
		    "%s: its elements have several fields; save one column after the other, as "
		    "'<f8'",
		    r->label);
	size_t n = read_text(r, &text);
	if (n == 3 && !memcmp(text, "<f4", 3))
		h->type = BELL_F32;
	else if (n == 3 && !memcmp(text, "<f8", 3))
		h->type = BELL_F64;
	else
		die(EXIT_DATA,
		    "%s: its numbers are of type %s, where '<f8' and '<f4' can be read: "
		    "save it as array.astype('<f8')",
		    r->label, show(text, n));
}

/* A size in bytes, of at most 8 an element, is then a size_t. */
#define MAX_SIZE (SIZE_MAX / 16)

static size_t read_size(struct reader *r)
{
	enum { MAX_DIGITS = 23 }; /* more than any size_t has */
	char digits[MAX_DIGITS + 1] = "";
	size_t n = 0;

	take(r, ""); /* blanks */
	while (r->p < r->end && *r->p >= '0' && *r->p <= '9' && n < MAX_DIGITS)
		digits[n++] = *r->p++;
	unsigned long long size = strtoull(digits, NULL, 10);
	if (!n || size > MAX_SIZE)
		broken(r);
	take(r, "L"); /* Python 2 writes it behind a long integer */
	return size;
}

static void read_shape(struct npy_header *h, struct reader *r)
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
	h->rows = sizes[0];
	h->columns = sizes[1];
}

/* What npy_parse() has met. */
enum { TYPE = 1, ORDER = 2, SHAPE = 4 };

/* Reads the value that belongs to a key; returns which of the three it is. */
static int read_value(struct npy_header *h, struct reader *r, const char *key, size_t length)
{
	if (length == 5 && !memcmp(key, "descr", length)) {
		read_type(h, r);
		return TYPE;
	}
	if (length == 13 && !memcmp(key, "fortran_order", length)) {
		h->fortran = take(r, "True");
		if (!h->fortran)
			need(r, "False");
		return ORDER;
	}
	if (length == 5 && !memcmp(key, "shape", length)) {
		read_shape(h, r);
		return SHAPE;
	}
	die(EXIT_DATA, "%s: broken .npy header: unknown key %s", r->label, show(key, length));
}

struct npy_header npy_parse(const char *label, const char *text, size_t length)
{
	struct reader r = {label, text, text + length};
	struct npy_header h = {0};
	int seen = 0;

	need(&r, "{");
	while (!take(&r, "}")) {
		const char *key;
		size_t n = read_text(&r, &key);

		need(&r, ":");
		seen |= read_value(&h, &r, key, n);
		if (!take(&r, ",")) {
			need(&r, "}");
			break;
		}
	}
	if (seen != (TYPE | ORDER | SHAPE))
		die(EXIT_DATA, "%s: broken .npy header: it lacks descr, fortran_order or shape",
		    label);
	return h;
}

size_t npy_format_head(enum bell_type type, uint64_t rows, char out[NPY_HEAD_CAPACITY])
{
	/* Format 1.0 has a length of two bytes; blanks make the whole a multiple of 64 bytes. */
	enum { START = NPY_LENGTH_AT + 2, ALIGN = 64 };

	memset(out, 0, START);
	memcpy(out, NPY_MAGIC, NPY_MAGIC_LENGTH);
	out[NPY_VERSION_AT] = 1;
	int n = sprintf(out + START,
			"{'descr': '<f%d', 'fortran_order': False, 'shape': (%" PRIu64 ",), }",
			type == BELL_F32 ? 4 : 8, rows);
	size_t used = START + (size_t)n, whole = (used / ALIGN + 1) * ALIGN;

	memset(out + used, ' ', whole - used - 1);
	out[whole - 1] = '\n';
	out[NPY_LENGTH_AT] = (char)(whole - START);
	return whole;
}
