/* SPDX-License-Identifier: BSD-3-Clause */
/* fit.c - lambda by maximum likelihood, and the transform at it. */
#include <math.h>
#include <stdlib.h>
#include "dispatch.h"
#include "fit/as_is.h"
#include "fit/choose.h"
#include "fit/collapse.h"
#include "fit/fit_sketch.h"
#include "fit/robust.h"
#include "fit/line.h"
#include "fit/scores.h"
#include "fit/search.h"
#include "fit/standardize.h"
#include "fit/unit.h"
#include "sketch/weights.h"

/*
 * How far apart the coordinates of the values of each side are, in units: those of the column, and
 * of a robust fit also those that are set aside, which are transformed all the same.
 */
static void set_reach(const struct search *s, double reach[2])
{
	double low = bell_coordinate(s->b, s->family, s->fit->min),
	       high = bell_coordinate(s->b, s->family, s->fit->max);
	bool both = s->fit->min < 0 && s->fit->max > 0;

	for (int side = 0; side < 2; side++) {
		double all = both ? (side ? low : high) : fabs(high - low);

		reach[side] = s->c.high[side] - (s->c.mixed ? 0 : s->c.low[side]);
		if (s->fit->set_aside > 0 && s->c.side[side].n)
			reach[side] = fmax(reach[side], all / s->c.unit);
	}
}

static void set_transform(const struct search *s)
{
	struct bell_fit *fit = s->fit;
	double reach[2];

	/* at an infinite unit there is none of Yeo-Johnson to be written down */
	if (isinf(s->family.unit) && s->method != BELL_EXPONENTIAL)
		return;
	set_reach(s, reach);
	if (s->options->standardize && s->method == BELL_EXPONENTIAL)
		bell_standardize_exponential(s->b, &s->c, &s->best, &fit->transform);
	else if (s->options->standardize)
		bell_standardize(s->b, &s->c, &s->best, reach, &fit->transform);
	else
		bell_transform_plain(s->method, fit->lambda, &fit->transform);
	if (s->method == BELL_YEO_JOHNSON_UNIT)
		fit->transform.unit = s->family.unit;
	fit->transform.min = fit->min;
	fit->transform.max = fit->max;
}

/* ---- what to say of it ---- */

/* The w l below which exp(w l) - 1 has lost four bits or more. */
#define MIN_PLAIN 0x1p-4

/* expm1(w l)/w, with the digits of l also where exp(w l), which is `scale`, is nearly 1. */
static double psi_at(const struct backend *b, double w, double l, double scale)
{
	if (!(fabs(w * l) < MIN_PLAIN))
		return (scale - 1) / w;
	/* Kahan's: what the rounding of exp() does to its difference from 1, it does to its log */
	if (scale == 1)
		return l;
	/* beside a large l the logarithm is small */
	return isfinite(l / log_of(b, scale)) ? (scale - 1) * (l / log_of(b, scale))
					      : l * ((scale - 1) / log_of(b, scale));
}

/* Sets the mean and sd of psi itself, which a point has relative to its origin and in its scale. */
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
		double w = p->power[side] / c->unit, shift = bell_column_shift(s->b, c);
		double l = p->origin * c->unit + c->mean + shift, scale = bell_exp(s->b, w * l);
		double at_origin = psi_at(s->b, w, l, scale);

		s->fit->mean = c->sign * at_origin;
		/* an infinite psi is not to meet an infinite difference from it */
		if (isfinite(at_origin))
			s->fit->mean += p->mean * (scale * c->unit);
		s->fit->sd = p->sd * (scale * c->unit);
	}
}

bool bell_is_coarse(const struct search *s)
{
	double x[2] = {s->fit->min, s->fit->max};

	s->b->transform_f64(&s->fit->transform, x, 2, x);
	return !(x[1] - x[0] >= 0x1p-26 * (fabs(x[0]) > fabs(x[1]) ? fabs(x[0]) : fabs(x[1])));
}

