/* SPDX-License-Identifier: BSD-3-Clause */
/* missing.h - what stands for a missing value. */
#ifndef CLI_MISSING_H
#define CLI_MISSING_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

struct options;

/* Texts that mean a missing value besides the usual ones, and the numbers among them. */
struct missing {
	const char *const *text;
	size_t texts;
	double *number;
	size_t numbers;
};

/* missing_open() takes what the option --na gave; the texts stay where they are. */
void missing_open(struct missing *m, const struct options *options);
void missing_close(struct missing *m);

/*
 * missing_text() tells whether a text stands for a missing value: with or without blanks around it,
 * it is nothing, one of the usual texts, or one of those that the user named.  Capitals count: Na
 * is sodium.
 */
bool missing_text(const struct missing *m, const char *text, size_t length);

/* missing_number() tells whether the user named a number that is equal to x: -99 is -99.0, too. */
static inline bool missing_number(const struct missing *m, double x)
{
	for (size_t i = 0; i < m->numbers; i++)
		if (m->number[i] == x)
			return true;
	return false;
}

/*
 * missing_float() does the same in float32, where -99.9 is also the float that is nearest to it;
 * but 0 and the infinities are themselves alone, not what a float cannot hold.
 */
static inline bool missing_float(const struct missing *m, float x)
{
	for (size_t i = 0; i < m->numbers; i++)
		if (x == 0 || isinf(x) ? x == m->number[i] : x == (float)m->number[i])
			return true;
	return false;
}

#endif
