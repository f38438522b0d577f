/* SPDX-License-Identifier: BSD-3-Clause */
/* search.c - the root of the score, and the ends of an interval. */
#include <float.h>
#include <math.h>
#include <bellshape/normality.h>
#include <bellshape/profile.h>
#include "fit/search.h"

/* Far more than any search takes. */
#define MAX_EVALUATIONS 200

/*
 * Steps in parts of 1 + |t|.  Newton's method converges so fast that after a tiny step the next
 * would move nothing; after a small one that is no smaller than the last the rest is noise.
 */
#define TINY_STEP  1e-11
#define SMALL_STEP 1e-9
#define ROUGH_STEP 1e-4

/*
 * From so many rows on, 1e-15 of the likelihood, which is lost to rounding, is more than 1e-3 of
 * what it has to fall by.  The interval is so narrow then that the likelihood is a parabola in it.
 */
#define MAX_ROWS 0x1p42

struct point bell_evaluate(struct search *s, double t)
{
	s->fit->evaluations++;
	return bell_likelihood(s->b, &s->c, t);
}

/*
 * Where to start.  For a column of one sign the third and fourth moments of its coordinates tell at
 * which t psi is about symmetric; a column of both signs starts at the identity.
 */
static double start(const struct column *c)
{
	int side = c->sign < 0;
	double m3 = 0, m4 = 0, g, k, d, w;

	if (c->mixed)
		return c->identity;
	for (size_t i = 0; i < c->side[side].n; i++) {
		double y = c->side[side].at[i] / c->sd;

		m3 += c->side[side].weight[i] * y * y * y;
		m4 += c->side[side].weight[i] * y * y * y * y;
	}
	g = m3 / c->total;
	k = m4 / c->total;
	d = 7 * k / 6 - 0.5 - g * g;
	w = -g / (d < 0.3 ? 2 : d) / c->sd;
	return side ? 2 * c->identity - w : w;
}

/*
 * Whether a search may stop: after a tiny step, or after a small one that is no smaller than the
 * last and so is noise.
 */
static bool settled(double step, double *last, double t)
{
	double size = fabs(step) / (1 + fabs(t)), before = *last;

	*last = size;
	return size <= TINY_STEP || (size < SMALL_STEP && size >= before);
}

/* The root of the score, which falls with t: Newton's method inside the bracket found so far. */
static double maximize(struct search *s)
{
	double low = -INFINITY, high = INFINITY, last = INFINITY;
	double t = isnan(s->start) ? start(&s->c) : s->start * s->c.unit;

	for (int i = 0; i < MAX_EVALUATIONS; i++) {
		struct point p = bell_evaluate(s, t);
		double step = -p.score / p.slope, max = 2 * (1 + fabs(t)), next;

		if (p.score == 0)
			return t;
		if (p.score > 0)
			low = t;
		else
			high = t;
		if (!(p.slope < 0) || !(fabs(step) < max))
			step = p.score > 0 ? max : -max;
		next = t + step;
		if (fabs(step) > TINY_STEP * (1 + fabs(t)) && !(next > low && next < high))
			next = low + (high - low) / 2;
		if (settled(next - t, &last, next) ||
		    (s->rough && fabs(next - t) < ROUGH_STEP * (1 + fabs(next))))
			return next;
		t = next;
	}
	s->fit->flags |= BELL_FIT_ILL_CONDITIONED;
	return t;
}

/*
 * The end on one side (direction -1 or 1) of the interval in which the likelihood ratio is below
 * `cut`.  The signed root of the likelihood ratio is nearly straight in t, so Newton's method on it
 * takes two or three steps.
 */
static double interval_end(struct search *s, double direction, double cut)
{
	double slope = s->best.slope * s->scale;
	double away = slope < 0 ? sqrt(cut / -slope) : 1 + fabs(s->best.t);
	double t = s->best.t + direction * away, last = INFINITY;

	if (s->c.total * s->scale > MAX_ROWS * (cut / CHI2_95) && slope < 0)
		return t / s->c.unit;
	for (int i = 0; i < MAX_EVALUATIONS; i++) {
		struct point p = bell_evaluate(s, t);
		double ratio = 2 * s->scale * (s->best.value - p.value);
		double root = sqrt(ratio > 0 ? ratio : 0);
		double step = (sqrt(cut) - root) * root / fabs(s->scale * p.score);

		/* beyond the doubles: if the likelihood has not fallen enough, the end is open */
		if (!isfinite(step) || !isfinite(t)) {
			if (!(root < sqrt(cut)))
				s->fit->flags |= BELL_FIT_ILL_CONDITIONED;
			return root < sqrt(cut) ? direction * INFINITY : NAN;
		}
		/* not yet out of the rounding of the maximum */
		if (root == 0)
			step = fabs(t - s->best.t);
		step = step < -fabs(t - s->best.t) / 2 ? -fabs(t - s->best.t) / 2 : step;
		step = step > 4 * fabs(t - s->best.t) ? 4 * fabs(t - s->best.t) : step;
		t += direction * step;
		if (settled(step, &last, t))
			return t / s->c.unit;
	}
	s->fit->flags |= BELL_FIT_ILL_CONDITIONED;
	return t / s->c.unit;
}

