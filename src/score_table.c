/* SPDX-License-Identifier: BSD-3-Clause */
/* score_table.c - a table of normal scores: its points and its owners. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "score_table.h"

static bool rises(const double *a, size_t points)
{
	for (size_t i = 0; i < points; i++)
		if (!isfinite(a[i]) || (i && !(a[i] > a[i - 1] && isfinite(a[i] - a[i - 1]))))
			return false;
	return true;
}

static bool slope_valid(double slope) { return slope > 0 && isfinite(slope); }

/* Copies the points to a column of the table, and fills it up. */
static double *filled(double *to, const double *from, const struct bell_score_table *t)
{
	memcpy(to, from, t->points * sizeof *to);
	for (size_t i = t->points; i <= t->capacity; i++)
		to[i] = NAN;
	return to;
}

enum bell_status bell_score_table_create(const double *x, const double *z, size_t points,
					 const double slope[2], const struct bell_score_table **out)
{
	struct bell_score_table *t;
	size_t capacity = 2;

	if (!x || !z || !slope || !out || points < 2 || points > BELL_MAX_SCORES ||
	    !rises(x, points) || !rises(z, points) || !slope_valid(slope[0]) ||
	    !slope_valid(slope[1]))
		return BELL_EINVAL;
	while (capacity < points)
		capacity *= 2;
	t = malloc(sizeof *t + 2 * (capacity + 1) * sizeof *t->memory);
	if (!t)
		return BELL_ENOMEM;
	atomic_init(&t->owners, 1);
	t->points = points;
	t->capacity = capacity;
	t->slope[0] = slope[0];
	t->slope[1] = slope[1];
	t->x = filled(t->memory, x, t);
	t->z = filled(t->memory + capacity + 1, z, t);
	*out = t;
	return BELL_OK;
}

/*
 * Only the number of owners of a table changes, and only here: to everybody else it is constant.
 */
static struct bell_score_table *counted(const struct bell_score_table *table)
{
	return (struct bell_score_table *)(uintptr_t)table;
}

const struct bell_score_table *bell_score_table_share(const struct bell_score_table *table)
{
	if (table)
		atomic_fetch_add_explicit(&counted(table)->owners, 1, memory_order_relaxed);
	return table;
}

void bell_score_table_release(const struct bell_score_table *table)
{
	/* what other owners have read comes before the memory goes */
	if (table &&
	    atomic_fetch_sub_explicit(&counted(table)->owners, 1, memory_order_acq_rel) == 1)
		free(counted(table));
}

size_t bell_score_table_points(const struct bell_score_table *table, const double **x,
			       const double **z, double slope[2])
{
	if (!table)
		return 0;
	if (x)
		*x = table->x;
	if (z)
		*z = table->z;
	if (slope)
		memcpy(slope, table->slope, sizeof table->slope);
	return table->points;
}
