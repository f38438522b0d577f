/* SPDX-License-Identifier: BSD-3-Clause */
/* state.h - the inside of a state. */
#ifndef BELL_STATE_STATE_H
#define BELL_STATE_STATE_H

#include <bellshape/state.h>

struct bell_state {
	size_t columns;
	uint64_t rows;
	/* Each is NULL for a column without a name. */
	char **name;
	struct bell_sketch **sketch;
};

/*
 * bell_state_allocate() makes a state without names in *out, whose sketches are all NULL as yet.
 * Its errors are those of bell_state_create().
 */
enum bell_status bell_state_allocate(size_t columns, struct bell_state **out);

#endif
