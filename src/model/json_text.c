/* SPDX-License-Identifier: BSD-3-Clause */
/* json_text.c - values of JSON where they lie in a text. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cjson/cJSON.h>
#include "model/json_text.h"

/* The mark of UTF-8 that some programs put before a text. */
#define MARK "\xef\xbb\xbf"

/* ---- the grammar: each skip_*() returns where the thing at p ends, or NULL if it is none ---- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p;
}

static const char *skip_digits(const char *p, const char *end)
{
	const char *first = p;

	while (p < end && is_digit(*p))
		p++;
	return p > first ? p : NULL;
}

static const char *skip_number(const char *p, const char *end)
{
	p += *p == '-';
	/* no digit follows a leading zero */
	p = p < end && *p == '0' ? p + 1 : skip_digits(p, end);
	if (p && p < end && *p == '.')
		p = skip_digits(p + 1, end);
	if (p && p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		p = skip_digits(p, end);
	}
	return p;
}

/* The four digits behind \u as a number, or -1. */
static long code_unit(const char *p, const char *end)
{
	long unit = 0;

	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		char c = p[i] | 0x20; /* lower case */
		int digit = is_digit(p[i]) ? p[i] - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

		if (digit < 0)
			return -1;
		unit = 16 * unit + digit;
	}
	return unit;
}

/* A backslash and what belongs to it; of a pair of surrogates, both. */
static const char *skip_escape(const char *p, const char *end)
{
	long unit;

	if (end - p < 2)
		return NULL;
	if (p[1] != 'u')
		return p[1] && strchr("\"\\/bfnrt", p[1]) ? p + 2 : NULL;
	unit = code_unit(p, end);
	if (unit < 0 || (unit >= 0xdc00 && unit <= 0xdfff))
		return NULL;
	if (unit < 0xd800 || unit > 0xdfff)
		return p + 6;
	unit = code_unit(p + 6, end);
	return unit >= 0xdc00 && unit <= 0xdfff ? p + 12 : NULL;
}

static const char *skip_string(const char *p, const char *end)
{
	if (p == end || *p++ != '"')
		return NULL;
	while (p && p < end && *p != '"') {
		if (*p == '\\')
			p = skip_escape(p, end);
		else
			p = (unsigned char)*p >= ' ' ? p + 1 : NULL;
	}
	return p && p < end ? p + 1 : NULL;
}

static const char *skip_word(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - p) >= n && !memcmp(p, word, n) ? p + n : NULL;
}

/* What is neither an array nor an object. */
static const char *skip_scalar(const char *p, const char *end)
{
	if (p == end)
		return NULL;
	switch (*p) {
	case '"':
		return skip_string(p, end);
	case 't':
		return skip_word(p, end, "true");
	case 'f':
		return skip_word(p, end, "false");
	case 'n':
		return skip_word(p, end, "null");
	default:
		return skip_number(p, end);
	}
}

/* A key, the colon and the blanks around it. */
static const char *skip_key(const char *p, const char *end)
{
	p = skip_string(skip_blanks(p, end), end);
	if (!p)
		return NULL;
	p = skip_blanks(p, end);
	return p < end && *p == ':' ? skip_blanks(p + 1, end) : NULL;
}

/* What is open inside a value: the braces and brackets that have to come. */
struct nest {
	char closing[MAX_DEPTH];
	int depth;
	/* Whether the last one that was opened has nothing in it. */
	bool empty;
};

/* From an opening brace or bracket to the first value in it, or to the end of an empty one. */
static const char *open_one(struct nest *nest, const char *p, const char *end)
{
	char closing = *p == '{' ? '}' : ']';

	if (nest->depth == MAX_DEPTH)
		return NULL;
	p = skip_blanks(p + 1, end);
	nest->closing[nest->depth++] = closing;
	nest->empty = p < end && *p == closing;
	return closing == '}' && !nest->empty ? skip_key(p, end) : p;
}

/* From behind a value to the next one; nest->depth is 0 if there is none. */
static const char *close_some(struct nest *nest, const char *p, const char *end)
{
	while (nest->depth) {
		char closing = nest->closing[nest->depth - 1];

		p = skip_blanks(p, end);
		if (p < end && *p == ',')
			return closing == '}' ? skip_key(p + 1, end) : skip_blanks(p + 1, end);
		if (p == end || *p != closing)
			return NULL;
		nest->depth--;
		p++;
	}
	return p;
}

/* A value of any kind.  It does not call itself: a hostile text may be nested deeply. */
static const char *skip_value(const char *p, const char *end)
{
	struct nest nest;

	nest.depth = 0;
	do {
		nest.empty = true;
		if (p < end && (*p == '{' || *p == '['))
			p = open_one(&nest, p, end);
		else
			p = skip_scalar(p, end);
		if (p && nest.empty)
			p = close_some(&nest, p, end);
	} while (p && nest.depth);
	return p;
}

bool bell_json_check(const char *text, size_t size, struct json *out)
{
	const char *end = text + size, *p = text, *after;

	if (size >= strlen(MARK) && !memcmp(p, MARK, strlen(MARK)))
		p += strlen(MARK);
	p = skip_blanks(p, end);
	after = skip_value(p, end);
	*out = (struct json){p, after};
	while (after && after < end && (!*after || skip_blanks(after, end) > after))
		after++;
	return after == end;
}

