/* SPDX-License-Identifier: BSD-3-Clause */
/* verdicts.h - verdicts, for the suites that look at them. */
#ifndef TESTS_VERDICTS_H
#define TESTS_VERDICTS_H

#include <string.h>
#include "fits.h"
#include "sketches.h"

/* The verdicts on a column, by a sketch and with the facts. */
static inline struct bell_verdicts verdicts_of(const double *x, size_t n,
					       const struct bell_fit_options *options)
{
	struct bell_sketch *s = sketch_of(x, NULL, n, NULL);
	struct bell_facts facts = {0};
	struct bell_verdicts v;
	struct bell_fit fit;

	CHECK(bell_facts_update_f64(&facts, x, NULL, n));
	CHECK(bell_fit_sketch(s, options, &fit));
	CHECK(bell_verdicts_sketch(s, &fit, &facts, BELL_FREQUENCY_WEIGHTS, &v));
	bell_sketch_free(s);
	return v;
}

static inline const struct bell_verdict *find(const struct bell_verdicts *v,
					      enum bell_verdict_kind kind)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->verdict[i].kind == kind)
			return &v->verdict[i];
	return NULL;
}

/* The names of all verdicts, with a space behind each. */
static inline const char *names(const struct bell_verdicts *v)
{
	static char text[400];

	*text = 0;
	for (size_t i = 0; i < v->count; i++)
		strcat(strcat(text, bell_verdict_name(v->verdict[i].kind)), " ");
	return text;
}

#endif
