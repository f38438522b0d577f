/* SPDX-License-Identifier: BSD-3-Clause */
/* in_place.c - whether a table can be replaced by what becomes of it. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "in_place.h"
#include "options.h"
#include "source.h"
#include "stream/codec.h"

/* So many bytes are enough for every mark. */
enum { HEAD = 16 };

static bool begins(const char *head, size_t length, const char *mark, size_t n)
{
	return length >= n && !memcmp(head, mark, n);
}

/* Returns what the file has that would not be written, or NULL. */
static const char *lost(const struct options *o, const char *head, size_t length)
{
	for (const struct codec *c = codecs; c->name; c++)
		if (begins(head, length, c->magic, c->length))
			return "is compressed, and the result would not be";
	if (o->encoding || begins(head, length, "\xff\xfe", 2) ||
	    begins(head, length, "\xfe\xff", 2) || begins(head, length, "\0\0\xfe\xff", 4))
		return "is not UTF-8, as the result would be";
	if (o->comment)
		return "has lines that are passed over, and would be lost";
	return o->blanks ? "has blanks between its cells, which would become tabs" : NULL;
}

static _Noreturn void refuse(const struct options *o, const char *what)
{
	die(EXIT_USAGE, "%s: --in-place: the file %s; use -o", o->table, what);
}

void in_place_check(const struct options *o)
{
	struct stat status;
	char head[HEAD];
	const char *what;

	if (o->output)
		die(EXIT_USAGE, "%s: --in-place and -o: only one of them says where to",
		    o->command);
	if (o->json_lines)
		die(EXIT_USAGE,
		    "%s: --in-place keeps the form of a table, which --json-lines does "
		    "not; use -o",
		    o->command);
	if (!strcmp(o->table, "-"))
		die(EXIT_USAGE, "%s: --in-place: standard input has no place; use -o", o->command);
	/* nobody may be writing to a pipe */
	int descriptor = open(o->table, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (descriptor < 0 || fstat(descriptor, &status))
		die(EXIT_DATA, "%s: %s", o->table, strerror(errno));
	if (!S_ISREG(status.st_mode))
		die(EXIT_DATA, "%s: --in-place: is no regular file; use -o", o->table);
	ssize_t got = read(descriptor, head, sizeof head);
	if (got < 0)
		die(EXIT_DATA, "%s: %s", o->table, strerror(errno));
	close(descriptor);
	what = lost(o, head, (size_t)got);
	if (what)
		refuse(o, what);
}

void in_place_check_form(const struct options *o, const struct source *s)
{
	if (s->lost)
		refuse(o, s->lost);
}
