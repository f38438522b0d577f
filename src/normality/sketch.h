/* SPDX-License-Identifier: BSD-3-Clause */
/* sketch.h - how normal the column of a sketch is before and after a transform. */
#ifndef BELL_NORMALITY_SKETCH_H
#define BELL_NORMALITY_SKETCH_H

#include <bellshape/normality.h>

/*
 * bell_normality_pair() sets out[0] to the normality of a column, and out[1] to that of its
 * transform, which bell_transform_apply_f64() has to take, as bell_normality_sketch() does, but for
 * Shapiro-Wilk, which takes longest and is NaN.  out[1] has NaN if a value has no finite transform.
 * It returns BELL_OK, BELL_ENOMEM or BELL_EBACKEND; on an error *out is not written.
 */
enum bell_status bell_normality_pair(const struct bell_sketch *sketch,
				     const struct bell_transform *transform,
				     enum bell_weight_type type, struct bell_normality out[2]);

#endif
