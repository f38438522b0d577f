/* SPDX-License-Identifier: BSD-3-Clause */
/* line_likelihood.c - the likelihood of a coordinate, and its derivative in log c. */
#include <math.h>
#include "fit/line_likelihood.h"
#include "transform.h"

/* The c of a logarithm over the size. */
static double c_of(const struct line *f, double log)
{
	double c = f->size * bell_exp(f->s->b, log);

	if (f->method == BELL_ASINH)
		c = fmin(fmax(c, BELL_MIN_UNIT), BELL_MAX_UNIT);
	return c;
}

/* The parameter of the method at a c. */
static double parameter_of(const struct line *f, double c)
{
	return f->method == BELL_LOG_SHIFT ? c - f->s->fit->min : c;
}

/* sqrt(x^2 + c^2), which overflows no sooner than its terms. */
static double length(double x, double c)
{
	double high = fmax(fabs(x), c), low = fmin(fabs(x), c) / high;

	return high * sqrt(1 + low * low);
}

/* 1/l'(x), up to a factor of 2 for sqrt, and slope, which is dl/dlog|x|. */
static double inverse_slope(const struct line *f, double x, double *slope)
{
	double c = f->t.unit, size;

	switch (f->method) {
	case BELL_LOG:
		*slope = 1;
		return x;
	case BELL_SQRT:
		*slope = sqrt(x) / 2;
		return x > 0 ? x : f->zero;
	case BELL_LOG_SHIFT:
		*slope = fabs(x) / (x + f->t.shift);
		return x + f->t.shift;
	case BELL_ASINH:
		size = length(x, c);
		*slope = fabs(x) / size;
		return size;
	default:
		*slope = fabs(x);
		return 1;
	}
}

/* The mean and sd of the coordinates, which may be as large as doubles get. */
static void set_spread(struct line *f)
{
	double first = f->d[0], range = 0, mean = 0, square = 0;

	for (size_t i = 0; i < f->n; i++)
		range = fmax(range, fabs(f->d[i] - first));
	range = range > 0 ? range : 1;
	for (size_t i = 0; i < f->n; i++)
		mean += f->node[i].weight * ((f->d[i] - first) / range);
	mean /= f->total;
	for (size_t i = 0; i < f->n; i++) {
		double e = (f->d[i] - first) / range - mean;

		square += f->node[i].weight * e * e;
	}
	f->mean = first + range * mean;
	f->sd = range * sqrt(square / f->total);
}

void bell_line_evaluate(struct line *f)
{
	const struct backend *b = f->s->b;

	f->evaluations++;
	b->transform_f64(&f->t, f->x, f->n, f->d);
	for (size_t i = 0; i < f->padded; i++)
		f->inverse[i] = inverse_slope(f, f->x[i < f->n ? i : 0], &f->slope[i]);
	/* what a node has beside its value */
	for (size_t i = 0; i < f->n; i++)
		if (f->node[i].low != 0 && f->x[i] != 0)
			f->d[i] += f->slope[i] * (f->node[i].low / fabs(f->x[i]));
	set_spread(f);
	f->jacobian = 0;
	if (f->method == BELL_IDENTITY)
		return;
	b->log_ratio(f->inverse, f->padded, 0, f->inverse);
	for (size_t i = 0; i < f->n; i++)
		f->jacobian -= f->node[i].weight * f->inverse[i];
	if (f->method == BELL_SQRT)
		f->jacobian = f->jacobian / 2 - f->total * log_of(b, 2);
}

void bell_line_set(struct line *f, double parameter)
{
	if (f->method == BELL_LOG_SHIFT)
		f->t.shift = parameter;
	if (f->method == BELL_ASINH)
		f->t.unit = parameter;
}

double bell_line_likelihood(const struct line *f)
{
	return f->s->scale * (f->jacobian - f->total * log_of(f->s->b, f->sd));
}

/* The derivative of the likelihood in log c. */
static double score(const struct line *f, double c)
{
	double mean = 0, covariance = 0, jacobian = 0, sign = 1;

	for (size_t i = 0; i < f->n; i++) {
		double r, e;

		if (f->method == BELL_LOG_SHIFT) {
			r = c / (f->x[i] + f->t.shift);
			e = r;
			sign = -1;
		} else {
			r = copysign(f->slope[i], f->x[i]);
			/* 1 - q^2 where q is near 1 */
			e = c / length(f->x[i], c);
			e *= e;
		}
		mean += f->node[i].weight * r;
		jacobian += f->node[i].weight * e;
	}
	mean /= f->total;
	for (size_t i = 0; i < f->n; i++) {
		double r = f->method == BELL_LOG_SHIFT ? c / (f->x[i] + f->t.shift)
						       : copysign(f->slope[i], f->x[i]);

		covariance +=
		    f->node[i].weight * ((f->d[i] - f->mean) / f->sd) * ((r - mean) / f->sd);
	}
	return f->s->scale * (sign * covariance - jacobian);
}

struct point_of_c bell_line_try(struct line *f, double log)
{
	double c = c_of(f, log);
	struct point_of_c p = {.log = log};

	bell_line_set(f, parameter_of(f, c));
	bell_line_evaluate(f);
	p.value = bell_line_likelihood(f);
	p.score = score(f, c);
	return p;
}

double bell_line_parameter(const struct line *f, double log)
{
	return parameter_of(f, c_of(f, log));
}
