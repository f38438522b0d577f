/* SPDX-License-Identifier: BSD-3-Clause */
/* profile.c - the profile likelihood of lambda, and what follows from it. */
#include <math.h>
#include <bellshape/backend.h>
#include <bellshape/profile.h>
#include "dispatch.h"
#include "distribution.h"
#include "fit/fit_sketch.h"
#include "fit/search.h"
#include "values.h"

/* ---- what is asked of a column ---- */

/* The log-likelihoods at some lambdas. */
struct curve {
	const double *lambda;
	size_t count;
	double *log_likelihood;
};

static double log_likelihood(struct search *s, const struct point *p)
{
	return s->scale * (p->value + bell_likelihood_constant(s->b, &s->c));
}

static void draw(struct search *s, void *context)
{
	const struct curve *curve = context;

	for (size_t i = 0; i < curve->count; i++) {
		struct point p = bell_evaluate(s, curve->lambda[i] * s->c.unit);

		curve->log_likelihood[i] = log_likelihood(s, &p);
	}
}

/*
 * The step of the differences that are the curvature, in parts of the t in which the likelihood
 * bends: 1, or less where coordinates reach further than that.  The terms that are left out are
 * STEP^4/30 times the sixth derivative, and what rounding does to the score is divided by STEP.
 */
#define STEP 0x1p-7

/* How far the coordinates of a column lie apart at most. */
static double reach_of(const struct column *c)
{
	double reach = 1;

	for (int side = 0; side < 2; side++)
		if (c->side[side].n) {
			double low = c->mixed ? 0 : c->low[side];

			reach = fmax(reach, c->high[side] - low);
		}
	return reach;
}

/*
 * The score is exact, and `slope` of a point is not: so this is the difference of the score, by the
 * formula of five points (Abramowitz & Stegun 25.3.6).
 */
static double standard_error(struct search *s)
{
	double h = STEP / reach_of(&s->c), t = s->best.t, slope = 0;
	static const double weight[] = {1, -8, 8, -1};
	static const double place[] = {-2, -1, 1, 2};

	if (s->fit->flags & BELL_FIT_BOUND)
		return NAN;
	for (int i = 0; i < 4; i++)
		slope += weight[i] * bell_evaluate(s, t + place[i] * h).score;
	slope *= s->scale / (12 * h);
	return slope < 0 ? 1 / sqrt(-slope) / s->c.unit : NAN;
}

/* Where the results go; the level is set before. */
static void infer(struct search *s, void *context)
{
	struct bell_inference *out = context;

	out->log_likelihood = log_likelihood(s, &s->best);
	bell_interval_at(s, bell_cut_of(out->level), out->interval);
	out->standard_error = standard_error(s);
	for (int i = 0; i < BELL_LAMBDA_TESTS; i++) {
		struct bell_lambda_test *test = &out->test[i];
		struct point p = bell_evaluate(s, test->lambda * s->c.unit);
		double ratio = 2 * s->scale * (s->best.value - p.value);

		/* a maximum is found but for rounding */
		test->statistic = ratio < 0 ? 0 : ratio;
		test->pvalue = bell_chi_squared_upper(test->statistic, 1);
	}
	out->rounded = bell_lambda_rounded(s->fit->lambda, out->interval[0], out->interval[1]);
}

double bell_lambda_rounded(double lambda, double low, double high)
{
	static const double power[] = {1, 0, -1, 0.5, 1 / 3.0, -0.5, -1 / 3.0, 2, -2};

	for (size_t i = 0; i < sizeof power / sizeof *power; i++)
		if (low <= power[i] && power[i] <= high)
			return power[i];
	return lambda;
}

/* ---- the public functions ---- */

/* Options of a fit that estimates; whether they suit. */
static bool estimating(const struct bell_fit_options *options, struct bell_fit_options *o)
{
	bool valid;

	bell_fit_options_default(o);
	if (options)
		*o = *options;
	valid = bell_fit_options_valid(o) && o->method <= BELL_YEO_JOHNSON_UNIT;
	o->lambda = NAN;
	o->standardize = true;
	o->round_level = 0;
	return valid;
}

/* Whether the lambdas of a curve are finite, and there is room for its values. */
static bool curve_valid(const struct curve *curve)
{
	for (size_t i = 0; curve->lambda && i < curve->count; i++)
		if (!isfinite(curve->lambda[i]))
			return false;
	return !curve->count || (curve->lambda && curve->log_likelihood);
}

