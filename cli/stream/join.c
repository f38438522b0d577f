/* SPDX-License-Identifier: BSD-3-Clause */
/* join.c - text whose cells have several characters between them, as text with one. */
#include <stdbool.h>
#include <string.h>

#include "../error.h"
#include "../options.h"
#include "stream.h"

/* Where a byte stands in its cell. */
enum place {
	START, /* it is the first one */
	PLAIN,
	QUOTED,
	CLOSED /* behind a quote within quotes, which ends them unless another one follows */
};

struct joined {
	struct stream stream;
	const char *between;
	size_t length;
	enum place place;
	struct ahead ahead;
};

/* Returns where the byte behind c stands, if c is no delimiter. */
static enum place place_behind(enum place place, unsigned char c)
{
	switch (place) {
	case QUOTED:
		return c == '"' ? CLOSED : QUOTED;
	case CLOSED:
		if (c == '"')
			return QUOTED;
		break;
	case START:
		if (c == '"')
			return QUOTED;
		break;
	default:
		break;
	}
	return c == '\n' || c == '\r' ? START : PLAIN;
}

/* Takes the next delimiter or byte, of which one at least is there. */
static unsigned char join(struct joined *j)
{
	struct ahead *a = &j->ahead;
	const unsigned char *p = a->bytes + a->begin;

	if (j->place != QUOTED && a->end - a->begin >= j->length &&
	    !memcmp(p, j->between, j->length)) {
		a->begin += j->length;
		j->place = START;
		return UNIT_SEPARATOR;
	}
	if (*p == UNIT_SEPARATOR && j->place != QUOTED)
		die(EXIT_DATA,
		    "%s: has the byte 0x1f, which cannot be read with a --delimiter of several "
		    "characters: --delimiter $'\\x1f' takes it for the delimiter",
		    j->stream.label);
	a->begin++;
	j->place = place_behind(j->place, *p);
	return *p;
}

static size_t joined_get(struct stream *s, void *out, size_t n)
{
	struct joined *j = (struct joined *)s;
	struct ahead *a = &j->ahead;
	unsigned char *bytes = out;
	size_t got = 0;

	while (got < n) {
		if (a->end - a->begin < j->length) {
			if (got)
				break;
			ahead_fill(a, s->below, j->length);
			if (a->begin == a->end)
				break;
		}
		bytes[got++] = join(j);
	}
	return got;
}

struct stream *stream_join(struct stream *below, const char *between)
{
	struct joined *j = allocate(1, sizeof *j);

	j->stream = (struct stream){below->label, below, joined_get, NULL};
	j->between = between;
	j->length = strlen(between);
	return &j->stream;
}
