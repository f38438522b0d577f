/* SPDX-License-Identifier: BSD-3-Clause */
/* table.h - many columns at once. */
#ifndef BELLSHAPE_TABLE_H
#define BELLSHAPE_TABLE_H

#include <stddef.h>
#include <bellshape/fit.h>
#include <bellshape/model.h>
#include <bellshape/moments.h>
#include <bellshape/sketch.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The type of the elements of an array: float or double. */
enum bell_type { BELL_F32, BELL_F64 };

/* bell_type_size() returns the size in bytes of an element, 4 or 8, and 0 for an unknown type. */
BELL_API size_t bell_type_size(enum bell_type type);

/*
 * A table of numbers, borrowed.  Element (i, j) lies at data + i*row_stride + j*column_stride, in
 * elements. Row-major: row_stride = columns, column_stride = 1; column-major: 1 and rows.  Strides
 * may be negative.
 */
struct bell_table {
	void *data; /* float or double; written only through the `out` of a transform */
	enum bell_type type;
	size_t rows, columns;
	ptrdiff_t row_stride, column_stride;
};

/*
 * Adds the rows of the table to one sketch a column; sketches: table->columns of them.  weights:
 * NULL or one a row.  Call it once for each block of rows of a stream.  After an error the sketches
 * are to be freed.
 */
BELL_API enum bell_status bell_table_sketch(const struct bell_table *table, const double *weights,
					    unsigned threads, struct bell_sketch *const *sketches);

/*
 * bell_table_moments() writes the moments of each column to out[0 .. table->columns - 1], with the bits of
 * bell_moments_*() of its values.  It reads the table once.  threads is 1 to BELL_MAX_THREADS, or 0 for one for each
 * CPU; the result does not depend on it.  Columns of a table without rows have the moments of no values.
 *
 * It returns BELL_OK, BELL_EINVAL (a NULL pointer; an unknown type; threads out of range; `out` may be NULL if there
 * are no columns), BELL_ESIZE (an element lies too far from the first to be addressed), BELL_EBACKEND, or BELL_ENOMEM,
 * after which `out` may have been written in part.
 */
BELL_API enum bell_status bell_table_moments(const struct bell_table *table, unsigned threads,
					     struct bell_moments *out);

/*
 * Fits every column in one pass over blocks of rows; a column whose sketch is ill-conditioned is read again.  The fits
 * are those of bell_fit_*() on each column, to the bit: they do not depend on threads, layout or strides.
 * BELL_EDOMAIN: a Box-Cox column holds a value that is not above 0.
 */
BELL_API enum bell_status bell_table_fit(const struct bell_table *table, const double *weights,
					 const struct bell_fit_options *options, unsigned threads,
					 struct bell_model **out);

/*
 * Applies a model to a table of as many columns, into `out` of the same shape and any layout and
 * type; out may describe the same memory as `in` (in place).  Each value becomes what bell_transform_apply_*() or
 * inverse_*() make of it: _f32 where both tables are float32, else _f64.  outside: NULL, or one count a column.
 * BELL_ENOMEM: nothing has been written.
 */
BELL_API enum bell_status bell_table_transform(const struct bell_model *model,
					       const struct bell_table *in, unsigned threads,
					       const struct bell_table *out);
BELL_API enum bell_status bell_table_inverse(const struct bell_model *model,
					     const struct bell_table *in, enum bell_outside policy,
					     unsigned threads, const struct bell_table *out,
					     uint64_t *outside);

#ifdef __cplusplus
}
#endif
#endif
