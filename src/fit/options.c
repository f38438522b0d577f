/* SPDX-License-Identifier: BSD-3-Clause */
/* options.c - the options of a fit, and the values that a method takes. */
#include <math.h>
#include "fit/choose.h"
#include "fit/fit_sketch.h"
#include "transform.h"

void bell_fit_options_default(struct bell_fit_options *options)
{
	if (options)
		*options = (struct bell_fit_options){.lower = -INFINITY,
						     .upper = INFINITY,
						     .lambda = NAN,
						     .unit = NAN,
						     .shift = NAN,
						     .standardize = true,
						     .margin = NAN,
						     .folds = 10,
						     .repeats = 5,
						     .seed = 1};
}

static bool unit_valid(double unit)
{
	return isnan(unit) || (unit >= BELL_MIN_UNIT && unit <= BELL_MAX_UNIT);
}

/* Whether there is such a method, and its unit or shift is one that it can have. */
static bool method_valid(const struct bell_fit_options *o)
{
	struct bell_transform plain;

	if (o->method == BELL_YEO_JOHNSON_UNIT)
		return o->unit == 0 || unit_valid(o->unit);
	if (o->method == BELL_ASINH)
		return unit_valid(o->unit);
	if (o->method == BELL_BEST)
		return bell_choice_valid(o);
	if (o->method == BELL_LOG_SHIFT)
		return !isinf(o->shift);
	return o->method == BELL_NORMAL_SCORES ||
	       bell_transform_plain(o->method, 1, &plain) == BELL_OK;
}

/* Only powers have lambdas that can be rounded, and values can be set aside for. */
static bool robust_valid(const struct bell_fit_options *o)
{
	bool power = o->method == BELL_YEO_JOHNSON || o->method == BELL_BOX_COX ||
		     o->method == BELL_YEO_JOHNSON_UNIT || o->method == BELL_BEST;

	if (!power)
		return !o->robust && o->round_level == 0;
	return !o->robust || o->method != BELL_YEO_JOHNSON_UNIT || !isnan(o->unit);
}

/* Of two NaN neither is below the other. */
bool bell_fit_options_valid(const struct bell_fit_options *o)
{
	return o->lower < o->upper && !isinf(o->lambda) && method_valid(o) && robust_valid(o) &&
	       o->round_level >= 0 && o->round_level < 1 &&
	       (o->weight_type == BELL_FREQUENCY_WEIGHTS ||
		o->weight_type == BELL_IMPORTANCE_WEIGHTS);
}

bool bell_fit_in_domain(const struct bell_sketch *sketch, const struct bell_fit_options *options,
			double unit)
{
	enum bell_method method = options->method;
	bool any = sketch->count > 0;
	double min = sketch->min, shift = options->shift;

	if (is_logarithmic(method) || unit == 0)
		return !sketch->bottomless && !(any && min <= 0);
	if (method == BELL_SQRT)
		return !sketch->bottomless && !(any && min < 0);
	if (method == BELL_LOG_SHIFT && !isnan(shift))
		return !sketch->bottomless && !(any && shift + min <= 0);
	return true;
}
