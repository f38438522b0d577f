/* SPDX-License-Identifier: BSD-3-Clause */
/* utf8.c - characters of UTF-8. */
#include "utf8.h"

/* The characters by their bytes, as table 3-7 of the Unicode Standard has them. */
static const struct form {
	unsigned char first[2], second[2]; /* ranges of two bytes; of others: 80 to bf */
	unsigned char length;
} forms[] = {
    {{0x00, 0x7f}, {0}, 1},          {{0xc2, 0xdf}, {0x80, 0xbf}, 2},
    {{0xe0, 0xe0}, {0xa0, 0xbf}, 3}, {{0xe1, 0xec}, {0x80, 0xbf}, 3},
    {{0xed, 0xed}, {0x80, 0x9f}, 3}, {{0xee, 0xef}, {0x80, 0xbf}, 3},
    {{0xf0, 0xf0}, {0x90, 0xbf}, 4}, {{0xf1, 0xf3}, {0x80, 0xbf}, 4},
    {{0xf4, 0xf4}, {0x80, 0x8f}, 4},
};

static bool within(char c, const unsigned char range[2])
{
	return (unsigned char)c >= range[0] && (unsigned char)c <= range[1];
}

size_t utf8_next(const char *text, bool *good)
{
	static const unsigned char others[2] = {0x80, 0xbf};
	const struct form *form = forms, *end = forms + sizeof forms / sizeof *forms;
	size_t n = 1;

	while (form < end && !within(*text, form->first))
		form++;
	while (form < end && n < form->length && within(text[n], n == 1 ? form->second : others))
		n++;
	*good = form < end && n == form->length;
	return n;
}

bool utf8_valid(const char *text)
{
	bool good = true;

	while (good && *text)
		text += utf8_next(text, &good);
	return good;
}
