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
 * The double nearest to the decimal number in [text, text + length), which may have a sign and
 * blanks around it; also inf, infinity and nan in any case.  Beyond the range of a double: an
 * infinity or zero.  False if the text as a whole is no number.
 */
bool number_parse(const char *text, size_t length, double *value);

/* The shortest text that reads back as the same number, its length returned; not terminated. */
enum { NUMBER_LENGTH = 32 };
size_t number_format(double value, char text[NUMBER_LENGTH]);
size_t number_format_f32(float value, char text[NUMBER_LENGTH]);

#ifdef __cplusplus
}
#endif
#endif
