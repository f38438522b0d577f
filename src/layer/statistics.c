/* SPDX-License-Identifier: BSD-3-Clause */
/* statistics.c - the statistics of layers: Newton's step, merging, running statistics. */
#include <math.h>
#include "layer/shape.h"
#include "layer/statistics.h"

/*
 * Where the exponent of psi is closer to 0 than this, psi is taken as its limit, the logarithm.
 * That changes psi by about 1e-30 of itself, and keeps the inverse of the exponent finite in
 * float32.
 */
#define MIN_POWER 1e-30

/* The sums of a step; sums of the weights, which kernels make too, are not among them. */
#define STEP_SUMS (sizeof((struct bell_layer_sums *)0)->sum / sizeof(double))

/* ---- from sums to statistics ---- */

/* Sets lambda, and what the gradient needs of it, from the sums of the kernel layer_score. */
static void newton(const struct bell_layer_options *o, const struct bell_layer_sums *s,
		   struct bell_layer_statistics *statistics)
{
	double n = s->count, m1 = s->sum[0] / n, d = s->sum[1] / n;

	statistics->mean_hd = m1;
	statistics->mean_d = d;
	statistics->slope = m1 - s->sum[2] / n;
	statistics->curvature = s->sum[3] / n + s->sum[4] / n - d * d - 2 * m1 * m1;
	statistics->lambda =
	    1 - o->alpha * statistics->slope / (statistics->curvature + sqrt(o->eps));
}

/* Mean and variance; all NaN where there are no values, or the sums are NaN. */
static struct bell_layer_statistics moments(const struct bell_layer_sums *s)
{
	if (s->count == 0 || isnan(s->sum[0]) || isnan(s->sum[1]))
		return (struct bell_layer_statistics){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	return (struct bell_layer_statistics){
	    .mean = s->sum[0], .variance = s->sum[1] / s->count, .lambda = 1};
}

void bell_layer_finalize_group(const struct bell_layer_options *o, enum bell_layer_step step,
			       const struct bell_layer_sums *s,
			       struct bell_layer_statistics *statistics)
{
	if (step == BELL_LAYER_MOMENTS)
		*statistics = moments(s);
	else if (step == BELL_LAYER_SCORE && !o->normalize_only)
		newton(o, s, statistics);
	else if (step == BELL_LAYER_CENTER && o->noise > 0 && !o->normalize_only)
		statistics->center = s->sum[0] / s->count;
	else if (step == BELL_LAYER_SPREAD && o->noise > 0)
		statistics->spread = s->sum[0] / s->count;
}

/* ---- from statistics to parameters of kernels ---- */

void bell_layer_psi_of(const struct bell_layer_options *o, double lambda, struct layer_psi p[2])
{
	double shift = o->compat && !o->normalize_only ? sqrt(o->eps) : 0;

	for (int side = 0; side < 2; side++) {
		double eta = side ? 2 - lambda : lambda;
		bool linear = fabs(eta) <= (shift > 0 ? shift : MIN_POWER);

		eta += eta < 0 ? -shift : shift;
		p[side] = (struct layer_psi){.power = linear ? 0 : eta,
					     .inverse = linear ? 0 : 1 / eta,
					     .square = linear ? 0 : 1 / (eta * eta),
					     .linear = linear,
					     .depends_on_lambda = !(linear && shift > 0)};
	}
}

/* -d lambda/dL', the factor of a gradient through lambda. */
static double through_lambda(const struct bell_layer_options *o,
			     const struct bell_layer_statistics *statistics)
{
	return o->normalize_only ? 0 : o->alpha / (statistics->curvature + sqrt(o->eps));
}

struct layer_slope bell_layer_slope_of(const struct bell_layer_options *o,
				       const struct bell_layer_statistics *statistics)
{
	double rho;

	if (through_lambda(o, statistics) == 0)
		return (struct layer_slope){0};
	rho = statistics->slope / (statistics->curvature + sqrt(o->eps));
	return (struct layer_slope){
	    .rho = rho, .mean_d = statistics->mean_d, .factor = 1 + 4 * rho * statistics->mean_hd};
}

struct layer_gradient bell_layer_gradient_of(const struct bell_layer_options *o,
					     const struct bell_layer_statistics *statistics,
					     double r, const struct bell_layer_sums *s)
{
	double c = -through_lambda(o, statistics) * s->sum[0] / s->count;

	return (struct layer_gradient){.r = r,
				       .c = c,
				       .m0 = (s->sum[1] + c * s->sum[3]) / s->count,
				       .m1 = (s->sum[2] + c * s->sum[4]) / s->count};
}

/* ---- calls of the public headers ---- */

enum bell_status bell_layer_finalize(struct bell_layer_statistics *statistics,
				     const struct bell_layer_sums *sums, size_t groups,
				     enum bell_layer_step step,
				     const struct bell_layer_options *options)
{
	struct bell_layer_options o;

	bell_layer_options_default(NULL, &o);
	if (options)
		o = *options;
	if (!bell_layer_options_valid(&o) || (unsigned)step > BELL_LAYER_SPREAD ||
	    (groups && (!sums || !statistics)))
		return BELL_EINVAL;
	for (size_t k = 0; k < groups; k++)
		if (!(sums[k].count >= 2) && sums[k].count != 0)
			return BELL_EINVAL;
	for (size_t k = 0; k < groups; k++)
		bell_layer_finalize_group(&o, step, &sums[k], &statistics[k]);
	return BELL_OK;
}

/* Of two parts, by the parallel formula of Chan, Golub and LeVeque. */
static void merge_moments(struct bell_layer_sums *into, const struct bell_layer_sums *from,
			  double n)
{
	double apart = from->sum[0] - into->sum[0], share = n > 0 ? from->count / n : 0;

	into->sum[1] += from->sum[1] + apart * apart * (into->count * share);
	into->sum[0] += apart * share;
}

enum bell_status bell_layer_merge(struct bell_layer_sums *into, const struct bell_layer_sums *from,
				  size_t groups, enum bell_layer_step step)
{
	if ((unsigned)step > BELL_LAYER_GRADIENT || (groups && (!into || !from)))
		return BELL_EINVAL;
	for (size_t k = 0; k < groups; k++) {
		double n = into[k].count + from[k].count;

		if (step == BELL_LAYER_MOMENTS)
			merge_moments(&into[k], &from[k], n);
		for (size_t i = 0; step != BELL_LAYER_MOMENTS && i < STEP_SUMS; i++)
			into[k].sum[i] += from[k].sum[i];
		into[k].count = n;
	}
	return BELL_OK;
}

/* (1 - share) old + share new, which is `new` to the last bit where share is 1. */
static double mix(double old, double new, double share) { return (1 - share) * old + share * new; }

enum bell_status bell_layer_track(struct bell_layer_statistics *running,
				  const struct bell_layer_statistics *statistics, size_t groups,
				  double count, double momentum)
{
	if (!(count >= 2 && count < INFINITY) || !(momentum >= 0 && momentum <= 1) ||
	    (groups && (!statistics || !running)))
		return BELL_EINVAL;
	for (size_t k = 0; k < groups; k++) {
		double variance = statistics[k].variance * (count / (count - 1));

		running[k].mean = mix(running[k].mean, statistics[k].mean, momentum);
		running[k].variance = mix(running[k].variance, variance, momentum);
		running[k].lambda = mix(running[k].lambda, statistics[k].lambda, momentum);
	}
	return BELL_OK;
}
