/* SPDX-License-Identifier: BSD-3-Clause */
/* input.h - bytes of a file or of standard input. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stream;

/* Others may read this; it is changed by the functions below only. */
struct input {
	const char *label; /* what messages call it */
	int descriptor;
	struct stream *stream; /* above the descriptor */
	char *data;
	size_t capacity, begin, end; /* data[begin] to data[end - 1] is read and not yet used */
	bool ended;                  /* nothing follows data[end - 1] */
	/* Bytes of the file read so far; of how many, 0 if that is not known. */
	uint64_t taken, total;
};

/*
 * input_open() opens a file, or standard input if `path` is "-".  What is compressed is
 * decompressed, and text of `encoding` becomes UTF-8; NULL: the first bytes tell (stream.h).
 */
void input_open(struct input *in, const char *path, const char *encoding);
void input_close(struct input *in);

/*
 * input_more() reads more behind data[end - 1], where `data` may move and grow.  It returns false
 * if there is no more.
 */
bool input_more(struct input *in);

/* input_skip() passes over the next n bytes, which are in `data`. */
static inline void input_skip(struct input *in, size_t n) { in->begin += n; }

/*
 * input_take() moves the next n bytes to `out`.  It returns how many bytes it moved: less than n
 * only at the end of the file.
 */
size_t input_take(struct input *in, void *out, size_t n);

/* input_squeeze() puts stream_squeeze() above the bytes that are not yet used. */
void input_squeeze(struct input *in);

/* input_restart() drops what is not yet used, and reads from another stream, which it takes. */
void input_restart(struct input *in, struct stream *stream);

/*
 * input_rest() returns all bytes that are not yet used, at most max_size, to be freed; if there are
 * more, the program ends.
 */
char *input_rest(struct input *in, size_t max_size, size_t *length);

/* input_whole() returns a whole file, of at most max_size bytes, as a text to be freed. */
char *input_whole(const char *path, size_t max_size, size_t *length);

#endif
