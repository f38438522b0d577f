/* SPDX-License-Identifier: BSD-3-Clause */
/* sketches.h - sketches, for the suites that look at them. */
#ifndef TESTS_SKETCHES_H
#define TESTS_SKETCHES_H

#include "common.h"

static inline struct bell_sketch_summary summary_of(const struct bell_sketch *s)
{
	struct bell_sketch_summary m;

	CHECK(bell_sketch_summary(s, &m));
	return m;
}

static inline struct bell_sketch *new_sketch(const struct bell_sketch_options *options)
{
	struct bell_sketch *s;

	CHECK(bell_sketch_create(options, &s));
	return s;
}

/* The grid that a sketch chooses for these values. */
static inline struct bell_sketch_options grid_of(const double *x, size_t n)
{
	struct bell_sketch *s = sketch_of(x, NULL, n, NULL);
	struct bell_sketch_summary m = summary_of(s);

	cr_assert(m.bins > 0 && m.grid.width > 0);
	bell_sketch_free(s);
	return m.grid;
}

#endif