static void describe(struct search *s, double remainder)
{
	struct bell_fit *fit = s->fit;
	double identity = s->c.identity / s->c.unit;

	fit->log_likelihood = s->scale * (s->best.value + bell_likelihood_constant(s->b, &s->c));
	fit->lr_vs_identity = 2 * s->scale * (s->best.value - s->identity.value);
	describe_psi(s);
	if (fit->ci95[0] <= identity && fit->ci95[1] >= identity)
		fit->flags |= BELL_FIT_NOT_IDENTIFIED;
	if (!(remainder < MAX_REMAINDER) || !(s->c.noise < MAX_NOISE))
		fit->flags |= BELL_FIT_ILL_CONDITIONED;
	if (!s->options->standardize && bell_is_coarse(s))
		fit->flags |= BELL_FIT_COARSE;
	if (s->at_bound)
		fit->flags |= BELL_FIT_BOUND;
}

/*
 * The sd of x, infinite if it is next to the end of the doubles.  At the identity psi is relative
 * to the largest |x|: its scale there is unit + |x|.
 */
static double sd_of_x(const struct search *s)
{
	double low = fabs(s->fit->min), high = fabs(s->fit->max), sd = s->identity.sd * s->c.unit;

	if (isinf(s->family.unit))
		return sd;
	return sd * (s->family.unit + (low > high ? low : high));
}

/* Sets what the transform loses of the nodes, whose sd is that of x. */
static void set_collapsed(const struct search *s, const struct node *node, size_t n, double sd)
{
	struct bell_fit *fit = s->fit;

	fit->collapsed = bell_collapsed(s->b, &fit->transform, node, n, sd);
	if (fit->collapsed > 0)
		fit->flags |= BELL_FIT_COLLAPSED;
}

/*
 * The fit of a column that has no maximum of the likelihood, or none that can be found: lambda = 1,
 * and what `spread` says taken off and divided by.
 */
static void leave_as_is(const struct search *s, const struct spread *spread)
{
	struct bell_fit *fit = s->fit;
	enum bell_method method = s->method == BELL_BOX_COX ? BELL_BOX_COX : BELL_YEO_JOHNSON;

	fit->lambda = 1;
	fit->unit = s->method == BELL_BOX_COX ? 0 : 1;
	/* psi is x - 1 then */
	fit->mean = s->method == BELL_BOX_COX ? spread->mean - 1 : spread->mean;
	fit->sd = spread->sd;
	fit->ci95[0] = fit->ci95[1] = fit->log_likelihood = fit->lr_vs_identity = NAN;
	fit->skewness_before = fit->skewness_after = fit->kurtosis_before = fit->kurtosis_after =
	    NAN;
	if (s->options->standardize)
		fit->transform = bell_shifted_identity(method, spread);
	else
		bell_transform_plain(method, 1, &fit->transform);
	if (fit->count) {
		fit->transform.min = fit->min;
		fit->transform.max = fit->max;
	}
}

/* The fit of a column of distinct values as they are, which may have infinities beside them. */
static void leave_distinct(const struct search *s, const struct node *node, size_t n)
{
	struct bell_fit *fit = s->fit;
	struct spread spread = bell_spread_of(node, n), mean = bell_spread_of_one(spread.mean);

	/* what a search has said of a lambda that is not that of the fit */
	fit->flags &= ~(unsigned)(BELL_FIT_BOUND | BELL_FIT_NOT_IDENTIFIED | BELL_FIT_ROUNDED);
	/* the nodes of bins may all be one */
	leave_as_is(s, spread.scaled_sd > 0 && !fit->infinite ? &spread : &mean);
	if (!fit->infinite) {
		fit->flags |= BELL_FIT_ILL_CONDITIONED;
		fit->skewness_before = fit->skewness_after = spread.skewness;
		fit->kurtosis_before = fit->kurtosis_after = spread.kurtosis;
	}
	set_collapsed(s, node, n, spread.sd);
}

