/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * spelling.c - numbers as people write them: with thousands apart, percent, currency, TRUE.
 *
 * Such a text is made plain first, into a buffer, and then read as any other number.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "number.h"
#include "options.h"
#include "spelling.h"
#include "text.h"

/* A number with more characters than this is left as it is: no double has so many digits. */
enum { MAX_PLAIN = 64 };

/* What is left of a text. */
struct rest {
	const char *p, *end;
};

struct spelling spelling_of(const struct options *options)
{
	return (struct spelling){options->decimal, options->thousands, options->strip,
				 options->boolean};
}

/* Is the text at p one of these words?  Returns how long that one is, or 0. */
static size_t one_of(struct rest r, const char *const *words)
{
	for (; *words; words++) {
		size_t n = strlen(*words);

		if ((size_t)(r.end - r.p) >= n && !memcmp(r.p, *words, n))
			return n;
	}
	return 0;
}

/* Blanks: U+00A0, U+2009 (thin) and U+202F (narrow) do not break a line within a number. */
static const char *const blanks[] = {" ", "\t", "\u00a0", "\u2009", "\u202f", NULL};

/* ---- thousands ---- */

/* Returns the length of what stands between thousands, if that is at r.p, and otherwise 0. */
static size_t separator(char thousands, struct rest r)
{
	static const char *const apostrophes[] = {"'", "\u2019", NULL};

	if (r.p == r.end)
		return 0;
	switch (thousands) {
	case ' ':
		return one_of(r, blanks);
	case '\'':
		return one_of(r, apostrophes);
	default:
		return thousands && *r.p == thousands;
	}
}

static size_t digits(struct rest r)
{
	size_t n = 0;

	while (r.p + n < r.end && r.p[n] >= '0' && r.p[n] <= '9')
		n++;
	return n;
}

/*
 * Copies a number without what stands between its thousands; returns its length, or 0 where that
 * is in the wrong place.  Right of it are groups of three digits, and between two of them groups of
 * two as well, as in India.
 */
static size_t ungroup(char thousands, struct rest r, char *out)
{
	size_t n, group = digits(r), length = 0;
	bool grouped = false;

	for (;; group = digits(r)) {
		memcpy(out + length, r.p, group);
		length += group;
		r.p += group;
		n = separator(thousands, r);
		if (!n && grouped && group != 3)
			return 0;
		if (!n)
			break;
		if (grouped ? group != 2 && group != 3 : group < 1 || group > 3 || *out == '0')
			return 0;
		grouped = true;
		r.p += n;
	}
	memcpy(out + length, r.p, (size_t)(r.end - r.p));
	return length + (size_t)(r.end - r.p);
}

/* ---- what stands around a number ---- */

/* Signs of currencies, and percent. */
static size_t unit(struct rest r)
{
	static const char *const units[] = {"%", "$", "\u00a2", "\u00a3", "\u00a4", "\u00a5", NULL};
	const unsigned char *p = (const unsigned char *)r.p;

	/* U+20A0 to U+20CF is the block of currency signs */
	if (r.end - r.p >= 3 && p[0] == 0xe2 &&
	    ((p[1] == 0x82 && p[2] >= 0xa0) || (p[1] == 0x83 && p[2] <= 0x8f)))
		return 3;
	return one_of(r, units);
}

static void skip_blanks(struct rest *r)
{
	size_t n;

	while ((n = one_of(*r, blanks)))
		r->p += n;
	for (const char *const *blank = blanks; *blank;) {
		n = strlen(*blank);
		if ((size_t)(r->end - r->p) >= n && !memcmp(r->end - n, *blank, n)) {
			r->end -= n;
			blank = blanks;
		} else {
			blank++;
		}
	}
}

/* Takes a sign: a hyphen, a plus or U+2212; moves *negative. */
static bool take_sign(struct rest *r, bool *negative)
{
	static const char *const minus[] = {"-", "\u2212", NULL};
	size_t n = one_of(*r, minus);

	if (n)
		*negative = true;
	else if (r->p < r->end && *r->p == '+')
		n = 1;
	r->p += n;
	return n;
}

/* Takes a unit from either end. */
static bool take_unit(struct rest *r)
{
	size_t n = unit(*r);

	r->p += n;
	for (size_t back = 1; !n && back <= 3 && back <= (size_t)(r->end - r->p); back++)
		if (unit((struct rest){r->end - back, r->end}) == back) {
			n = back;
			r->end -= back;
		}
	return n;
}

/*
 * Leaves the bare number, as of "-$ 5", "5 %" or "(5)", which bookkeepers write for -5.  There are
 * at most one sign and one unit.  Returns false if it is not of this form.
 */
