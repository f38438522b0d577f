/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * check.c - whether the numbers of a fit can be those of one column.
 *
 * A fit holds lambda, mean and sd, and again, folded into them, the sides of its transform.  Each
 * side is
 *
 *	y = scale expm1(w (l - a)) + offset		(w = 0: scale (l - a) + offset)
 *
 * where l is log1p|x|, or log1p(|x|/c) with a unit c, or log x, and a the coordinate that center
 * and anchor make.  It is (psi - mean)/sd, or psi itself with mean 0 and sd 1, if and only if
 *
 *	w = lambda, or 2 - lambda for x < 0
 *	scale w exp(-w a) = s/sd			so that dy/dpsi = 1/sd
 *	psi(a) - sd offset = mean
 *
 * with s the sign of the side.  Then y increases, and the sides meet at 0.  psi may exceed the
 * doubles, and mean and sd with it; what is left then is that both sides have one slope at 0 and
 * meet there.
 */
#include <math.h>
#include "model/check.h"
#include "model/sides.h"
#include "transform.h"

/* What the z of a value may be off by where the mean is rounded. */
#define SLACK 1e-3

/* Where an exponential underflows, the logarithm of a scale is off by this at most. */
#define LOST 64

/* exp() of this and more may exceed a double, exp() of less than its negative lose digits. */
#define MAX_EXPONENT 700

/* ---- what the sides say together ---- */

/* Of a fit, with the standard that its sides are held to: psi less `mean` and over `sd`. */
struct check {
	const struct bell_fit *fit;
	int sides;
	struct form form[2];
	/* Whether there are values on this side. */
	bool seen[2];
	/*
	 * The largest w l of the values of each side, and w (l - a) of the same value, as its
	 * rounding makes it.
	 */
	double exponent[2], over_anchor[2];
	double mean, sd;
	/* Whether these are the fit's, which were computed from psi. */
	bool fitted;
	/* Whether a robust fit has set values aside: its own lie inside of min and max. */
	bool inside;
};

static void see(struct check *c, double x, int side)
{
	const struct bell_transform *t = &c->fit->transform;
	double exponent = c->form[side].w * bell_model_coordinate(t, x);

	c->seen[side] = true;
	if (exponent <= c->exponent[side])
		return;
	c->exponent[side] = exponent;
	c->over_anchor[side] = c->form[side].w * bell_side_distance(t, x, side);
}

static struct check check_of(const struct bell_fit *f)
{
	struct check c = {.fit = f,
			  .sides = sides_of(f->transform.method),
			  .exponent = {-INFINITY, -INFINITY},
			  .inside = f->flags & BELL_FIT_ROBUST && f->set_aside > 0};

	for (int side = 0; side < c.sides; side++)
		c.form[side] = bell_form_of(f, side);
	if (!f->count)
		return c;
	see(&c, f->min, bell_side_of(&f->transform, f->min));
	see(&c, f->max, bell_side_of(&f->transform, f->max));
	if (c.seen[0] && c.seen[1])
		see(&c, 0, 0), see(&c, 0, 1);
	return c;
}

/* Where psi is the largest of all values. */
static double top_of(const struct check *c) { return fmax(c->exponent[0], c->exponent[1]); }

/*
 * Whether the anchor lies where the fit puts it.  psi itself has none, nor has a column that is
 * left as it is.  One of both signs has no center, and an anchor only where psi is large.  Where
 * psi of the values exceeds the doubles, the anchor is the coordinate of the value of its side
 * where psi is largest; nodes of bins may miss it, and values that are set aside lie beyond.
 */
static bool has_anchor(const struct check *c, int side)
{
	const struct form *f = &c->form[side];
	const struct bell_transform_side *s = &c->fit->transform.side[side];
	bool mixed = c->seen[0] && c->seen[1];
	double exponent = mixed ? c->exponent[side] : fabs(c->exponent[side]);
	double slack = c->fit->flags & BELL_FIT_ILL_CONDITIONED ? fabs(f->w) / 8 : 1;
	double error = bell_form_error(f) + ROUNDING * fabs(f->w) * bell_side_range(c->fit, side);
	double over = c->over_anchor[side];

	if (is_on_line(c->fit->transform.method) && f->psi == 0)
		return true;
	if (!c->fitted)
		return s->anchor == 0 && f->a == 0;
	if (f->w == 1 && s->anchor == 0)
		return true;
	if (mixed && (s->center != 0 || (f->w == 0 && f->a != 0)))
		return false;
	return !c->seen[side] || fmax(fabs(f->w * f->a), exponent) <= MAX_EXPONENT ||
	       (isfinite(f->w * f->a) && over >= -slack - error &&
		(c->inside || over <= slack + error));
}

static bool close_to(double a, double b, double error) { return a == b || fabs(a - b) <= error; }

/*
 * Whether the slope of a side is exp(expected), but for a scale that standardize.c has moved into
 * the doubles, and for a tiny one, which has lost digits.
 */
