/* SPDX-License-Identifier: BSD-3-Clause */
/* look.h - what the values of a sketch look like, whatever transform is fitted. */
#ifndef BELL_LOOK_H
#define BELL_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <bellshape/fit.h>
#include "sketch/bins.h"

/* A sketch of bins does not hold its values: of them only `rows` and `zeros` are known. */
struct look {
	/* How many distinct values there are; 0 if the sketch has bins. */
	size_t distinct;
	/* How many rows there are, as the type of the weights says. */
	double rows;
	/* The share of zeros, 0 to 1. */
	double zeros;
	/* Whether all values are whole numbers. */
	bool whole;
	/* Whether no whole number between the least and the greatest is absent; implies `whole`. */
	bool gapless;
	/* Whether all distinct values are equally frequent. */
	bool balanced;
	/*
	 * Whether a value that is less frequent than chance allows lies between two others, neither
	 * of them 0.
	 */
	bool valley;
	/* The step that all values are multiples of, apart from rounding, or 0. */
	double step;
};

/* bell_look() looks at the values of a sketch of at least two distinct values. */
struct look bell_look(const struct bell_sketch *s, enum bell_weight_type type);

#endif
