/* SPDX-License-Identifier: BSD-3-Clause */
/* state.h - what is known of a whole table, in kilobytes a column, to be merged and fitted. */
#ifndef BELLSHAPE_STATE_H
#define BELLSHAPE_STATE_H

#include <stddef.h>
#include <stdint.h>
#include <bellshape/fit.h>
#include <bellshape/model.h>
#include <bellshape/sketch.h>
#include <bellshape/status.h>
#include <bellshape/table.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A state holds the names of the columns of a table, one sketch (sketch.h) for each, and how many
 * rows have been read.  It has no method: a fit by any method follows from it.  Where a table lies
 * in parts, in many files or on many machines, each part gets a state, the states are merged, and
 * the result is fitted.  docs/scale.md shows how.
 *
 * If all parts have the same grids, from bell_state_like(), the merged state and the fits of it
 * have the same bits however the rows were parted and in whatever order the parts were merged.  If
 * each part chooses its own, lambda may differ in its last digits (docs/sketch.md).
 *
 * Many threads may read a state at once, but while one changes it no other may use it.
 */
struct bell_state;

/* A state counts fewer rows than this, 2^62. */
#define BELL_MAX_STATE_ROWS ((uint64_t)1 << 62)

/*
 * bell_state_create() makes in *out a state of so many columns that has seen no rows, to be freed
 * with bell_state_free().  names has a name for each column, which is copied, or NULL for a column
 * without one; or names is NULL: no column has a name.  Each sketch will choose its own grid.
 *
 * It returns BELL_OK; BELL_EINVAL if out is NULL; BELL_ESIZE if the state would exceed SIZE_MAX
 * bytes; BELL_ENOMEM.  On an error *out is not written.
 */
BELL_API enum bell_status bell_state_create(size_t columns, const char *const *names,
					    struct bell_state **out);

/*
 * bell_state_like() makes in *out a state that has seen no rows, with the names and grids of
 * another, to be freed with bell_state_free().  Where a grid of the other has not been settled, the
 * new one is the grid that bell_sketch_settle() would settle on.  Where there is none, because the
 * other has seen no finite value but 0 in a column, the column will choose its own grid.  Weights
 * are scaled as in the other.
 *
 * A good state for this has seen some rows from many places of the table: 64 from each of 64 places
 * will do.  The first rows of a sorted table are a bad sample of it.
 *
 * It returns BELL_OK; BELL_EINVAL if a pointer is NULL; BELL_EBACKEND if the environment variable
 * BELLSHAPE_BACKEND cannot be honored; BELL_ENOMEM.  On an error *out is not written.
 */
BELL_API enum bell_status bell_state_like(const struct bell_state *state, struct bell_state **out);

/*
 * bell_state_regrid() is bell_state_like(), but for settled grids: it chooses them anew, so that
 * they suit all that the other state has seen.  It is for a second reading of the table, where a
 * fit has the flag BELL_FIT_ILL_CONDITIONED because a grid does not suit its column.
 *
 * It returns BELL_OK; BELL_EINVAL if a pointer is NULL; BELL_EBACKEND if the environment variable
 * BELLSHAPE_BACKEND cannot be honored; BELL_ENOMEM.  On an error *out is not written.
 */
BELL_API enum bell_status bell_state_regrid(const struct bell_state *state,
					    struct bell_state **out);

/* bell_state_free() frees a state and all that it holds.  NULL is fine, and does nothing. */
BELL_API void bell_state_free(struct bell_state *state);

/*
 * bell_state_columns() and bell_state_rows() return the number of columns of a state and of the
 * rows that it has seen, those of weight 0 included; and 0 for NULL.
 */
BELL_API size_t bell_state_columns(const struct bell_state *state);
BELL_API uint64_t bell_state_rows(const struct bell_state *state);

/*
 * bell_state_name() returns the name of a column, counted from 0.  It is valid as long as the
 * state.  It returns NULL if the column has no name, and if state is NULL or has no such column.
 */
BELL_API const char *bell_state_name(const struct bell_state *state, size_t column);

/*
 * bell_state_sketches() returns the sketches of the columns, which belong to the state and are
 * valid until it is freed.  It returns NULL for NULL.  They may be changed by the functions of
 * sketch.h and table.h, such as bell_sketch_scale_weights(); who adds rows to them says so with
 * bell_state_add_rows().
 */
BELL_API struct bell_sketch *const *bell_state_sketches(const struct bell_state *state);

/*
 * bell_state_add_rows() counts rows whose values the caller has added to the sketches, as one does
 * where a table comes column by column.  It returns BELL_OK; BELL_EINVAL if state is NULL;
 * BELL_ESIZE if there would be BELL_MAX_STATE_ROWS rows or more, and then changes nothing.
 */
BELL_API enum bell_status bell_state_add_rows(struct bell_state *state, uint64_t rows);

/*
 * bell_state_update() adds the rows of a table, whose columns are those of the state in their
 * order.  weights is NULL, or holds one weight for each row, as in bell_table_sketch().
 *
 * threads is the largest number of threads to use, 1 to BELL_MAX_THREADS (backend.h), or 0 for as
 * many as threads.h says.  The result does not depend on it.
 *
 * It returns BELL_OK; BELL_EINVAL if state or table is NULL, if the table is impossible (table.h)
 * or has another number of columns, or if threads is out of range; BELL_ESIZE if the table is
 * impossible, if there would be too many rows or if weights would add up to 2^60 or more;
 * BELL_EBACKEND; BELL_EWEIGHT if a weight is negative, NaN, too large or too small; BELL_ENOMEM.
 * After BELL_ENOMEM the state is only good to be freed; after any other error it is as it was.
 */
