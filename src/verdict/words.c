/* SPDX-License-Identifier: BSD-3-Clause */
/* words.c - verdicts in words: the program, JSON, Python and the report have them from here. */
#include <math.h>
#include <stdio.h>
#include <bellshape/verdict.h>
#include "decimal.h"

static const struct {
	const char *name;
	bool leaves;
	const char *advice;
	/* NULL for a text with numbers. */
	const char *text;
} kinds[] = {
    [BELL_VERDICT_EMPTY] = {"empty", true, "There is nothing to fit.", "no values"},
    [BELL_VERDICT_ONE_VALUE] = {"one_value", true, "One value has no distribution; leave it.",
				"one value"},
    [BELL_VERDICT_CONSTANT] = {"constant", true, "Leave it, or drop the column.", "constant"},
    [BELL_VERDICT_INFINITE] = {"infinite", true,
			       "Make the infinite values missing, or set them to a limit.", NULL},
    [BELL_VERDICT_TWO_VALUES] = {"two_values", true,
				 "Leave it: no transform makes two values normal.", "two values"},
    [BELL_VERDICT_ROW_NUMBER] = {"row_number", true,
				 "Leave it: it numbers the rows, or their times.", NULL},
    [BELL_VERDICT_IDENTIFIER] = {"identifier", true, "Leave it: it names rows or groups of them.",
				 NULL},
    [BELL_VERDICT_CODE] = {"code", true,
			   "Leave it, or use one indicator for each number, if they are labels.",
			   NULL},
    [BELL_VERDICT_YEARS] = {"years", true, "Leave it: it is a time, not a size.", NULL},
    [BELL_VERDICT_FEW_VALUES] = {"few_values", true,
				 "Leave it: so few values stay apart whatever the transform.",
				 NULL},
    [BELL_VERDICT_ZEROS] = {"zeros", false,
			    "Zeros stay one value whatever the transform: add an indicator of "
			    "zero, or model zeros and the rest apart.",
			    NULL},
    [BELL_VERDICT_COARSE_ROUNDING] = {"coarse_rounding", false,
				      "Tests of normality find the steps; read the Q-Q "
				      "correlation.",
				      NULL},
    [BELL_VERDICT_NARROW] = {"narrow", false,
			     "A power is nearly a straight line here: take off a number near the "
			     "least value first, or leave it.",
			     NULL},
    [BELL_VERDICT_ONE_VALUE_MOVES_LAMBDA] = {"one_value_moves_lambda", false,
					     "See whether the value is right, and what lambda is "
					     "without it.",
					     NULL},
    [BELL_VERDICT_BOUND] = {"bound", false,
			    "The likelihood rises beyond the bound: widen it, or take this lambda "
			    "for a choice.",
			    NULL},
    [BELL_VERDICT_ILL_CONDITIONED] = {"ill_conditioned", false,
				      "Fit the values in memory, or take off a number near them "
				      "first.",
				      "ill-conditioned"},
    [BELL_VERDICT_LOSES_DIGITS] = {"loses_digits", false,
				   "Standardize: the standardized transform keeps the digits.",
				   "plain transform loses digits"},
    [BELL_VERDICT_ROUNDED] = {"rounded", false,
			      "This lambda is not the estimate, but lies in its interval.", NULL},
    [BELL_VERDICT_SET_ASIDE] = {"set_aside", false,
				"See what these values are: lambda was estimated without them, and "
				"they are transformed all the same.",
				NULL},
    [BELL_VERDICT_NOT_ROBUST] = {"not_robust", false,
				 "Half of the values or more are equal, or too few would be left: "
				 "lambda is that of all values.",
				 "no robust scale"},
    [BELL_VERDICT_COLLAPSED] = {"collapsed", true,
				"Leave it, or set bounds to lambda: these values do not come "
				"back.",
				NULL},
    [BELL_VERDICT_IDENTITY] = {"identity", true, "Leave it: the data do not ask for a transform.",
			       NULL},
    [BELL_VERDICT_LOG] = {"log", false, "Fix lambda at 0 if a transform with a name is preferred.",
			  NULL},
    [BELL_VERDICT_SQUARE_ROOT] = {"square_root", false,
				  "Fix lambda at 0.5 if a transform with a name is preferred.",
				  NULL},
    [BELL_VERDICT_WORSE] = {"worse", true, "Leave it: the column is nearer to normal as it is.",
			    NULL},
    [BELL_VERDICT_NOT_NORMAL] = {"not_normal", false,
				 "Look at the column: groups, ties and tails need more than a "
				 "power.",
				 NULL},
    [BELL_VERDICT_HEAVY_TAILS] = {"heavy_tails", false,
				  "A power takes skewness away, but not heavy tails: use methods "
				  "that bear outliers.",
				  NULL},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static bool known(enum bell_verdict_kind kind) { return (unsigned)kind < KINDS; }

const char *bell_verdict_name(enum bell_verdict_kind kind)
{
	return known(kind) ? kinds[kind].name : NULL;
}

bool bell_verdict_leaves(enum bell_verdict_kind kind) { return known(kind) && kinds[kind].leaves; }

const char *bell_verdict_advice(enum bell_verdict_kind kind)
{
	return known(kind) ? kinds[kind].advice : NULL;
}

/* A number as text. */
struct decimal {
	char text[32];
};

/* So many significant digits, as %g has them, with a point whatever the locale is. */
static struct decimal decimal(int digits, double x)
{
	struct decimal d;

	snprintf(d.text, sizeof d.text, "%.*g", digits, x);
	bell_set_point(d.text);
	return d;
}

/* One digit behind the point; of what is too large for that, as many as there is room for. */
static struct decimal tenths(double x)
{
	struct decimal d;

	if (!(fabs(x) < 1e15))
		return decimal(4, x);
	snprintf(d.text, sizeof d.text, "%.1f", x);
	bell_set_point(d.text);
	return d;
}

/* What the log or the square root is taken of: x, 1 + x, or the unit and x. */
static void simple_text(const struct bell_verdict *v, char *text, size_t size)
{
	bool log = v->kind == BELL_VERDICT_LOG;

	if (v->other == 0)
		snprintf(text, size, log ? "log x fits as well" : "the square root fits as well");
	else if (log)
		snprintf(text, size, "log(%s + x) fits as well", decimal(4, v->other).text);
	else
		snprintf(text, size, "the square root of %s + x fits as well",
			 decimal(4, v->other).text);
}

/* What a column is, and what no transform can change. */
static void column_text(const struct bell_verdict *v, char *text, size_t size)
{
	switch (v->kind) {
	case BELL_VERDICT_INFINITE:
		snprintf(text, size, "%.0f infinite value%s", v->number, v->number == 1 ? "" : "s");
		break;
	case BELL_VERDICT_ROW_NUMBER:
		snprintf(text, size, "row number or time: equal steps of %s",
			 decimal(4, v->number).text);
		break;
	case BELL_VERDICT_IDENTIFIER:
		snprintf(text, size, "identifier: %.0f whole numbers in %.0f rows", v->number,
			 v->other);
		break;
	case BELL_VERDICT_CODE:
		snprintf(text, size, "code: whole numbers from %.0f to %.0f", v->other, v->number);
		break;
	case BELL_VERDICT_YEARS:
		snprintf(text, size, "years: %.0f to %.0f", v->other, v->number);
		break;
	case BELL_VERDICT_FEW_VALUES:
		snprintf(text, size, "few values: %.0f", v->number);
		break;
	case BELL_VERDICT_ZEROS:
		snprintf(text, size, "%s %% zeros", decimal(3, 100 * v->number).text);
		break;
	case BELL_VERDICT_COARSE_ROUNDING:
		snprintf(text, size, "coarse: steps of %s, sd %s steps", decimal(4, v->number).text,
			 decimal(2, v->other).text);
		break;
	case BELL_VERDICT_NARROW:
		snprintf(text, size, "narrow: range %s %% of the size",
			 decimal(2, 100 * v->number).text);
		break;
	default:
		break;
	}
}

/* What the fit rests on, and what it comes to. */
static void fit_text(const struct bell_verdict *v, char *text, size_t size)
{
	switch (v->kind) {
	case BELL_VERDICT_ONE_VALUE_MOVES_LAMBDA:
		snprintf(text, size, "one value, %s, moves lambda by %s se",
			 decimal(4, v->other).text, decimal(2, v->number).text);
		break;
	case BELL_VERDICT_BOUND:
		snprintf(text, size, "%s at its bound",
			 v->other > 0   ? "lambda or unit"
			 : v->other < 0 ? "parameter"
					: "lambda");
		break;
	case BELL_VERDICT_ROUNDED:
		snprintf(text, size, "lambda rounded to %s", decimal(4, v->number).text);
		break;
	case BELL_VERDICT_SET_ASIDE:
		snprintf(text, size, "%s of %s values set aside", decimal(6, v->number).text,
			 decimal(6, v->other).text);
		break;
	case BELL_VERDICT_COLLAPSED:
		snprintf(text, size, "%s of %s values collapse", decimal(6, v->number).text,
			 decimal(6, v->other).text);
		break;
	case BELL_VERDICT_IDENTITY:
		snprintf(text, size, "%s fits as well", v->number == 0 ? "x as it is" : "lambda 1");
		break;
	case BELL_VERDICT_LOG:
	case BELL_VERDICT_SQUARE_ROOT:
		simple_text(v, text, size);
		break;
	case BELL_VERDICT_WORSE:
		snprintf(text, size, "worse than before: A2 %s -> %s", decimal(3, v->other).text,
			 decimal(3, v->number).text);
		break;
	case BELL_VERDICT_NOT_NORMAL:
		snprintf(text, size, "still not normal: A2 %s", decimal(3, v->number).text);
		break;
	case BELL_VERDICT_HEAVY_TAILS:
		snprintf(text, size, "heavy tails: kurtosis %s -> %s", tenths(v->other).text,
			 tenths(v->number).text);
		break;
	default:
		break;
	}
}

enum bell_status bell_verdict_text(const struct bell_verdict *v, char text[BELL_VERDICT_TEXT])
{
	if (!v || !text || !known(v->kind))
		return BELL_EINVAL;
	if (kinds[v->kind].text)
		snprintf(text, BELL_VERDICT_TEXT, "%s", kinds[v->kind].text);
	else if (v->kind <= BELL_VERDICT_NARROW)
		column_text(v, text, BELL_VERDICT_TEXT);
	else
		fit_text(v, text, BELL_VERDICT_TEXT);
	return BELL_OK;
}
