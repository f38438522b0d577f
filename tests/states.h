/* SPDX-License-Identifier: BSD-3-Clause */
/* states.h - states of tables, for the suites that look at them. */
#ifndef TESTS_STATES_H
#define TESTS_STATES_H

#include <stdlib.h>
#include <string.h>
#include "common.h"

static inline struct bytes bytes_of_state(const struct bell_state *s)
{
	struct bytes b = {.size = bell_state_size(s)};

	b.data = malloc(b.size);
	cr_assert_not_null(b.data);
	CHECK(bell_state_serialize(s, b.data, b.size));
	return b;
}

static inline bool same_state(const struct bell_state *a, const struct bell_state *b)
{
	struct bytes p = bytes_of_state(a), q = bytes_of_state(b);
	bool equal = p.size == q.size && !memcmp(p.data, q.data, p.size);

	free(p.data), free(q.data);
	return equal;
}

static inline struct bell_state *new_state(size_t columns, const char *const *names)
{
	struct bell_state *s;

	CHECK(bell_state_create(columns, names, &s));
	return s;
}

/* Adds rows of a row-major table. */
static inline void add_rows(struct bell_state *s, const double *x, size_t rows)
{
	size_t columns = bell_state_columns(s);
	const struct bell_table t = {(void *)x, BELL_F64, rows, columns, (ptrdiff_t)columns, 1};

	CHECK(bell_state_update(s, &t, NULL, 1));
}

#endif
