/* SPDX-License-Identifier: BSD-3-Clause */
/* fit_options.h - what to fit, and within which limits. */
#ifndef BELLSHAPE_FIT_OPTIONS_H
#define BELLSHAPE_FIT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <bellshape/status.h>
#include <bellshape/transform.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The largest number of rows that a fit takes: to it the frequency weights of a column may add up.
 * The likelihood of as many rows is a double.
 */
#define BELL_MAX_ROWS 1e305

/*
 * What the weights of rows mean.  Lambda and the transform are the same for both, but how sure they
 * are is not: ci95, log_likelihood and lr_vs_identity count n rows.
 */
enum bell_weight_type {
	/*
	 * A row of weight 3 is three rows: n is the sum of the weights.  They are the weights of
	 * counts and of aggregated tables, freq_weights in statsmodels and fweights in Stata.
	 */
	BELL_FREQUENCY_WEIGHTS = 0,

	/*
	 * A weight says how much a row counts beside others, as weights of surveys, of importance
	 * sampling and of decay do.  Their scale means nothing, and n is the effective number of
	 * rows, sum(w)^2/sum(w^2) (L. Kish, "Survey Sampling", Wiley 1965): at most the number of
	 * rows, and equal to it if all weights are.
	 */
	BELL_IMPORTANCE_WEIGHTS = 1
};

/* By which number BELL_BEST compares the families of transforms: see choose.h. */
enum bell_criterion {
	/* Akaike's: 2 parameters - 2 log-likelihood. */
	BELL_AIC = 0,

	/* Schwarz's: log n takes the place of the 2 before the parameters. */
	BELL_BIC = 1,

	/* How normal values are that a fit has not seen, as bestNormalize 1.9 of R compares. */
	BELL_HELDOUT = 2
};

/* What to fit, and within which limits. */
struct bell_fit_options {
	/*
	 * The bounds on an estimated lambda, lower < upper; lower may be -INFINITY and upper
	 * INFINITY.  A fixed lambda need not lie within them.
	 */
	double lower, upper;

	/*
	 * A finite value fixes lambda, and only the mean, sd and all that follows are estimated.
	 * NaN means that lambda is estimated.
	 */
	double lambda;

	/*
	 * true: the transform of the fit is z = (psi - mean)/sd.
	 *
	 * false: the transform is psi itself.  If psi of the smallest or of the largest value would
	 * exceed a double, lambda moves to the nearest value at which it does not, even outside
	 * lower .. upper or away from a fixed lambda, and BELL_FIT_BOUND is set.  So does a k of
	 * BELL_EXPONENTIAL below 2^-1022 in size, whose 1/k may be no double.
	 */
	bool standardize;

	/*
	 * Which transform to fit.  Box-Cox takes values above 0 alone.  BELL_YEO_JOHNSON_UNIT
	 * estimates lambda and the unit together; where the likelihood is largest as the unit goes
	 * to 0, the transform is Box-Cox.  For BELL_NORMAL_SCORES there is nothing to estimate:
	 * `robust` has to be false and round_level 0, and no other option matters, though those out
	 * of range are refused.  BELL_BEST fits several methods and chooses one of them: see
	 * bell_choose_sketch(), which the same options suit.
	 */
	enum bell_method method;

	/*
	 * The unit of BELL_YEO_JOHNSON_UNIT: NaN means that it is estimated, BELL_MIN_UNIT to
	 * BELL_MAX_UNIT fixes it, and 0 stands for Box-Cox.  The same for the unit of BELL_ASINH,
	 * which cannot be 0.  Other methods ignore it.
	 */
	double unit;

	/*
	 * The shift of BELL_LOG_SHIFT: NaN means that it is estimated, and a finite number fixes
	 * it.  Other methods ignore it.
	 */
	double shift;

	/*
	 * What weights mean; without weights it makes no difference.  Frequency weights that add up
	 * to more than BELL_MAX_ROWS are refused.
	 */
	enum bell_weight_type weight_type;

	/*
	 * Whether to set values far out aside, by the reweighted maximum likelihood of J.
	 * Raymaekers and P. J. Rousseeuw ("Transforming variables to central normality", Machine
	 * Learning, 2021).  A first lambda makes the central part of the data normal, and values
	 * more than 2.576 robust standard deviations out (the 99.5 % quantile of the normal
	 * distribution) are set aside; then lambda of the largest likelihood of the others says
	 * anew which are set aside, and the fit is that of the rest.  A fixed lambda says it alone.
	 * Values that are set aside have no part in the likelihoods, mean, sd, skewness and
	 * kurtosis, nor in ci95, which takes the rest for the sample and so is a little too narrow.
	 * They are transformed all the same, and count in `count`, `weight`, `min` and `max`.  The
	 * method has to be BELL_YEO_JOHNSON or BELL_BOX_COX, or BELL_YEO_JOHNSON_UNIT with a fixed
	 * unit: where values are far out depends on the unit, and the estimate of a unit on the
	 * values.
	 */
	bool robust;

	/*
	 * A level above 0 and below 1: an estimated lambda becomes the nicest one in its interval
	 * of this level (bell_lambda_rounded() in profile.h), if there is one.  ci95 stays that of
	 * the estimate.  0: lambda is not rounded.  A fixed lambda never is.  It has to be 0 for
	 * methods other than BELL_YEO_JOHNSON, BELL_BOX_COX, BELL_YEO_JOHNSON_UNIT and BELL_BEST,
	 * as they have no power.
	 */
	double round_level;

	/* The rest is for BELL_BEST alone; other methods ignore it. */
	enum bell_criterion criterion;

	/*
	 * By how much the criterion may exceed its least value in the family that is chosen, 0 or
	 * more; the simplest such family is taken.  NaN means 2 for BELL_AIC and BELL_BIC, below
	 * which a difference says little (K. P. Burnham and D. R. Anderson, "Model Selection and
	 * Multimodel Inference", Springer 2002, p. 70; A. E. Raftery, Sociological Methodology 25,
	 * 1995), and 0 for BELL_HELDOUT.
	 */
	double margin;

	/*
	 * The families to compare, as the sum of 1u << method over them; 0 means all that
	 * bell_choose_sketch() names.
	 */
	unsigned candidates;

	/*
	 * Of BELL_HELDOUT: in each of `repeats` rounds, 1 or more, the values are parted at random
	 * into `folds` parts, 2 or more.  The same seed makes the same parts.
	 */
	unsigned folds, repeats;
	uint64_t seed;
};

/*
 * bell_fit_options_default() writes the defaults to *options: lower = -INFINITY, upper = INFINITY,
 * lambda = NaN, standardize = true, method = BELL_YEO_JOHNSON, unit = NaN, weight_type =
 * BELL_FREQUENCY_WEIGHTS, robust = false, round_level = 0, criterion = BELL_AIC, margin = NaN,
 * candidates = 0, folds = 10, repeats = 5, seed = 1.  options may be NULL: nothing happens.
 */
BELL_API void bell_fit_options_default(struct bell_fit_options *options);

#ifdef __cplusplus
}
#endif
#endif
