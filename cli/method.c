/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * method.c - the methods that the program offers: those that there are transforms of, and the
 * choice among them.
 */
#include <math.h>
#include <stdio.h>

#include "error.h"
#include "method.h"

/* For some twenty names. */
#define MAX_NAMES 400

static bool works(enum bell_method method)
{
	struct bell_transform t;

	return method == BELL_BEST || method == BELL_NORMAL_SCORES ||
	       bell_transform_plain(method, 1, &t) == BELL_OK;
}

bool method_from(const char *name, enum bell_method *out)
{
	enum bell_method method;

	if (bell_method_of_name(name, &method) != BELL_OK || !works(method))
		return false;
	*out = method;
	return true;
}

const char *method_names(void)
{
	static char text[MAX_NAMES];
	const char *name, *last = NULL;
	size_t n = 0;

	for (int m = 0; m <= BELL_BEST; m++) {
		name = bell_method_name((enum bell_method)m);
		if (!name || !works((enum bell_method)m))
			continue;
		if (last)
			n += (size_t)snprintf(text + n, sizeof text - n, n ? ", %s" : "%s", last);
		last = name;
	}
	snprintf(text + n, sizeof text - n, " or %s", last);
	return text;
}

/* Refuses a lambda or bounds of it where the method has no lambda. */
static void check_lambda(const struct options *options)
{
	enum bell_method method = options->fit.method;
	bool has_lambda = method == BELL_BEST || (bell_method_parameters(method) > 0 &&
						  method != BELL_LOG_SHIFT && method != BELL_ASINH);
	bool given = options->lambdas.count || !isnan(options->fit.lambda);
	bool bounded = !isinf(options->fit.lower) || !isinf(options->fit.upper);

	if (!has_lambda && (given || bounded))
		die(EXIT_USAGE, "%s: %s: --method %s has no lambda; leave one of the two out",
		    options->command, given ? "--lambda" : "--bounds", bell_method_name(method));
}

void method_check(const struct options *options)
{
	enum bell_method method = options->fit.method;
	const char *name = bell_method_name(method);
	bool inference = options->tests || options->level > 0 || options->fit.round_level > 0;

	check_lambda(options);
	if (options->fit.robust && method != BELL_YEO_JOHNSON && method != BELL_BOX_COX)
		die(EXIT_USAGE,
		    "fit: --robust and --method %s: robust fits are for yeo-johnson and box-cox",
		    name);
	if (inference && method > BELL_YEO_JOHNSON_UNIT)
		die(EXIT_USAGE,
		    "fit: --method %s: --level, --tests and --round are for yeo-johnson, "
		    "yeo-johnson-unit and box-cox",
		    name);
}
