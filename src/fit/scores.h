/* SPDX-License-Identifier: BSD-3-Clause */
/* scores.h - the transform to normal scores of a column. */
#ifndef BELL_FIT_SCORES_H
#define BELL_FIT_SCORES_H

#include <bellshape/fit.h>
#include "sketch/bins.h"

/* bell_scores_exist() tells whether a sketch has two distinct finite values and no infinities. */
bool bell_scores_exist(const struct bell_sketch *sketch);

/*
 * bell_fit_scores() sets *out to the fit of BELL_NORMAL_SCORES of such a sketch, which owns a table
 * of its own: bell_fit_release().  It returns BELL_OK, or BELL_ENOMEM and leaves *out as it was.
 */
enum bell_status bell_fit_scores(const struct backend *b, const struct bell_sketch *sketch,
				 struct bell_fit *out);

#endif
