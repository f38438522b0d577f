/* SPDX-License-Identifier: BSD-3-Clause */
/* verdict.h - what there is to say of a column and its fit, in words. */
#ifndef BELLSHAPE_VERDICT_H
#define BELLSHAPE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/fit.h>
#include <bellshape/model.h>
#include <bellshape/sketch.h>
#include <bellshape/status.h>
#include <bellshape/table.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a sketch does not know of its column: in which order the values came.  A struct of zeros has
 * seen nothing.  The caller may read it, but only the functions below change it.
 */
struct bell_facts {
	/*
	 * Whether the order tells nothing: some value was below the one before it, and another one
	 * above; or some value was no whole number, and one step is more than twice another.  Then
	 * nothing else is kept: all other members are 0, and more values cost no time.
	 */
	bool mixed;

	/* Whether some value was no whole number. */
	bool fractional;

	/* How many values there were, and how many of them equaled the one before. */
	uint64_t count, ties;

	/* The first value and the last one. */
	double first, last;

	/* The least and the greatest difference of a value and the one before it. */
	double least_step, greatest_step;
};

/*
 * bell_facts_update_f32() and _f64() add n values in their order.  What is NaN or infinite counts
 * as absent, and so does a value of weight 0.  weights is NULL, or holds one weight for each value.
 * x may be NULL if n is 0.
 *
 * They return BELL_OK, or BELL_EINVAL if facts is NULL, or x is and n is not 0; then nothing is
 * changed.
 */
BELL_API enum bell_status bell_facts_update_f32(struct bell_facts *facts, const float *x,
						const double *weights, size_t n);
BELL_API enum bell_status bell_facts_update_f64(struct bell_facts *facts, const double *x,
						const double *weights, size_t n);

/*
 * bell_facts_merge() adds to `into` the values of `from`, which come after its own.  It returns
 * BELL_OK, or BELL_EINVAL if a pointer is NULL.
 */
BELL_API enum bell_status bell_facts_merge(struct bell_facts *into, const struct bell_facts *from);

/*
 * bell_table_facts() adds column j of a table to facts[j], for each of table->columns columns.  A
 * table that comes in blocks of rows takes one call for each block.  weights is NULL, or holds one
 * weight for each row.  facts may be NULL if there are no columns.
 *
 * It returns BELL_OK; BELL_EINVAL (table is NULL; facts is NULL and there are columns; an
 * impossible table) or BELL_ESIZE (an impossible table), as table.h says, and then changes nothing.
 */
BELL_API enum bell_status bell_table_facts(const struct bell_table *table, const double *weights,
					   struct bell_facts *facts);

/*
 * What is said of a column.  docs/verdicts.md has the rule of each, what it was judged by and what
 * to do.  The comments say what the members `number` and `other` of struct bell_verdict are;
 * `other` is 0 where nothing is said of it.
 */
enum bell_verdict_kind {
	/* Nothing could be estimated.  number: how many values there are. */
	BELL_VERDICT_EMPTY,
	BELL_VERDICT_ONE_VALUE,
	BELL_VERDICT_CONSTANT,
	/* number: how many values are infinite. */
	BELL_VERDICT_INFINITE,

	/* What the column is, whatever the fit.  number: how many distinct values there are. */
	BELL_VERDICT_TWO_VALUES,
	/* number: the step from a value to the next one, which is always the same. */
	BELL_VERDICT_ROW_NUMBER,
	/* number: how many distinct whole numbers there are; other: how many values there are. */
	BELL_VERDICT_IDENTIFIER,
	/* number: the greatest of the whole numbers; other: the least. */
	BELL_VERDICT_CODE,
	/* number: the last year; other: the first one. */
	BELL_VERDICT_YEARS,
	/* number: how many distinct values there are. */
	BELL_VERDICT_FEW_VALUES,

	/* What no transform can change.  number: the share of the weight of zeros, 0 to 1. */
	BELL_VERDICT_ZEROS,
	/* number: the step that all values are multiples of; other: the sd of x in such steps. */
	BELL_VERDICT_COARSE_ROUNDING,
	/* number: (max - min)/max |x|. */
	BELL_VERDICT_NARROW,

	/* What the fit rests on.  number: by how many standard errors; other: the value. */
	BELL_VERDICT_ONE_VALUE_MOVES_LAMBDA,
	/*
	 * number: the lambda; other: the unit, where the fit has the method that estimates it, or
	 * -1 where what is estimated is no lambda.
	 */
	BELL_VERDICT_BOUND,
	/* number: the lambda. */
	BELL_VERDICT_ILL_CONDITIONED,
	/* number: the lambda. */
	BELL_VERDICT_LOSES_DIGITS,
	/* number: the lambda, which was rounded to a nicer one. */
	BELL_VERDICT_ROUNDED,
	/* Of a robust fit; number: how many values were set aside; other: how many there are. */
	BELL_VERDICT_SET_ASIDE,
	/* The fit was to be robust and is not.  number: how many values there are. */
	BELL_VERDICT_NOT_ROBUST,
	/* number: how many values collapse; other: how many there are.  Both count weights. */
	BELL_VERDICT_COLLAPSED,

