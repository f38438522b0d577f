/* SPDX-License-Identifier: BSD-3-Clause */
/* name.c - names of columns that are not UTF-8. */
#include <stdlib.h>
#include <string.h>
#include "model/json.h"
#include "model/json_text.h"

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

/* ---- reading ---- */

/* The value of a digit as this library writes it, or -1. */
static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The bytes that are meant by pairs of digits, none of them 0. */
static enum bell_status read_bytes(const char *hex, char **out)
{
	size_t n = strlen(hex) / 2;
	char *name = malloc(n + 1);
	bool good = strlen(hex) % 2 == 0;

	if (!name)
		return BELL_ENOMEM;
	for (size_t i = 0; good && i < n; i++) {
		int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);

		good = high >= 0 && low >= 0 && (high || low);
		name[i] = (char)(16 * high + low);
	}
	name[n] = 0;
	*out = good ? name : NULL;
	if (!good)
		free(name);
	return good ? BELL_OK : BELL_EDAMAGED;
}

/* The name whose bytes are `hex`, and of which `text` is what can be read. */
static enum bell_status read_name_bytes(const char *hex, const char *text, char **out)
{
	char *name = NULL, *expected;
	enum bell_status status = read_bytes(hex, &name);

	if (status != BELL_OK)
		return status;
	expected = bell_name_text(name);
	status = !expected ? BELL_ENOMEM : strcmp(expected, text) ? BELL_EDAMAGED : BELL_OK;
	free(expected);
	if (status == BELL_OK)
		*out = name;
	else
		free(name);
	return status;
}

enum bell_status bell_name_read(struct json text, struct json bytes, char **name)
{
	enum bell_status status;
	char *readable, *hex;

	*name = NULL;
	if (bell_json_starts(text, 'n'))
		return bytes.p ? BELL_EDAMAGED : BELL_OK;
	status = bell_json_string(text, &readable);
	if (status != BELL_OK || !bytes.p) {
		*name = status == BELL_OK ? readable : NULL;
		return status;
	}
	status = bell_json_string(bytes, &hex);
	if (status == BELL_OK) {
		status = read_name_bytes(hex, readable, name);
		free(hex);
	}
	free(readable);
	return status;
}
