/* SPDX-License-Identifier: BSD-3-Clause */
/* sides.c - what the numbers of one side of a transform say. */
#include <float.h>
#include <math.h>
#include "model/sides.h"
#include "transform.h"

/* effective_power() of standardize.c takes a power for 0 that bends psi by less than 2^-54. */
#define MAX_BEND 0x1p-53

bool bell_side_is_valid(const struct bell_transform *t, int side)
{
	const struct bell_transform_side *s = &t->side[side];

	return (is_on_line(t->method) || s->center >= 0) && fabs(s->center) < INFINITY &&
	       isfinite(s->anchor) && isfinite(s->power) && isfinite(s->scale) && s->scale != 0 &&
	       !isnan(s->offset);
}

int bell_side_of(const struct bell_transform *t, double x)
{
	return sides_of(t->method) == 2 && x < 0;
}

/* The power that lambda gives a side. */
static double power_of(const struct bell_fit *f, int side)
{
	enum bell_method method = f->transform.method;

	if (is_on_line(method) && method != BELL_EXPONENTIAL)
		return 0;
	return side ? 2 - f->lambda : f->lambda;
}

struct form bell_form_of(const struct bell_fit *fit, int side)
{
	const struct bell_transform *t = &fit->transform;
	const struct bell_transform_side *s = &t->side[side];
	struct form f = {.sign = side ? -1 : 1,
			 .w = s->power,
			 .psi = power_of(fit, side),
			 .a = s->anchor,
			 .scale = s->scale,
			 .offset = s->offset,
			 .is_raised = fabs(s->scale) == 0x1p-1022,
			 .is_lowered = fabs(s->scale) >= 0x1.fffffffffffffp1023};

	if (is_on_line(t->method)) {
		f.a = bell_model_coordinate(t, s->center);
	} else if (!is_logarithmic(t->method)) {
		f.a += log1p(s->center / unit_of(t));
	} else if (s->center > 0) {
		f.a += log(s->center);
		/* linear in x, not in x/center */
		f.scale *= s->power == 1 && s->anchor == 0 ? s->center : 1;
	} else if (s->power == 1 && s->anchor == 0) {
		f.offset += f.scale;
	}
	return f;
}

/* The rounding of an exponent is that of its exponential; a subnormal power has lost digits. */
double bell_form_error(const struct form *f)
{
	double lost = f->w != 0 && fabs(f->w) < 0x1p-1022 ? 0x1p-1073 / fabs(f->w) : 0;

	return TOLERANCE + ROUNDING * fabs(f->w * f->a) + lost;
}

double bell_log_slope(const struct form *f)
{
	return log(fabs(f->scale)) + (f->w != 0 ? log(fabs(f->w)) - f->w * f->a : 0);
}

double bell_psi_at_anchor(const struct form *f)
{
	/* below this it is a to every digit, and the product may be subnormal */
	return f->sign * (fabs(f->psi * f->a) > 0x1p-60 ? expm1(f->psi * f->a) / f->psi : f->a);
}

bool bell_form_increases(const struct form *f) { return (f->w < 0) != (f->sign * f->scale > 0); }

double bell_model_coordinate(const struct bell_transform *t, double x)
{
	switch (t->method) {
	case BELL_BOX_COX:
	case BELL_LOG:
		return log(x);
	case BELL_IDENTITY:
	case BELL_EXPONENTIAL:
		return x;
	case BELL_SQRT:
		return sqrt(x);
	case BELL_LOG_SHIFT:
		return log(x + t->shift);
	case BELL_ASINH:
		return asinh(x / t->unit);
	default:
		return log1p(fabs(x) / unit_of(t));
	}
}

double bell_side_range(const struct bell_fit *f, int side)
{
	double least = fmin(fabs(f->min), fabs(f->max)), unit = unit_of(&f->transform);

	if (is_on_line(f->transform.method))
		return f->count ? fmin(f->max - f->min, DBL_MAX) : DBL_MAX;
	if (!f->count || (side ? f->min >= 0 : f->max < 0))
		return MAX_LOG_1P;
	if (is_logarithmic(f->transform.method))
		return f->max < 2 * f->min ? log1p((f->max - f->min) / f->min)
					   : log(f->max) - log(f->min);
	if (f->min >= 0 || f->max < 0)
		return log1p((f->max - f->min) / (unit + least));
	return log1p((side ? -f->min : f->max) / unit);
}

/*
 * The fit has a power in the unit of the column.  Where that is next to the end of the doubles, the
 * power has lost digits.
 */
bool bell_side_has_power(const struct bell_fit *f, int side)
{
	double w = power_of(f, side), power = f->transform.side[side].power;
	double error =
	    fmin(bell_side_range(f, 0), bell_side_range(f, 1)) < 0x1p-940 ? 0x1p-10 : 0x1p-50;

	return power == 0 ? fabs(w) * bell_side_range(f, side) <= MAX_BEND
			  : fabs(power - w) <= error * fabs(w);
}

/*
 * sqrt(1 + v * v), as hypot(1, v) is.  But wheels that take the hypot() of a C library of 2022 do
 * not run with older ones.
 */
static double secant(double v) { return fabs(v) < 0x1p27 ? sqrt(1 + v * v) : fabs(v); }

/* l(x) - l(center), which keeps the digits of x - center. */
static double line_distance(const struct bell_transform *t, double x)
{
	double center = t->side[0].center, away = x - center, s = t->shift + center, v, u;

	if (t->method == BELL_IDENTITY || t->method == BELL_EXPONENTIAL)
		return away;
	if (t->method == BELL_SQRT && center > 0)
		return away / (sqrt(x) + sqrt(center));
	if (t->method == BELL_LOG_SHIFT && fabs(away) < s / 2)
		return log1p(away / s);
	if (t->method == BELL_ASINH && fabs(away) < fabs(center) / 2) {
		u = x / t->unit, v = center / t->unit;
		return asinh(away / t->unit * ((u + v) / (u * secant(v) + v * secant(u))));
	}
	return bell_model_coordinate(t, x) - bell_model_coordinate(t, center);
}

double bell_side_distance(const struct bell_transform *t, double x, int side)
{
	const struct bell_transform_side *s = &t->side[side];
	double c = s->center, a = fabs(x);

	if (is_on_line(t->method))
		return line_distance(t, x);
	if (!is_logarithmic(t->method))
		return log1p((a - c) / (unit_of(t) + c)) - s->anchor;
	return (c > 0 ? log1p((a - c) / c) : log(a)) - s->anchor;
}

double bell_side_y(const struct bell_fit *fit, double x, int side, double *size)
{
	struct form f = bell_form_of(fit, side);
	double d = bell_side_distance(&fit->transform, x, side), e = exp(f.w * d), term;

	term = f.scale * (f.w != 0 ? expm1(f.w * d) : d);
	*size = fabs(term) + fabs(f.offset);
	/* beside a center that is far from 0, d of 0 is infinite */
	if (f.w != 0 && e > 0)
		*size += fabs(f.scale * f.w * d) * e;
	return term + f.offset;
}
