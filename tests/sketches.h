/* SPDX-License-Identifier: BSD-3-Clause */
/* sketches.h - sketches, for the suites that look at them. */
#ifndef TESTS_SKETCHES_H
#define TESTS_SKETCHES_H

#include <stdlib.h>
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

static inline void merge_and_free(struct bell_sketch *into, struct bell_sketch *from)
{
	CHECK(bell_sketch_merge(into, from));
	bell_sketch_free(from);
}

static inline struct bell_sketch *copy_of(const struct bell_sketch *s)
{
	struct bytes b = bytes_of(s);
	struct bell_sketch *copy;

	CHECK(bell_sketch_deserialize(b.data, b.size, &copy));
	free(b.data);
	return copy;
}

#endif
