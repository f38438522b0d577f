/* SPDX-License-Identifier: BSD-3-Clause */
/* fit_sketch.h - the fit of a sketch, behind the checks of the public functions. */
#ifndef BELL_FIT_SKETCH_H
#define BELL_FIT_SKETCH_H

#include <stdbool.h>
#include <bellshape/fit.h>
#include "sketch/bins.h"
#include "values.h"

struct visitor;

/* bell_fit_options_valid() tells whether options are those that a fit can have. */
bool bell_fit_options_valid(const struct bell_fit_options *o);

/* bell_needs_values() tells whether a sketch is not enough for such a fit. */
static inline bool bell_needs_values(const struct bell_fit_options *o)
{
	return o->method == BELL_BEST && o->criterion == BELL_HELDOUT;
}

/*
 * bell_sketch_of() sets *out to a sketch of values, to be freed, in a grid or, if that is NULL, in
 * one that suits them.  weights may be NULL.  It returns BELL_OK, BELL_EWEIGHT, BELL_ESIZE or
 * BELL_ENOMEM.
 */
enum bell_status bell_sketch_of(const struct backend *b, const struct values *x,
				const double *weights, unsigned threads,
				const struct bell_sketch_options *grid, struct bell_sketch **out);

/*
 * bell_fit_in_domain() tells whether all values of a sketch are in the domain of a method, whose
 * family of transforms has this unit.  If a shift is to be estimated they always are.
 */
bool bell_fit_in_domain(const struct bell_sketch *sketch, const struct bell_fit_options *options,
			double unit);

/*
 * bell_fit_checked() is bell_fit_sketch() with options that are valid; only `visitor` (search.h),
 * which is for methods with a lambda, may be NULL.  It returns BELL_OK, BELL_EDOMAIN or
 * BELL_ENOMEM, and sets *out where it returns BELL_OK.
 */
enum bell_status bell_fit_checked(const struct backend *b, const struct bell_sketch *sketch,
				  const struct bell_fit_options *options,
				  const struct visitor *visitor, struct bell_fit *out);

/*
 * bell_fit_values() is bell_fit_f64(), with its checks, of values of either type.  If there is a
 * visitor, it visits the sketch that was fitted.
 */
enum bell_status bell_fit_values(const struct values *x, const double *weights,
				 const struct bell_fit_options *options, unsigned threads,
				 const struct visitor *visitor, struct bell_fit *out);

/*
 * bell_rows_of_weight() is how many rows a weight of 1 stands for, as the sketch keeps it: times a
 * power of two.
 */
double bell_rows_of_weight(const struct bell_sketch *s, enum bell_weight_type type);

#endif
