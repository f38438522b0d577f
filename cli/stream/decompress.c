/* SPDX-License-Identifier: BSD-3-Clause */
/* decompress.c - what a compressed file holds. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../error.h"
#include "codec.h"
#include "stream.h"

struct decompressed {
	struct stream stream;
	bool known;                /* whether there is a codec has been seen */
	const struct codec *codec; /* NULL: the bytes are taken as they are */
	void *state;               /* of the codec; NULL between two files */
	bool begun;                /* some bytes of the file were taken */
	enum outcome outcome;      /* of the last step: what it made is given out first */
	struct ahead ahead;
};

/*
 * bzip2 has letters alone at the head; a table may begin with them, but hardly with what follows,
 * which is the size of the blocks and pi, or its root in an empty file.
 */
static bool has_codec(const struct ahead *a, const struct codec *codec)
{
	const char *const after[] = {"1AY&SY", "\x17\x72\x45\x38\x50\x90"};
	enum { LEVEL = 1, AFTER = 6 };
	size_t n = codec->length, length = a->end - a->begin;
	const char *bytes = (const char *)a->bytes + a->begin;

	if (length < n || memcmp(bytes, codec->magic, n) != 0)
		return false;
	if (strcmp(codec->name, "bzip2") != 0)
		return true;
	for (int i = 0; i < 2; i++)
		if (length >= n + LEVEL + AFTER && !memcmp(bytes + n + LEVEL, after[i], AFTER))
			return true;
	return false;
}

/*
 * Begins with the next of several files that were compressed alone and put together; zeros between
 * them are no part of any.  Returns false at the end.
 */
static bool next_file(struct decompressed *d)
{
	struct ahead *a = &d->ahead;

	for (;;) {
		ahead_fill(a, d->stream.below, 1);
		if (a->begin == a->end)
			return false;
		if (d->begun && !a->bytes[a->begin]) {
			a->begin++;
			continue;
		}
		d->state = d->codec->open();
		if (!d->state)
			out_of_memory();
		return true;
	}
}

/* Ends the program, unless the data go on or have come to their end. */
static void check_outcome(const struct decompressed *d)
{
	const char *label = d->stream.label, *name = d->codec->name;

	switch (d->outcome) {
	case CODEC_GOES_ON:
	case CODEC_ENDED:
		return;
	case CODEC_DAMAGED:
		die(EXIT_DATA, "%s: is compressed by %s, and damaged", label, name);
	case CODEC_TOO_LARGE:
		die(EXIT_DATA,
		    "%s: is compressed by %s, and needs more than %d MB of memory to decompress",
		    label, name, CODEC_MAX_MEMORY >> 20);
	case CODEC_NO_MEMORY:
		out_of_memory();
	}
}

/* One step of the codec; returns how many bytes it made. */
static size_t step(struct decompressed *d, void *out, size_t n)
{
	struct ahead *a = &d->ahead;
	struct window w = {a->bytes + a->begin, out, a->end - a->begin, n};
	size_t in;

	d->outcome = d->codec->step(d->state, &w);
	in = a->end - a->begin - w.in_left;
	a->begin += in;
	d->begun = true;
	if (d->outcome == CODEC_ENDED) {
		d->codec->close(d->state);
		d->state = NULL;
	} else if (d->outcome == CODEC_GOES_ON && a->ended && !in && w.out_left == n) {
		die(EXIT_DATA, "%s: is compressed by %s, and ends too early: a part is missing",
		    d->stream.label, d->codec->name);
	}
	return n - w.out_left;
}

/* The first bytes tell. */
static void find_codec(struct decompressed *d)
{
	enum { LONGEST_MAGIC = 10 };

	ahead_fill(&d->ahead, d->stream.below, LONGEST_MAGIC);
	for (const struct codec *c = codecs; c->name; c++)
		if (has_codec(&d->ahead, c))
			d->codec = c;
	d->known = true;
}

static size_t decompressed_get(struct stream *s, void *out, size_t n)
{
	struct decompressed *d = (struct decompressed *)s;
	size_t got = 0;

	if (!d->known)
		find_codec(d);
	if (!d->codec)
		return ahead_read(&d->ahead, s->below, out, n);
	while (!got) {
		check_outcome(d);
		if (!d->state && !next_file(d))
			return 0;
		ahead_fill(&d->ahead, s->below, 1);
		got = step(d, out, n);
	}
	return got;
}

static void decompressed_close(struct stream *s)
{
	struct decompressed *d = (struct decompressed *)s;

	if (d->state)
		d->codec->close(d->state);
}

struct stream *stream_decompress(struct stream *below)
{
	struct decompressed *d = allocate(1, sizeof *d);

	d->stream = (struct stream){below->label, below, decompressed_get, decompressed_close};
	return &d->stream;
}