/* Estimates lambda of a column of distinct finite values; whether that could be done. */
static bool fit_distinct(struct search *s)
{
	bool fitted = false;
	double remainder = 0;

	/* values may be distinct and have the same coordinate */
	if (s->c.sd > 0 && s->c.unit > MIN_UNIT) {
		s->identity = bell_evaluate(s, s->c.identity);
		bell_shape(&s->c, &s->identity, &s->fit->skewness_before, &s->fit->kurtosis_before);
		bell_search(s);
		if (s->options->round_level > 0)
			bell_round(s);
		/* both are those of the point evaluated last */
		bell_shape(&s->c, &s->best, &s->fit->skewness_after, &s->fit->kurtosis_after);
		remainder = bell_remainder(&s->c, &s->best);
		if (!(s->options->round_level > 0))
			bell_interval(s);
		fitted = s->best.sd > 0 && isfinite(s->fit->lambda);
	}
	if (fitted && s->visitor)
		s->visitor->call(s, s->visitor->context);
	if (fitted) {
		s->fit->unit = s->method == BELL_EXPONENTIAL ? 0 : s->family.unit;
		set_transform(s);
		describe(s, remainder);
	}
	return fitted;
}

/* Fits a column of n nodes, which a robust fit puts in order. */
static enum bell_status fit_nodes(const struct bell_sketch *sketch, struct search *s,
				  struct node *node, size_t n)
{
	enum bell_status status = BELL_OK;
	bool fitted = false;
	size_t kept = n;
	double sd;

	if (!s->fit->infinite && is_linear(s->method)) {
		status = bell_fit_line(s, node, n, &sd, &fitted);
		if (status != BELL_OK)
			return status;
		if (fitted)
			set_collapsed(s, node, n, sd);
	} else if (!s->fit->infinite) {
		if (s->options->robust)
			status = bell_set_aside(s, sketch, node, n, &kept);
		if (status != BELL_OK)
			return status;
		if (isnan(s->family.unit))
			status = bell_search_unit(s, sketch, node, n);
		if (status == BELL_OK)
			status = bell_column_make(s->b, sketch, node, kept, s->family, &s->c);
		if (status != BELL_OK)
			return status;
		fitted = fit_distinct(s);
		/* there is no transform of Yeo-Johnson at an infinite unit */
		if (fitted && (!isinf(s->family.unit) || s->method == BELL_EXPONENTIAL)) {
			sd = sd_of_x(s);
			set_collapsed(s, node, n, isfinite(sd) ? sd : bell_spread_of(node, n).sd);
		}
		bell_column_free(&s->c);
	}
	if (!fitted)
		leave_distinct(s, node, n);
	return BELL_OK;
}

static enum bell_status fit_column(const struct bell_sketch *sketch, struct search *s)
{
	struct node *node;
	size_t n;
	enum bell_status status = bell_nodes_of(s->b, sketch, &node, &n);

	if (status != BELL_OK)
		return status;
	if (!sketch->bins && n == 2)
		s->fit->flags |= BELL_FIT_TWO_VALUES;
	status = fit_nodes(sketch, s, node, n);
	free(node);
	return status;
}

/*
 * The likelihood is computed from weights as the sketch keeps them, since products of others may
 * overflow or lose digits.
 */
double bell_rows_of_weight(const struct bell_sketch *s, enum bell_weight_type type)
{
	if (type == BELL_FREQUENCY_WEIGHTS || !s->count)
		return ldexp(1, -s->shift);
	return bell_sketch_effective(s) / ldexp((double)bell_sketch_weight(s), -SUM_BITS);
}

