/* SPDX-License-Identifier: BSD-3-Clause */
/* output.c - bytes to a file that appears when whole. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "output.h"
#include "progress.h"

/* So many bytes are collected before they are written. */
enum { PIECE = 1 << 20 };

/*
 * The path of the unfinished file, or "".  A signal handler reads it, so that it is changed only
 * while signals are held.
 */
static char unfinished[PATH_MAX];

static void discard(void)
{
	if (*unfinished)
		unlink(unfinished);
	*unfinished = 0;
}

static void on_signal(int number)
{
	discard();
	signal(number, SIG_DFL);
	raise(number);
}

static void watch_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (signal(numbers[i], on_signal) == SIG_IGN)
			signal(numbers[i], SIG_IGN);
	atexit(discard);
}

static void hold_signals(int how)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(how, &all, NULL);
}

/* Creates the file beside out->target, with the permissions that the target has or would get. */
static void create_beside(struct output *out, const struct stat *old)
{
	static bool watching;
	char path[PATH_MAX];
	mode_t mask = umask(0);

	umask(mask);
	if (snprintf(path, sizeof path, "%s.XXXXXX", out->target) >= (int)sizeof path)
		die(EXIT_DATA, "%s: %s", out->label, strerror(ENAMETOOLONG));
	if (!watching)
		watch_signals();
	watching = true;
	hold_signals(SIG_BLOCK);
	out->descriptor = mkostemp(path, O_CLOEXEC);
	if (out->descriptor >= 0)
		strcpy(unfinished, path);
	hold_signals(SIG_UNBLOCK);
	if (out->descriptor < 0)
		die(EXIT_DATA, "%s: cannot write a file beside it: %s", out->label,
		    strerror(errno));
	if (fchmod(out->descriptor, old ? old->st_mode & 0777 : 0666 & ~mask))
		die(EXIT_DATA, "%s: %s", out->label, strerror(errno));
}

static void open_file(struct output *out, const char *path)
{
	struct stat old;
	bool exists = !stat(path, &old);

	out->label = path;
	if (exists && S_ISDIR(old.st_mode))
		die(EXIT_DATA, "%s: is a directory", path);
	if (exists && !S_ISREG(old.st_mode)) { /* a pipe or a device is no file to replace */
		out->descriptor = open(path, O_WRONLY | O_CLOEXEC);
		if (out->descriptor < 0)
			die(EXIT_DATA, "%s: %s", path, strerror(errno));
		return;
	}
	out->target = exists ? realpath(path, NULL) : copy_text(path, strlen(path));
	if (!out->target)
		die(EXIT_DATA, "%s: %s", path, strerror(errno));
	create_beside(out, exists ? &old : NULL);
}

void output_open(struct output *out, const char *path, bool whole)
{
	*out = (struct output){.label = "standard output", .descriptor = STDOUT_FILENO};
	out->data = allocate(out->capacity = PIECE, 1);
	if (path && strcmp(path, "-") != 0)
		open_file(out, path);
	else
		out->whole = whole;
}

/* From here on a nameless file takes the output, and unspool() copies it at the end. */
static void spool(struct output *out)
{
	FILE *file = tmpfile();

	out->descriptor = file ? fcntl(fileno(file), F_DUPFD_CLOEXEC, STDERR_FILENO + 1) : -1;
	if (out->descriptor < 0)
		die(EXIT_DATA, "a file for the output: %s", strerror(errno));
	(void)fclose(file);
	out->spooled = true;
}

/* Writes all of it, or ends the program: in silence if nobody reads on. */
static void write_all(int descriptor, const char *bytes, size_t n, const char *label)
{
	progress_clear();
	while (n) {
		ssize_t done = write(descriptor, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0 && errno == EPIPE)
			exit(EXIT_DATA);
		if (done < 0)
			die(EXIT_DATA, "%s: %s", label, strerror(errno));
		bytes += done;
		n -= (size_t)done;
	}
}

static void flush(struct output *out)
{
	if (out->whole && !out->spooled)
		spool(out);
	write_all(out->descriptor, out->data, out->used, out->label);
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
		write_all(out->descriptor, bytes, n, out->label);
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

static void unspool(struct output *out)
{
	ssize_t got;

	if (lseek(out->descriptor, 0, SEEK_SET))
		die(EXIT_DATA, "%s: %s", out->label, strerror(errno));
	while ((got = read(out->descriptor, out->data, out->capacity)) > 0)
		write_all(STDOUT_FILENO, out->data, (size_t)got, out->label);
	if (got < 0)
		die(EXIT_DATA, "%s: %s", out->label, strerror(errno));
}

void output_end(struct output *out)
{
	if (out->spooled) {
		flush(out);
		unspool(out);
	} else {
		out->whole = false;
		flush(out);
	}
	if (out->descriptor != STDOUT_FILENO && close(out->descriptor))
		die(EXIT_DATA, "%s: %s", out->label, strerror(errno));
	if (out->target) {
		hold_signals(SIG_BLOCK);
		int failed = rename(unfinished, out->target);
		if (!failed)
			*unfinished = 0;
		hold_signals(SIG_UNBLOCK);
		if (failed)
			die(EXIT_DATA, "%s: %s", out->label, strerror(errno));
	}
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
