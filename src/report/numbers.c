/* SPDX-License-Identifier: BSD-3-Clause */
/* numbers.c - all that the pictures of a column show. */
#include <math.h>
#include <stdlib.h>
#include <bellshape/moments.h>
#include <bellshape/profile.h>
#include "normality/column.h"
#include "report/numbers.h"
#include "transform.h"

/* With one of these the likelihood says nothing of lambda. */
#define NO_PROFILE                                                                     \
	(BELL_FIT_EMPTY | BELL_FIT_ONE_VALUE | BELL_FIT_CONSTANT | BELL_FIT_INFINITE | \
	 BELL_FIT_TWO_VALUES)

/* 1 less the squared correlation of the finite pairs; NaN if either is constant. */
static double change_of(const double *x, const double *z, size_t n)
{
	double pairs = 0, mean_x = 0, mean_z = 0, xx = 0, xz = 0, zz = 0, size = 0;

	/* In units of the largest x no square overflows. */
	for (size_t i = 0; i < n; i++)
		if (isfinite(x[i]))
			size = fmax(size, fabs(x[i]));
	for (size_t i = 0; i < n; i++) {
		double u = x[i] / size, a, b;

		if (!isfinite(u) || !isfinite(z[i]))
			continue;
		pairs++;
		a = u - mean_x;
		b = z[i] - mean_z;
		mean_x += a / pairs;
		mean_z += b / pairs;
		xx += a * (u - mean_x);
		zz += b * (z[i] - mean_z);
		xz += a * (z[i] - mean_z);
	}
	return xx > 0 && zz > 0 ? fmin(fmax(1 - xz * xz / (xx * zz), 0), 1) : NAN;
}

/* ---- the profile ---- */

/* So many of the lambdas lie around the interval, where the curve bends. */
#define NEAR_POINTS 50

/* Of the interval around which they lie. */
#define LEVEL 0.95

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void spread(double low, double high, size_t n, double *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = low + (high - low) * (double)i / (double)(n - 1);
}

/*
 * Sets the lambdas: that of the fit, and others that reach beyond the interval by its width, and
 * beyond 0 and 1, which people compare it with.  An end of the interval that is open, or missing,
 * counts as 2 away.
 */
static void set_lambdas(const struct bell_fit *fit, const double interval[2],
			double lambda[BELL_REPORT_PROFILE])
{
	double left = fmin(interval[0], fit->lambda), right = fmax(interval[1], fit->lambda), width;

	if (!isfinite(interval[0]))
		left = fit->lambda - 2;
	if (!isfinite(interval[1]))
		right = fit->lambda + 2;
	width = right - left;
	left -= 0.7 * width;
	right += 0.7 * width;
	lambda[0] = fit->lambda;
	spread(left, right, NEAR_POINTS, lambda + 1);
	spread(fmin(left - 0.1 * width, -0.25), fmax(right + 0.1 * width, 1.25),
	       BELL_REPORT_PROFILE - 1 - NEAR_POINTS, lambda + 1 + NEAR_POINTS);
	qsort(lambda, BELL_REPORT_PROFILE, sizeof *lambda, ascending);
}

/* The methods whose profile bell_profile_sketch() has. */
static bool has_profile(const struct bell_fit *fit)
{
	enum bell_method method = fit->transform.method;

	return (method == BELL_YEO_JOHNSON || method == BELL_BOX_COX ||
		method == BELL_YEO_JOHNSON_UNIT) &&
	       !(fit->flags & NO_PROFILE);
}

static enum bell_status set_profile(const struct bell_report_column *c,
				    struct bell_report_numbers *out)
{
	double *lambda = out->profile_lambda, *value = out->profile_log_likelihood, best = 0;
	double interval[2] = {c->fit->ci95[0], c->fit->ci95[1]};
	struct bell_inference inference;
	struct bell_fit_options options;
	enum bell_status status;

