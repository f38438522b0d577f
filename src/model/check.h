/* SPDX-License-Identifier: BSD-3-Clause */
/* check.h - whether the numbers of a fit can be those of one column. */
#ifndef BELL_MODEL_CHECK_H
#define BELL_MODEL_CHECK_H

#include <stdbool.h>
#include <bellshape/fit.h>

/*
 * bell_statistics_agree() tells whether counts, extremes, flags and interval of a fit go together,
 * and bell_lambda_agrees() whether lambda is that of the method, where that has one for all
 * columns.
 */
bool bell_statistics_agree(const struct bell_fit *fit);
bool bell_lambda_agrees(const struct bell_fit *fit);

/*
 * bell_fit_agrees() tells whether the statistics of a fit go together, and its transform, of a
 * known method, increases and is the one of its lambda, mean and sd.
 */
bool bell_fit_agrees(const struct bell_fit *fit);

/*
 * bell_fit_repair() is for the fits of formats 1 and 2, whose mean and sd are less exact: where
 * they do not go with the transform they become what the transform says.  It returns whether the
 * fit agrees then.
 */
bool bell_fit_repair(struct bell_fit *fit);

#endif
