/* SPDX-License-Identifier: BSD-3-Clause */
/* text.c - text that was found in a table or on the command line. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "error.h"
#include "text.h"

/*
 * Returns how many bytes the printable character at `text` has, and in *width how many columns of
 * a screen it takes; returns 0 if no printable character stands there.
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

size_t escape(const char *text, size_t length, size_t max_width, char *out)
{
	size_t i = 0, shown = 0;

	/*
	 * Marks that take no column of the screen are few in a name; a long run of them is cut, so
	 * that the output stays within its bytes.
	 */
	for (size_t bytes, limit = 3 * max_width; i < length && shown < max_width && i < limit;
	     i += bytes) {
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
	enum { MAX_WIDTH = 60, BUFFERS = 4 };
	static char buffers[BUFFERS][ESCAPED_SIZE(MAX_WIDTH) + 2]; /* the quotes are two more */
	static unsigned calls;
	char *out = buffers[calls++ % BUFFERS];

	*out = '"';
	escape(text, length, MAX_WIDTH, out + 1);
	return strcat(out, "\"");
}

const char *show_name(const char *name) { return show(name, strlen(name)); }

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

void trim(const char **text, size_t *length)
{
	for (; *length && is_blank(**text); ++*text)
		--*length;
	while (*length && is_blank((*text)[*length - 1]))
		--*length;
}

char *trimmed(const char *text, size_t length)
{
	trim(&text, &length);
	return copy_text(text, length);
}

bool may_delimit(char c)
{
	unsigned char byte = (unsigned char)c;

	return c && byte < 0x80 && !isalnum(byte) && !strchr("+-._\"\r\n", c);
}