static bool strip(struct rest *r, bool *negative)
{
	bool sign, in_brackets;

	skip_blanks(r);
	in_brackets = r->end - r->p > 2 && *r->p == '(' && r->end[-1] == ')';
	if (in_brackets) {
		r->p++;
		r->end--;
		skip_blanks(r);
	}
	sign = take_sign(r, negative);
	skip_blanks(r);
	take_unit(r);
	skip_blanks(r);
	if (!sign)
		sign = take_sign(r, negative);
	if (in_brackets && sign)
		return false;
	*negative |= in_brackets;
	return true;
}

/* Leaves the number behind its sign; false if the text is not of the form that the spelling has. */
static bool leave_number(const struct spelling *s, struct rest *r, bool *negative)
{
	if (s->strip)
		return strip(r, negative);
	take_sign(r, negative);
	return true;
}

/* Makes a text plain; returns its length, or 0 if it is no number in this spelling. */
static size_t make_plain(const struct spelling *s, const char *text, size_t length,
			 char plain[MAX_PLAIN])
{
	bool negative = false;

	trim(&text, &length);
	struct rest r = {text, text + length};
	/* inf is not written with a unit or thousands */
	if (!leave_number(s, &r, &negative) || r.end - r.p >= MAX_PLAIN ||
	    !digits((struct rest){r.p + (r.p < r.end && *r.p == s->decimal), r.end}))
		return 0;
	*plain = '-';
	length = ungroup(s->thousands, r, plain + negative);
	return length ? length + negative : 0;
}

/* ---- truth values ---- */

static bool parse_boolean(const char *text, size_t length, double *value)
{
	static const char *const words[] = {"false", "true", "no", "yes", "f", "t", "n", "y"};

	trim(&text, &length);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i]) == length && !strncasecmp(words[i], text, length)) {
			*value = (double)(i % 2);
			return true;
		}
	return false;
}

bool spelling_parse(const struct spelling *s, const char *text, size_t length, double *value,
		    bool *code)
{
	char plain[MAX_PLAIN];

	*code = false;
	if (number_parse(text, length, s->decimal, value)) {
		*code = number_is_code(text, length);
		return true;
	}
	if (s->boolean && parse_boolean(text, length, value))
		return true;
	if (!s->strip && !s->thousands)
		return false;
	length = make_plain(s, text, length, plain);
	*code = length && number_is_code(plain, length);
	return length && number_parse(plain, length, s->decimal, value);
}

/* ---- remedies ---- */

/* Returns how many options are needed to get from one spelling to the other. */
static int distance(const struct spelling *s, const struct spelling *other)
{
	return (other->decimal != s->decimal) + (other->thousands != s->thousands) +
	       (other->strip != s->strip) + (other->boolean != s->boolean);
}

/* Names these options. */
static const char *describe(const struct spelling *s, const struct spelling *other, double value)
{
	static char text[200];
	char name[] = {other->thousands, 0}, number[NUMBER_LENGTH];
	const char *thousands = *name == ' ' ? "space" : *name == '\'' ? "\"'\"" : name;
	bool apart = other->thousands != s->thousands;

	snprintf(text, sizeof text, "%s%s%s%s%s%sreads it as %.*s",
		 other->decimal == s->decimal ? ""
		 : other->decimal == ','      ? "--decimal , "
					      : "--decimal . ",
		 apart ? "--thousands " : "", apart ? thousands : "", apart ? " " : "",
		 other->strip != s->strip ? "--strip " : "",
		 other->boolean != s->boolean ? "--bool " : "", (int)number_format(value, number),
		 number);
	return text;
}

/* Goes through all spellings in turn; false when there are no more. */
static bool next_spelling(const struct spelling *s, struct spelling *other, int i)
{
	static const char thousands[] = ",.' _";
	enum { THOUSANDS = sizeof thousands, STRIPS = 2, DECIMALS = 2 };

	*other = *s;
	if (i % THOUSANDS)
		other->thousands = thousands[i % THOUSANDS - 1];
	other->strip |= i / THOUSANDS % STRIPS;
	if (i / (THOUSANDS * STRIPS) % DECIMALS)
		other->decimal = s->decimal == ',' ? '.' : ',';
	return i < THOUSANDS * STRIPS * DECIMALS;
}

const char *spelling_remedy(const struct spelling *s, const char *text, size_t length)
{
	struct spelling other, best = *s;
	double value, found = 0;
	int least = 4;
	bool code;

	for (int i = 0; next_spelling(s, &other, i); i++)
		if (other.decimal != other.thousands && distance(s, &other) < least &&
		    spelling_parse(&other, text, length, &value, &code) && !code) {
			least = distance(s, &other);
			best = other;
			found = value;
		}
	other = *s;
	other.boolean = true;
	/* a letter may stand for anything */
	if (length > 1 && !s->boolean && spelling_parse(&other, text, length, &value, &code)) {
		least = 1;
		best = other;
		found = value;
	}
	return least < 4 && least > 0 ? describe(s, &best, found) : NULL;
}
