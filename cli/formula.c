/* SPDX-License-Identifier: BSD-3-Clause */
/* formula.c - the formula of a column's transform, as a textbook has it. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <bellshape/fit.h>
#include <bellshape/score_table.h>
#include <bellshape/transform.h>

#include "error.h"
#include "formula.h"

/* The longest number of 17 digits, with its sign, and brackets. */
enum { PART = 128 };

/* x, or x divided by a unit other than 1. */
static void write_argument(double unit, int digits, char text[PART])
{
	if (unit == 1 || unit == 0)
		strcpy(text, "x");
	else
		snprintf(text, PART, "x/%.*g", digits, unit);
}

/*
 * The power transform of a base `one` + x: ((1 + x)^w - 1)/w, log(1 + x) if w is 0, and of w = 1 no
 * more than x is left.  `one` is "1 + ", "1 - " or nothing.
 */
static void write_power(const char *one, const char *x, double w, int digits, char text[PART])
{
	if (w == 0)
		snprintf(text, PART, "log(%s%s)", one, x);
	else if (w == 1 && *one)
		snprintf(text, PART, "%s%s", strchr(one, '-') ? "-" : "", x);
	else if (w == 1)
		snprintf(text, PART, "%s - 1", x);
	else if (*one)
		snprintf(text, PART, "((%s%s)^%.*g - 1)/%.*g", one, x, digits, w, digits, w);
	else
		snprintf(text, PART, "(%s^%.*g - 1)/%.*g", x, digits, w, digits, w);
}

/* Both sides of Yeo-Johnson, of which the second one has a minus before it. */
static void write_two_sides(const struct bell_fit *fit, int digits, bool both,
			    char text[FORMULA_LENGTH])
{
	char x[PART], above[PART], below[PART];
	bool straight = fit->lambda == 1;

	write_argument(fit->transform.unit, digits, x);
	write_power("1 + ", x, fit->lambda, digits, above);
	write_power("1 - ", x, 2 - fit->lambda, digits, below);
	if (straight)
		strcpy(text, x);
	else if (!both)
		snprintf(text, FORMULA_LENGTH, "%s if x >= 0", above);
	else
		snprintf(text, FORMULA_LENGTH, "%s if x >= 0, -%s if x < 0", above, below);
}

static void write_shifted(double shift, int digits, char text[FORMULA_LENGTH])
{
	if (shift == 0)
		strcpy(text, "log(x)");
	else
		snprintf(text, FORMULA_LENGTH, "log(x %c %.*g)", shift < 0 ? '-' : '+', digits,
			 fabs(shift));
}

void formula_write(const struct bell_fit *fit, int digits, bool both, char text[FORMULA_LENGTH])
{
	const struct bell_transform *t = &fit->transform;
	char x[PART];

	write_argument(t->unit, digits, x);
	switch (t->method) {
	case BELL_YEO_JOHNSON:
	case BELL_YEO_JOHNSON_UNIT:
		write_two_sides(fit, digits, both, text);
		return;
	case BELL_BOX_COX:
		write_power("", "x", fit->lambda, digits, x);
		strcpy(text, x);
		return;
	case BELL_LOG:
		strcpy(text, "log(x)");
		return;
	case BELL_SQRT:
		strcpy(text, "sqrt(x)");
		return;
	case BELL_LOG_SHIFT:
		write_shifted(t->shift, digits, text);
		return;
	case BELL_ASINH:
		snprintf(text, FORMULA_LENGTH, "asinh(%s)", x);
		return;
	case BELL_EXPONENTIAL:
		if (fit->lambda == 0)
			strcpy(text, "x");
		else
			snprintf(text, FORMULA_LENGTH, "(exp(%.*g x) - 1)/%.*g", digits,
				 fit->lambda, digits, fit->lambda);
		return;
	case BELL_NORMAL_SCORES:
		snprintf(text, FORMULA_LENGTH, "lines between %zu points",
			 bell_score_table_points(t->table, NULL, NULL, NULL));
		return;
	default:
		strcpy(text, "x");
	}
}

/* psi of the fit, without mean and sd; false if there is none. */
static bool plain_of(const struct bell_fit *fit, struct bell_transform *psi)
{
	const struct bell_transform *t = &fit->transform;

	if (t->method == BELL_NORMAL_SCORES ||
	    bell_transform_plain(t->method, fit->lambda, psi) != BELL_OK)
		return false;
	psi->unit = t->unit;
	if (t->method == BELL_LOG_SHIFT) {
		psi->shift = t->shift;
		psi->side[0].center = t->shift > 0 ? 0 : 1 - t->shift;
		psi->side[0].offset = t->shift > 0 ? log(t->shift) : 0;
	}
	return true;
}

bool formula_standardized(const struct bell_fit *fit)
{
	struct bell_transform psi;
	double x[2] = {fit->transform.min, fit->transform.max}, y[2], z[2];

	if (!isfinite(x[0]) || !isfinite(x[1]) || !plain_of(fit, &psi))
		return false;
	check(bell_transform_apply_f64(&psi, x, 2, 1, y), "the model");
	check(bell_transform_apply_f64(&fit->transform, x, 2, 1, z), "the model");
	for (int i = 0; i < 2;
	     i++) /* psi may exceed a double; both have rounded by less than this */
		if (!isfinite(y[i]) ||
		    !(fabs(y[i] - z[i]) <= 1e-9 * fmax(fabs(y[i]), fabs(y[1] - y[0]))))
			return true;
	return false;
}
