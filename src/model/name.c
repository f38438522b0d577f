/* SPDX-License-Identifier: BSD-3-Clause */
/* name.c - names of columns that are not UTF-8. */
#include <stdlib.h>
#include <string.h>
#include "model/json.h"

/* U+FFFD, which stands for what is no character. */
#define REPLACEMENT "\xef\xbf\xbd"

/*
 * How many bytes at p, of which there is at least one before the 0, belong together; *good tells
 * whether they are a character.  The Unicode Standard, table 3-7, has the ranges.
 */
static size_t sequence(const char *text, bool *good)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n = p[0] < 0x80   ? 1
		   : p[0] < 0xc2 ? 0
		   : p[0] < 0xe0 ? 2
		   : p[0] < 0xf0 ? 3
		   : p[0] < 0xf5 ? 4
				 : 0;
	/* The second byte is in these, those behind it are in 80 to bf. */
	unsigned char low = p[0] == 0xe0   ? 0xa0
			    : p[0] == 0xf0 ? 0x90
					   : 0x80,
		      high = p[0] == 0xed   ? 0x9f
			     : p[0] == 0xf4 ? 0x8f
					    : 0xbf;
	size_t i = 1;

	while (i < n && p[i] >= low && p[i] <= high) {
		i++;
		low = 0x80;
		high = 0xbf;
	}
	*good = i == n;
	return i;
}

bool bell_name_is_utf8(const char *name)
{
	bool good = true;

	while (good && *name)
		name += sequence(name, &good);
	return good;
}

char *bell_name_text(const char *name)
{
	/* a byte becomes three at most */
	char *text = malloc(3 * strlen(name) + 1), *out = text;

	if (!text)
		return NULL;
	for (size_t n; *name; name += n) {
		bool good;

		n = sequence(name, &good);
		out = good ? mempcpy(out, name, n) : stpcpy(out, REPLACEMENT);
	}
	*out = 0;
	return text;
}
