/* SPDX-License-Identifier: BSD-3-Clause */
/* words.h - what a report says of a column in words. */
#ifndef BELL_WORDS_H
#define BELL_WORDS_H

#include "report/page.h"

/* The name of a method as people write it, such as "Yeo-Johnson". */
const char *bell_method_title(enum bell_method method);

/* Whether there is a lambda that was estimated or fixed. */
bool bell_has_lambda(const struct bell_fit *fit);

/* Whether nothing was estimated, because there was nothing to estimate it from. */
bool bell_is_left(const struct bell_fit *fit);

/*
 * bell_put_remarks() adds the verdicts on a column, one after the other; bell_put_advice() a list
 * of them that says what to do of each.  They add nothing if there are none.
 */
void bell_put_remarks(struct page *p, const struct bell_verdicts *all);
void bell_put_advice(struct page *p, const struct bell_verdicts *all);

#endif
