/* SPDX-License-Identifier: BSD-3-Clause */
/* scores.c - tables of normal scores as expressions. */
#include "parts.h"

/* A table read in one direction, with its slopes below and above. */
struct lines {
	const double *from, *to;
	size_t points;
	double slope[2];
};

/* Some numbers of an array, with commas between: halves of them, one after the other. */
static const char *listed(struct writer *w, const double *x, size_t first, size_t end)
{
	const size_t middle = first + (end - first) / 2;

	if (end - first == 1)
		return bell_say_number(w, x[first]);
	return bell_say(w, "%s, %s", listed(w, x, first, middle), listed(w, x, middle, end));
}

/* to + (v - from) slope, beyond an end */
static const char *beyond(struct writer *w, const struct lines *l, int end)
{
	const size_t i = end ? l->points - 1 : 0;
	const char *away = bell_minus(w, w->x, l->from[i]);

	return bell_plus(w, bell_times(w, l->slope[end], away), l->to[i]);
}

/* The value between points `first` and `end`: a choice between two halves, or one line. */
static const char *between(struct writer *w, const struct lines *l, size_t first, size_t end)
{
	const size_t middle = first + (end - first) / 2;
	const char *away = bell_minus(w, w->x, l->from[first]), *part;

	if (end - first > 1)
		return bell_when(w, bell_compare(w, w->x, "<", l->from[middle]),
				 between(w, l, first, middle), between(w, l, middle, end));
	part = bell_over(w, away, l->from[end] - l->from[first]);
	return bell_plus(w, bell_times(w, l->to[end] - l->to[first], part), l->to[first]);
}

/* A function of the dialect, and what is beyond the ends; both differences are 0 inside. */
static const char *interpolated(struct writer *w, const struct lines *l)
{
	const size_t last = l->points - 1;
	const char *zero = bell_say_number(w, 0), *from = listed(w, l->from, 0, l->points),
		   *to = listed(w, l->to, 0, l->points);
	const char *below =
	    bell_say(w, "%s(%s, %s)", w->d->least, bell_minus(w, w->x, l->from[0]), zero);
	const char *above =
	    bell_say(w, "%s(%s, %s)", w->d->greatest, bell_minus(w, w->x, l->from[last]), zero);

	return bell_say(w, "%s + %s + %s", bell_say(w, w->d->interpolate, from, to, w->x),
			bell_times(w, l->slope[0], below), bell_times(w, l->slope[1], above));
}

const char *bell_write_scores(struct writer *w, const struct bell_score_table *table, bool inverse)
{
	struct lines l;
	const double *x, *z;

	l.points = bell_score_table_points(table, &x, &z, l.slope);
	l.from = inverse ? z : x;
	l.to = inverse ? x : z;
	for (int end = 0; inverse && end < 2; end++)
		l.slope[end] = 1 / l.slope[end];
	if (w->d->interpolate)
		return interpolated(w, &l);
	return bell_when(w, bell_compare(w, w->x, "<", l.from[0]), beyond(w, &l, 0),
			 bell_when(w, bell_compare(w, w->x, ">=", l.from[l.points - 1]),
				   beyond(w, &l, 1), between(w, &l, 0, l.points - 1)));
}
