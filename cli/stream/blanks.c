/* SPDX-License-Identifier: BSD-3-Clause */
/* blanks.c - text whose cells are parted by blanks, as text whose cells are parted by tabs. */
#include <stdbool.h>

#include "../error.h"
#include "stream.h"

enum { NOTHING = -1 };

/* Where the text stands; at first all 0, but `next`. */
struct blanks {
	bool quoted;  /* within quotes, where blanks are text */
	bool begun;   /* the line has a cell */
	bool waiting; /* blanks came behind a cell, and what follows will tell what they mean */
	int next;     /* the byte that is due, or NOTHING */
};

struct squeezed {
	struct stream stream;
	struct blanks blanks;
	struct ahead ahead;
};

/*
 * Takes a byte; returns what comes of it, or NOTHING.  A run of blanks becomes a tab, which comes
 * with the byte behind it, or nothing at either end of a line.
 */
static int squeeze(struct blanks *q, unsigned char c)
{
	bool ends = c == '\n' || c == '\r', tab = q->waiting && !ends;

	if (!q->quoted && (c == ' ' || c == '\t')) {
		q->waiting = q->begun;
		return NOTHING;
	}
	q->waiting = false;
	q->quoted ^= c == '"';
	q->begun = q->quoted || !ends;
	if (!tab)
		return c;
	q->next = c;
	return '\t';
}

static size_t squeezed_get(struct stream *s, void *out, size_t n)
{
	struct squeezed *q = (struct squeezed *)s;
	struct ahead *a = &q->ahead;
	unsigned char *bytes = out;
	size_t got = 0;

	while (got < n) {
		int c = q->blanks.next;

		q->blanks.next = NOTHING;
		if (c == NOTHING && a->begin == a->end) {
			if (got)
				break;
			ahead_fill(a, s->below, 1);
			if (a->begin == a->end)
				break;
		}
		if (c == NOTHING)
			c = squeeze(&q->blanks, a->bytes[a->begin++]);
		if (c != NOTHING)
			bytes[got++] = (unsigned char)c;
	}
	return got;
}

size_t squeeze_text(const char *text, size_t n, char *out)
{
	struct blanks blanks = {.next = NOTHING};
	size_t length = 0;

	for (size_t i = 0; i < n; i++) {
		int c = squeeze(&blanks, (unsigned char)text[i]);

		if (c != NOTHING)
			out[length++] = (char)c;
		if (blanks.next != NOTHING)
			out[length++] = (char)blanks.next;
		blanks.next = NOTHING;
	}
	return length;
}

struct stream *stream_squeeze(struct stream *below)
{
	struct squeezed *q = allocate(1, sizeof *q);

	q->stream = (struct stream){below->label, below, squeezed_get, NULL};
	q->blanks.next = NOTHING;
	return &q->stream;
}
