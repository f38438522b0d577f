/* SPDX-License-Identifier: BSD-3-Clause */
/* error.c - what the program says on stderr. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "error.h"
#include "progress.h"

static bool dying;

/* LeakSanitizer asks this at the end: what is in use when the program has to stop early is no leak.
 */
BELL_API int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void) { return dying; }

static void say(const char *color, const char *format, va_list list)
{
	progress_clear();
	(void)fflush(stdout);
	bool colored = color && colors(STDERR_FILENO);
	fputs(colored ? color : "", stderr);
	fputs("bellshape: ", stderr);
	fputs(colored ? "\033[0m" : "", stderr);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
}

void die(int status, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say("\033[1;31m", format, list);
	va_end(list);
	dying = true;
	exit(status);
}

void note(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say(NULL, format, list);
	va_end(list);
}

void check(enum bell_status status, const char *what)
{
	if (status != BELL_OK)
		die(EXIT_DATA, "%s: %s", what, bell_status_text(status));
}

void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		die(EXIT_DATA, "out of memory");
	return memory;
}

void *reallocate(void *memory, size_t count, size_t size)
{
	void *more = reallocarray(memory, count ? count : 1, size);

	if (!more)
		die(EXIT_DATA, "out of memory");
	return more;
}

char *copy_text(const char *text, size_t length)
{
	char *copy = allocate(length + 1, 1);

	memcpy(copy, text, length);
	return copy;
}

/*
 * One printable character: its bytes, and in *width the columns that it takes on a screen.  0 if
 * there is none.
 */
static size_t printable(const char *text, size_t length, int *width)
{
	mbstate_t state = {0};
	wchar_t c;
	size_t bytes = mbrtowc(&c, text, length, &state);

	if (!bytes || bytes > length) /* a NUL, or no character */
		return 0;
	if (wcwidth(c) < 0)
		return 0;
	*width = wcwidth(c);
	return bytes;
}

size_t escape(const char *text, size_t length, size_t most, char *out)
{
	size_t i = 0, shown = 0;

	/* Marks that take no column are few in a name; a long run of them is cut. */
	for (size_t bytes, limit = 3 * most; i < length && shown < most && i < limit; i += bytes) {
		int width = 4;

		bytes = printable(text + i, length - i, &width);
		if (bytes) {
			out = mempcpy(out, text + i, bytes);
		} else {
			out += sprintf(out, "\\x%02x", (unsigned char)text[i]);
			bytes = 1;
		}
		shown += (size_t)width;
	}
	strcpy(out, i < length ? "..." : "");
	return shown + (i < length ? 3 : 0);
}

const char *show(const char *text, size_t length)
{
	enum { MOST = 60 };
	static char buffers[4][4 * MOST + 20];
	static unsigned turn;
	char *out = buffers[turn++ % 4];

	*out = '"';
	escape(text, length, MOST, out + 1);
	return strcat(out, "\"");
}

const char *show_name(const char *name) { return show(name, strlen(name)); }

bool colors(int descriptor)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(descriptor) && !(no && *no) && !(term && !strcmp(term, "dumb"));
}
