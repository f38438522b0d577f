/* SPDX-License-Identifier: BSD-3-Clause */
/* forward.c - transforms as expressions: the formulas of bellshape/transform.h. */
#include <math.h>
#include "../kernels/types.h"
#include "../transform.h"
#include "parts.h"

/* scale e + offset */
static const char *affine(struct writer *w, const struct bell_transform_side *s, const char *e)
{
	return bell_plus(w, bell_times(w, s->scale, e), s->offset);
}

/* scale expm1(power d) + offset, or scale d + offset if power is 0 */
static const char *bent(struct writer *w, const struct bell_transform_side *s, const char *d)
{
	return affine(w, s, s->power == 0 ? d : bell_say_expm1(w, bell_times(w, s->power, d)));
}

/* A side of Yeo-Johnson; `a` is |x|. */
static const char *side(struct writer *w, const struct bell_transform *t,
			const struct bell_transform_side *s, const char *a)
{
	const char *ratio = bell_over(w, bell_minus(w, a, s->center), unit_of(t) + s->center);

	if (s->power == 1 && s->anchor == 0)
		return affine(w, s, ratio);
	return bent(w, s, bell_minus(w, bell_say_log1p(w, ratio), s->anchor));
}

static const char *two_sides(struct writer *w, const struct bell_transform *t)
{
	const char *x = w->x, *minus = bell_say(w, "-%s", x), *zero = bell_say_number(w, 0);

	if (w->d->eager) {
		minus = bell_say(w, "-%s(%s, %s)", w->d->least, x, zero);
		x = bell_say(w, "%s(%s, %s)", w->d->greatest, x, zero);
	}
	return bell_when(w, bell_compare(w, w->x, "<", 0), side(w, t, &t->side[1], minus),
			 side(w, t, &t->side[0], x));
}

/* sqrt x - sqrt(center) = (x - center)/(sqrt x + sqrt(center)) */
static const char *root(struct writer *w, const char *x, double center)
{
	const char *of_x = bell_call(w, w->d->sqrt, x), *away = bell_minus(w, x, center);
	const char *size = bell_call(w, w->d->size, away);

	if (center == 0)
		return of_x;
	return bell_when(
	    w, bell_compare(w, size, "<", center / 2),
	    bell_say(w, "%s / (%s)", bell_atom(w, away), bell_plus(w, of_x, sqrt(center))),
	    bell_minus(w, of_x, sqrt(center)));
}

/* log((x + shift)/c), where c is the rounded sum of shift and center, and lacks `low`. */
static const char *shifted(struct writer *w, const char *x, const struct bell_transform *t)
{
	const double center = t->side[0].center, c = t->shift + center, part = c - t->shift;
	const double low = (t->shift - (c - part)) + (center - part);
	const char *sum = bell_plus(w, x, t->shift);
	const char *away = bell_plus(w, bell_minus(w, x, center), low);

	if (c == 1)
		return bell_call(w, w->d->log, sum);
	return bell_say_log_ratio(w, bell_atom(w, sum), away, c);
}

/*
 * asinh u - asinh v, with u = x/c and v = center/c.  Near the center it is the asinh of (u - v) (u
 * + v)/(u V + v U), where U = sqrt(1 + u^2) and V is the same of v.  Where 1 is nothing beside v^2,
 * it is log(u/v).
 */
static const char *hyperbolic(struct writer *w, const char *x, const struct bell_transform *t)
{
	const double center = t->side[0].center, v = center / t->unit;
	const char *u = bell_atom(w, bell_over(w, x, t->unit));
	const char *far = bell_minus(w, bell_say_asinh(w, u), asinh(v));
	const char *size, *near, *away, *safe, *one = bell_say_number(w, 1), *turned;

	if (center == 0)
		return far;
	size = bell_call(w, w->d->size, bell_minus(w, x, center));
	near = bell_compare(w, size, "<", fabs(center) / 2);
	safe = bell_where_safe(w, near, x, center);
	u = bell_atom(w, bell_over(w, safe, t->unit));
	away = bell_atom(w, bell_over(w, bell_minus(w, safe, center), t->unit));
	turned = bell_say(w, "%s * ((%s) / (%s * %s + %s * %s(%s + %s * %s)))", away,
			  bell_plus(w, u, v), u, bell_say_number(w, sqrt(1 + v * v)),
			  bell_atom(w, bell_say_number(w, v)), w->d->sqrt, one, u, u);
	if (fabs(v) > 0x1p60)
		turned = bell_say(
		    w, "%s * (%s + %s / %s)",
		    bell_times(w, 0.5, bell_over(w, bell_minus(w, safe, center), fabs(center))),
		    one, bell_say_number(w, center), safe);
	return bell_when(w, near, bell_say_asinh(w, turned), far);
}

/* The coordinate of x, less that of the center, and less the anchor. */
static const char *coordinate(struct writer *w, const char *x, const struct bell_transform *t)
{
	const double center = t->side[0].center;

	switch (t->method) {
	case BELL_BOX_COX:
	case BELL_LOG:
		return bell_minus(w,
				  center == 0
				      ? bell_call(w, w->d->log, x)
				      : bell_say_log_ratio(w, x, bell_minus(w, x, center), center),
				  t->side[0].anchor);
	case BELL_SQRT:
		return root(w, x, center);
	case BELL_LOG_SHIFT:
		return shifted(w, x, t);
	case BELL_ASINH:
		return hyperbolic(w, x, t);
	default:
		return bell_minus(w, x, center);
	}
}

static const char *one_side(struct writer *w, const char *x, const struct bell_transform *t)
{
	const struct bell_transform_side *s = &t->side[0];

	if (!is_on_line(t->method) && s->power == 1 && s->anchor == 0)
		return affine(w, s, bell_minus(w, x, s->center));
	return bent(w, s, coordinate(w, x, t));
}

const char *bell_write_forward(struct writer *w, const struct bell_transform *t,
			       const struct image *image)
{
	const double lowest = lowest_of(t);
	const char *above, *at;

	if (t->table)
		return bell_write_scores(w, t->table, false);
	if (sides_of(t->method) == 2)
		return two_sides(w, t);
	if (lowest == -INFINITY)
		return one_side(w, w->x, t);
	above = bell_compare(w, w->x, ">", lowest);
	at = bell_when(w, bell_compare(w, w->x, w->d->equal, lowest),
		       bell_say_number(w, image->least), w->d->nan);
	return bell_when(
	    w, above,
	    one_side(w, bell_where_safe(w, above, w->x, lowest == 0 ? 1 : t->side[0].center), t),
	    at);
}
