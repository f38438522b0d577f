/* SPDX-License-Identifier: BSD-3-Clause */
/* inverse.c - inverses of transforms as expressions. */
#include <math.h>
#include "../kernels/types.h"
#include "../transform.h"
#include "parts.h"

/* (y - offset)/scale */
static const char *quotient(struct writer *w, const struct bell_transform_side *s, const char *y)
{
	return bell_over(w, bell_minus(w, y, s->offset), s->scale);
}

/* The coordinate less the anchor: log1p(q)/power, or q if power is 0. */
static const char *unbent(struct writer *w, const struct bell_transform_side *s, const char *y)
{
	const char *q = quotient(w, s, y);

	return s->power == 0 ? q : bell_over(w, bell_say_log1p(w, q), s->power);
}

/* |x| on a side of Yeo-Johnson: center + (c + center) r */
static const char *side(struct writer *w, const struct bell_transform *t,
			const struct bell_transform_side *s, const char *y)
{
	const char *r;

	/* the other side is so far from 0 that every y of this one exceeds a double */
	if (isinf(s->offset))
		return bell_say_number(w, 0);
	if (s->power == 1 && s->anchor == 0)
		r = quotient(w, s, y);
	else
		r = bell_say_expm1(w, bell_plus(w, unbent(w, s, y), s->anchor));
	return bell_plus(w, bell_times(w, unit_of(t) + s->center, r), s->center);
}

static const char *two_sides(struct writer *w, const struct bell_transform *t, const char *y,
			     double at_zero)
{
	const char *low = y, *high = y, *zero = bell_say_number(w, at_zero);

	if (w->d->eager) {
		low = bell_say(w, "%s(%s, %s)", w->d->least, y, zero);
		high = bell_say(w, "%s(%s, %s)", w->d->greatest, y, zero);
	}
	return bell_when(w, bell_compare(w, w->x, "<", at_zero),
			 bell_say(w, "-%s", bell_atom(w, side(w, t, &t->side[1], low))),
			 side(w, t, &t->side[0], high));
}

/* c e^q - shift, and center + c (e^q - 1) where that is nearer. */
static const char *shifted(struct writer *w, const struct bell_transform *t, const char *q)
{
	const double center = t->side[0].center, c = t->shift + center, part = c - t->shift;
	const double low = (t->shift - (c - part)) + (center - part);
	/* c e^q and c then differ by less than a factor of 2, and nothing cancels */
	const double near = 0.6875;
	const char *size = bell_call(w, w->d->size, q);

	return bell_when(
	    w, bell_compare(w, size, "<", near),
	    bell_plus(w, bell_minus(w, bell_times(w, c, bell_say_expm1(w, q)), low), center),
	    bell_minus(w, bell_times(w, c, bell_call(w, w->d->exp, q)), t->shift));
}

static const char *one_side(struct writer *w, const struct bell_transform *t, const char *y)
{
	const struct bell_transform_side *s = &t->side[0];
	const char *l = unbent(w, s, y);

	switch (t->method) {
	case BELL_BOX_COX:
	case BELL_LOG:
		if (s->power == 1 && s->anchor == 0)
			return bell_plus(w, quotient(w, s, y), s->center);
		return bell_times(w, s->center > 0 ? s->center : 1,
				  bell_call(w, w->d->exp, bell_plus(w, l, s->anchor)));
	case BELL_SQRT:
		l = bell_atom(w, bell_plus(w, l, sqrt(s->center)));
		return bell_say(w, "%s * %s", l, l);
	case BELL_LOG_SHIFT:
		return shifted(w, t, l);
	case BELL_ASINH:
		return bell_times(
		    w, t->unit,
		    bell_call(w, w->d->sinh, bell_plus(w, l, asinh(s->center / t->unit))));
	default:
		return bell_plus(w, l, s->center);
	}
}

const char *bell_write_inverse(struct writer *w, const struct bell_transform *t,
			       const struct image *image)
{
	const bool two = sides_of(t->method) == 2;
	const char *y = w->x, *inside = NULL, *x, *beyond = w->d->nan;

	if (t->table)
		return bell_write_scores(w, t->table, true);
	if (isfinite(image->least)) {
		inside = bell_compare(w, y, ">", image->least);
		beyond = bell_when(w, bell_compare(w, y, w->d->equal, image->least),
				   bell_say_number(w, t->min), beyond);
	}
	if (isfinite(image->greatest)) {
		const char *below = bell_compare(w, y, "<", image->greatest);

		inside = inside ? bell_say(w, w->d->both, inside, below) : below;
		beyond = bell_when(w, bell_compare(w, y, w->d->equal, image->greatest),
				   bell_say_number(w, t->max), beyond);
	}
	if (inside)
		y = bell_where_safe(w, inside, y, two ? image->at_zero : t->side[0].offset);
	x = two ? two_sides(w, t, y, image->at_zero) : one_side(w, t, y);
	return inside ? bell_when(w, inside, x, beyond) : x;
}
