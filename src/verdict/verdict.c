/* SPDX-License-Identifier: BSD-3-Clause */
/* verdict.c - the rules by which verdicts on a column and its fit are given. */
#include <math.h>
#include <bellshape/verdict.h>
#include "dispatch.h"
#include "fit/leave_out.h"
#include "normality/sketch.h"
#include "transform.h"
#include "verdict/look.h"

/* docs/verdicts.md has the rules, and how these numbers were found. */

/* Fewer rows than this follow each other in equal steps by chance; fewer than this in order. */
#define MIN_STEPS      5
#define MIN_IN_ORDER   10
#define MIN_RISING_IDS 10

/* What the steps of a clock may differ by, in steps: decimals of years are rounded to three. */
#define EQUAL_STEPS 0.02

/* Identifiers in order take this share of the numbers in their range, or more. */
#define DENSE 0.1

/* The moments of each whole number once, in bins, are right to much less than this. */
#define SAME_MOMENTS 1e-6

/* Codes repeat: so many rows for each on average. */
#define ROWS_PER_CODE 5

/* Whole numbers in this range, so many of them or more, are years. */
#define FIRST_YEAR 1800
#define LAST_YEAR  2100
#define MIN_YEARS  3

/* At most so many distinct values are few, if they repeat so often on average. */
#define MAX_FEW      9
#define ROWS_PER_FEW 3

/* This share of zeros and more is told, and so many rows of zeros, if all else is on one side. */
#define MANY_ZEROS 0.1
#define MIN_ZEROS  5

/* A column is coarse if its sd is less than so many steps. */
#define COARSE_STEPS 4

/* A column is narrow if its range is less than this part of its largest size. */
#define NARROW_RANGE 0.1

/* Told is a value that moves lambda by so many standard errors or more. */
#define MIN_MOVE 1

/* The transform is worse if A^2 grows by this factor, and significant at all. */
#define WORSE_FACTOR 1.2
#define WORSE_P      0.05

/* It is not normal if a test and an effect size say so. */
#define NOT_NORMAL_P  0.01
#define NOT_NORMAL_QQ 0.985

/*
 * A kurtosis that is above this after the transform is told: the power transform takes skewness
 * away, but not heavy tails.
 */
#define HEAVY_KURTOSIS 2

/* The column that is judged. */
struct judged {
	const struct bell_sketch *sketch;
	const struct bell_fit *fit;
	/* NULL if they are unknown. */
	const struct bell_facts *facts;
	enum bell_weight_type type;
	struct look look;
	/* Before and after the transform. */
	struct bell_normality normality[2];
	struct bell_verdicts *out;
};

static void say(struct bell_verdicts *out, enum bell_verdict_kind kind, double number, double other)
{
	out->verdict[out->count++] = (struct bell_verdict){kind, number, other};
	out->leave |= bell_verdict_leaves(kind);
}

/* ---- columns without an estimate ---- */

#define NOT_ESTIMATED (BELL_FIT_EMPTY | BELL_FIT_ONE_VALUE | BELL_FIT_CONSTANT | BELL_FIT_INFINITE)

static void say_why_not(const struct judged *j)
{
	double count = (double)j->fit->count;

	if (j->fit->flags & BELL_FIT_EMPTY)
		say(j->out, BELL_VERDICT_EMPTY, count, 0);
	if (j->fit->flags & BELL_FIT_ONE_VALUE)
		say(j->out, BELL_VERDICT_ONE_VALUE, count, 0);
	if (j->fit->flags & BELL_FIT_CONSTANT)
		say(j->out, BELL_VERDICT_CONSTANT, count, 0);
	if (j->fit->infinite)
		say(j->out, BELL_VERDICT_INFINITE, (double)j->fit->infinite, 0);
}

/* ---- what the column is ---- */

/* Facts that have seen other values say nothing. */
static bool in_order(const struct judged *j)
{
	return j->facts && !j->facts->mixed && j->facts->count == j->fit->count;
}