static bool has_slope(const struct form *f, double expected, double error)
{
	double off = bell_log_slope(f) - expected;

	error += bell_form_error(f) + ROUNDING * MAX_LOG_1P + (fabs(f->scale) < 0x1p-960 ? 1 : 0);
	return fabs(off) <= error || (f->is_raised && off > -LOST) || (f->is_lowered && off < LOST);
}

/* Whether the slope of a side goes with sd, or could if psi were within the doubles. */
static bool slope_is_that_of_sd(const struct check *c, int side)
{
	const struct form *f = &c->form[side];
	double slope = bell_log_slope(f), bend = (f->psi - f->w) * f->a;

	/* a subnormal sd has lost digits */
	if (c->sd > 0 && c->sd < INFINITY)
		return has_slope(f, bend - log(c->sd), isnormal(c->sd) ? 0 : 1) ||
		       (c->fitted && top_of(c) < -MAX_EXPONENT);
	return c->sd < 1 ? top_of(c) < -MAX_EXPONENT || slope > MAX_EXPONENT
			 : top_of(c) > MAX_EXPONENT || slope < -MAX_EXPONENT;
}

/* Whether the offset of a side goes with the mean, or could if psi were within the doubles. */
static bool offset_is_that_of_mean(const struct check *c, int side)
{
	const struct form *f = &c->form[side];
	double psi = bell_psi_at_anchor(f), part = c->sd * f->offset, size = fabs(psi) + fabs(part);

	if (!(size < 0x1p1000) || !(c->sd > 0) || (c->fitted && top_of(c) < -MAX_EXPONENT))
		return !isnan(c->mean);
	return close_to(psi - part, c->mean,
			bell_form_error(f) * size + 0x1p-1070 * (1 + fabs(f->offset)));
}

/* Whether a side has no values, but the other one has. */
static bool is_idle(const struct check *c, int side) { return !c->seen[side] && c->seen[!side]; }

/* Whether y does not jump at 0, between two sides with values. */
static bool values_meet(const struct check *c)
{
	const struct form *f = c->form;
	double size[2], below = bell_side_y(c->fit, 0, 1, &size[1]),
			above = bell_side_y(c->fit, 0, 0, &size[0]);
	double error = ROUNDING * (size[0] + size[1]);

	/* the y of 0 is then the offset */
	if (f[0].a == 0 && f[1].a == 0)
		return f[0].offset == f[1].offset;
	return is_clamped(&f[0]) || is_clamped(&f[1]) ? below <= above + error
						      : close_to(below, above, error);
}

/*
 * Whether a side without values begins where the other one, `own`, ends.  The y of 0 there has lost
 * the digits that the unit has beside the center.
 */
static bool begins_at_end(const struct check *c, int own)
{
	const struct form *f = &c->form[own];
	const struct bell_transform *t = &c->fit->transform;
	double center = t->side[own].center / unit_of(t), size[2];
	double end = bell_side_y(c->fit, 0, own, &size[0]),
	       start = bell_side_y(c->fit, 0, !own, &size[1]);

	if (is_clamped(f) || is_clamped(&c->form[!own]) || center > 1 / TOLERANCE)
		return true;
	if (!(size[0] + size[1] < INFINITY))
		return end == start || fmin(fabs(end), fabs(start)) > 0x1p1000;
	return close_to(end, start, TOLERANCE * (1 + center) * (size[0] + size[1]));
}

/* Whether the sides meet at 0, in y and in its slope. */
static bool sides_meet(const struct check *c)
{
	const struct form *f = c->form;
	int own = c->seen[1];

	if (is_idle(c, !own) ? !begins_at_end(c, own) : !values_meet(c))
		return false;
	/* the slope of a side without values is exp() of this, and has lost its digits */
	if (is_clamped(&f[0]) || is_clamped(&f[1]) ||
	    (is_idle(c, !own) && f[own].w * f[own].a > MAX_EXPONENT))
		return true;
	return has_slope(&f[0], bell_log_slope(&f[1]),
			 bell_form_error(&f[0]) + bell_form_error(&f[1]));
}

/* Whether the transform is (psi - mean)/sd. */
static bool is_standard(struct check *c, double mean, double sd, bool fitted)
{
	c->fitted = fitted;
	c->mean = mean;
	c->sd = sd;
	for (int side = 0; side < c->sides; side++)
		if (!is_idle(c, side) && (!has_anchor(c, side) || !slope_is_that_of_sd(c, side) ||
					  !offset_is_that_of_mean(c, side)))
			return false;
	return true;
}

/*
 * Whether the values can have the mean 0 and the sd 1: some are below the mean, some above, and
 * they span two sd.  Where psi exceeds the doubles nothing else is known of scale and offset.  They
 * need not if the fit could not tell them apart, if there was nothing to estimate, if their sd is
 * too small for a scale, or if their exponents have no digits left.
 */
