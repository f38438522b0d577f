/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * standardize.c - the standardized transform, in a form that does not overflow and does not round
 * all values to one.
 *
 * psi itself may be e^1000, or -1/lambda to every digit; z = (psi - mean)/sd is neither.  A side is
 * stored as
 *
 *	z = scale expm1(w (log1p((a - center)/(1 + center)) - anchor)) + offset
 *
 * whose anchor is the coordinate at which w log1p(a) is largest: no exponent is positive over the
 * data, and scale and offset are ordinary numbers.  A column of both signs has to keep its sides in
 * one scale, and stays relative to 0 while it can.
 */
#include <math.h>
#include "fit/standardize.h"

/* Below this, expm1() is -1 to every digit. */
#define SATURATED (-37)

/* No finite value has a log1p|x| larger than this. */
#define MAX_LOG_1P 710

/* A side of a column of both signs is relative to 0 while psi there stays below exp() of this. */
#define MAX_ANCHORLESS 300

/* The power, or 0 if over coordinates up to `range` it bends psi by less than its rounding. */
static double effective_power(double w, double range) { return fabs(w * range) < 0x1p-54 ? 0 : w; }

/*
 * Whether there are values so far below the center that |x| - center has lost their digits, and
 * that still count in psi.
 */
static bool far_below(const struct column *c, const struct point *p, int side)
{
	return c->low[side] * c->unit + c->mean < -0.5 &&
	       p->power[side] * (c->low[side] - p->origin) > SATURATED;
}

/*
 * The transform of a column of one sign, relative to its extreme.  On the other side of zero, where
 * it has no values, the transform goes on as psi does.
 */
static void one_signed(const struct backend *b, const struct column *c, const struct point *p,
		       const double reach[2], struct bell_transform *out)
{
	int side = c->sign < 0;
	double w = effective_power(p->power[side], reach[side]),
	       other = effective_power(p->power[!side], MAX_LOG_1P / c->unit);
	double sign = c->sign, size, zero, nothing = 0;
	double shift = bell_column_shift(b, c), anchor = p->origin * c->unit + c->mean;
	struct bell_transform_side *own = &out->side[side];
	struct bell_transform above = {.max = INFINITY};

	*own = (struct bell_transform_side){
	    .center = c->center,
	    .anchor = anchor,
	    .power = w / c->unit,
	    .scale = clamped_scale(sign / ((w != 0 ? w : c->unit) * p->sd)),
	    .offset = -p->mean / p->sd,
	};
	/* log(x/center) has its digits everywhere, and there is nothing beyond zero */
	if (c->family.unit == 0) {
		/* linear in x, not in x/center */
		if (own->power == 1 && own->anchor == 0) {
			own->center = own->center > 0 ? own->center : 1;
			own->scale = clamped_scale(own->scale / own->center);
		}
		return;
	}
	if (far_below(c, p, side)) {
		own->center = 0;
		own->anchor += shift;
	}
	/* the coordinate of x = 0 less the anchor, and 1 over the sd of psi */
	zero = -(own->anchor + (own->center > 0 ? shift : 0));
	size = bell_exp(b, own->power * zero) / p->sd / c->unit;
	/* 0 as a value of this side: both are functions of |x|, and the kernel has 0 above */
	above.side[0] = *own;
	above.method = out->method;
	above.unit = out->unit;
	b->transform_f64(&above, &nothing, 1, &zero);
	out->side[!side] = (struct bell_transform_side){
	    .power = other / c->unit,
	    .scale = clamped_scale(-sign * size / (other != 0 ? other / c->unit : 1)),
	    .offset = zero,
	};
}

/*
 * The transform of a column of both signs.  Each side is relative to 0, or to its extreme if psi
 * there may exceed a double.
 */
static void mixed(const struct backend *b, const struct column *c, const struct point *p,
		  const double reach[2], struct bell_transform *out)
{
	for (int side = 0; side < 2; side++) {
		double w = effective_power(p->power[side], reach[side]), sign = side ? -1 : 1,
		       anchor;
		double at_anchor, one = bell_exp(b, -p->shift);

		anchor = w * c->high[side] > MAX_ANCHORLESS ? c->high[side] : 0;
		at_anchor = bell_exp(b, w * anchor - p->shift);
		out->side[side] = (struct bell_transform_side){
		    .anchor = anchor * c->unit,
		    .power = w / c->unit,
		    .scale = clamped_scale(sign * at_anchor / ((w != 0 ? w : c->unit) * p->sd)),
		    .offset = ((anchor != 0 ? sign * (at_anchor - one) / w : 0) - p->mean) / p->sd,
		};
	}
}

void bell_standardize(const struct backend *b, const struct column *c, const struct point *p,
		      const double reach[2], struct bell_transform *out)
{
	out->method = method_of(c->family);
	out->unit = out->method == BELL_YEO_JOHNSON_UNIT ? c->family.unit : 0;
	if (c->mixed)
		mixed(b, c, p, reach, out);
	else
		one_signed(b, c, p, reach, out);
}

/*
 * It is relative to the x at which k x is largest.  A column of one sign has that as a coordinate,
 * beside a center, and its sum is rounded: exp() of what that takes from it goes into the scale.
 */
void bell_standardize_exponential(const struct backend *b, const struct column *c,
				  const struct point *p, struct bell_transform *out)
{
	int side = c->sign < 0;
	double range = c->mixed ? c->high[0] + c->high[1] : c->high[side] - c->low[side];
	double k = effective_power(p->t, range);
	double scale = 1 / ((k != 0 ? k : c->unit) * p->sd), offset = -p->mean / p->sd;
	double center = 0, moved = 0;

	if (c->mixed && k != 0) {
		center = p->shift / k * c->unit;
		offset += -bell_expm1(b, -p->shift) * scale;
	} else if (!c->mixed) {
		double away = p->origin * c->unit + c->mean;

		center = c->center + away;
		/* the coordinate has the sign of |x| */
		moved = c->sign * (center - c->center - away);
		center *= c->sign;
	}
	if (k != 0) {
		double e = bell_expm1(b, k / c->unit * moved);

		offset += scale * e;
		scale += scale * e;
	} else {
		offset += scale * moved;
	}
	out->side[0] = (struct bell_transform_side){.center = center,
						    .power = k / c->unit,
						    .scale = clamped_scale(scale),
						    .offset = offset};
	out->method = BELL_EXPONENTIAL;
}