/* Differences of values are off by the rounding of these. */
static bool is_row_number(const struct judged *j)
{
	double least, greatest, size = fmax(fabs(j->fit->min), fabs(j->fit->max));

	if (!in_order(j) || j->facts->count < MIN_STEPS || j->facts->ties)
		return false;
	least = fmin(fabs(j->facts->least_step), fabs(j->facts->greatest_step));
	greatest = fmax(fabs(j->facts->least_step), fabs(j->facts->greatest_step));
	return greatest - least <= EQUAL_STEPS * least + 0x1p-50 * size;
}

/* Whole numbers in order: numbers of rows, or of groups of rows, none of which is absent. */
static bool is_in_order(const struct judged *j)
{
	double distinct, range = j->fit->max - j->fit->min + 1;

	if (!in_order(j) || j->facts->fractional || j->facts->count < MIN_IN_ORDER)
		return false;
	distinct = (double)(j->facts->count - j->facts->ties);
	return j->facts->ties ? distinct == range && distinct >= MIN_RISING_IDS
			      : distinct >= DENSE * range;
}

/*
 * Each whole number from the least to the greatest once, in any order.  Bins do not hold the
 * values; but of as many values with these extremes, hardly any others have the same skewness and
 * kurtosis, 0 and -6/5 (n^2 + 1)/(n^2 - 1).
 */
static bool is_permutation(const struct judged *j)
{
	double n = (double)j->fit->count, kurtosis = -1.2 * (n * n + 1) / (n * n - 1);

	if (j->fit->count < MIN_IN_ORDER || j->fit->weight != n ||
	    j->fit->min != trunc(j->fit->min) || j->fit->max - j->fit->min + 1 != n)
		return false;
	return j->look.distinct ? j->look.gapless && j->look.balanced
				: fabs(j->fit->skewness_before) < SAME_MOMENTS &&
				      fabs(j->fit->kurtosis_before - kurtosis) < SAME_MOMENTS;
}

static bool is_code(const struct judged *j)
{
	const struct look *l = &j->look;

	return l->distinct && l->gapless && l->rows >= ROWS_PER_CODE * (double)l->distinct &&
	       (l->balanced || (l->valley && (j->fit->min == 0 || j->fit->min == 1)));
}

static bool is_years(const struct judged *j)
{
	return j->look.distinct >= MIN_YEARS && j->look.whole && j->fit->min >= FIRST_YEAR &&
	       j->fit->max <= LAST_YEAR;
}

static bool is_few(const struct judged *j)
{
	return j->look.distinct && j->look.distinct <= MAX_FEW &&
	       j->look.rows >= ROWS_PER_FEW * (double)j->look.distinct;
}

/* Says what the column is, if it is nothing that is measured; whether it has said something. */
static bool say_what_it_is(const struct judged *j)
{
	const struct bell_fit *fit = j->fit;
	double distinct = (double)j->look.distinct;

	if (fit->flags & BELL_FIT_TWO_VALUES)
		say(j->out, BELL_VERDICT_TWO_VALUES, 2, 0);
	else if (is_row_number(j))
		say(j->out, BELL_VERDICT_ROW_NUMBER,
		    (j->facts->last - j->facts->first) / (double)(j->facts->count - 1), 0);
	else if (is_in_order(j))
		say(j->out, BELL_VERDICT_IDENTIFIER, (double)(j->facts->count - j->facts->ties),
		    (double)fit->count);
	else if (is_permutation(j))
		say(j->out, BELL_VERDICT_IDENTIFIER, (double)fit->count, (double)fit->count);
	else if (is_code(j))
		say(j->out, BELL_VERDICT_CODE, fit->max, fit->min);
	else if (is_years(j))
		say(j->out, BELL_VERDICT_YEARS, fit->max, fit->min);
	else if (is_few(j))
		say(j->out, BELL_VERDICT_FEW_VALUES, distinct, 0);
	return j->out->count > 0;
}

