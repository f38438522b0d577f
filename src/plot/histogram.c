/* SPDX-License-Identifier: BSD-3-Clause */
/* histogram.c - counts of values in bins of equal width. */
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <bellshape/plot.h>
#include "plot/sorted.h"
#include "transform.h"

/* The ends of a histogram and the number of its bins. */
struct range {
	double low, high;
	size_t bins;
	double step; /* see struct bell_histogram */
};

/* The edges of numpy.linspace(): multiples of a step, and the end itself. */
static void set_edges(const struct range *r, struct bell_histogram *h)
{
	/* A range may exceed a double; its half does not. */
	double unit = isinf(r->high - r->low) ? 0.5 : 1, low = unit * r->low,
	       step = (unit * r->high - low) / (double)r->bins;

	h->bins = r->bins;
	h->step = r->step;
	for (size_t i = 0; i < r->bins; i++)
		h->edge[i] = ((double)i * step + low) / unit;
	h->edge[r->bins] = r->high;
}

/* Counts values in order, with their weights, or 1 for each. */
static void count(const double *x, const double *weight, size_t n, struct bell_histogram *h)
{
	size_t bin = 0;

	for (size_t i = 0; i < h->bins; i++)
		h->count[i] = 0;
	h->n = 0;
	for (size_t i = 0; i < n; i++) {
		while (bin + 1 < h->bins && x[i] >= h->edge[bin + 1])
			bin++;
		h->count[bin] += weight ? weight[i] : 1;
		h->n += weight ? weight[i] : 1;
	}
}

/* The range of n >= 1 values in order, with 1/2 on each side of a single one. */
static struct range range_of(const double *x, size_t n, size_t bins)
{
	struct range r = {x[0], x[n - 1], bins, 0};
	double width;

	if (r.low == r.high) {
		r.low -= 0.5;
		r.high += 0.5;
	}
	/* So far from 0 nothing is 1/2 further, or not for each bin; subnormal widths round. */
	width = (r.high - r.low) / (double)bins;
	if (width < DBL_MIN || width <= fmax(fabs(r.low), fabs(r.high)) * 0x1p-50)
		r.bins = 1;
	return r;
}

/* ---- the rule ---- */

/* Whether values in order are multiples of one step from the first, few enough; sets the range. */
static bool find_steps(const double *x, size_t n, struct range *r)
{
	/* Decimals round: a multiple may be off by this part of the step. */
	const double near = 1e-6;
	double step = INFINITY, span = x[n - 1] - x[0];

	for (size_t i = 1; i < n; i++)
		if (x[i] > x[i - 1])
			step = fmin(step, x[i] - x[i - 1]);
	if (!(span > 0) || !(span / step < BELL_MAX_HISTOGRAM - 0.5))
		return false;
	step = span / rint(span / step);
	for (size_t i = 1; i < n; i++) {
		double multiple = (x[i] - x[0]) / step;

		if (!(fabs(multiple - rint(multiple)) < near))
			return false;
	}
	*r = (struct range){x[0] - step / 2, x[n - 1] + step / 2, (size_t)rint(span / step) + 1,
			    step};
	return isfinite(r->high - r->low) && step >= DBL_MIN && x[0] - step / 2 < x[0];
}

/* The quantile of numpy.quantile() of values in order. */
static double quantile(const double *x, size_t n, double q)
{
	double at = q * (double)(n - 1), below = floor(at);
	size_t i = (size_t)below;

	return i + 1 < n ? x[i] + (at - below) * (x[i + 1] - x[i]) : x[n - 1];
}

/* The number of bins of Freedman and Diaconis, but no less than that of Sturges. */
static size_t rule(const double *x, size_t n)
{
	double sturges = ceil(log2((double)n) + 1);
	double width = 2 * (quantile(x, n, 0.75) - quantile(x, n, 0.25)) / cbrt((double)n);
	double bins = width > 0 ? ceil((x[n - 1] - x[0]) / width) : 0;

	return (size_t)fmin(fmax(bins, sturges), BELL_MAX_HISTOGRAM);
}

enum bell_status bell_histogram_f64(const double *x, size_t n, size_t bins,
				    struct bell_histogram *out)
{
	struct bell_histogram h = {0};
	struct range range;
	double *value;
	size_t values;
	enum bell_status status;

	if (!out || (!x && n) || bins > BELL_MAX_HISTOGRAM)
		return BELL_EINVAL;
	status = bell_sort_finite(x, n, &value, &values);
	if (status != BELL_OK)
		return status;
	if (values) {
		if (bins || !find_steps(value, values, &range))
			range = range_of(value, values, bins ? bins : rule(value, values));
		set_edges(&range, &h);
		count(value, NULL, values, &h);
	}
	free(value);
	*out = h;
	return BELL_OK;
}

/* ---- from a sketch ---- */

/* Values in order with their weights. */
struct weighted {
	double *value, *weight;
	size_t n;
};

/* Evenly spaced quantiles of a sketch of bins, the least and the greatest value among them. */
static enum bell_status take_quantiles(const struct bell_sketch *sketch, double weight,
				       struct weighted *w)
{
	enum bell_status status;

	w->n = BELL_SKETCH_EXACT;
	for (size_t i = 0; i < w->n; i++)
		w->weight[i] = (double)i / (double)(w->n - 1);
	status = bell_sketch_quantiles(sketch, w->weight, w->n, w->value, NULL);
	for (size_t i = 0; i < w->n; i++)
		w->weight[i] = weight / (double)w->n;
	return status;
}

static enum bell_status take(const struct bell_sketch *sketch,
			     const struct bell_transform *transform, struct weighted *w)
{
	struct bell_sketch_summary summary;
	enum bell_status status = bell_sketch_summary(sketch, &summary);
	size_t kept = 0;

	if (status == BELL_OK)
		status = summary.bins ? take_quantiles(sketch, summary.weight, w)
				      : bell_sketch_nodes(sketch, BELL_SKETCH_EXACT, w->value,
							  w->weight, &w->n);
	if (status == BELL_OK && transform)
		status = bell_transform_apply_f64(transform, w->value, w->n, 1, w->value);
	if (status != BELL_OK)
		return status;
	for (size_t i = 0; i < w->n; i++)
		if (isfinite(w->value[i])) {
			w->value[kept] = w->value[i];
			w->weight[kept++] = w->weight[i];
		}
	w->n = kept;
	return BELL_OK;
}

enum bell_status bell_histogram_sketch(const struct bell_sketch *sketch,
				       const struct bell_transform *transform, size_t bins,
				       struct bell_histogram *out)
{
	struct bell_histogram h = {0};
	struct weighted w = {0};
	enum bell_status status = BELL_ENOMEM;

	if (!sketch || !out || !bins || bins > BELL_MAX_HISTOGRAM ||
	    (transform && !bell_transform_known(transform)))
		return BELL_EINVAL;
	w.value = malloc(BELL_SKETCH_EXACT * sizeof *w.value);
	w.weight = malloc(BELL_SKETCH_EXACT * sizeof *w.weight);
	if (w.value && w.weight)
		status = take(sketch, transform, &w);
	if (status == BELL_OK && w.n) {
		struct range range = range_of(w.value, w.n, bins);

		set_edges(&range, &h);
		count(w.value, w.weight, w.n, &h);
	}
	free(w.value);
	free(w.weight);
	if (status == BELL_OK)
		*out = h;
	return status;
}
