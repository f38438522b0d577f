/* SPDX-License-Identifier: BSD-3-Clause */
/* table.h - many columns at once: moments, sketches, fits, transforms. */
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

/* bell_type_size() returns the size of an element in bytes, 4 or 8, and 0 for an unknown type. */
BELL_API size_t bell_type_size(enum bell_type type);

/*
 * A table of numbers that lie in memory that belongs to the caller.  Element (i, j), in row i and
 * column j, is at data + i row_stride + j column_stride, counted in elements.  A row-major table
 * without gaps has the strides (columns, 1), a column-major one (1, rows).  A stride may be
 * negative.  data is float * or double *, and may be NULL if there are no rows or no columns, which
 * is fine in every function.  Only the `out` of a transform or an inverse is written to.
 *
 * In every function threads is the largest number of threads to use, 1 to BELL_MAX_THREADS
 * (backend.h), or 0 for as many as threads.h says, and the results do not depend on it.
 *
 * Two kinds of tables are impossible.  One of an unknown type, or without data where it has
 * elements, is BELL_EINVAL.  One is BELL_ESIZE if its number of elements exceeds a ptrdiff_t, or if
 * its elements lie so far apart that an offset in bytes, by rows, by columns or in all, exceeds a
 * ptrdiff_t.
 */
struct bell_table {
	void *data;
	enum bell_type type;
	size_t rows, columns;
	ptrdiff_t row_stride, column_stride;
};

/*
 * bell_table_moments() sets out[j] to the moments of column j, for each of table->columns columns.
 * They have the bits that bell_moments_*() gives for the column.  The table is read once.  `out`
 * may be NULL if there are no columns.
 *
 * It returns BELL_OK, BELL_EINVAL (a NULL pointer; threads out of range; an impossible table),
 * BELL_ESIZE, BELL_EBACKEND or BELL_ENOMEM.  After BELL_ENOMEM a part of `out` may have been
 * written.
 */
BELL_API enum bell_status bell_table_moments(const struct bell_table *table, unsigned threads,
					     struct bell_moments *out);

/*
 * bell_table_sketch() adds the values of column j to sketches[j], for each of table->columns
 * columns, as bell_sketch_update_*() does.  A table that comes in blocks of rows takes one call for
 * each block.  weights is NULL, or holds one weight for each row.  sketches may be NULL if there
 * are no columns.  The sketches must all be different; this is not checked.
 *
 * It returns BELL_OK, BELL_EINVAL (table, sketches or one of them is NULL; threads out of range; an
 * impossible table), BELL_ESIZE (an impossible table, or weights that add up to 2^60 or more),
 * BELL_EBACKEND, BELL_EWEIGHT (a weight is negative, NaN, too large or too small for one of the
 * sketches, as bell_sketch_update_*() says) or BELL_ENOMEM.  After BELL_ENOMEM some sketches may
 * have been changed in part; free them all.  After any other error they are as they were.
 */
BELL_API enum bell_status bell_table_sketch(const struct bell_table *table, const double *weights,
					    unsigned threads, struct bell_sketch *const *sketches);

/*
 * bell_table_check_weights() says whether each of `columns` sketches can take one weight for each
 * of so many rows, without changing anything: for a caller who adds rows block by block, or wants
 * to name the row that is wrong.  weights NULL means that all are 1.
 *
 * It returns BELL_OK; BELL_EINVAL if row, sketches (unless there are no columns) or one of them is
 * NULL; BELL_EWEIGHT if a weight is negative, NaN, too large or too small, and writes to *row which
 * row is the first with such a weight; BELL_ESIZE if weights would add up to 2^60 or more, or if
 * there would be 2^60 finite, missing or infinite rows or more.
 */
BELL_API enum bell_status bell_table_check_weights(struct bell_sketch *const *sketches,
						   const double *weights, size_t rows,
						   size_t columns, size_t *row);

/*
 * bell_table_merge() merges from[j] into into[j], for each of so many columns, as
 * bell_sketch_merge() does.  The arrays may be NULL if there are no columns.
 *
 * It returns BELL_OK; BELL_EINVAL if a pointer is NULL or if from[j] is into[j] for a column (no
 * sketch may occur twice in `into`, or in both arrays, which is not checked beyond that);
 * BELL_ESIZE if bell_sketch_merge() would for a column; BELL_EBACKEND; BELL_ENOMEM.  After
 * BELL_ENOMEM some columns may have been merged and others not; after any other error nothing is
 * changed.
 */
BELL_API enum bell_status bell_table_merge(struct bell_sketch *const *into,
					   struct bell_sketch *const *from, size_t columns);

/*
 * bell_table_fit() fits every column and sets *out to a new model of the table's columns, without
 * names, to be freed with bell_model_free().  The fits are those of bell_fit_*() on each column, to
 * the bit, whatever the layout of the table.  It reads the table once, and once more those columns
 * that bell_fit_*() would read a second time.  weights is NULL, or holds one weight for
 * each row. options NULL means the defaults of bell_fit_options_default().
 *
 * It returns BELL_OK, BELL_EINVAL (table or out is NULL; options or threads out of range; an
 * impossible table), BELL_ESIZE (an impossible table, or frequency weights of a column that add up
 * to more than BELL_MAX_ROWS), BELL_EBACKEND, BELL_EWEIGHT (a weight is negative, NaN or infinite),
 * BELL_EDOMAIN (where bell_fit_*() returns it for a column) or
 * BELL_ENOMEM.  After an error *out is not written.
 */
BELL_API enum bell_status bell_table_fit(const struct bell_table *table, const double *weights,
					 const struct bell_fit_options *options, unsigned threads,
					 struct bell_model **out);

/*
 * bell_table_transform() sets column j of `out` to the transform of column j of `in` by column j of
 * a model.  `in` and `out` have as many columns as the model, and as many rows as each other; their
 * layouts and types may differ.  They may be the same memory in the same layout and type (in
 * place); otherwise they must not overlap.  If both are float32, each value becomes what
 * bell_transform_apply_f32() makes of it, otherwise what _f64 makes of it, rounded to the type of
 * `out`.
 *
 * It returns BELL_OK, BELL_EINVAL (a NULL pointer; threads out of range; an impossible table;
 * shapes that differ), BELL_ESIZE, BELL_EBACKEND or BELL_ENOMEM.  After an error nothing is
 * written.
 */
BELL_API enum bell_status bell_table_transform(const struct bell_model *model,
					       const struct bell_table *in, unsigned threads,
					       const struct bell_table *out);

/*
 * bell_table_inverse() does the same with the inverse of each transform.  A value outside the image
 * of its transform becomes what `outside` says (see enum bell_outside), and outside_count[j] is set
 * to the number of those in column j.  outside_count is NULL, or holds one count for each column.
 *
 * It returns BELL_OK, BELL_EINVAL (model, in or out is NULL; threads or `outside` out of range; an
 * impossible table; shapes that differ), BELL_ESIZE, BELL_EBACKEND, BELL_ENOMEM, or BELL_EDOMAIN,
 * for BELL_OUTSIDE_ERROR alone, if a value is outside the image.  After BELL_EDOMAIN `out` and
 * outside_count are written, after any other error nothing is.
 */
BELL_API enum bell_status bell_table_inverse(const struct bell_model *model,
					     const struct bell_table *in, enum bell_outside outside,
					     unsigned threads, const struct bell_table *out,
					     uint64_t *outside_count);

#ifdef __cplusplus
}
#endif
#endif
