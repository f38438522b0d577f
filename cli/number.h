/* SPDX-License-Identifier: BSD-3-Clause */
/* number.h - numbers to text and back, exact. */
#ifndef CLI_NUMBER_H
#define CLI_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * number_parse() sets *value to the double that is nearest to a number, which may have a sign and
 * blanks around it.  Its decimals follow a comma if `decimal` is ',', and otherwise a point.  It
 * also takes inf and infinity, in capitals or not, but no nan.  A number beyond the range of a
 * double becomes an infinity or zero.  It returns false if the text as a whole is no number.
 */
bool number_parse(const char *text, size_t length, char decimal, double *value);

/*
 * number_prefix() reads the number that a text begins with: digits, maybe with a minus before them,
 * a point among them and an exponent behind.  It sets *value to the nearest double and returns
 * where the number ends, so that whoever knows what may follow need not look for it first.  It
 * returns NULL if the text begins otherwise, with a blank or a plus too, if the number is a code or
 * if no double can hold it.
 */
const char *number_prefix(const char *text, const char *end, double *value);

/*
 * number_is_code() tells whether a number is written with a zero before its other digits, as 07306:
 * then it is rather a code, which loses something as a number.
 */
bool number_is_code(const char *text, size_t length);

/*
 * number_format() and number_format_f32() write the shortest text that reads back as the same
 * number, without a NUL behind it, and return its length.
 */
enum { NUMBER_LENGTH = 32 };
size_t number_format(double value, char text[NUMBER_LENGTH]);
size_t number_format_f32(float value, char text[NUMBER_LENGTH]);

/*
 * number_format_digits() writes a number with at most so many significant digits, 1 to
 * NUMBER_DIGITS, or if that is 0 as number_format() does.
 */
enum { NUMBER_DIGITS = 17 };
size_t number_format_digits(double value, int digits, char text[NUMBER_LENGTH]);

#ifdef __cplusplus
}
#endif
#endif
