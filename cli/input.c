/* SPDX-License-Identifier: BSD-3-Clause */
/* input.c - bytes of a file or of standard input. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "input.h"
#include "stream/stream.h"

/* Memory for the input starts with so many bytes, and a pipe gets as many. */
enum { PIECE = 1 << 20 };

void input_open(struct input *in, const char *path, const char *encoding)
{
	struct stat status;
	bool standard = !strcmp(path, "-");

	*in =
	    (struct input){.label = standard ? "standard input" : path, .descriptor = STDIN_FILENO};
	if (!standard)
		in->descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (in->descriptor < 0 || fstat(in->descriptor, &status))
		die(EXIT_DATA, "%s: %s", in->label, strerror(errno));
	if (S_ISDIR(status.st_mode))
		die(EXIT_DATA, "%s: is a directory, not a table", in->label);
	if (S_ISREG(status.st_mode))
		in->total = (uint64_t)status.st_size;
	else if (S_ISFIFO(status.st_mode)) /* fewer calls; no matter if it is refused */
		fcntl(in->descriptor, F_SETPIPE_SZ, PIECE);
	in->stream = stream_file(in->label, in->descriptor, &in->taken);
	in->stream = stream_decompress(in->stream);
	in->stream = stream_encode(in->stream, encoding);
}

void input_close(struct input *in)
{
	if (in->descriptor > STDERR_FILENO)
		close(in->descriptor);
	stream_close(in->stream);
	free(in->data);
	*in = (struct input){.descriptor = -1};
}

/* Reads some of n bytes; returns 0 only at the end. */
static size_t read_some(struct input *in, void *out, size_t n)
{
	size_t got;

	if (in->ended || !n)
		return 0;
	got = in->stream->get(in->stream, out, n);
	in->ended = !got;
	return got;
}

bool input_more(struct input *in)
{
	if (in->begin && in->end == in->capacity) {
		memmove(in->data, in->data + in->begin, in->end - in->begin);
		in->end -= in->begin;
		in->begin = 0;
	}
	if (in->end == in->capacity) {
		in->capacity = in->capacity ? 2 * in->capacity : PIECE;
		in->data = reallocate(in->data, in->capacity, 1);
	}
	size_t got = read_some(in, in->data + in->end, in->capacity - in->end);
	in->end += got;
	return got;
}

size_t input_take(struct input *in, void *out, size_t n)
{
	size_t here = in->end - in->begin, done = here < n ? here : n, got;

	if (done)
		memcpy(out, in->data + in->begin, done);
	in->begin += done;
	while (done < n && (got = read_some(in, (char *)out + done, n - done)))
		done += got;
	return done;
}

void input_squeeze(struct input *in)
{
	in->stream = stream_prepend(in->stream, in->data + in->begin, in->end - in->begin);
	in->stream = stream_squeeze(in->stream);
	in->begin = in->end = 0;
	in->ended = false;
	input_more(in);
}

void input_restart(struct input *in, struct stream *stream)
{
	stream_close(in->stream);
	in->stream = stream;
	in->begin = in->end = 0;
	in->ended = false;
}

char *input_rest(struct input *in, size_t max_size, size_t *length)
{
	char *bytes;

	while (in->end - in->begin <= max_size && input_more(in))
		;
	if (in->end - in->begin > max_size)
		die(EXIT_DATA, "%s: more than %zu MB, which is read at once: write it to a file",
		    in->label, max_size >> 20);
	memmove(in->data, in->data + in->begin, in->end - in->begin);
	*length = in->end - in->begin;
	bytes = in->data;
	in->data = NULL;
	in->capacity = in->begin = in->end = 0;
	return bytes;
}

char *input_whole(const char *path, size_t max_size, size_t *length)
{
	struct input in;

	input_open(&in, path, NULL);
	while (in.end <= max_size && input_more(&in))
		;
	if (in.end > max_size)
		die(EXIT_DATA, "%s: larger than %zu MB", in.label, max_size / 1000000);
	char *text = copy_text(in.data ? in.data : "", in.end);
	*length = in.end;
	input_close(&in);
	return text;
}
