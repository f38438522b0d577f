/* SPDX-License-Identifier: BSD-3-Clause */
/* column.h - a sorted column on its way to the tests. */
#ifndef BELL_NORMALITY_COLUMN_H
#define BELL_NORMALITY_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <bellshape/normality.h>

/* Finite values, ascending, with weights that add up to n. */
struct sorted {
	/* The computation changes the values. */
	double *value;
	/* What each value has beyond its double, or NULL. */
	const double *low;
	/* NULL: each value weighs 1. */
	const double *weight;
	/*
	 * What part of the weight of a value that stands for many lies below it; NaN for one that
	 * stands for itself.  NULL: all do.
	 */
	const double *below;
	size_t size;
	/* At least 1. */
	double n;
	/* Whether all weights are whole numbers of equal values. */
	bool whole;
};

/*
 * Fills all of *out but the counts; what is not defined is NaN.  Returns BELL_OK, BELL_ENOMEM or
 * BELL_EBACKEND.
 */
enum bell_status bell_normality_of(const struct sorted *s, unsigned threads,
				   struct bell_normality *out);

/*
 * Gives *s these weights, its n, and whether they are whole numbers.  Importance weights are scaled
 * first, to add up to the effective number of values.
 */
void bell_count_weights(double *weight, size_t size, enum bell_weight_type type, double effective,
			struct sorted *s);

/* Writes the weight_type of options, which may be NULL, to *out; returns whether it is known. */
bool bell_weight_type_of(const struct bell_normality_options *o, enum bell_weight_type *out);

/* A struct of NaN, with these counts. */
struct bell_normality bell_normality_undefined(uint64_t count, uint64_t missing, uint64_t infinite);

#endif
