/* SPDX-License-Identifier: BSD-3-Clause */
/* words.h - the parts that expressions are put together from. */
#ifndef BELL_EXPRESSION_WORDS_H
#define BELL_EXPRESSION_WORDS_H

#include <stddef.h>
#include "dialect.h"

/*
 * Texts live as long as the writer.  Where there is no memory, `failed` is set and a text is "":
 * nobody has to ask before the end.  Every operator has blanks around it.
 */
struct writer {
	const struct dialect *d;
	const char *x; /* the value */
	struct kept_text *texts;
	bool failed;
};

/* bell_say() makes a text; bell_words_free() frees all of them. */
const char *bell_say(struct writer *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void bell_words_free(struct writer *w);

/* bell_say_number() writes a double with all of its digits. */
const char *bell_say_number(struct writer *w, double x);

/* bell_atom() puts brackets around a text, unless it needs none whatever stands beside it. */
const char *bell_atom(struct writer *w, const char *a);

/* a + c, a - c, c a and a/c.  What changes nothing is left out. */
const char *bell_plus(struct writer *w, const char *a, double c);
const char *bell_minus(struct writer *w, const char *a, double c);
const char *bell_times(struct writer *w, double c, const char *a);
const char *bell_over(struct writer *w, const char *a, double c);

/* bell_call() is a function of one argument. */
const char *bell_call(struct writer *w, const char *function, const char *a);

/* Functions that keep the digits of small arguments, whatever the dialect has. */
const char *bell_say_log1p(struct writer *w, const char *a);
const char *bell_say_expm1(struct writer *w, const char *a);
const char *bell_say_asinh(struct writer *w, const char *a);

/* bell_say_log_ratio() is log(x/c) for x > 0, which keeps the digits of `away`, x - c. */
const char *bell_say_log_ratio(struct writer *w, const char *x, const char *away, double c);

/* bell_when() chooses.  bell_compare() is a condition on a value. */
const char *bell_when(struct writer *w, const char *condition, const char *then,
		      const char *otherwise);
const char *bell_compare(struct writer *w, const char *a, const char *operator, double c);

/*
 * bell_where_safe() returns x where the condition holds, and `safe` elsewhere, for a branch that is
 * computed whether it is chosen or not; in other dialects it returns x.
 */
const char *bell_where_safe(struct writer *w, const char *condition, const char *x, double safe);

#endif