/* What is there to be visited: a sketch, or values with their weights. */
struct source {
	const struct bell_sketch *sketch;
	const struct values *x;
	const double *weights;
	unsigned threads;
};

static enum bell_status visit(const struct source *source, const struct bell_fit_options *options,
			      const struct visitor *visitor, struct bell_fit *fit)
{
	const struct backend *b;

	if (source->x)
		return bell_fit_values(source->x, source->weights, options, source->threads,
				       visitor, fit);
	b = bell_kernels();
	if (!source->sketch)
		return BELL_EINVAL;
	return b ? bell_fit_checked(b, source->sketch, options, visitor, fit) : BELL_EBACKEND;
}

/* Whether lambda of a fit was estimated, so that its likelihood was visited. */
static bool estimated(const struct bell_fit *fit) { return !isnan(fit->log_likelihood); }

static enum bell_status profile(const struct source *source, const struct bell_fit_options *options,
				struct curve curve)
{
	const struct visitor visitor = {draw, &curve};
	struct bell_fit_options o;
	struct bell_fit fit;
	enum bell_status status;

	if (!estimating(options, &o) || !curve_valid(&curve))
		return BELL_EINVAL;
	status = visit(source, &o, &visitor, &fit);
	if (status == BELL_OK && !estimated(&fit))
		for (size_t i = 0; i < curve.count; i++)
			curve.log_likelihood[i] = NAN;
	return status;
}

static enum bell_status inference(const struct source *source,
				  const struct bell_fit_options *options, double level,
				  struct bell_inference *out)
{
	struct bell_inference found = {
	    .log_likelihood = NAN,
	    .level = level,
	    .interval = {NAN, NAN},
	    .standard_error = NAN,
	    .test = {{0, NAN, NAN}, {0.5, NAN, NAN}, {1, NAN, NAN}},
	    .rounded = NAN,
	};
	const struct visitor visitor = {infer, &found};
	struct bell_fit_options o;
	struct bell_fit fit;
	enum bell_status status;

	if (!out || !estimating(options, &o) || !(level > 0 && level < 1))
		return BELL_EINVAL;
	status = visit(source, &o, &visitor, &fit);
	if (status != BELL_OK)
		return status;
	found.lambda = fit.lambda;
	*out = found;
	return BELL_OK;
}

enum bell_status bell_profile_sketch(const struct bell_sketch *sketch,
				     const struct bell_fit_options *options, const double *lambda,
				     size_t count, double *log_likelihood)
{
	return profile(&(struct source){.sketch = sketch}, options,
		       (struct curve){lambda, count, log_likelihood});
}

enum bell_status bell_profile_f32(const float *x, const double *weights, size_t n,
				  const struct bell_fit_options *options, unsigned threads,
				  const double *lambda, size_t count, double *log_likelihood)
{
	const struct values values = {.f32 = x, .n = n};

	return profile(&(struct source){.x = &values, .weights = weights, .threads = threads},
		       options, (struct curve){lambda, count, log_likelihood});
}

enum bell_status bell_profile_f64(const double *x, const double *weights, size_t n,
				  const struct bell_fit_options *options, unsigned threads,
				  const double *lambda, size_t count, double *log_likelihood)
{
	const struct values values = {.f64 = x, .n = n};

	return profile(&(struct source){.x = &values, .weights = weights, .threads = threads},
		       options, (struct curve){lambda, count, log_likelihood});
}

enum bell_status bell_infer_sketch(const struct bell_sketch *sketch,
				   const struct bell_fit_options *options, double level,
				   struct bell_inference *out)
{
	return inference(&(struct source){.sketch = sketch}, options, level, out);
}

enum bell_status bell_infer_f32(const float *x, const double *weights, size_t n,
				const struct bell_fit_options *options, unsigned threads,
				double level, struct bell_inference *out)
{
	const struct values values = {.f32 = x, .n = n};

	return inference(&(struct source){.x = &values, .weights = weights, .threads = threads},
			 options, level, out);
}

enum bell_status bell_infer_f64(const double *x, const double *weights, size_t n,
				const struct bell_fit_options *options, unsigned threads,
				double level, struct bell_inference *out)
{
	const struct values values = {.f64 = x, .n = n};

	return inference(&(struct source){.x = &values, .weights = weights, .threads = threads},
			 options, level, out);
}
