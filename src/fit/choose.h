/* SPDX-License-Identifier: BSD-3-Clause */
/* choose.h - the choice among families of transforms, behind the checks of the public functions. */
#ifndef BELL_FIT_CHOOSE_H
#define BELL_FIT_CHOOSE_H

#include <bellshape/choose.h>
#include "fit/fit_sketch.h"
#include "values.h"

/* The candidates of a column, from simple to less simple. */
struct choice {
	struct bell_candidate candidate[BELL_MAX_CANDIDATES];
	size_t count;
};

/* bell_choice_valid() tells whether options suit BELL_BEST, as far as other methods ignore them. */
bool bell_choice_valid(const struct bell_fit_options *o);

/* bell_choice_of() is the candidates that options name, of which nothing is known as yet. */
struct choice bell_choice_of(const struct bell_fit_options *o);

/* bell_candidate_options() is the options to fit a candidate with: standardized, not rounded. */
struct bell_fit_options bell_candidate_options(const struct bell_fit_options *o,
					       enum bell_method method);

/*
 * bell_choose_checked() is bell_choose_sketch() with options that are valid and no NULL.  Where the
 * criterion is BELL_HELDOUT, the caller has set `choice` to bell_choice_of() and pearson_per_df in
 * it.  It returns BELL_OK, BELL_EDOMAIN or BELL_ENOMEM, and sets *out where it returns BELL_OK;
 * *choice is set in any case.
 */
enum bell_status bell_choose_checked(const struct backend *b, const struct bell_sketch *sketch,
				     const struct bell_fit_options *options, struct choice *choice,
				     struct bell_fit *out);

/*
 * bell_hold_out() sets pearson_per_df of every candidate: see bell_choose_f64().  weights may be
 * NULL.  It returns BELL_OK; BELL_EDOMAIN if there are too few values for the parts; or
 * BELL_ENOMEM.
 */
enum bell_status bell_hold_out(const struct backend *b, const struct values *x,
			       const double *weights, const struct bell_fit_options *options,
			       unsigned threads, struct choice *choice);

#endif