/* Between which lambdas psi itself, of a column from min to max, is a double. */
static void finite_bounds(const struct search *s, double *lower, double *upper)
{
	bool box_cox = s->method == BELL_BOX_COX, exponential = s->method == BELL_EXPONENTIAL;
	double high = bell_coordinate(s->b, s->family, s->fit->max),
	       low = bell_coordinate(s->b, s->family, s->fit->min);
	double max = (box_cox ? high : s->fit->max) > 0 ? MAX_EXP / high : INFINITY;
	double min = (box_cox ? low : s->fit->min) < 0 ? MAX_EXP / fabs(low) : INFINITY;

	if (exponential) {
		*upper = max;
		*lower = -min;
		return;
	}
	*upper = max < 1 ? 1 : max; /* at lambda = 1 psi is x */
	*lower = box_cox ? -min : 2 - (min < 1 ? 1 : min);
}

/*
 * The nearest lambda of which psi itself can be written down: that of BELL_EXPONENTIAL is scaled by
 * 1/k, which has to be a double, or k is 0.
 */
static double written(const struct search *s, double k)
{
	if (s->options->standardize || s->method != BELL_EXPONENTIAL || !(fabs(k) < DBL_MIN))
		return k;
	return fabs(k) < DBL_MIN / 2 ? 0 : copysign(DBL_MIN, k);
}

/*
 * The bounds on lambda: the caller's if it is estimated, and without standardization those between
 * which psi is a double.  If the caller's lie beyond these, both become the nearest of them.
 */
static void bounds(const struct search *s, double *lower, double *upper)
{
	bool fixed = !isnan(s->options->lambda);
	double min, max;

	*lower = fixed ? -INFINITY : s->options->lower;
	*upper = fixed ? INFINITY : s->options->upper;
	if (s->options->standardize)
		return;
	finite_bounds(s, &min, &max);
	*lower = *lower < min ? min : *lower;
	*upper = *upper > max ? max : *upper;
	if (*lower > *upper)
		*lower = *upper = s->options->upper < min ? min : max;
	*lower = written(s, *lower);
	*upper = written(s, *upper);
}

/* Moves fit->lambda to the nearest one within the bounds of which psi can be written down. */
static void hold(const struct search *s, double lower, double upper)
{
	struct bell_fit *fit = s->fit;
	double lambda = fit->lambda < lower ? lower : fit->lambda > upper ? upper : fit->lambda;

	lambda = written(s, lambda);
	if (lambda != fit->lambda)
		fit->flags |= BELL_FIT_BOUND;
	fit->lambda = lambda;
}

void bell_search(struct search *s)
{
	double lower, upper, t;

	bounds(s, &lower, &upper);
	if (!isnan(s->options->lambda)) {
		s->fit->lambda = s->options->lambda;
		hold(s, lower, upper);
		s->best = bell_evaluate(s, s->fit->lambda * s->c.unit);
		return;
	}
	t = maximize(s);
	s->fit->lambda = t / s->c.unit;
	hold(s, lower, upper);
	s->best = bell_evaluate(s, s->fit->flags & BELL_FIT_BOUND ? s->fit->lambda * s->c.unit : t);
}

void bell_interval_at(struct search *s, double cut, double ends[2])
{
	double lower, upper;

	bounds(s, &lower, &upper);
	for (int end = 0; end < 2; end++) {
		double ci;

		/* a bound in the way of the maximum is an end itself */
		if (s->fit->flags & BELL_FIT_BOUND && (s->best.score > 0) == end)
			ci = s->fit->lambda;
		else
			ci = interval_end(s, end ? 1 : -1, cut);
		ci = ci < lower ? lower : ci;
		ends[end] = written(s, ci > upper ? upper : ci);
	}
}

void bell_interval(struct search *s)
{
	s->fit->ci95[0] = s->fit->ci95[1] = NAN;
	if (isnan(s->options->lambda))
		bell_interval_at(s, CHI2_95, s->fit->ci95);
}

double bell_cut_of(double level)
{
	double z = bell_normal_quantile((1 - level) / 2);

	return z * z;
}

void bell_round(struct search *s)
{
	double ends[2], nice;

	bell_interval(s);
	if (!isnan(s->options->lambda))
		return;
	bell_interval_at(s, bell_cut_of(s->options->round_level), ends);
	/* where there is none, it is the NaN that is given */
	nice = bell_lambda_rounded(NAN, ends[0], ends[1]);
	if (!isnan(nice)) {
		s->fit->flags &= ~(unsigned)BELL_FIT_BOUND;
		s->fit->flags |= BELL_FIT_ROUNDED;
		s->fit->lambda = nice;
	}
	s->best = bell_evaluate(s, isnan(nice) ? s->best.t : nice * s->c.unit);
}
