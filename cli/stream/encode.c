/* SPDX-License-Identifier: BSD-3-Clause */
/* encode.c - text of any encoding as UTF-8. */
#include <errno.h>
#include <iconv.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "../error.h"
#include "../text.h"
#include "stream.h"

/* With so many bytes there is a whole character among them, in every encoding. */
enum { LONGEST_CHARACTER = 16 };

struct encoded {
	struct stream stream;
	bool known;       /* whether there is an encoding has been seen */
	const char *name; /* of the encoding; NULL: the bytes are taken as they are */
	iconv_t iconv;
	uint64_t used; /* bytes of the encoding */
	struct ahead ahead;
};

/* Returns the encoding that a mark at the head names, or NULL.  The mark of UTF-32 is longer. */
static const char *marked(const struct ahead *a)
{
	static const struct {
		const char *mark;
		size_t length;
		const char *name;
	} marks[] = {
	    {"\xff\xfe\0\0", 4, "UTF-32"},
	    {"\0\0\xfe\xff", 4, "UTF-32"},
	    {"\xff\xfe", 2, "UTF-16"},
	    {"\xfe\xff", 2, "UTF-16"},
	};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (a->end - a->begin >= marks[i].length &&
		    !memcmp(a->bytes + a->begin, marks[i].mark, marks[i].length))
			return marks[i].name;
	return NULL;
}

/* Ends the program where iconv() stopped, unless it only wants more room or more input. */
static void check_iconv(const struct encoded *e, int error, bool stuck)
{
	if (error == EILSEQ)
		die(EXIT_DATA,
		    "%s: byte %" PRIu64 " begins nothing that %s has; --encoding names another",
		    e->stream.label, e->used + 1, show_name(e->name));
	if (error == EINVAL && stuck)
		die(EXIT_DATA, "%s: ends within a character of %s: a part is missing",
		    e->stream.label, show_name(e->name));
	if (error && error != E2BIG && error != EINVAL)
		die(EXIT_DATA, "%s: %s", e->stream.label, strerror(error));
}

/* Converts what is there; returns how many bytes came of it. */
static size_t convert(struct encoded *e, void *out, size_t n)
{
	struct ahead *a = &e->ahead;
	char *from = (char *)a->bytes + a->begin, *to = out;
	size_t left = a->end - a->begin, room = n, before = left;
	int error = iconv(e->iconv, &from, &left, &to, &room) == (size_t)-1 ? errno : 0;

	a->begin += before - left;
	e->used += before - left;
	check_iconv(e, error, a->ended);
	return n - room;
}

static void open_encoding(struct encoded *e, const char *name)
{
	e->iconv = iconv_open("UTF-8", name);
	if (e->iconv == (iconv_t)-1)
		die(EXIT_USAGE, "%s: no encoding %s; iconv -l lists those that there are",
		    e->stream.label, show_name(name));
	e->name = name;
	e->known = true;
}

/* The first bytes tell. */
static void find_mark(struct encoded *e)
{
	enum { LONGEST_MARK = 4 };
	const char *name;

	ahead_fill(&e->ahead, e->stream.below, LONGEST_MARK);
	name = marked(&e->ahead);
	if (name)
		open_encoding(e, name);
	e->known = true;
}

static size_t encoded_get(struct stream *s, void *out, size_t n)
{
	struct encoded *e = (struct encoded *)s;
	size_t got = 0;

	if (!e->known)
		find_mark(e);
	if (!e->name)
		return ahead_read(&e->ahead, s->below, out, n);
	while (!got) {
		ahead_fill(&e->ahead, s->below, LONGEST_CHARACTER);
		if (e->ahead.begin == e->ahead.end)
			return 0;
		got = convert(e, out, n);
	}
	return got;
}

static void encoded_close(struct stream *s)
{
	struct encoded *e = (struct encoded *)s;

	if (e->name)
		iconv_close(e->iconv);
}

struct stream *stream_encode(struct stream *below, const char *encoding)
{
	struct encoded *e = allocate(1, sizeof *e);

	e->stream = (struct stream){below->label, below, encoded_get, encoded_close};
	if (encoding)
		open_encoding(e, encoding);
	return &e->stream;
}
