/* SPDX-License-Identifier: BSD-3-Clause */
/* fit_state.h - the state that a fit is made from: of tables, or of a file. */
#ifndef CLI_FIT_STATE_H
#define CLI_FIT_STATE_H

#include <bellshape/state.h>

struct bell_facts;
struct held_values;
struct options;
struct source;
struct source_options;

/* fit_state_check() ends the program where options of states do not go with others. */
void fit_state_check(const struct options *options);

/*
 * fit_state_open() opens the tables of the options and selects their columns.  It returns NULL, or
 * with --like an empty state that is like that one.  With --state-in it returns that state, and `s`
 * has its columns and no rows.
 */
struct bell_state *fit_state_open(struct source *s, const struct options *options,
				  const struct source_options *wanted);

/*
 * fit_state_read() adds the rows of the tables to an empty state, or to a new one if `state` is
 * NULL, and returns it.  It sets *facts to the facts of the columns in use, to be freed.  Unless
 * `values` is NULL, it keeps the values, too.
 */
struct bell_state *fit_state_read(struct bell_state *state, struct source *s,
				  const struct options *options, struct bell_facts **facts,
				  struct held_values *values);

/*
 * fit_state_sketches() returns the sketches of the columns in use, in their order: an array to be
 * freed, whose sketches belong to the state.
 */
struct bell_sketch **fit_state_sketches(const struct bell_state *state, const struct source *s);

#endif
