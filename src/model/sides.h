/* SPDX-License-Identifier: BSD-3-Clause */
/* sides.h - what the numbers of one side of a transform say. */
#ifndef BELL_MODEL_SIDES_H
#define BELL_MODEL_SIDES_H

#include <stdbool.h>
#include <bellshape/fit.h>

/* What the relations of check.c may be off by, relative to their terms, but for exponents. */
#define TOLERANCE 0x1p-45

/* A few units of the last digit: what an exponent may be off by, relative to itself. */
#define ROUNDING 0x1p-50

/* log1p|x| of every finite x is below this. */
#define MAX_LOG_1P 710

/*
 * A side as the comment on top of check.c has it.  psi is the power by lambda, which w may be 0
 * for: over the values of the column it then bends psi by nothing.
 */
struct form {
	double sign, w, psi, a, scale, offset;
	/* Whether standardize.c has moved the scale up or down, into the doubles. */
	bool is_raised, is_lowered;
};

static inline bool is_clamped(const struct form *f) { return f->is_raised || f->is_lowered; }

/* Whether the numbers of a side are in their ranges. */
bool bell_side_is_valid(const struct bell_transform *t, int side);

/* The side that x is on, which for a method with one side is that. */
int bell_side_of(const struct bell_transform *t, double x);

struct form bell_form_of(const struct bell_fit *fit, int side);

/* What relations with the exponent w a in them may be off by. */
double bell_form_error(const struct form *f);

/* log(dy/dpsi) at 0, and psi at the anchor. */
double bell_log_slope(const struct form *f);
double bell_psi_at_anchor(const struct form *f);

/* Whether y increases with x. */
bool bell_form_increases(const struct form *f);

/* The coordinate of x, as the method has it. */
double bell_model_coordinate(const struct bell_transform *t, double x);

/* Over how much of the coordinate the values of a side lie; without values, all of it. */
double bell_side_range(const struct bell_fit *f, int side);

/* Whether the power of a side is that of lambda. */
bool bell_side_has_power(const struct bell_fit *f, int side);

/* The coordinate of x less the center and the anchor of a side, rounded as the kernels do. */
double bell_side_distance(const struct bell_transform *t, double x, int side);

/* The y of x on a side, and the size of the terms in it. */
double bell_side_y(const struct bell_fit *fit, double x, int side, double *size);

#endif