	if (!has_profile(c->fit))
		return BELL_OK;
	bell_fit_options_default(&options);
	options.method = c->fit->transform.method;
	options.unit = c->fit->unit;
	options.robust = c->fit->flags & BELL_FIT_ROBUST;
	/* A lambda that was not estimated has no interval, but the likelihood has one. */
	if (isnan(interval[0])) {
		status = bell_infer_sketch(c->sketch, &options, LEVEL, &inference);
		/* importance weights may add up to more rows than there can be */
		if (status != BELL_OK)
			return status == BELL_ESIZE ? BELL_OK : status;
		interval[0] = inference.interval[0];
		interval[1] = inference.interval[1];
	}
	set_lambdas(c->fit, interval, lambda);
	status = bell_profile_sketch(c->sketch, &options, lambda, BELL_REPORT_PROFILE, value);
	for (size_t i = 0; i < BELL_REPORT_PROFILE; i++)
		if (lambda[i] == c->fit->lambda)
			best = value[i];
	/* It is not there if the column, which need not be that of the fit, has none. */
	if (status == BELL_ESIZE || (status == BELL_OK && !isfinite(best)))
		return BELL_OK;
	if (status != BELL_OK)
		return status;
	for (size_t i = 0; i < BELL_REPORT_PROFILE; i++)
		value[i] -= best;
	out->profile_points = BELL_REPORT_PROFILE;
	return BELL_OK;
}

/* ---- the values ---- */

/* Sets *z to the transforms of the values of a column, to be freed. */
static enum bell_status transform(const struct bell_report_column *c, double **z)
{
	enum bell_status status;

	*z = malloc((c->values + 1) * sizeof **z);
	if (!*z)
		return BELL_ENOMEM;
	status = bell_transform_apply_f64(&c->fit->transform, c->value, c->values, 1, *z);
	if (status != BELL_OK)
		free(*z);
	return status;
}

static size_t count_finite(const double *x, size_t n)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += isfinite(x[i]) != 0;
	return found;
}

/* Whether the fit was made from the column, which a model need not be. */
static bool is_own(const struct bell_report_column *c)
{
	struct bell_sketch_summary s;

	return bell_sketch_summary(c->sketch, &s) == BELL_OK && s.count == c->fit->count &&
	       s.infinite == c->fit->infinite &&
	       (!s.count || (s.min == c->fit->min && s.max == c->fit->max));
}

/* The skewness of the finite values. */
static enum bell_status skewness_of(const double *x, size_t n, double *out)
{
	struct bell_moments moments;
	enum bell_status status = bell_moments_f64(x, n, 1, &moments);

	*out = status == BELL_OK ? bell_moments_skewness(&moments, true) : NAN;
	return status;
}

static enum bell_status judge(const struct bell_report_column *c, const double *z,
			      struct glance *out)
{
	enum bell_status status;

	if (is_own(c)) {
		out->skewness_before = c->fit->skewness_before;
		out->skewness_after = c->fit->skewness_after;
		return bell_verdicts_sketch(c->sketch, c->fit, c->facts, BELL_FREQUENCY_WEIGHTS,
					    &out->verdicts);
	}
	out->verdicts = (struct bell_verdicts){.count = 0};
	status = skewness_of(c->value, c->values, &out->skewness_before);
	return status == BELL_OK ? skewness_of(z, c->values, &out->skewness_after) : status;
}

enum bell_status bell_report_glance(const struct bell_report_column *c, struct glance *out)
{
	double *z;
	enum bell_status status = transform(c, &z);

	if (status != BELL_OK)
		return status;
	out->change = change_of(c->value, z, c->values);
	status = bell_histogram_f64(c->value, c->values, BELL_GLANCE, &out->before);
	if (status == BELL_OK)
		status = bell_histogram_f64(z, c->values, BELL_GLANCE, &out->after);
	if (status == BELL_OK)
		status = judge(c, z, out);
	free(z);
	return status;
}