/* ---- what is inside ---- */

/*
 * The item of a number or a string.  cJSON says only that it could not parse a text; malloc()
 * leaves the reason, if it was memory, in errno.
 */
static enum bell_status item_of(struct json v, cJSON **item)
{
	int callers = errno;
	enum bell_status status;
	const char *end = NULL;

	errno = 0;
	*item = cJSON_ParseWithLengthOpts(v.p, (size_t)(v.end - v.p), &end, false);
	status = *item ? BELL_OK : errno == ENOMEM ? BELL_ENOMEM : BELL_EDAMAGED;
	errno = callers;
	if (status != BELL_OK || end == v.end)
		return status;
	/* some versions of cJSON read no more of a number than 63 characters */
	cJSON_Delete(*item);
	return BELL_EDAMAGED;
}

/* Whether one of the characters of a string is a 0, which would end it in C. */
static bool has_zero(struct json v)
{
	for (const char *p = v.p; p < v.end; p++)
		if (*p == '\\') {
			if (code_unit(p, v.end) == 0)
				return true;
			p++;
		}
	return false;
}

enum bell_status bell_json_string(struct json v, char **out)
{
	enum bell_status status;
	cJSON *item;

	if (!bell_json_starts(v, '"') || has_zero(v))
		return BELL_EDAMAGED;
	status = item_of(v, &item);
	if (status != BELL_OK)
		return status;
	*out = item->valuestring;
	item->valuestring = NULL;
	cJSON_Delete(item);
	return BELL_OK;
}

/* Whether a value is this string, written without escapes. */
static bool is_text(struct json v, const char *text)
{
	size_t n = strlen(text);

	return *v.p == '"' && (size_t)(v.end - v.p) == n + 2 && !memcmp(v.p + 1, text, n);
}

/* What JSON has no numbers for. */
static const struct {
	const char *text;
	double value;
} specials[] = {{"NaN", NAN}, {"Infinity", INFINITY}, {"-Infinity", -INFINITY}};

enum bell_status bell_json_number(struct json v, double *out)
{
	enum bell_status status;
	cJSON *item;

	for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
		if (v.p && is_text(v, specials[i].text)) {
			*out = specials[i].value;
			return BELL_OK;
		}
	if (!v.p || (*v.p != '-' && !is_digit(*v.p)))
		return BELL_EDAMAGED;
	status = item_of(v, &item);
	if (status != BELL_OK)
		return status;
	*out = item->valuedouble;
	cJSON_Delete(item);
	return BELL_OK;
}

/* Sets *same to whether a key, which may be written with escapes, is this one. */
static enum bell_status compare_key(struct json key, const char *name, bool *same)
{
	enum bell_status status;
	char *text;

	*same = is_text(key, name);
	if (*same || !memchr(key.p, '\\', (size_t)(key.end - key.p)) || has_zero(key))
		return BELL_OK;
	status = bell_json_string(key, &text);
	if (status != BELL_OK)
		return status;
	*same = !strcmp(text, name);
	free(text);
	return BELL_OK;
}

/* Puts a value where its key is in the list, if it is. */
static enum bell_status put(struct member *list, struct json key, struct json value)
{
	for (struct member *m = list; m->key; m++) {
		bool same;
		enum bell_status status = compare_key(key, m->key, &same);

		if (status != BELL_OK)
			return status;
		if (!same)
			continue;
		if (m->value.p)
			return BELL_EDAMAGED;
		m->value = value;
		return BELL_OK;
	}
	return BELL_OK;
}

enum bell_status bell_json_members(struct json object, struct member *list)
{
	enum bell_status status = BELL_OK;
	const char *p;

	for (struct member *m = list; m->key; m++)
		m->value = (struct json){0};
	if (!bell_json_starts(object, '{'))
		return BELL_EDAMAGED;
	p = skip_blanks(object.p + 1, object.end);
	while (status == BELL_OK && *p != '}') {
		struct json key = {p, skip_string(p, object.end)}, value;

		value.p = skip_key(p, object.end);
		value.end = skip_value(value.p, object.end);
		status = put(list, key, value);
		p = skip_blanks(value.end, object.end);
		p = *p == ',' ? skip_blanks(p + 1, object.end) : p;
	}
	return status;
}

bool bell_json_next(struct json array, struct json *element)
{
	const char *p;

	if (!bell_json_starts(array, '['))
		return false;
	p = skip_blanks(element->p ? element->end : array.p + 1, array.end);
	p = *p == ',' ? skip_blanks(p + 1, array.end) : p;
	*element = (struct json){p, *p == ']' ? NULL : skip_value(p, array.end)};
	return *p != ']';
}

enum bell_status bell_json_numbers(struct json v, size_t max, double *out, size_t *n)
{
	struct json element = {0};

	if (!bell_json_starts(v, '['))
		return BELL_EDAMAGED;
	for (*n = 0; bell_json_next(v, &element); ++*n) {
		enum bell_status status =
		    *n < max ? bell_json_number(element, &out[*n]) : BELL_EDAMAGED;

		if (status != BELL_OK)
			return status;
	}
	return BELL_OK;
}
