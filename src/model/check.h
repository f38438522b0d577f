/* SPDX-License-Identifier: BSD-3-Clause */
/* check.h - whether the numbers of a fit can be those of one column. */
#ifndef BELL_MODEL_CHECK_H
#define BELL_MODEL_CHECK_H

#include <stdbool.h>
#include <bellshape/fit.h>

/*
 * bell_fit_agrees() tells whether the statistics of a fit go together, and its transform, of a known
 * method, increases and is the one of its lambda, mean and sd.
 */
bool bell_fit_agrees(const struct bell_fit *fit);

/*
 * bell_fit_increases() tells no more than whether the sides of the transform have numbers in their
 * ranges with which it increases.  More cannot be asked of formats 1 and 2: the versions that wrote
 * them computed mean and sd less exactly.
 */
bool bell_fit_increases(const struct bell_fit *fit);

#endif
