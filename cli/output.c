/* SPDX-License-Identifier: BSD-3-Clause */
/* output.c - bytes to a file that appears when whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "output.h"
#include "progress.h"
#include "replace.h"
#include "target.h"

/* So many bytes are collected before they are written. */
enum { PIECE = 1 << 20 };

/* Has the output go to a descriptor, which may also be used by others. */
static void use_descriptor(struct output *out, int descriptor)
{
	out->descriptor = descriptor;
	if (descriptor != STDOUT_FILENO)
		out->descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (out->descriptor < 0)
		die(EXIT_DATA, "%s: %s", out->label, strerror(errno));
}

static void open_file(struct output *out, const char *path, bool whole)
{
	struct stat old;
	int descriptor;
	char *target = target_find(path, &descriptor);
	bool exists = !stat(target, &old);

	out->label = path;
	if (descriptor >= 0) {
		use_descriptor(out, descriptor);
		out->whole = whole;
	} else if (exists && S_ISDIR(old.st_mode)) {
		die(EXIT_DATA, "%s: is a directory", path);
	} else if (exists && !S_ISREG(old.st_mode)) { /* a pipe or a device is not replaced */
		out->descriptor = open(path, O_WRONLY | O_CLOEXEC);
		if (out->descriptor < 0)
			die(EXIT_DATA, "%s: %s", path, strerror(errno));
	} else {
		out->descriptor = replace_begin(target, exists ? &old : NULL, path);
		out->target = target;
		return;
	}
	free(target);
}

void output_open(struct output *out, const char *path, bool whole)
{
	*out = (struct output){.label = "standard output", .descriptor = STDOUT_FILENO};
	out->data = allocate(out->capacity = PIECE, 1);
	if (path && strcmp(path, "-") != 0)
		open_file(out, path, whole);
	else
		out->whole = whole;
}

/* From here on a nameless file takes the output, and unspool() copies it at the end. */
static void spool(struct output *out)
{
	out->spooled_for = out->descriptor;
	out->descriptor = temporary_file();
	out->spooled = true;
}

/*
 * Writes all of it to a descriptor of the output, or ends the program: in silence if nobody reads
 * on.
 */
static void write_all(const struct output *out, int descriptor, const char *bytes, size_t n)
{
	progress_clear();
	while (n) {
		ssize_t done = write(descriptor, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0 && errno == EPIPE && out->optional)
			return;
		if (done < 0 && errno == EPIPE)
			exit(EXIT_DATA);
		if (done < 0)
			die(EXIT_DATA, "%s: %s", out->label, strerror(errno));
		bytes += done;
		n -= (size_t)done;
	}
}

static void flush(struct output *out)
{
	if (out->whole && !out->spooled)
		spool(out);
	write_all(out, out->descriptor, out->data, out->used);
	out->used = 0;
}

char *output_reserve(struct output *out, size_t n)
{
	if (out->capacity - out->used < n)
		flush(out);
	if (out->capacity < n)
		out->data = reallocate(out->data, out->capacity = n, 1);
	return out->data + out->used;
}

void output_put(struct output *out, const void *bytes, size_t n)
{
	if (n >= PIECE) { /* already large: no copy */
		flush(out);
		write_all(out, out->descriptor, bytes, n);
	} else if (n) {
		memcpy(output_reserve(out, n), bytes, n);
		output_advance(out, n);
	}
}

void output_print(struct output *out, const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	int n = vasprintf(&text, format, list);
	va_end(list);
	if (n < 0)
		out_of_memory();
	output_put(out, text, (size_t)n);
	free(text);
}

/* Copies the nameless file to where the output was meant to go. */
static void unspool(struct output *out)
{
	ssize_t got;

	if (lseek(out->descriptor, 0, SEEK_SET))
		die(EXIT_DATA, "%s: %s", out->label, strerror(errno));
	while ((got = read(out->descriptor, out->data, out->capacity)))
		if (got > 0)
			write_all(out, out->spooled_for, out->data, (size_t)got);
		else if (errno != EINTR)
			die(EXIT_DATA, "%s: %s", out->label, strerror(errno));
	close(out->descriptor);
	out->descriptor = out->spooled_for;
}

void output_store(struct output *out)
{
	if (!out->spooled)
		out->whole = false;
	flush(out);
	if (out->spooled)
		unspool(out);
	if (out->target)
		replace_store(out->descriptor, out->label);
	else if (out->descriptor != STDOUT_FILENO && close(out->descriptor))
		die(EXIT_DATA, "%s: %s", out->label, strerror(errno));
	out->stored = true;
}

void output_end(struct output *out)
{
	if (!out->stored)
		output_store(out);
	if (out->target)
		replace_end(out->target, out->label);
	free(out->target);
	free(out->data);
	*out = (struct output){.descriptor = -1};
}

void check_stdout(void)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return;
	if (errno == EPIPE)
		exit(EXIT_DATA);
	die(EXIT_DATA, "standard output: %s", strerror(errno ? errno : EIO));
}
