/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * json_text.h - values of JSON where they lie in a text, without memory for what is not read.
 *
 * cJSON takes 27 bytes and more for each byte of a hostile text.  So the text is checked and walked
 * here, and cJSON sees one number or string at a time.
 */
#ifndef BELL_MODEL_JSON_TEXT_H
#define BELL_MODEL_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <bellshape/transform.h>

/* A value in a text that bell_json_check() has accepted; p is NULL if there is none. */
struct json {
	const char *p, *end;
};

/*
 * bell_json_check() tells whether a text is one value of JSON (RFC 8259) and no more, and sets *out
 * to it.  White space and zeros may follow, a mark of UTF-8 may stand before.  Bytes beyond ASCII
 * are not looked at.  Arrays and objects may be nested in each other MAX_DEPTH times.
 */
#define MAX_DEPTH 1000
bool bell_json_check(const char *text, size_t size, struct json *out);

/* A key, and its value once it is found.  Behind the last of a list the key is NULL. */
struct member {
	const char *key;
	struct json value;
};

/*
 * bell_json_members() sets the values of a list of keys to those of an object, and those that are
 * not there to none.  It returns BELL_OK, BELL_EDAMAGED if the value is no object or has one of the
 * keys twice, or BELL_ENOMEM.
 */
enum bell_status bell_json_members(struct json object, struct member *list);

/*
 * bell_json_next() sets *element to the one behind it in an array, or to the first if it is none,
 * and returns false at the end and for what is no array.
 */
bool bell_json_next(struct json array, struct json *element);

/* bell_json_starts() tells whether a value is there and begins with a character: its type. */
static inline bool bell_json_starts(struct json v, char first) { return v.p && *v.p == first; }

/*
 * bell_json_number() reads a number, or a string that stands for NaN or an infinity.
 * bell_json_string() sets *out to a copy of a string, to be freed.  They return BELL_OK,
 * BELL_EDAMAGED for another type, or a string with a 0 in it, or BELL_ENOMEM.
 */
enum bell_status bell_json_number(struct json v, double *out);
enum bell_status bell_json_string(struct json v, char **out);

/*
 * bell_name_read() sets *name to the name of a column, to be freed, or to NULL if it has none, from
 * the values of its two keys, of which the second may be missing.  It returns BELL_OK,
 * BELL_EDAMAGED or BELL_ENOMEM.
 */
enum bell_status bell_name_read(struct json text, struct json bytes, char **name);

/*
 * bell_json_numbers() reads an array of at most `max` numbers, and sets *n to their number.  It
 * returns BELL_OK, BELL_EDAMAGED for what is no such array, or BELL_ENOMEM.
 */
enum bell_status bell_json_numbers(struct json v, size_t max, double *out, size_t *n);

/*
 * bell_json_table() sets the table of a transform whose method is known: from an object if it has
 * one, or else NULL, and then there may be no value.  The caller is to release it.  It returns
 * BELL_OK, BELL_EDAMAGED for anything else and for an impossible table, or BELL_ENOMEM.
 */
enum bell_status bell_json_table(struct json v, struct bell_transform *t);

#endif
