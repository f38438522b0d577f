/* SPDX-License-Identifier: BSD-3-Clause */
/* fit.c - lambda by maximum likelihood, and the transform at it. */
#include <math.h>
#include "fit/standardize.h"
#include "dispatch.h"
#include "fit/likelihood.h"
#include "parallel.h"
#include "values.h"

/* chi-squared with one degree of freedom */
#define CHI2_95 3.841458820694124
/* far more than any search takes */
#define EVALUATIONS 200
/* of t: a Newton step after one this small moves nothing */
#define STEP 1e-11
/* of bins, in sd of psi; measured, lambda is off by up to 5e4 times as many of its own sd */
#define MOST_REMAINDER 1e-12
/* exp() of it is a double */
#define MOST_EXPONENT 709

void bell_fit_options_default(struct bell_fit_options *options)
{
	*options = (struct bell_fit_options){
	    .lower = -INFINITY, .upper = INFINITY, .lambda = NAN, .standardize = true};
}

/* A fit under way. */
struct search {
	const struct backend *b;
	const struct bell_fit_options *options;
	enum bell_method method;
	struct column c;
	struct point best, identity;
	struct bell_fit *fit;
};

static struct point evaluate(struct search *s, double t)
{
	s->fit->evaluations++;
	return bell_likelihood(s->b, &s->c, t);
}

/* ---- the root of the score ---- */

/*
 * Where to start: for a one-signed column the third and fourth moments of its logarithms tell where
 * psi is about symmetric; for a mixed one the identity.
 */
static double start(const struct column *c)
{
	int side = c->sign < 0;
	double m3 = 0, m4 = 0, g, k, d, w;

	if (c->mixed)
		return c->unit;
	for (size_t i = 0; i < c->side[side].n; i++) {
		double y = c->side[side].at[i] / c->sd;

		m3 += c->side[side].weight[i] * y * y * y;
		m4 += c->side[side].weight[i] * y * y * y * y;
	}
	g = m3 / c->total;
	k = m4 / c->total;
	d = 7 * k / 6 - 0.5 - g * g;
	w = -g / (d < 0.3 ? 2 : d) / c->sd;
	return side ? 2 * c->unit - w : w;
}

/* Whether a search may stop: a step that is tiny, or small and no smaller than the last, which is
 * noise. */
static bool settled(double step, double *last, double t)
{
	double size = fabs(step) / (1 + fabs(t)), before = *last;

	*last = size;
	return size <= STEP || (size < 1e-9 && size >= before);
}

/* Newton's method on the score, which falls from left to right, inside the bracket found so far. */
static double maximize(struct search *s)
{
	double low = -INFINITY, high = INFINITY, t = start(&s->c), last = INFINITY;

	for (int i = 0; i < EVALUATIONS; i++) {
		struct point p = evaluate(s, t);
		double step = -p.score / p.slope, most = 2 * (1 + fabs(t)), next;

		if (p.score == 0)
			return t;
		if (p.score > 0)
			low = t;
		else
			high = t;
		if (!(p.slope < 0) || !(fabs(step) < most))
			step = p.score > 0 ? most : -most;
		next = t + step;
		if (fabs(step) > STEP * (1 + fabs(t)) && !(next > low && next < high))
			next = low + (high - low) / 2;
		if (settled(next - t, &last, next))
			return next;
		t = next;
	}
	s->fit->flags |= BELL_FIT_ILL_CONDITIONED;
	return t;
}

/*
 * The end of the 95 % interval on one side (direction -1 or 1).  The signed root of the likelihood
 * ratio is nearly straight in t, so Newton's method on it takes two or three steps.
 */
