/* SPDX-License-Identifier: BSD-3-Clause */
/* header.c - what stands before the numbers of an .npy file. */
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

/*
 * Ends the program: the elements are structs, whose type is the list of their fields.  Each field
 * is a tuple, in which a tuple of a title and a name and another list may stand.
 */
static _Noreturn void refuse_struct(struct reader *r)
{
	const char *text;
	size_t fields = 0;

	for (int depth = 0; r->p < r->end && (*r->p != ']' || depth);) {
		if (*r->p == '\'' || *r->p == '"') {
			read_text(r, &text);
			continue;
		}
		depth += (*r->p == '(' || *r->p == '[') - (*r->p == ')' || *r->p == ']');
		fields += *r->p++ == '(' && depth == 1;
	}
	if (fields == 1)
		die(EXIT_DATA,
		    "%s: its elements are structs of one field: save array[array.dtype.names[0]]",
		    r->label);
	die(EXIT_DATA,
	    "%s: its elements are structs of %zu fields: save "
	    "numpy.lib.recfunctions.structured_to_unstructured(array, '<f8')",
	    r->label, fields);
}

/* Ends the program: says what a type stands for, by the letter behind the order of its bytes. */
static _Noreturn void refuse_type(const struct reader *r, const char *type, size_t length)
{
	static const struct {
		char letter;
		const char *what, *remedy;
	} others[] = {
	    {'c', "its numbers are complex", "save its parts, such as array.real.astype('<f8')"},
	    {'O', "its elements are objects of Python", "save it as array.astype('<f8')"},
	    {'M', "its elements are dates",
	     "save it as numbers, array.astype('<i8').astype('<f8')"},
	    {'m', "its elements are times",
	     "save it as numbers, array.astype('<i8').astype('<f8')"},
	    {'U', "its elements are texts", "save it as array.astype('<f8'), if they are numbers"},
	    {'S', "its elements are texts", "save it as array.astype('<f8'), if they are numbers"},
	    {'V', "its elements are bytes without a meaning", "save numbers, as '<f8'"},
	};
	size_t letter = length && strchr("<>|=", *type) ? 1 : 0;

	for (size_t i = 0; letter < length && i < sizeof others / sizeof *others; i++)
		if (type[letter] == others[i].letter)
			die(EXIT_DATA, "%s: %s, of type %s, where real numbers can be read: %s",
			    r->label, others[i].what, show(type, length), others[i].remedy);
	die(EXIT_DATA,
	    "%s: its numbers are of type %s, where real numbers of at most 8 bytes can be read: "
	    "save it as array.astype('<f8')",
	    r->label, show(type, length));
}

static bool is_number(const struct npy_number *n)
{
	switch (n->kind) {
	case 'f':
		return n->size == 2 || n->size == 4 || n->size == 8;
	case 'i':
	case 'u':
		return n->size == 1 || n->size == 2 || n->size == 4 || n->size == 8;
	default:
		return n->kind == 'b' && n->size == 1;
	}
}

/* A type is the order of the bytes, a letter and the number of bytes: "<f8". */
static void read_type(struct npy_header *h, struct reader *r)
{
	const bool big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	const char *text;

	if (take(r, "["))
		refuse_struct(r);
	size_t n = read_text(r, &text);
	if (n != 3 || !strchr("<>|=", *text))
		refuse_type(r, text, n);
	h->number =
	    (struct npy_number){text[1], (size_t)(text[2] - '0'), *text == (big ? '<' : '>')};
	if (!is_number(&h->number))
		refuse_type(r, text, n);
	h->type = text[1] == 'f' && h->number.size <= 4 ? BELL_F32 : BELL_F64;
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
	h->flat = dimensions == 1;
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

size_t npy_format_head(const struct npy_header *h, char out[NPY_HEAD_CAPACITY])
{
	/* Format 1.0 has a length of two bytes; blanks make the whole a multiple of 64 bytes. */
	enum { START = NPY_LENGTH_AT + 2, ALIGN = 64 };
	char columns[32] = "";

	if (!h->flat)
		snprintf(columns, sizeof columns, " %zu", h->columns);
	memset(out, 0, START);
	memcpy(out, NPY_MAGIC, NPY_MAGIC_LENGTH);
	out[NPY_VERSION_AT] = 1;
	int n =
	    sprintf(out + START, "{'descr': '<f%d', 'fortran_order': %s, 'shape': (%zu,%s), }",
		    h->type == BELL_F32 ? 4 : 8, h->fortran ? "True" : "False", h->rows, columns);
	size_t used = START + (size_t)n, whole = (used / ALIGN + 1) * ALIGN;

	memset(out + used, ' ', whole - used - 1);
	out[whole - 1] = '\n';
	out[NPY_LENGTH_AT] = (char)(whole - START);
	return whole;
}
