/* SPDX-License-Identifier: BSD-3-Clause */
/* choose.h - which family of transforms suits a column. */
#ifndef BELLSHAPE_CHOOSE_H
#define BELLSHAPE_CHOOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <bellshape/fit.h>
#include <bellshape/sketch.h>
#include <bellshape/status.h>
#include <bellshape/transform.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Why a family cannot be chosen for a column. */
enum bell_refusal {
	/* It can be. */
	BELL_NOT_REFUSED = 0,

	/* There are values at or below 0. */
	BELL_REFUSED_NOT_POSITIVE,

	/* There are values below 0. */
	BELL_REFUSED_NEGATIVE,

	/*
	 * There is nothing to estimate a transform from: the fit has one of the first four flags of
	 * enum bell_fit_flag, or its likelihood is no number.
	 */
	BELL_REFUSED_NOT_ESTIMATED,

	/*
	 * In one of the parts that were held out Pearson's statistic is undefined, because values
	 * were too few or all equal, or lay outside the domain of the transform of the others.
	 */
	BELL_REFUSED_HELDOUT
};

/*
 * bell_refusal_name() returns a word for a refusal, the same in JSON and in Python: "not_positive",
 * "negative", "not_estimated" or "heldout".  bell_refusal_text() returns a few words of English,
 * such as "values at or below 0".  Both return NULL for BELL_NOT_REFUSED and for a number that is
 * no refusal.
 */
BELL_API const char *bell_refusal_name(enum bell_refusal refusal);
BELL_API const char *bell_refusal_text(enum bell_refusal refusal);

/* A family of transforms that was held against others for a column. */
struct bell_candidate {
	enum bell_method method;
	enum bell_refusal refusal;

	/* Whether this is the family that was chosen.  Exactly one of the candidates is. */
	bool chosen;

	/* How many parameters the family estimates beside mean and sd. */
	unsigned parameters;

	/* Those of the fit, as in struct bell_fit; NaN for a family that could not be fitted. */
	double lambda, unit, shift;

	/*
	 * The log-likelihood of all values, as in struct bell_fit.  NaN as above, and for
	 * BELL_NORMAL_SCORES; so are the next three.
	 */
	double log_likelihood;

	/*
	 * The log-likelihood of the values that are compared (see bell_choose_sketch()).  With n of
	 * them,
	 *
	 *	aic = 2 (parameters + 2) - 2 (compared - n/2 (1 + log(2 pi)))
	 *
	 * and bic has log n in the place of the first 2.  NaN as above.
	 */
	double compared, aic, bic;

	/*
	 * The mean over all held-out parts of Pearson's statistic over its degrees of freedom; NaN
	 * unless the criterion is BELL_HELDOUT.
	 */
	double pearson_per_df;
};

/*
 * bell_choose_candidates() returns the families that this version compares, as the sum of
 * 1u << method.  BELL_NORMAL_SCORES is one of them, but only of BELL_HELDOUT.
 */
BELL_API unsigned bell_choose_candidates(void);

/* There are never more candidates than this. */
#define BELL_MAX_CANDIDATES 16

