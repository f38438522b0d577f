/* SPDX-License-Identifier: BSD-3-Clause */
/* error.c - what the program says on stderr. */
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "progress.h"

static bool dying;

/*
 * LeakSanitizer calls this function at the end.  When the program has to stop early, the memory
 * that is in use then is no leak.
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

/*
 * Threads share the work, and several may find something wrong at once.  The first of them says
 * what, and ends the program; the others wait for that.
 */
static void be_the_one_that_dies(void)
{
	static atomic_flag taken = ATOMIC_FLAG_INIT;
	static _Thread_local bool mine;

	if (!mine && atomic_flag_test_and_set(&taken))
		for (;;)
			pause();
	mine = true;
}

void die(int status, const char *format, ...)
{
	va_list list;

	be_the_one_that_dies();
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

void out_of_memory(void) { die(EXIT_DATA, "out of memory"); }

void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		out_of_memory();
	return memory;
}

void *reallocate(void *memory, size_t count, size_t size)
{
	void *more = reallocarray(memory, count ? count : 1, size);

	if (!more)
		out_of_memory();
	return more;
}

char *copy_text(const char *text, size_t length)
{
	char *copy = allocate(length + 1, 1);

	memcpy(copy, text, length);
	return copy;
}

bool colors(int descriptor)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(descriptor) && !(no && *no) && !(term && !strcmp(term, "dumb"));
}
