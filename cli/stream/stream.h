/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * stream.h - bytes of a file, behind compression and another encoding.
 *
 * A stream reads from the one below it: that of the file lies at the bottom, then comes what is
 * decompressed, and then what is converted to UTF-8.
 */
#ifndef CLI_STREAM_STREAM_H
#define CLI_STREAM_STREAM_H

#include <stddef.h>
#include <stdint.h>

struct stream {
	const char *label; /* what messages call the file */
	struct stream *below;

	/* Puts up to n bytes to `out`; returns how many, 0 at the end.  Errors end the program. */
	size_t (*get)(struct stream *s, void *out, size_t n);
	/* Frees what the stream has beside itself and those below; NULL if that is nothing. */
	void (*close)(struct stream *s);
};

/*
 * stream_file() reads a descriptor, which it does not close, and adds the number of bytes to
 * *taken.
 */
struct stream *stream_file(const char *label, int descriptor, uint64_t *taken);

/*
 * stream_decompress() puts a stream above another whose first bytes are those of a format of
 * compression that this build of the program knows; any other is read as it is.
 */
struct stream *stream_decompress(struct stream *below);

/*
 * stream_encode() puts a stream of UTF-8 above another of an encoding that iconv knows by this
 * name.  NULL: it is UTF-16 or UTF-32 if the first bytes are a mark that says so, and otherwise it
 * is read as it is.
 */
struct stream *stream_encode(struct stream *below, const char *encoding);

/*
 * stream_squeeze() puts a stream above another of text whose cells have blanks or tabs between
 * them, one or more: each run of these becomes a tab, but nothing at the ends of lines.  Quotes
 * keep theirs.
 */
struct stream *stream_squeeze(struct stream *below);

/*
 * squeeze_text() does the same with n bytes of text; `out` has room for as many.  It returns how
 * many bytes come of them.
 */
size_t squeeze_text(const char *text, size_t n, char *out);

/*
 * stream_join() puts a stream above another of text whose cells have several characters between
 * them, at most MAX_BETWEEN: each time they become UNIT_SEPARATOR, but not in a quoted cell.  The
 * program ends where this is in the text already.
 */
struct stream *stream_join(struct stream *below, const char *between);

/* stream_prepend() puts a stream above another that has a copy of n bytes before it. */
struct stream *stream_prepend(struct stream *below, const void *bytes, size_t n);

/* stream_close() frees a stream and all below it; NULL is fine. */
void stream_close(struct stream *s);

/* Bytes read ahead of a stream, for those above it. */
struct ahead {
	unsigned char bytes[1 << 16];
	size_t begin, end; /* those that are not yet used */
	int ended;         /* nothing follows bytes[end - 1] */
};

/* ahead_fill() reads until there are `want` bytes, at most 64 KiB, or none follow. */
void ahead_fill(struct ahead *a, struct stream *below, size_t want);

/* ahead_read() does what get() of a stream does, for bytes that are taken as they are. */
size_t ahead_read(struct ahead *a, struct stream *below, void *out, size_t n);

#endif