static double interval_end(struct search *s, double direction)
{
	double away = s->best.slope < 0 ? sqrt(CHI2_95 / -s->best.slope) : 1 + fabs(s->best.t);
	double t = s->best.t + direction * away, last = INFINITY;

	for (int i = 0; i < EVALUATIONS; i++) {
		struct point p = evaluate(s, t);
		double ratio = 2 * (s->best.value - p.value), root = sqrt(ratio > 0 ? ratio : 0);
		double step = (sqrt(CHI2_95) - root) * root / fabs(p.score);

		if (!isfinite(step) ||
		    !isfinite(t)) { /* beyond the doubles while still inside: open */
			if (!(root < sqrt(CHI2_95)))
				s->fit->flags |= BELL_FIT_ILL_CONDITIONED;
			return root < sqrt(CHI2_95) ? direction * INFINITY : NAN;
		}
		if (root == 0) /* not yet out of the rounding of the maximum */
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

/* Bounds on lambda: the caller's on an estimate, and without standardization those that keep psi a double. */
static void bounds(const struct search *s, double *lower, double *upper)
{
	bool fixed = !isnan(s->options->lambda), box_cox = s->method == BELL_BOX_COX;

	*lower = fixed ? -INFINITY : s->options->lower;
	*upper = fixed ? INFINITY : s->options->upper;
	if (!s->options->standardize) {
		double high = plain_coordinate(s->b, s->method, s->fit->max),
		       low = plain_coordinate(s->b, s->method, s->fit->min);
		double most = (box_cox ? high : s->fit->max) > 0 ? MOST_EXPONENT / high : INFINITY;
		double least =
		    (box_cox ? low : s->fit->min) < 0 ? MOST_EXPONENT / fabs(low) : INFINITY;

		most = most < 1 ? 1 : most; /* at lambda = 1 psi is x */
		least = box_cox ? -least : 2 - (least < 1 ? 1 : least);
		*lower = *lower < least ? least : *lower;
		*upper = *upper > most ? most : *upper;
		if (*lower >
		    *upper) /* the caller's lie beyond: the nearest that keeps psi finite */
			*lower = *upper = s->options->upper < least ? least : most;
	}
}

static void estimate(struct search *s)
{
	double lower, upper, t;

	bounds(s, &lower, &upper);
	if (!isnan(s->options->lambda)) {
		s->fit->lambda = s->options->lambda;
		if (s->fit->lambda < lower || s->fit->lambda > upper) {
			s->fit->lambda = s->fit->lambda < lower ? lower : upper;
			s->fit->flags |= BELL_FIT_BOUND;
		}
		s->best = evaluate(s, s->fit->lambda * s->c.unit);
		s->fit->ci95[0] = s->fit->ci95[1] = NAN;
		return;
	}
	t = maximize(s);
	s->fit->lambda = t / s->c.unit;
	if (s->fit->lambda < lower || s->fit->lambda > upper) {
		s->fit->lambda = s->fit->lambda < lower ? lower : upper;
		s->fit->flags |= BELL_FIT_BOUND;
	}
	s->best = evaluate(s, s->fit->flags & BELL_FIT_BOUND ? s->fit->lambda * s->c.unit : t);
	for (int end = 0; end < 2; end++) {
		double ci;

		/* a bound in the way of the maximum is an end itself */
		if (s->fit->flags & BELL_FIT_BOUND && (s->best.score > 0) == end)
			ci = s->fit->lambda;
		else
			ci = interval_end(s, end ? 1 : -1);
		ci = ci < lower ? lower : ci;
		s->fit->ci95[end] = ci > upper ? upper : ci;
	}
}

static void plain(enum bell_method method, double lambda, struct bell_transform *out)
{
	if (method == BELL_BOX_COX)
		bell_transform_plain(BELL_BOX_COX, lambda, out);
	else
		bell_transform_plain(BELL_YEO_JOHNSON, lambda, out);
}

static void set_transform(const struct search *s)
{
	struct bell_fit *fit = s->fit;

	if (s->options->standardize)
		bell_standardize(s->b, &s->c, &s->best, &fit->transform);
	else
		plain(s->method, fit->lambda, &fit->transform);
	fit->transform.min = fit->min;
	fit->transform.max = fit->max;
}

/* ---- what to say of it ---- */

/* Mean and sd of psi proper. */
static void describe_psi(const struct search *s)
{
	const struct column *c = &s->c;
	const struct point *p = &s->best;
	int side = c->sign < 0;

	if (c->mixed) {
		double scale = bell_exp(s->b, p->shift) * c->unit;

		s->fit->mean = p->mean * scale;
		s->fit->sd = p->sd * scale;
	} else {
		double w = p->power[side] / c->unit, shift = shift_of(s->b, c->method, c->center);
		double l = p->origin * c->unit + c->mean + shift, scale = bell_exp(s->b, w * l);
		double at_origin = w != 0 ? (scale - 1) / w : l;

		s->fit->mean = c->sign * at_origin + p->mean * (scale * c->unit);
		s->fit->sd = p->sd * (scale * c->unit);
	}
}

/* Plain psi of the extremes: too close to tell values between them apart? */
static bool coarse(const struct search *s)
{
	double x[2] = {s->fit->min, s->fit->max};

	s->b->transform_f64(&s->fit->transform, x, 2, x);
	return !(x[1] - x[0] >= 0x1p-26 * (fabs(x[0]) > fabs(x[1]) ? fabs(x[0]) : fabs(x[1])));
}

static void describe(struct search *s)
{
	struct bell_fit *fit = s->fit;

	bell_shape(&s->c, &s->best, &fit->skewness_after, &fit->kurtosis_after);
	fit->log_likelihood = s->best.value + bell_likelihood_constant(s->b, &s->c);
	fit->lr_vs_identity = 2 * (s->best.value - s->identity.value);
	describe_psi(s);
	if (fit->ci95[0] <= 1 && fit->ci95[1] >= 1)
		fit->flags |= BELL_FIT_NOT_IDENTIFIED;
	if (!(bell_remainder(&s->c, &s->best) < MOST_REMAINDER) || !(s->c.noise < 1e-7))
		fit->flags |= BELL_FIT_ILL_CONDITIONED;
	if (!s->options->standardize && coarse(s))
		fit->flags |= BELL_FIT_COARSE;
}

/* The identity, less `mean` if standardized: for a column that has no maximum of the likelihood. */
static void leave_as_is(const struct search *s, double mean, double sd)
{
	struct bell_fit *fit = s->fit;

	fit->lambda = 1;
	fit->mean = mean;
	fit->sd = sd;
	fit->ci95[0] = fit->ci95[1] = fit->log_likelihood = fit->lr_vs_identity = NAN;
	fit->skewness_before = fit->skewness_after = fit->kurtosis_before = fit->kurtosis_after =
	    NAN;
	if (s->options->standardize)
		fit->transform = bell_shifted_identity(s->method, mean);
	else
		plain(s->method, 1, &fit->transform);
	if (fit->count) {
		fit->transform.min = fit->min;
		fit->transform.max = fit->max;
	}
}

/* The mean of the finite values beside infinities. */
static double mean_of(struct search *s)
{
	double t = s->c.unit;

	if (!(s->c.sd > 0))
		return s->fit->min / 2 + s->fit->max / 2;
	s->best = evaluate(s, t);
	describe_psi(s);
	return isfinite(s->fit->mean) ? s->fit->mean : s->fit->min / 2 + s->fit->max / 2;
}

static enum bell_status fit_column(const struct bell_sketch *sketch, struct search *s)
{
	enum bell_status status = bell_column_make(s->b, sketch, &s->c);

	if (status != BELL_OK)
		return status;
	if (s->fit->infinite) {
		leave_as_is(s, mean_of(s), 1);
	} else if (!(s->c.sd > 0) ||
		   s->c.unit <= 0x1p-1000) { /* distinct, but not in the coordinate */
		s->fit->flags |= BELL_FIT_ILL_CONDITIONED;
		leave_as_is(s, s->fit->min / 2 + s->fit->max / 2, 1);
	} else {
		s->identity = evaluate(s, s->c.unit);
		bell_shape(&s->c, &s->identity, &s->fit->skewness_before, &s->fit->kurtosis_before);
		estimate(s);
		s->best = evaluate(s, s->best.t); /* the shape is of the point evaluated last */
		if (s->best.sd > 0 && isfinite(s->fit->lambda)) {
			set_transform(s);
			describe(s);
		} else {
			s->fit->flags |= BELL_FIT_ILL_CONDITIONED;
			leave_as_is(s, s->fit->min / 2 + s->fit->max / 2, 1);
		}
	}
	bell_column_free(&s->c);
	return BELL_OK;
}

static bool valid(const struct bell_fit_options *o)
{
	return o->lower < o->upper && !isinf(o->lambda) && o->lower < INFINITY &&
	       o->upper > -INFINITY;
}

enum bell_status bell_fit_sketch(const struct bell_sketch *sketch,
				 const struct bell_fit_options *options, struct bell_fit *out)
{
	struct bell_fit_options defaults;
	struct bell_sketch_summary summary;
	struct bell_fit fit = {0};
	struct search search = {.b = bell_kernels(), .fit = &fit};
	enum bell_status status = BELL_OK;

	bell_fit_options_default(&defaults);
	search.options = options ? options : &defaults;
	if (!sketch || !out || !valid(search.options))
		return BELL_EINVAL;
	if (!search.b)
		return BELL_EBACKEND;

	bell_sketch_summary(sketch, &summary);
	search.method = summary.grid.method;
	fit.count = summary.count, fit.missing = summary.missing, fit.infinite = summary.infinite;
	fit.weight = summary.weight, fit.min = summary.min, fit.max = summary.max;
	fit.flags |= fit.infinite ? BELL_FIT_INFINITE : 0;
	if (fit.count == 0) {
		fit.flags |= BELL_FIT_EMPTY;
		leave_as_is(&search, 0, 1);
	} else if (fit.min == fit.max) {
		fit.flags |= fit.count == 1 ? BELL_FIT_ONE_VALUE : BELL_FIT_CONSTANT;
		leave_as_is(&search, fit.min, 1);
	} else {
		status = fit_column(sketch, &search);
	}
	if (status == BELL_OK)
		*out = fit;
	return status;
}

/* ---- from values ---- */

static enum bell_status sketch_of(const struct values *x, const double *weights, unsigned threads,
				  const struct bell_sketch_options *options,
				  struct bell_sketch **out)
{
	enum bell_status status = bell_sketch_create(options, out);

	if (status != BELL_OK)
		return status;
	status = x->f32 ? bell_sketch_update_f32(*out, x->f32, weights, x->n, threads)
			: bell_sketch_update_f64(*out, x->f64, weights, x->n, threads);
	if (status != BELL_OK) {
		bell_sketch_free(*out);
		*out = NULL;
	}
	return status;
}

/* The values once more, in narrower bins placed by what the sketch has seen of all of them; kept if
 * that helps. */
static enum bell_status fit_again(const struct values *x, const double *weights,
				  const struct bell_fit_options *options, unsigned threads,
				  const struct bell_sketch *before, struct bell_fit *fit)
{
	struct bell_sketch_options grid;
	struct bell_sketch *sketch;
	struct placing place;
	struct bell_fit again;
	enum bell_status status = bell_place_bins(bell_kernels(), before, &place);

	if (status != BELL_OK)
		return status;
	place.exponent -= 2;
	while (place.exponent < 0 && !bell_placing_valid(&place)) /* too narrow for where it is */
		place.exponent++;
	grid = (struct bell_sketch_options){
	    .width = ldexp(1, place.exponent),
	    .center = place.negative ? -place.center : place.center,
	    .anchor = {place.anchor[0], place.anchor[1]},
	    .method = place.method,
	};
	status = sketch_of(x, weights, threads, &grid, &sketch);
	if (status != BELL_OK)
		return status;
	status = bell_fit_sketch(sketch, options, &again);
	bell_sketch_free(sketch);
	if (status == BELL_OK && !(again.flags & BELL_FIT_ILL_CONDITIONED))
		*fit = again;
	return status;
}

static enum bell_status fit_values(const struct values *x, const double *weights,
				   const struct bell_fit_options *options, unsigned threads,
				   struct bell_fit *out)
{
	const struct bell_sketch_options method = {.method = options ? options->method
								     : BELL_YEO_JOHNSON};
	struct bell_sketch *sketch;
	struct bell_fit fit;
	enum bell_status status;

	if ((!x->f32 && !x->f64) || !x->n || !out)
		return BELL_EINVAL;
	status = sketch_of(x, weights, threads, &method, &sketch);
	if (status != BELL_OK)
		return status;
	status = bell_fit_sketch(sketch, options, &fit);
	if (status == BELL_OK && fit.flags & BELL_FIT_ILL_CONDITIONED && sketch->bins)
		status = fit_again(x, weights, options, threads, sketch, &fit);
	bell_sketch_free(sketch);
	if (status == BELL_OK)
		*out = fit;
	return status;
}

enum bell_status bell_fit_f32(const float *x, const double *weights, size_t n,
			      const struct bell_fit_options *options, unsigned threads,
			      struct bell_fit *out)
{
	return fit_values(&(struct values){.f32 = x, .n = n}, weights, options, threads, out);
}

enum bell_status bell_fit_f64(const double *x, const double *weights, size_t n,
			      const struct bell_fit_options *options, unsigned threads,
			      struct bell_fit *out)
{
	return fit_values(&(struct values){.f64 = x, .n = n}, weights, options, threads, out);
}