/*
 * bell_choose_sketch() fits several families to a sketch and chooses one of them.  It writes its
 * fit to *fit and what is known of all families to candidate[0] .. candidate[*count - 1], which has
 * room for BELL_MAX_CANDIDATES.  bell_fit_sketch() does the same for the method BELL_BEST, without
 * the candidates.
 *
 * The candidates are, from simple to less simple, in steps:
 *
 *	1. BELL_IDENTITY
 *	2. BELL_LOG, BELL_SQRT, of which nothing is estimated
 *	3. BELL_BOX_COX, BELL_YEO_JOHNSON, BELL_LOG_SHIFT, BELL_ASINH, BELL_EXPONENTIAL, of which
 *	   one parameter is
 *	4. BELL_YEO_JOHNSON_UNIT, of which two are
 *	5. BELL_NORMAL_SCORES, which has no likelihood, and is a candidate of BELL_HELDOUT alone
 *
 * or those of them that options->candidates names.
 *
 * Let b be the least value of the criterion among the candidates that are not refused.  Chosen is
 * the family of the first step that has one at b + margin or less, and within that step the one
 * with the least.  So for BELL_AIC the likelihood that is compared, of the chosen family with p
 * parameters, is at least that of every candidate with q parameters that is not refused, less q - p
 * + margin/2.
 *
 * The criterion is that of the values that are compared, which are all, but for
 *
 *	- zeros, and
 *	- the least and the greatest value, if more than 1 row in 20 has that value.
 *
 * These are the places at which a family may pile up as much density as it likes: rows that share
 * one value there raise the likelihood without making the column any more normal, and the family
 * that squeezes them most would win.  They count in every fit, but not in the comparison.  In a
 * sketch with bins, how many rows have the least or the greatest value is an estimate, from the
 * node next to it (sketch.h).  Where fewer than two other values are left nothing is compared, and
 * all candidates are equally likely.
 *
 * Where BELL_IDENTITY is chosen, its fit has the flag BELL_FIT_NOT_IDENTIFIED: x as it is fits as
 * well as any.
 *
 * A column of which nothing can be estimated (enum bell_fit_flag) is no error: all candidates are
 * refused, and the first one is chosen.
 *
 * options may be NULL: the defaults are used.  Its method counts as BELL_BEST, whatever it is.  The
 * candidates are fitted with its bounds and weight_type and compared by standardized fits at their
 * estimates; if standardize is false or round_level above 0, that of the chosen family is made
 * again.  unit is ignored, and robust has to be false: each family would set other values aside.
 *
 * Returns BELL_OK; BELL_EINVAL if a pointer other than options is NULL, if lower is not below upper
 * or one of them is NaN, if lambda is not NaN or robust is true, if the weight_type or the
 * criterion is unknown or is BELL_HELDOUT, which needs the values; if margin is below 0, if
 * round_level is out of range, if candidates names a method that is no candidate; BELL_EDOMAIN if
 * none of the candidates that options->candidates names takes the values; BELL_EBACKEND if the
 * environment variable BELLSHAPE_BACKEND cannot be honored; BELL_ESIZE if frequency weights add up
 * to more than BELL_MAX_ROWS; BELL_ENOMEM.  On an error nothing is written.
 */
BELL_API enum bell_status bell_choose_sketch(const struct bell_sketch *sketch,
					     const struct bell_fit_options *options,
					     struct bell_fit *fit, struct bell_candidate *candidate,
					     size_t *count);

/*
 * bell_choose_f32() and bell_choose_f64() do the same from n values, which bell_fit_f64() reads as
 * it reads them for any method.
 *
 * For BELL_HELDOUT the finite values are shuffled `repeats` times and parted into `folds` parts
 * whose sizes differ by 1 at most.  Each part in turn is held out: every candidate is fitted to the
 * others, and Pearson's statistic over its degrees of freedom (normality.h) is that of the
 * transform of what was held out.  pearson_per_df is the mean over all repeats and parts, as
 * bestNormalize has it (R. A. Peterson and J. E. Cavanaugh, Journal of Applied Statistics 47,
 * 2020).  The values themselves are in all fits of the candidates that are written.  It is worth
 * its time for some 200 values and more: a part of fewer than 20 says little.
 *
 * x: the values, of which NaN are missing; NULL if n is 0.
 *
 * weights: one weight for each value, finite and not negative, or NULL if all are 1.
 *
 * threads: the largest number of threads to use, up to BELL_MAX_THREADS; 0 means as many as
 * threads.h says.  The result does not depend on it.
 *
 * They return BELL_OK; BELL_EINVAL if a pointer other than weights and options is NULL (x may be if
 * n is 0), if threads is out of range, if lower is not below upper or one of them is NaN, if lambda
 * is not NaN or robust is true, if the weight_type or the criterion is unknown, if margin is below
 * 0, if round_level is out of range, if candidates names a method that is no candidate, or, for
 * BELL_HELDOUT, if folds is below 2 or repeats is 0; BELL_EBACKEND if the environment variable
 * BELLSHAPE_BACKEND cannot be honored; BELL_EWEIGHT if a weight is negative, NaN or infinite;
 * BELL_EDOMAIN if none of the candidates that options->candidates names takes the values, or, for
 * BELL_HELDOUT, if there are fewer than 3 values for each part; BELL_ESIZE if frequency weights add
 * up to more than BELL_MAX_ROWS or, for BELL_HELDOUT, those of a part to 2^60 or more; BELL_ENOMEM.
 * On an error nothing is written.
 */
BELL_API enum bell_status bell_choose_f32(const float *x, const double *weights, size_t n,
					  const struct bell_fit_options *options, unsigned threads,
					  struct bell_fit *fit, struct bell_candidate *candidate,
					  size_t *count);
BELL_API enum bell_status bell_choose_f64(const double *x, const double *weights, size_t n,
					  const struct bell_fit_options *options, unsigned threads,
					  struct bell_fit *fit, struct bell_candidate *candidate,
					  size_t *count);

#ifdef __cplusplus
}
#endif
#endif
