/* SPDX-License-Identifier: BSD-3-Clause */
/* input.h - bytes of a file or of standard input. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input {
	const char *label; /* the name to be used in messages */
	int descriptor;
	char *data;
	size_t capacity, begin, end; /* data[begin] to data[end - 1] is read and not yet used */
	bool ended;                  /* nothing follows data[end - 1] */
	uint64_t taken, total;       /* bytes read so far; of how many, 0 if that is not known */
};

/* `path` may be "-". */
void input_open(struct input *in, const char *path);
void input_close(struct input *in);

/* Reads more behind data[end - 1]; data may move and grow.  False if there is no more. */
bool input_more(struct input *in);

/* Moves the next n bytes to `out`: the number of bytes moved, less than n only at the end. */
size_t input_take(struct input *in, void *out, size_t n);

/* A whole file of at most `most` bytes as text, to be freed. */
char *input_whole(const char *path, size_t most, size_t *length);

#endif