/* ---- what no transform can change ---- */

static void say_of_values(const struct judged *j)
{
	const struct bell_fit *fit = j->fit;
	double sd = j->normality[0].sd, step = j->look.step;
	double range = (fit->max - fit->min) / fmax(fabs(fit->min), fabs(fit->max));

	if (j->look.zeros >= MANY_ZEROS && j->look.zeros * j->look.rows >= MIN_ZEROS &&
	    (fit->min == 0 || fit->max == 0))
		say(j->out, BELL_VERDICT_ZEROS, j->look.zeros, 0);
	if (step > 0 && sd < COARSE_STEPS * step)
		say(j->out, BELL_VERDICT_COARSE_ROUNDING, step, sd / step);
	if (range < NARROW_RANGE)
		say(j->out, BELL_VERDICT_NARROW, range, 0);
}

/* ---- what the fit rests on ---- */

/* Whether lambda is that of all values, within no bounds, by a method whose likelihood we know. */
static bool has_estimate(const struct bell_fit *fit)
{
	enum bell_method method = fit->transform.method;
	unsigned other = BELL_FIT_BOUND | BELL_FIT_ROBUST | BELL_FIT_ROUNDED;

	return !isnan(fit->ci95[0]) && !(fit->flags & other) &&
	       (method == BELL_YEO_JOHNSON || method == BELL_BOX_COX ||
		method == BELL_YEO_JOHNSON_UNIT);
}

static enum bell_status say_what_moves_it(const struct judged *j)
{
	struct influence out[2];
	enum bell_status status;
	int most;

	if (!has_estimate(j->fit))
		return BELL_OK;
	status = bell_leave_out(j->sketch, j->fit, j->type, out);
	if (status != BELL_OK)
		return status;
	most = !(fabs(out[0].moved) >= fabs(out[1].moved));
	if (fabs(out[most].moved) >= MIN_MOVE)
		say(j->out, BELL_VERDICT_ONE_VALUE_MOVES_LAMBDA, fabs(out[most].moved),
		    out[most].value);
	return BELL_OK;
}

/* Whether what a method estimates is no lambda. */
static bool is_no_power(enum bell_method method)
{
	return method == BELL_LOG_SHIFT || method == BELL_ASINH || method == BELL_EXPONENTIAL ||
	       method == BELL_IDENTITY;
}

static void say_of_flags(const struct judged *j)
{
	const struct bell_fit *fit = j->fit;

	if (fit->flags & BELL_FIT_BOUND)
		say(j->out, BELL_VERDICT_BOUND, fit->lambda,
		    fit->transform.method == BELL_YEO_JOHNSON_UNIT ? fit->unit
		    : is_no_power(fit->transform.method)           ? -1
								   : 0);
	if (fit->flags & BELL_FIT_ILL_CONDITIONED)
		say(j->out, BELL_VERDICT_ILL_CONDITIONED, fit->lambda, 0);
	if (fit->flags & BELL_FIT_COARSE)
		say(j->out, BELL_VERDICT_LOSES_DIGITS, fit->lambda, 0);
	if (fit->flags & BELL_FIT_ROUNDED)
		say(j->out, BELL_VERDICT_ROUNDED, fit->lambda, 0);
	if (fit->flags & BELL_FIT_ROBUST && fit->set_aside > 0)
		say(j->out, BELL_VERDICT_SET_ASIDE, fit->set_aside, fit->weight);
	if (fit->flags & BELL_FIT_NOT_ROBUST)
		say(j->out, BELL_VERDICT_NOT_ROBUST, (double)fit->count, 0);
}

static void say_what_collapses(const struct judged *j)
{
	const struct bell_fit *fit = j->fit;

	if (fit->flags & BELL_FIT_COLLAPSED)
		say(j->out, BELL_VERDICT_COLLAPSED, fit->collapsed * fit->weight, fit->weight);
}

