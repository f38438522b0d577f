/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * line.c - fits of the methods that are linear in a coordinate of x: z = (l(x) - mean)/sd.
 *
 * The log-likelihood of x is -n/2 log var(l) + sum(log l'(x)).  What a coordinate has to be
 * estimated for, the shift of log-shift and the unit of asinh, is searched in log c: c is the unit,
 * or the shift above where log-shift ends, shift + min.  With u = l(x), the derivative of the
 * log-likelihood in log c is n times
 *
 *	log-shift	-cov(u, r)/var(u) - mean(r)		r = c/(x + shift)
 *	asinh		cov(u, q)/var(u) - mean(1 - q^2)	q = x/sqrt(x^2 + c^2)
 *
 * It may have several roots.  So the likelihood is computed on a grid first; then the root beside
 * the best point is found.  resolution.c has the bound of c from below.  For large c both
 * transforms become linear.
 */
#include <math.h>
#include <stdlib.h>
#include "fit/line.h"
#include "fit/line_likelihood.h"
#include "fit/resolution.h"
#include "transform.h"

/* Narrower than this part of the mean, a column gets a center. */
#define NARROW 0x1p-6

/* Of no center: the x that the coordinate is relative to is 0, or one at which it is 0. */
static double center_of(const struct line *f)
{
	double mean = f->spread.mean;

	/* shift + center is above 0, wherever the shift is */
	if (f->method == BELL_LOG_SHIFT)
		return mean;
	return f->spread.sd < NARROW * fabs(mean) ? mean : 0;
}

/* The coordinate of the center. */
static double at_center(const struct line *f)
{
	const struct bell_transform_side *s = &f->t.side[0];
	struct bell_transform t = f->t;
	double y[8] = {s->center};

	if (f->method == BELL_LOG_SHIFT)
		return log_of(f->s->b, f->t.shift + s->center);
	t.side[0].center = 0;
	f->s->b->transform_f64(&t, y, 8, y);
	/* log x relative to no center is log x, and so it is here */
	return f->method == BELL_LOG && !(s->center > 0) ? 0 : y[0];
}

/* The derivative of degree m of l in log|x|, over m!; slope is the first one. */
static double derivative(enum bell_method method, double slope, int m)
{
	double f = slope, factor = method == BELL_SQRT ? 0.5 : 1;

	switch (method) {
	case BELL_LOG:
		return 0;
	case BELL_LOG_SHIFT:
	case BELL_ASINH:
		/* the nearest pole of asinh(e^t) is at a distance of pi/2, that of log(e^t + s)
		 * about at 1/slope */
		factor = fmax(2 / 3.14, slope);
		for (int i = 1; i < m; i++)
			f *= factor;
		return f / m;
	default:
		for (int i = 2; i <= m; i++)
			f *= factor / i;
		return f;
	}
}

/* Whether the bins, or rounding, leave so much of l open that its sd has lost digits. */
static bool ill_conditioned(const struct line *f)
{
	double rest = 0, noise = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct node *p = &f->node[i];

		noise += p->weight * p->grain * f->slope[i];
		if (p->rest > 0)
			rest +=
			    p->weight * p->rest * derivative(f->method, f->slope[i], 2 * p->rank);
	}
	return !(rest / f->total < MAX_REMAINDER * f->sd) ||
	       !(noise / f->total < MAX_NOISE * f->sd) || f->sd < 0x1p-1022;
}

/* Skewness and kurtosis of the coordinates. */
static void set_shape(const struct line *f, double *skewness, double *kurtosis)
{
	double m3 = 0, m4 = 0;

	for (size_t i = 0; i < f->n; i++) {
		double y = (f->d[i] - f->mean) / f->sd, y2 = y * y;

		m3 += f->node[i].weight * y2 * y;
		m4 += f->node[i].weight * y2 * y2;
	}
	*skewness = m3 / f->total;
	*kurtosis = m4 / f->total - 3;
}

/* Makes the transform psi itself; log-shift has a center, and where it can one that gives 0. */
static void set_plain(const struct line *f, double at_center, struct bell_transform *t)
{
	double one = 1 - f->t.shift;

	if (f->method != BELL_LOG_SHIFT)
		t->side[0].center = 0;
	else if (f->t.shift + one == 1)
		t->side[0].center = one;
	else
		t->side[0].offset = at_center;
}

