/* SPDX-License-Identifier: BSD-3-Clause */
/* state.h - files that hold the state of a table. */
#ifndef CLI_STATE_H
#define CLI_STATE_H

#include <bellshape/state.h>

struct output;
struct source;

/* state_load() reads the state at a path; "-" is standard input. */
struct bell_state *state_load(const char *path);

/* state_store() writes a state to a path; output_end() is still to come. */
void state_store(const struct bell_state *state, const char *path, struct output *out);

/*
 * state_check_same() ends the program, with both files named, unless the columns of two states are
 * the same.
 */
void state_check_same(const struct bell_state *a, const char *a_path, const struct bell_state *b,
		      const char *b_path);

/* state_label() returns what messages call the state at a path. */
const char *state_label(const char *path);

#endif
