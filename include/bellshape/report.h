/* SPDX-License-Identifier: BSD-3-Clause */
/* report.h - a page of HTML that shows each column before and after its transform. */
#ifndef BELLSHAPE_REPORT_H
#define BELLSHAPE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <bellshape/choose.h>
#include <bellshape/fit.h>
#include <bellshape/normality.h>
#include <bellshape/plot.h>
#include <bellshape/sketch.h>
#include <bellshape/status.h>
#include <bellshape/verdict.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A column of a report.  No pointer is NULL but `facts`, and those to nothing. */
struct bell_report_column {
	/* Any bytes; what is no UTF-8, or no character of a text, is shown as U+FFFD. */
	const char *name;

	/* All values of the column. */
	const struct bell_sketch *sketch;

	/* The transform that is shown, and what is known of it. */
	const struct bell_fit *fit;

	/*
	 * What the sketch does not know of its values, for the verdicts; or NULL.  There are
	 * verdicts if the fit was made from the sketch.
	 */
	const struct bell_facts *facts;

	/*
	 * The values, or a sample of them: see struct bell_plot_sample.  NaN and infinities are
	 * left out.  If there are fewer values than the sketch has seen, the report says that it
	 * shows a sample.
	 */
	const double *value;
	size_t values;

	/* Whether the values are evenly spaced quantiles, which the report then says. */
	bool quantiles;

	/* What the transform was chosen from, as of bell_choose_sketch(); NULL if that is 0. */
	const struct bell_candidate *candidate;
	size_t candidates;
};

/* The number of points of a profile. */
#define BELL_REPORT_PROFILE 81

/* All that the pictures of a column show. */
struct bell_report_numbers {
	/* The column before and after its transform, all of its values. */
	struct bell_normality before, after;

	/* Whether the members below are of a sample of the values. */
	bool sampled;

	/*
	 * Whether the transform makes a finite value NaN or infinite, as that of a robust fit may
	 * do with values that it has set aside.  Then `after` has nothing but the counts, there are
	 * no pictures after the transform, and the members below are those of the other values.
	 */
	bool overflows;

	/*
	 * How much the transform bends the column: 1 less the squared correlation of the values and
	 * their transform, from 0 for a straight line to 1.  NaN if all values are equal.
	 */
	double change;

	/*
	 * Where the values have a step, the bins after the transform are those before it: they end
	 * halfway between the transforms of the middles of neighboring bins.
	 */
	struct bell_histogram histogram_before, histogram_after;
	struct bell_qq qq_before, qq_after;

	/*
	 * The log-likelihood at ascending lambdas, with the mean and sd that are best at each, less
	 * that at the lambda of the fit, which is one of them.  There are none where the family has
	 * no lambda, and where the likelihood says nothing of it: with a flag BELL_FIT_EMPTY,
	 * BELL_FIT_ONE_VALUE, BELL_FIT_CONSTANT, BELL_FIT_INFINITE or BELL_FIT_TWO_VALUES.
	 */
	size_t profile_points;
	double profile_lambda[BELL_REPORT_PROFILE], profile_log_likelihood[BELL_REPORT_PROFILE];
};

/*
 * bell_report_numbers() sets *out to all that the pictures of a column show.
 *
 * Returns BELL_OK; BELL_EINVAL if a pointer is NULL that must not be, or the transform of the fit
 * is one that bell_transform_apply_f64() refuses; BELL_EBACKEND if the environment variable
 * BELLSHAPE_BACKEND cannot be honored; or BELL_ENOMEM.  On an error *out is not written.
 */
BELL_API enum bell_status bell_report_numbers(const struct bell_report_column *column,
					      struct bell_report_numbers *out);

/*
 * What takes the bytes of a report, piece by piece.  It returns BELL_OK to get the next; any other
 * status ends the report, and is what the function that writes it returns.
 */
typedef enum bell_status bell_report_writer(void *context, const char *bytes, size_t n);

/* How a report looks. */
struct bell_report_options {
	/* What is shown, such as the name of a file; any bytes.  NULL: "table". */
	const char *title;

	/* Further columns that hold no numbers, by their names. */
	const char *const *skipped;
	size_t skipped_count;

	/*
	 * Where the fits were not made from these columns: the name of the model that they come
	 * from.  NULL: they were.
	 */
	const char *model;

	/* How many columns are shown in full; the others are folded.  0 means 50. */
	size_t full;
};

/*
 * bell_report_html() writes one page of HTML that needs nothing but itself: no script, no font, no
 * network.  It has a table of all columns, those that the transform changes most first, and for
 * each the histograms and Q-Q plots before and after, the profile log-likelihood, the numbers and
 * the verdicts in words.  It is UTF-8 and depends on nothing but its arguments.
 *
 * columns may be NULL if n is 0.  options may be NULL, for defaults.
 *
 * Returns BELL_OK; BELL_EINVAL if a pointer is NULL that must not be, or the transform of a fit is
 * one that bell_transform_apply_f64() refuses; BELL_EBACKEND if the environment variable
 * BELLSHAPE_BACKEND cannot be honored; BELL_ENOMEM; or what `write` returns.  After an error a part
 * of the page may have been written.
 */
BELL_API enum bell_status bell_report_html(const struct bell_report_column *columns, size_t n,
					   const struct bell_report_options *options,
					   bell_report_writer *write, void *context);

/* The pictures of a column. */
enum bell_report_picture {
	BELL_REPORT_HISTOGRAM_BEFORE,
	BELL_REPORT_HISTOGRAM_AFTER,
	BELL_REPORT_QQ_BEFORE,
	BELL_REPORT_QQ_AFTER,
	BELL_REPORT_LIKELIHOOD
};
#define BELL_REPORT_PICTURES 5

/*
 * bell_report_picture_name() returns "histogram-before", "histogram-after", "qq-before",
 * "qq-after" or "profile", and NULL for any other number.
 */
BELL_API const char *bell_report_picture_name(enum bell_report_picture picture);

/*
 * bell_report_has_picture() tells whether there is something to draw.  For Q-Q plots the values
 * have to differ, and for histograms so much that an axis can tell them apart: their range is at
 * least 2^-40 of the largest, and from 1e-300 to 1e300.  Those after the transform need one that
 * does not overflow.  For BELL_REPORT_LIKELIHOOD there has to be a profile.  It returns false if
 * numbers is NULL or there is no such picture.
 */
BELL_API bool bell_report_has_picture(const struct bell_report_numbers *numbers,
				      enum bell_report_picture picture);

/*
 * bell_report_svg() writes one picture of a column as a file of SVG that needs nothing but itself.
 * `numbers` are those of bell_report_numbers() for the column, and have the picture.
 *
 * Returns BELL_OK; BELL_EINVAL if a pointer other than context is NULL, if the transform of the fit
 * is one that bell_transform_apply_f64() refuses, or if bell_report_has_picture() is false;
 * BELL_ENOMEM; or what `write` returns.
 */
BELL_API enum bell_status bell_report_svg(const struct bell_report_column *column,
					  const struct bell_report_numbers *numbers,
					  enum bell_report_picture picture,
					  bell_report_writer *write, void *context);

#ifdef __cplusplus
}
#endif
#endif