static bool can_be_standardized(const struct check *c)
{
	const struct bell_fit *f = c->fit;
	unsigned unknown = BELL_FIT_ILL_CONDITIONED | BELL_FIT_INFINITE;
	const struct bell_transform *t = &f->transform;
	int lower = bell_side_of(t, f->min), upper = bell_side_of(t, f->max);
	double size, low, high, error = bell_form_error(&c->form[c->exponent[1] > c->exponent[0]]);

	if (!f->count || f->min == f->max || f->flags & unknown || c->form[upper].is_lowered)
		return true;
	low = bell_side_y(f, f->min, lower, &size);
	high = bell_side_y(f, f->max, upper, &size);
	return error > SLACK || (low <= SLACK && high >= -SLACK && high - low >= 2 - SLACK);
}

static bool increases(const struct bell_fit *fit)
{
	for (int side = 0; side < sides_of(fit->transform.method); side++) {
		struct form form = bell_form_of(fit, side);

		if (!bell_side_is_valid(&fit->transform, side) || !bell_form_increases(&form))
			return false;
	}
	return !(fit->transform.min > fit->transform.max);
}

/*
 * Whether the transform is (x - mean)/sd of values whose 1/sd exceeds a double: fit/as_is.c gives
 * both sides a power of 2^600, with which expm1 is linear over such values.
 */
static bool is_tiny(const struct bell_fit *f)
{
	const struct bell_transform_side *s = f->transform.side;
	double y[2];

	if (f->transform.method != BELL_YEO_JOHNSON || f->lambda != 1 || !(f->sd < 0x1p-1022) ||
	    !(f->flags & BELL_FIT_ILL_CONDITIONED))
		return false;
	for (int side = 0; side < 2; side++) {
		if (s[side].power != 0x1p600 || s[side].center != 0 || !(s[side].anchor >= 0))
			return false;
		y[side] = s[side].offset - s[side].scale * (0x1p600 * s[side].anchor);
	}
	return s[0].scale > 0 && s[0].scale < INFINITY && s[1].scale == -s[0].scale &&
	       close_to(y[0], y[1], ROUNDING * (1 + fabs(y[0])));
}

/* Whether the transform is that of the fit, if these are the sides that its values are on. */
static bool sides_agree(struct check c)
{
	const struct bell_fit *f = c.fit;

	for (int side = 0; side < c.sides; side++)
		if (!bell_side_has_power(f, side) ||
		    (!is_idle(&c, side) && !isfinite(c.form[side].offset)) ||
		    /* only a tiny sd makes a scale that large, or one value as large as that */
		    (c.seen[side] && c.form[side].is_lowered && !(f->sd < 1 || f->min == f->max)))
			return false;
	if (c.sides == 2 && !sides_meet(&c))
		return false;
	if (is_standard(&c, 0, 1, false))
		return true;
	if (!can_be_standardized(&c))
		return false;
	/*
	 * psi of Box-Cox at lambda = 1 is x - 1, but older means of a column left as it is are of x
	 */
	return is_standard(&c, f->mean, f->sd, true) ||
	       (f->lambda == 1 && c.sides == 1 && is_standard(&c, f->mean - 1, f->sd, true));
}

/* All values of a side may have been set aside. */
static bool transform_agrees(const struct bell_fit *f)
{
	struct check c = check_of(f), above = c, below = c;

	above.seen[1] = below.seen[0] = false;
	return sides_agree(c) ||
	       (c.inside && c.seen[0] && c.seen[1] && (sides_agree(above) || sides_agree(below)));
}

/* ---- all of it ---- */

/* A table is sound in itself, and ends where the values do. */
static bool scores_agree(const struct bell_fit *f)
{
	const double *x;
	size_t n = bell_score_table_points(f->transform.table, &x, NULL, NULL);

	return isnan(f->lambda) && f->transform.min == x[0] && f->transform.max == x[n - 1] &&
	       !f->infinite && bell_statistics_agree(f);
}

bool bell_fit_agrees(const struct bell_fit *f)
{
	if (f->transform.table)
		return scores_agree(f);
	return bell_lambda_agrees(f) && increases(f) &&
	       !(f->flags & BELL_FIT_INFINITE) == !f->infinite && bell_statistics_agree(f) &&
	       (is_tiny(f) || transform_agrees(f));
}

bool bell_fit_repair(struct bell_fit *fit)
{
	int side = fit->count && fit->max < 0;
	struct form f;

	if (bell_fit_agrees(fit))
		return true;
	if (fit->transform.table)
		return false;
	if (sides_of(fit->transform.method) == 1)
		side = 0;
	f = bell_form_of(fit, side);
	fit->sd = exp((f.psi - f.w) * f.a - bell_log_slope(&f));
	fit->mean = bell_psi_at_anchor(&f);
	/* an infinite psi is not to meet an infinite difference from it */
	if (isfinite(fit->mean))
		fit->mean -= fit->sd * f.offset;
	return bell_fit_agrees(fit);
}