static void set_transform(const struct line *f, double at_center)
{
	struct bell_fit *fit = f->s->fit;
	struct bell_transform *t = &fit->transform;

	*t = f->t;
	t->min = fit->min;
	t->max = fit->max;
	if (!f->s->options->standardize) {
		set_plain(f, at_center, t);
		return;
	}
	t->side[0].scale = clamped_scale(1 / f->sd);
	t->side[0].offset = -f->mean / f->sd;
}

static void describe(struct line *f)
{
	struct bell_fit *fit = f->s->fit;
	double center = at_center(f),
	       log_sd = log_of(f->s->b, f->spread.scaled_sd) - log_of(f->s->b, f->spread.scale);

	fit->lambda = f->method == BELL_IDENTITY ? 1 : f->method == BELL_SQRT ? 0.5 : 0;
	fit->unit = unit_of(&f->t);
	fit->log_likelihood = bell_line_likelihood(f);
	fit->lr_vs_identity = 2 * (fit->log_likelihood + f->s->scale * f->total * log_sd);
	fit->mean = center + f->mean;
	fit->sd = f->sd;
	fit->skewness_before = f->spread.skewness;
	fit->kurtosis_before = f->spread.kurtosis;
	set_shape(f, &fit->skewness_after, &fit->kurtosis_after);
	set_transform(f, center);
	if (ill_conditioned(f))
		fit->flags |= BELL_FIT_ILL_CONDITIONED;
	if (!f->s->options->standardize && bell_is_coarse(f->s))
		fit->flags |= BELL_FIT_COARSE;
}

/* Fixes the parameter as the options have it, or estimates it. */
static void fit_parameter(struct line *f)
{
	const struct bell_fit_options *o = f->s->options;
	struct bell_fit *fit = f->s->fit;
	double fixed = f->method == BELL_ASINH ? o->unit : o->shift;
	bool has_parameter = bell_method_parameters(f->method) > 0;

	fit->ci95[0] = fit->ci95[1] = NAN;
	if (has_parameter && isnan(fixed)) {
		bell_line_search(f);
		return;
	}
	bell_line_set(f, fixed);
	bell_line_evaluate(f);
}

static bool allocate(struct line *f)
{
	f->padded = (f->n + NODE_PAD - 1) / NODE_PAD * NODE_PAD;
	/* NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI): a column has values */
	f->x = calloc(4 * f->padded, sizeof *f->x);
	if (!f->x)
		return false;
	f->d = f->x + f->padded;
	f->slope = f->d + f->padded;
	f->inverse = f->slope + f->padded;
	for (size_t i = 0; i < f->n; i++) {
		f->x[i] = f->node[i].value;
		f->total += f->node[i].weight;
	}
	return true;
}

enum bell_status bell_fit_line(const struct search *s, const struct node *node, size_t n,
			       double *sd_of_x, bool *fitted)
{
	const struct bell_fit *fit = s->fit;
	struct line f = {.s = s,
			 .node = node,
			 .n = n,
			 .method = s->options->method,
			 .t = {.side = {{.scale = 1}}, .method = s->options->method},
			 .spread = bell_spread_of(node, n)};
	double largest = fmax(fabs(fit->min), fabs(fit->max));

	if (!allocate(&f))
		return BELL_ENOMEM;
	f.size = f.method == BELL_LOG_SHIFT ? fmin(fit->max - fit->min, 0x1p1023) : largest;
	f.t.side[0].center = center_of(&f);
	if (f.method == BELL_SQRT && fit->min == 0)
		f.zero = bell_size_of_zero(s->b, node, n, largest, fit->count);
	fit_parameter(&f);
	*sd_of_x = f.spread.sd;
	*fitted = f.sd > 0 && f.sd < INFINITY && f.spread.sd >= 0x1p-1022;
	if (*fitted)
		describe(&f);
	s->fit->evaluations = f.evaluations;
	free(f.x);
	return BELL_OK;
}
