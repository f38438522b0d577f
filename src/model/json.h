/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * json.h - what writing and reading a model as JSON share.  docs/formats.md is the specification.
 */
#ifndef BELL_MODEL_JSON_H
#define BELL_MODEL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/model.h>

/* The format that is written, and the oldest that is read. */
#define FORMAT        3
#define OLDEST_FORMAT 1

/* Counts up to this are exact as a double, which is what many readers of JSON make of a number. */
#define MAX_COUNT ((uint64_t)1 << 53)

/*
 * A key, and where in a struct the double is that it stands for.  The key behind the last is NULL.
 */
struct field {
	const char *key;
	size_t offset;
};

/* Of struct bell_fit, and of struct bell_transform_side. */
extern const struct field bell_json_fit[], bell_json_side[];

/* The numbers of struct bell_candidate. */
extern const struct field bell_json_candidate[];

static inline double *field_of(void *object, const struct field *f)
{
	return (double *)((char *)object + f->offset);
}

struct cJSON;

/*
 * bell_json_add_fields() adds the numbers of a struct to an object.  It returns false if memory
 * could not be had.
 */
bool bell_json_add_fields(struct cJSON *object, const struct field *f, void *from);

/*
 * bell_name_is_utf8() tells whether a name is UTF-8, which JSON has to be.
 *
 * bell_name_text() returns a copy of a name in which U+FFFD stands for each sequence of bytes that
 * is no character, to be freed, or NULL if memory could not be had.  Such a sequence is, as the
 * Unicode Standard recommends (3.9, U+FFFD Substitution of Maximal Subparts), as long as a
 * character could begin with it, or else one byte.
 */
bool bell_name_is_utf8(const char *name);
char *bell_name_text(const char *name);

#endif