	/* A simple transform fits as well.  number: its lambda; other: the unit of the fit. */
	BELL_VERDICT_IDENTITY,
	BELL_VERDICT_LOG,
	BELL_VERDICT_SQUARE_ROOT,

	/* How normal the transform is.  number: A^2 of it; other: A^2 of the column. */
	BELL_VERDICT_WORSE,
	BELL_VERDICT_NOT_NORMAL,
	/* number: the excess kurtosis of the transform; other: that of the column. */
	BELL_VERDICT_HEAVY_TAILS
};

struct bell_verdict {
	enum bell_verdict_kind kind;
	double number, other;
};

/* A column has at most so many verdicts. */
#define BELL_MAX_VERDICTS 16

/* The verdicts on a column, in the order of enum bell_verdict_kind. */
struct bell_verdicts {
	struct bell_verdict verdict[BELL_MAX_VERDICTS];
	size_t count;

	/* Whether one of them advises to leave the column as it is. */
	bool leave;

	/*
	 * The correlation of the Q-Q plot and A^2 of Anderson and Darling, as in normality.h, of
	 * the column and of its transform.  NaN where nothing could be estimated; A^2 also for
	 * fewer than 8 values.
	 */
	double qq_before, qq_after;
	double a2_before, a2_after;
};

/*
 * bell_verdicts_sketch() sets *out to the verdicts on a column and its fit.  They are a function of
 * the arguments alone.
 *
 * sketch: what the fit was made from.
 *
 * fit: its fit, standardized or not.
 *
 * facts: those of the same values, or NULL; facts that have not seen as many values as the sketch
 * count as NULL.  Without them only those row numbers and identifiers are found that have each
 * whole number between the least and the greatest once.
 *
 * type: what weights mean; as in the options of the fit.
 *
 * Returns BELL_OK; BELL_EINVAL if sketch, fit or out is NULL, if the type is unknown, if the fit is
 * that of another sketch, which has other extremes or another number of finite or infinite values,
 * or if the transform of the fit is one that bell_transform_apply_f64() refuses; BELL_EBACKEND if
 * the environment variable BELLSHAPE_BACKEND cannot be honored; BELL_ENOMEM.  On an error *out is
 * not written.
 */
BELL_API enum bell_status bell_verdicts_sketch(const struct bell_sketch *sketch,
					       const struct bell_fit *fit,
					       const struct bell_facts *facts,
					       enum bell_weight_type type,
					       struct bell_verdicts *out);

/*
 * bell_verdicts_model() sets out[j] to the verdicts on column j of a model, for each of its
 * columns, from sketches[j] and, unless facts is NULL, facts[j].  The arrays may be NULL if there
 * are no columns.
 *
 * threads is the largest number of threads to use, 1 to BELL_MAX_THREADS (backend.h), or 0 for as
 * many as threads.h says.  They share the columns, and the result does not depend on it.
 *
 * It returns BELL_OK; BELL_EINVAL if model is NULL, sketches, one of them or out is NULL and there
 * are columns, if the type is unknown or threads is out of range; or what bell_verdicts_sketch()
 * returns for a column.  After an error a part of `out` may have been written.
 */
BELL_API enum bell_status bell_verdicts_model(const struct bell_model *model,
					      struct bell_sketch *const *sketches,
					      const struct bell_facts *facts,
					      enum bell_weight_type type, unsigned threads,
					      struct bell_verdicts *out);

/*
 * bell_verdict_name() returns the name of a kind, which does not change from version to version:
 * "empty", "one_value", "constant", "infinite", "two_values", "row_number", "identifier", "code",
 * "years", "few_values", "zeros", "coarse_rounding", "narrow", "one_value_moves_lambda", "bound",
 * "ill_conditioned", "loses_digits", "rounded", "set_aside", "not_robust", "collapsed", "identity",
 * "log", "square_root", "worse", "not_normal" or "heavy_tails".  NULL for what is no kind, so that
 * a loop over 0, 1, 2 ... meets every kind before the first NULL.
 */
BELL_API const char *bell_verdict_name(enum bell_verdict_kind kind);

/*
 * bell_verdict_leaves() returns whether verdicts of a kind advise to leave the column as it is;
 * false for what is no kind.
 */
BELL_API bool bell_verdict_leaves(enum bell_verdict_kind kind);

/* bell_verdict_advice() returns what to do, an English sentence, or NULL for what is no kind. */
BELL_API const char *bell_verdict_advice(enum bell_verdict_kind kind);

/* No text of a verdict is longer, with its 0. */
#define BELL_VERDICT_TEXT 96

/*
 * bell_verdict_text() writes a verdict in English to text, with its number and ended by a 0.  The
 * words may change from version to version.  It returns BELL_OK, or BELL_EINVAL if a pointer is
 * NULL or the kind unknown, and then writes nothing.
 */
BELL_API enum bell_status bell_verdict_text(const struct bell_verdict *verdict,
					    char text[BELL_VERDICT_TEXT]);

#ifdef __cplusplus
}
#endif
#endif