/*
 * Carries the bins of a column whose values have a step over to its transform.  Other bins would
 * hold now one of the steps and now two.
 */
static enum bell_status carry_bins(const struct bell_transform *t, const struct bell_histogram *h,
				   struct bell_histogram *out)
{
	double z[BELL_MAX_HISTOGRAM];
	enum bell_status status;

	for (size_t i = 0; i < h->bins; i++)
		z[i] = h->edge[i] / 2 + h->edge[i + 1] / 2;
	status = bell_transform_apply_f64(t, z, h->bins, 1, z);
	*out = *h;
	for (size_t i = 1; i < h->bins; i++)
		out->edge[i] = z[i - 1] / 2 + z[i] / 2;
	out->edge[0] = 2 * z[0] - out->edge[1];
	out->edge[h->bins] = 2 * z[h->bins - 1] - out->edge[h->bins - 1];
	return status;
}

/* Whether bins have a width, each of them. */
static bool ascend(const struct bell_histogram *h)
{
	for (size_t i = 0; i < h->bins; i++)
		if (!(h->edge[i] < h->edge[i + 1]))
			return false;
	return isfinite(h->edge[h->bins] - h->edge[0]);
}

static enum bell_status set_histograms(const struct bell_report_column *c, const double *z,
				       struct bell_report_numbers *out)
{
	struct bell_histogram *before = &out->histogram_before, *after = &out->histogram_after;
	enum bell_status status = bell_histogram_f64(c->value, c->values, 0, before);

	if (status == BELL_OK && before->step > 0) {
		status = carry_bins(&c->fit->transform, before, after);
		if (status != BELL_OK || ascend(after))
			return status;
	}
	return status == BELL_OK ? bell_histogram_f64(z, c->values, 0, after) : status;
}

static enum bell_status set_pictures(const struct bell_report_column *c,
				     struct bell_report_numbers *out)
{
	double *z;
	enum bell_status status = transform(c, &z);

	if (status != BELL_OK)
		return status;
	out->sampled = count_finite(c->value, c->values) < out->before.count;
	out->change = change_of(c->value, z, c->values);
	status = set_histograms(c, z, out);
	if (status == BELL_OK)
		status = bell_qq_f64(c->value, c->values, &out->qq_before);
	if (status == BELL_OK)
		status = bell_qq_f64(z, c->values, &out->qq_after);
	free(z);
	return status;
}

static enum bell_status set_normality(const struct bell_report_column *c,
				      struct bell_report_numbers *out)
{
	struct bell_normality *before = &out->before, *after = &out->after;
	enum bell_status status = bell_normality_sketch(c->sketch, NULL, NULL, before);

	if (status != BELL_OK)
		return status;
	*after = bell_normality_undefined(before->count, before->missing, before->infinite);
	status = bell_normality_sketch(c->sketch, &c->fit->transform, NULL, after);
	out->overflows = status == BELL_EDOMAIN;
	return out->overflows ? BELL_OK : status;
}

bool bell_report_column_valid(const struct bell_report_column *c)
{
	return c && c->name && c->sketch && c->fit && bell_transform_known(&c->fit->transform) &&
	       (c->value || !c->values) && (c->candidate || !c->candidates);
}

enum bell_status bell_report_numbers(const struct bell_report_column *column,
				     struct bell_report_numbers *out)
{
	struct bell_report_numbers *numbers;
	enum bell_status status;

	if (!bell_report_column_valid(column) || !out)
		return BELL_EINVAL;
	numbers = calloc(1, sizeof *numbers);
	if (!numbers)
		return BELL_ENOMEM;
	status = set_normality(column, numbers);
	if (status == BELL_OK)
		status = set_pictures(column, numbers);
	if (status == BELL_OK)
		status = set_profile(column, numbers);
	if (status == BELL_OK)
		*out = *numbers;
	free(numbers);
	return status;
}
