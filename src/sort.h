/* SPDX-License-Identifier: BSD-3-Clause */
/* sort.h - values in order. */
#ifndef BELL_SORT_H
#define BELL_SORT_H

#include <stddef.h>
#include <bellshape/status.h>

/*
 * Sorts n values, none of them NaN, in ascending order, and takes weight[i] along with value[i]
 * unless weight is NULL.  It is stable and takes O(n) time for any values.  Returns BELL_OK or
 * BELL_ENOMEM; then nothing is sorted.
 */
enum bell_status bell_sort(double *value, double *weight, size_t n);

#endif
