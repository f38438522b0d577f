/* SPDX-License-Identifier: BSD-3-Clause */
/* leave_out.h - how far lambda moves without the least or the greatest value. */
#ifndef BELL_LEAVE_OUT_H
#define BELL_LEAVE_OUT_H

#include <bellshape/fit.h>
#include "sketch/bins.h"

/* What one row does to lambda. */
struct influence {
	/* The value of the row. */
	double value;
	/* By how much lambda is larger without it, in standard errors of lambda. */
	double moved;
};

/*
 * bell_leave_out() sets out[0] to what a row of the least value does to the lambda of a fit, which
 * is an estimate of Yeo-Johnson, with or without a unit, or of Box-Cox, from this sketch; and
 * out[1] to what one of the greatest value does.  The unit stays that of the fit.  The standard
 * error is that of the curvature of the log-likelihood.  A row has the weight of one value, or the
 * weight of all rows with this value if that is less.  `moved` is NaN where the value shares its
 * bin with others, and where the rest has no maximum of the likelihood.
 *
 * It returns BELL_OK, or BELL_EBACKEND or BELL_ENOMEM and then leaves `out` as it was.
 */
enum bell_status bell_leave_out(const struct bell_sketch *sketch, const struct bell_fit *fit,
				enum bell_weight_type type, struct influence out[2]);

#endif
