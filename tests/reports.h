/* SPDX-License-Identifier: BSD-3-Clause */
/* reports.h - columns of reports and what is written of them, for the suites that look at them. */
#ifndef TESTS_REPORTS_H
#define TESTS_REPORTS_H

#include <stdlib.h>
#include <string.h>
#include "common.h"

/* A column of a report that owns what it points to. */
struct owned {
	struct bell_report_column column;
	struct bell_fit fit;
	double *x;
};

static inline void own(struct owned *o, const char *name, double *x, size_t n)
{
	struct bell_sketch *sketch = sketch_of(x, NULL, n, NULL);

	o->x = x;
	CHECK(bell_fit_sketch(sketch, NULL, &o->fit));
	o->column = (struct bell_report_column){
	    .name = name, .sketch = sketch, .fit = &o->fit, .value = x, .values = n};
}

static inline void disown(struct owned *o)
{
	bell_sketch_free((struct bell_sketch *)o->column.sketch);
	free(o->x);
}

/* What was written, a C string. */
struct text {
	char *bytes;
	size_t size;
	/* So many bytes are taken, and then there is no memory. */
	size_t limit;
};

static inline enum bell_status take(void *context, const char *bytes, size_t n)
{
	struct text *t = context;

	if (t->limit && t->size + n > t->limit)
		return BELL_ENOMEM;
	t->bytes = realloc(t->bytes, t->size + n + 1);
	memcpy(t->bytes + t->size, bytes, n);
	t->size += n;
	t->bytes[t->size] = 0;
	return BELL_OK;
}

static inline size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, what)); p++)
		n++;
	return n;
}

#endif
