/* SPDX-License-Identifier: BSD-3-Clause */
/* stream.c - bytes of a file, and what streams have in common. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../error.h"
#include "../text.h"
#include "stream.h"

struct file {
	struct stream stream;
	int descriptor;
	uint64_t *taken;
};

/* Does read(), whatever signals arrive. */
static size_t file_read(struct stream *s, void *out, size_t n)
{
	const struct file *f = (struct file *)s;
	ssize_t got;

	do
		got = read(f->descriptor, out, n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		die(EXIT_DATA, "%s: %s", s->label, strerror(errno));
	*f->taken += (uint64_t)got;
	return (size_t)got;
}

struct stream *stream_file(const char *label, int descriptor, uint64_t *taken)
{
	struct file *f = allocate(1, sizeof *f);

	*f = (struct file){{.label = label, .get = file_read}, descriptor, taken};
	return &f->stream;
}

struct prepended {
	struct stream stream;
	char *bytes;
	size_t begin, end; /* those that are not yet used */
};

static size_t prepended_get(struct stream *s, void *out, size_t n)
{
	struct prepended *p = (struct prepended *)s;

	if (p->begin == p->end)
		return s->below->get(s->below, out, n);
	if (n > p->end - p->begin)
		n = p->end - p->begin;
	memcpy(out, p->bytes + p->begin, n);
	p->begin += n;
	return n;
}

static void prepended_close(struct stream *s) { free(((struct prepended *)s)->bytes); }

struct stream *stream_prepend(struct stream *below, const void *bytes, size_t n)
{
	struct prepended *p = allocate(1, sizeof *p);

	*p = (struct prepended){
	    {below->label, below, prepended_get, prepended_close}, copy_text(bytes, n), 0, n};
	return &p->stream;
}

void stream_close(struct stream *s)
{
	while (s) {
		struct stream *below = s->below;

		if (s->close)
			s->close(s);
		free(s);
		s = below;
	}
}

void ahead_fill(struct ahead *a, struct stream *below, size_t want)
{
	size_t got;

	if (a->begin == a->end)
		a->begin = a->end = 0;
	if (a->end - a->begin < want && sizeof a->bytes - a->begin < want) {
		memmove(a->bytes, a->bytes + a->begin, a->end - a->begin);
		a->end -= a->begin;
		a->begin = 0;
	}
	while (!a->ended && a->end - a->begin < want) {
		got = below->get(below, a->bytes + a->end, sizeof a->bytes - a->end);
		a->end += got;
		a->ended = !got;
	}
}

size_t ahead_read(struct ahead *a, struct stream *below, void *out, size_t n)
{
	size_t here = a->end - a->begin;

	if (!here)
		return a->ended ? 0 : below->get(below, out, n);
	if (n > here)
		n = here;
	memcpy(out, a->bytes + a->begin, n);
	a->begin += n;
	return n;
}
