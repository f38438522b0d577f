/* SPDX-License-Identifier: BSD-3-Clause */
/* sorted.h - the finite values of an array, in order. */
#ifndef BELL_PLOT_SORTED_H
#define BELL_PLOT_SORTED_H

#include <stddef.h>
#include <bellshape/status.h>

/*
 * Sets *out to a sorted copy of the finite ones of n values, to be freed, and *count to how many
 * they are.  Returns BELL_OK or BELL_ENOMEM.
 */
enum bell_status bell_sort_finite(const double *x, size_t n, double **out, size_t *count);

#endif
