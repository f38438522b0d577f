/* SPDX-License-Identifier: BSD-3-Clause */
/* expression.h - transforms as expressions of SQL, Python and R, to run where bellshape is not. */
#ifndef BELLSHAPE_EXPRESSION_H
#define BELLSHAPE_EXPRESSION_H

#include <stdbool.h>
#include <bellshape/status.h>
#include <bellshape/transform.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The language of an expression:
 *
 *	BELL_SQL	SQL as DuckDB and PostgreSQL have it
 *	BELL_SPARK	SQL of Apache Spark
 *	BELL_BIGQUERY	SQL of BigQuery (GoogleSQL)
 *	BELL_PYTHON	Python with NumPy, which is called np
 *	BELL_R		R
 */
enum bell_dialect { BELL_SQL, BELL_SPARK, BELL_BIGQUERY, BELL_PYTHON, BELL_R };

/*
 * bell_dialect_name() returns the name of a dialect: "sql", "spark", "bigquery", "python" or "r".
 * It returns NULL for a number that is no dialect, so that a loop from 0 upwards meets every
 * dialect before the first NULL.
 */
BELL_API const char *bell_dialect_name(enum bell_dialect dialect);

/*
 * bell_dialect_of_name() sets *out to the dialect of a name.  "duckdb" is another name of "sql".
 *
 * It returns BELL_OK, or BELL_EINVAL if name or out is NULL or no dialect has that name, and then
 * leaves *out as it was.
 */
BELL_API enum bell_status bell_dialect_of_name(const char *name, enum bell_dialect *out);

/*
 * bell_dialect_quote() sets *out to the name of a column as a dialect wants it, to be freed with
 * free(): an identifier within quotes for SQL, and otherwise a string within quotes.  What is no
 * UTF-8 stays as it is.
 *
 * It returns BELL_OK; BELL_EINVAL if name or out is NULL or the dialect unknown; or BELL_ENOMEM.
 * After an error *out is not written.
 */
BELL_API enum bell_status bell_dialect_quote(enum bell_dialect dialect, const char *name,
					     char **out);

/*
 * bell_transform_expression() sets *out to the expression of a transform, or with `inverse` of its
 * inverse, to be freed with free().  `x` stands in it for the value: a name, or anything that needs
 * no brackets around it.  The text is one line of ASCII beside `x`, and has all digits.  Python and
 * R take an array or vector of doubles, and so does Python a single number.
 *
 * What the text computes differs from bell_transform_apply_f64() by the rounding of its steps: by
 * less than 1e-12 of the largest of 1, |y| and |x dy/dx|, for |x| between 1e-150 and 1e150 or 0.
 * It keeps the digits of small numbers, of powers near 0 and of columns far from 0 and narrow.
 * Outside the domain y is NaN, and so is the x of a y outside the image; a y at the limit of the
 * image gives the end of what the transform was fitted to, as in bell_transform_inverse_f64().
 * NULL stays NULL in SQL.  PostgreSQL and BigQuery report results that exceed a double as errors.
 *
 * Normal scores are a table: a call of np.interp() or approx() in Python and R, and in SQL a tree
 * of as many comparisons as there are points, which may be 100 KB of text.
 *
 * It returns BELL_OK; BELL_EINVAL if a pointer is NULL, the dialect unknown or the transform one
 * that bell_transform_apply_f64() refuses; BELL_EBACKEND; or BELL_ENOMEM.  After an error *out is
 * not written.
 */
BELL_API enum bell_status bell_transform_expression(const struct bell_transform *t,
						    enum bell_dialect dialect, bool inverse,
						    const char *x, char **out);

#ifdef __cplusplus
}
#endif
#endif
