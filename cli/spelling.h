/* SPDX-License-Identifier: BSD-3-Clause */
/* spelling.h - numbers as people write them: with thousands apart, percent, currency, TRUE. */
#ifndef CLI_SPELLING_H
#define CLI_SPELLING_H

#include <stdbool.h>
#include <stddef.h>

struct options;

/* How numbers are written in a table, by the options of the same names. */
struct spelling {
	char decimal;   /* '.' or ',' */
	char thousands; /* what stands between thousands: . , ' _ or a blank; 0: nothing does */
	bool strip;     /* a currency sign or a percent sign may stand beside the number */
	bool boolean;   /* true is 1, and false 0 */
};

struct spelling spelling_of(const struct options *options);

/*
 * spelling_parse() does what number_parse() does with a text in a spelling, and sets *code as
 * number_is_code() does, of the bare number.
 */
bool spelling_parse(const struct spelling *s, const char *text, size_t length, double *value,
		    bool *code);

/*
 * spelling_remedy() names the fewest options, besides those of the spelling, with which a text that
 * is no number would be one, as a sentence to go on with; or returns NULL if none helps.  The
 * result lasts until the next call.
 */
const char *spelling_remedy(const struct spelling *s, const char *text, size_t length);

#endif
