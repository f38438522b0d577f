/* SPDX-License-Identifier: BSD-3-Clause */
/* narrow.h - blocks of bfloat16 and float16 tensors, made float32 and rounded again. */
#ifndef BELL_LAYER_NARROW_H
#define BELL_LAYER_NARROW_H

#include <stddef.h>
#include "layer/plan.h"

/*
 * bell_layer_widen() sets y[j pitch + k] to element k of line j of a narrow tensor, for j < lines
 * and k < columns; bell_layer_narrow() does the reverse.  Columns are neighbors in memory, and
 * lines lie `stride` elements apart.
 *
 * bell_layer_widen_columns() and bell_layer_narrow_columns() do the same with columns for lines:
 * element k of line j is y[k pitch + j].
 *
 * There are at most MAX_BUNDLE columns.  Floats are given as void *, because templates that call
 * these functions exist for doubles, too, which never do.
 */
void bell_layer_widen(const struct layer *l, const void *x, ptrdiff_t stride, size_t lines,
		      size_t columns, void *y, ptrdiff_t pitch);
void bell_layer_narrow(const struct layer *l, const void *y, ptrdiff_t pitch, size_t lines,
		       size_t columns, void *x, ptrdiff_t stride);
void bell_layer_widen_columns(const struct layer *l, const void *x, ptrdiff_t stride, size_t lines,
			      size_t columns, void *y, ptrdiff_t pitch);
void bell_layer_narrow_columns(const struct layer *l, const void *y, ptrdiff_t pitch, size_t lines,
			       size_t columns, void *x, ptrdiff_t stride);

#endif