/* The fit of a column without two distinct finite values. */
static void leave_single(const struct search *s)
{
	struct bell_fit *fit = s->fit;
	/* psi as it is: the mean of psi of no values is taken to be 0 */
	const struct spread one =
	    bell_spread_of_one(fit->count ? fit->min : s->method == BELL_BOX_COX);

	fit->flags |= fit->count > 1   ? BELL_FIT_CONSTANT
		      : fit->count > 0 ? BELL_FIT_ONE_VALUE
				       : BELL_FIT_EMPTY;
	if (!fit->count)
		fit->collapsed = NAN;
	leave_as_is(s, &one);
}

/* Whether the unit of a family tells which method its transforms have. */
static bool searched(enum bell_method method)
{
	return !is_linear(method) && method != BELL_EXPONENTIAL;
}

/* The fit of a sketch by a method, and where that has one by a family, with valid options. */
static enum bell_status fit_family(const struct backend *b, const struct bell_sketch *sketch,
				   const struct bell_fit_options *options, struct family family,
				   const struct visitor *visitor, struct bell_fit *out)
{
	enum bell_method method = options->method;
	struct bell_sketch_summary summary;
	struct bell_fit fit = {0};
	struct search search = {.b = b,
				.options = options,
				.method = searched(method) ? method_of(family) : method,
				.family = family,
				.start = NAN,
				.scale = bell_rows_of_weight(sketch, options->weight_type),
				.visitor = visitor,
				.fit = &fit};
	enum bell_status status = BELL_OK;

	bell_sketch_summary(sketch, &summary);
	fit.count = summary.count, fit.missing = summary.missing, fit.infinite = summary.infinite;
	fit.weight = summary.weight, fit.min = summary.min, fit.max = summary.max;
	fit.flags |= fit.infinite ? BELL_FIT_INFINITE : 0;
	if (!bell_fit_in_domain(sketch, options, family.unit))
		return BELL_EDOMAIN;
	if (fit.count && fit.min < fit.max)
		status = fit_column(sketch, &search);
	else
		leave_single(&search);
	if (status == BELL_OK)
		*out = fit;
	return status;
}

/* How many rows the finite values are, by frequency weights. */
static double rows_of(const struct bell_sketch *s)
{
	return ldexp((double)bell_sketch_weight(s), -SUM_BITS - s->shift);
}

enum bell_status bell_fit_checked(const struct backend *b, const struct bell_sketch *sketch,
				  const struct bell_fit_options *options,
				  const struct visitor *visitor, struct bell_fit *out)
{
	enum bell_method method = options->method;
	struct family family = {method == BELL_YEO_JOHNSON_UNIT ? options->unit
				: method == BELL_BOX_COX        ? 0
				: method == BELL_EXPONENTIAL    ? INFINITY
								: 1};
	struct choice choice;

	if (options->weight_type == BELL_FREQUENCY_WEIGHTS && rows_of(sketch) > BELL_MAX_ROWS)
		return BELL_ESIZE;
	if (method == BELL_BEST)
		return bell_choose_checked(b, sketch, options, &choice, out);
	if (method == BELL_NORMAL_SCORES && bell_scores_exist(sketch))
		return bell_fit_scores(b, sketch, out);
	return fit_family(b, sketch, options, family, visitor, out);
}

enum bell_status bell_fit_sketch(const struct bell_sketch *sketch,
				 const struct bell_fit_options *options, struct bell_fit *out)
{
	const struct backend *b = bell_kernels();
	struct bell_fit_options o;

	bell_fit_options_default(&o);
	if (options)
		o = *options;
	if (!sketch || !out || !bell_fit_options_valid(&o) || bell_needs_values(&o))
		return BELL_EINVAL;
	if (!b)
		return BELL_EBACKEND;
	return bell_fit_checked(b, sketch, &o, NULL, out);
}

enum bell_status bell_fit_unit(const struct bell_sketch *sketch, double unit, struct bell_fit *out)
{
	const struct backend *b = bell_kernels();
	struct bell_fit_options defaults;

	bell_fit_options_default(&defaults);
	return b ? fit_family(b, sketch, &defaults, (struct family){unit}, NULL, out)
		 : BELL_EBACKEND;
}
