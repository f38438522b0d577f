/* SPDX-License-Identifier: BSD-3-Clause */
/* statistics.c - whether the counts, the extremes and the interval of a fit go together. */
#include <math.h>
#include "model/check.h"
#include "transform.h"

static bool in_domain(const struct bell_transform *t, double x)
{
	return t->method == BELL_SQRT ? x >= 0 : x > lowest_of(t);
}

static bool counts_agree(const struct bell_fit *f)
{
	unsigned flags = f->flags;
	bool one = f->count && f->min == f->max;

	if (!f->count) /* of no values, or made by hand */
		return !(f->weight > 0) && !(flags & (BELL_FIT_ONE_VALUE | BELL_FIT_CONSTANT));
	return (one || (f->count > 1 && f->min < f->max)) && isfinite(f->min) && isfinite(f->max) &&
	       f->transform.min == f->min && f->transform.max == f->max &&
	       in_domain(&f->transform, f->min) && f->weight > 0 && !(flags & BELL_FIT_EMPTY) &&
	       !(flags & BELL_FIT_ONE_VALUE) == !(one && f->count == 1) &&
	       !(flags & BELL_FIT_CONSTANT) == !(one && f->count > 1) && f->sd >= 0;
}

/* What ci95 is an interval of, and in *identity the value of it that changes nothing. */
static double parameter_of(const struct bell_fit *f, double *identity)
{
	enum bell_method method = f->transform.method;

	*identity = method == BELL_LOG_SHIFT || method == BELL_ASINH ? INFINITY
		    : method == BELL_EXPONENTIAL                     ? 0
								     : 1;
	return method == BELL_LOG_SHIFT ? f->transform.shift
	       : method == BELL_ASINH   ? f->transform.unit
					: f->lambda;
}

static bool interval_agrees(const struct bell_fit *f)
{
	const double *ci = f->ci95;
	double identity, parameter = parameter_of(f, &identity);

	/* an identity that was chosen among other families has no interval, and says so, too */
	if (f->flags & BELL_FIT_NOT_IDENTIFIED && f->transform.method != BELL_IDENTITY &&
	    !(ci[0] <= identity && ci[1] >= identity))
		return false;
	/* a wider interval than this may have served to round lambda */
	return !f->count || f->flags & BELL_FIT_ROUNDED ||
	       (!(ci[0] > parameter) && !(ci[1] < parameter));
}

bool bell_lambda_agrees(const struct bell_fit *f)
{
	switch (f->transform.method) {
	case BELL_IDENTITY:
		return f->lambda == 1;
	case BELL_SQRT:
		return f->lambda == 0.5;
	case BELL_LOG:
	case BELL_LOG_SHIFT:
	case BELL_ASINH:
		return f->lambda == 0;
	default:
		return isfinite(f->lambda);
	}
}

bool bell_statistics_agree(const struct bell_fit *f)
{
	return counts_agree(f) && interval_agrees(f);
}
