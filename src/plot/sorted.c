/* SPDX-License-Identifier: BSD-3-Clause */
/* sorted.c - the finite values of an array, in order. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include "sort.h"
#include "plot/sorted.h"

enum bell_status bell_sort_finite(const double *x, size_t n, double **out, size_t *count)
{
	double *copy = n < SIZE_MAX / sizeof *copy ? malloc((n + 1) * sizeof *copy) : NULL;
	enum bell_status status;

	if (!copy)
		return BELL_ENOMEM;
	*count = 0;
	for (size_t i = 0; i < n; i++)
		if (isfinite(x[i]))
			copy[(*count)++] = x[i];
	status = bell_sort(copy, NULL, *count);
	if (status == BELL_OK)
		*out = copy;
	else
		free(copy);
	return status;
}