/* The simplest first: what changes nothing, then what has a name, where it has it for all x. */
static void say_what_is_simple(const struct judged *j)
{
	const struct bell_fit *fit = j->fit;
	bool named = has_estimate(j->fit) && fit->min >= 0;

	if (fit->flags & BELL_FIT_NOT_IDENTIFIED)
		say(j->out, BELL_VERDICT_IDENTITY, is_no_power(fit->transform.method) ? 0 : 1,
		    fit->unit);
	else if (named && fit->ci95[0] <= 0 && fit->ci95[1] >= 0)
		say(j->out, BELL_VERDICT_LOG, 0, fit->unit);
	else if (named && fit->ci95[0] <= 0.5 && fit->ci95[1] >= 0.5)
		say(j->out, BELL_VERDICT_SQUARE_ROOT, 0.5, fit->unit);
}

static void say_how_normal(const struct judged *j)
{
	const struct bell_normality *before = &j->normality[0], *after = &j->normality[1];
	double a2[2] = {before->anderson_darling.statistic, after->anderson_darling.statistic},
	       p = after->anderson_darling.p_value;

	if (a2[1] > WORSE_FACTOR * a2[0] && p < WORSE_P)
		say(j->out, BELL_VERDICT_WORSE, a2[1], a2[0]);
	if (p < NOT_NORMAL_P && after->qq_correlation < NOT_NORMAL_QQ)
		say(j->out, BELL_VERDICT_NOT_NORMAL, a2[1], a2[0]);
	if (j->fit->kurtosis_after > HEAVY_KURTOSIS)
		say(j->out, BELL_VERDICT_HEAVY_TAILS, j->fit->kurtosis_after,
		    j->fit->kurtosis_before);
}

/* ---- all ---- */

static enum bell_status judge(struct judged *j)
{
	struct bell_verdicts *out = j->out;
	enum bell_status status;

	out->qq_before = out->qq_after = out->a2_before = out->a2_after = NAN;
	if (j->fit->flags & NOT_ESTIMATED) {
		say_why_not(j);
		return BELL_OK;
	}
	status = bell_normality_pair(j->sketch, &j->fit->transform, j->type, j->normality);
	if (status != BELL_OK)
		return status;
	out->qq_before = j->normality[0].qq_correlation;
	out->qq_after = j->normality[1].qq_correlation;
	out->a2_before = j->normality[0].anderson_darling.statistic;
	out->a2_after = j->normality[1].anderson_darling.statistic;
	j->look = bell_look(j->sketch, j->type);
	if (say_what_it_is(j)) {
		say_what_collapses(j);
		return BELL_OK;
	}
	say_of_values(j);
	status = say_what_moves_it(j);
	say_of_flags(j);
	say_what_collapses(j);
	say_what_is_simple(j);
	say_how_normal(j);
	return status;
}

/* Whether the sketch has seen what the fit has: what the rules take for granted. */
static bool belong_together(const struct bell_sketch *sketch, const struct bell_fit *fit)
{
	return sketch->count == fit->count && sketch->infinite == fit->infinite &&
	       (!fit->count || (sketch->min == fit->min && sketch->max == fit->max));
}

enum bell_status bell_verdicts_sketch(const struct bell_sketch *sketch, const struct bell_fit *fit,
				      const struct bell_facts *facts, enum bell_weight_type type,
				      struct bell_verdicts *out)
{
	struct bell_verdicts found = {.count = 0};
	struct judged j = {
	    .sketch = sketch, .fit = fit, .facts = facts, .type = type, .out = &found};
	enum bell_status status;

	if (!sketch || !fit || !out || !belong_together(sketch, fit) ||
	    !bell_transform_known(&fit->transform) ||
	    (type != BELL_FREQUENCY_WEIGHTS && type != BELL_IMPORTANCE_WEIGHTS))
		return BELL_EINVAL;
	if (!bell_kernels())
		return BELL_EBACKEND;
	status = judge(&j);
	if (status == BELL_OK)
		*out = found;
	return status;
}
