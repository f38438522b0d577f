/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * statistics.h - from the sums of a group to its statistics, and from these to kernel parameters.
 */
#ifndef BELL_LAYER_STATISTICS_H
#define BELL_LAYER_STATISTICS_H

#include <bellshape/layer_parts.h>
#include "kernels/types.h"

/* Sets the fields of a group's statistics that belong to a step, from the sums of that step. */
void bell_layer_finalize_group(const struct bell_layer_options *o, enum bell_layer_step step,
			       const struct bell_layer_sums *s,
			       struct bell_layer_statistics *statistics);

/*
 * Sets p[0] to the parameters of psi for h at or above zero and p[1] to those for h below.  Of the
 * options, compat, normalize_only and eps have an influence; with normalize_only, lambda must be 1.
 */
void bell_layer_psi_of(const struct bell_layer_options *o, double lambda, struct layer_psi p[2]);

/*
 * bell_layer_slope_of() returns the parameters of the kernel layer_terms; all are 0 if lambda does
 * not depend on u, which is so with normalize_only, and with alpha = 0.
 */
struct layer_slope bell_layer_slope_of(const struct bell_layer_options *o,
				       const struct bell_layer_statistics *statistics);

/*
 * Returns the parameters of the kernel layer_gradient, where the gradient goes through the
 * statistics.  `r` is 1/sqrt(variance + eps), and *s has the sums that layer_terms made.
 */
struct layer_gradient bell_layer_gradient_of(const struct bell_layer_options *o,
					     const struct bell_layer_statistics *statistics,
					     double r, const struct bell_layer_sums *s);

#endif