BELL_API enum bell_status bell_state_update(struct bell_state *state,
					    const struct bell_table *table, const double *weights,
					    unsigned threads);

/*
 * bell_state_settle() chooses the grids of all columns now and for good, as bell_sketch_settle()
 * does, but for those columns that have seen no finite value but 0: these go on without.
 *
 * It returns BELL_OK; BELL_EINVAL if state is NULL; BELL_EBACKEND if the environment variable
 * BELLSHAPE_BACKEND cannot be honored; BELL_ENOMEM, after which some columns may have been settled.
 */
BELL_API enum bell_status bell_state_settle(struct bell_state *state);

/* How the columns of two states differ. */
enum bell_state_difference {
	/* They have the same names in the same order. */
	BELL_STATES_MATCH = 0,

	/* At this place both have a column that the other has nowhere. */
	BELL_STATES_RENAMED,

	/* The first state has a column here that the second has nowhere. */
	BELL_STATES_MISSING,

	/* The second state has a column here that the first has nowhere. */
	BELL_STATES_EXTRA,

	/* Both have the two columns of this place, but elsewhere. */
	BELL_STATES_ORDER
};

/*
 * bell_state_compare() says whether two states have the same columns.  If they do not, *column
 * becomes the first place, counted from 0, at which they differ; one of the two may have fewer
 * columns.  A column without a name is one of that place.  column may be NULL.  a and b must not be
 * NULL.
 */
BELL_API enum bell_state_difference bell_state_compare(const struct bell_state *a,
						       const struct bell_state *b, size_t *column);

/*
 * bell_state_merge() adds to `into` all that `from` has seen, column by column, as
 * bell_sketch_merge() does.  `from` is only read.
 *
 * It returns BELL_OK; BELL_EINVAL if a pointer is NULL or both are the same state; BELL_EMISMATCH
 * if their columns differ, as bell_state_compare() says; BELL_ESIZE if there would be too many rows
 * or bell_sketch_merge() returns it for a column; BELL_EBACKEND; BELL_ENOMEM.  After BELL_ENOMEM
 * `into` is only good to be freed; after any other error it is as it was.
 */
BELL_API enum bell_status bell_state_merge(struct bell_state *into, const struct bell_state *from);

/*
 * bell_state_fit() fits every column and sets *out to a new model with the names of the state, to
 * be freed with bell_model_free().  The fits are those of bell_model_fit_sketches(), by any options
 * that these take; NULL means the defaults of bell_fit_options_default().  threads is the same as
 * in bell_state_update().
 *
 * A fit with the flag BELL_FIT_ILL_CONDITIONED is no error.  It says that the grid of the column
 * does not suit its values; then read the rows once more, into states like the one that
 * bell_state_regrid() makes of the merged one.
 *
 * It returns BELL_OK; BELL_EINVAL if state or out is NULL, if options or threads are out of range,
 * or for BELL_HELDOUT, which needs the values; BELL_EDOMAIN if a method does not take a value that
 * was seen; BELL_ESIZE if frequency weights of a column add up to more than BELL_MAX_ROWS, or the
 * model would exceed SIZE_MAX bytes; BELL_EBACKEND; BELL_ENOMEM.  On an error *out is not written.
 */
BELL_API enum bell_status bell_state_fit(const struct bell_state *state,
					 const struct bell_fit_options *options, unsigned threads,
					 struct bell_model **out);

/*
 * bell_state_size() returns how many bytes bell_state_serialize() writes for this state as it is
 * now; 0 if state is NULL.
 */
BELL_API size_t bell_state_size(const struct bell_state *state);

/*
 * bell_state_serialize() writes the state to the first bell_state_size() bytes of buffer, of which
 * `size` may be written.  The bytes have a version and a checksum and do not depend on the machine:
 * equal states give equal bytes everywhere.  docs/formats.md specifies them.  It returns BELL_OK;
 * BELL_EINVAL if a pointer is NULL; BELL_ESIZE if size is less than bell_state_size().  On an error
 * nothing is written.
 */
BELL_API enum bell_status bell_state_serialize(const struct bell_state *state, void *buffer,
					       size_t size);

/*
 * bell_state_deserialize() makes a state in *out from the `size` bytes at buffer, all of which must
 * be those of one state.  It is to be freed with bell_state_free().  The bytes need not be trusted:
 * whatever they are, the call returns an error or a state that every function can take.
 *
 * It returns BELL_OK; BELL_EINVAL if a pointer is NULL; BELL_EFORMAT if the bytes do not begin as
 * those of a state do, or are fewer than 8; BELL_EVERSION if they, or a sketch in them, are of a
 * version that this library cannot read; BELL_EDAMAGED if they were cut short, extended or altered;
 * BELL_ENOMEM.  On an error *out is not written.
 */
BELL_API enum bell_status bell_state_deserialize(const void *buffer, size_t size,
						 struct bell_state **out);

#ifdef __cplusplus
}
#endif
#endif
