/* SPDX-License-Identifier: BSD-3-Clause */
/* model.h - the fits and names of the columns of a table, in memory and as JSON. */
#ifndef BELLSHAPE_MODEL_H
#define BELLSHAPE_MODEL_H

#include <stddef.h>
#include <bellshape/choose.h>
#include <bellshape/fit.h>
#include <bellshape/sketch.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A model holds one fit and one name for each column of a table.  It may be read by many threads at
 * once, or changed by one.
 */
struct bell_model;

/*
 * bell_model_create() sets *out to a new model, to be freed with bell_model_free().  Its columns,
 * of which there may be none, have no names, and transforms that leave values as they are.  In
 * their fits lambda is 1, counts, weight, evaluations and flags are 0, and all other numbers beside
 * the transform are NaN, because nobody has estimated them.
 *
 * It returns BELL_OK, BELL_EINVAL if out is NULL, BELL_ESIZE if the model would exceed SIZE_MAX
 * bytes, or BELL_ENOMEM.
 */
BELL_API enum bell_status bell_model_create(size_t columns, struct bell_model **out);

/* bell_model_free() frees a model.  NULL is fine, and does nothing. */
BELL_API void bell_model_free(struct bell_model *model);

/* bell_model_columns() returns the number of columns of a model, and 0 for NULL. */
BELL_API size_t bell_model_columns(const struct bell_model *model);

/*
 * bell_model_fit() and bell_model_name() return the fit and the name of a column, counted from 0.
 * The pointers are valid until bell_model_set() for this column or bell_model_free().  A column
 * without a name has the name NULL.  Both return NULL if model is NULL or has no such column.
 */
BELL_API const struct bell_fit *bell_model_fit(const struct bell_model *model, size_t column);
BELL_API const char *bell_model_name(const struct bell_model *model, size_t column);

/*
 * bell_model_candidates() returns the families of transforms among which that of a column was
 * chosen, and sets *count to their number.  It returns NULL and sets *count to 0 if none were
 * compared, if model is NULL or if it has no such column.  The pointer is valid as long as that of
 * bell_model_fit().  count must not be NULL.
 */
BELL_API const struct bell_candidate *bell_model_candidates(const struct bell_model *model,
							    size_t column, size_t *count);

/*
 * bell_model_set_candidates() gives a column copies of `count` candidates, of which one is chosen.
 * count may be 0, and candidate NULL then: the column has none from then on.  They may be those
 * that the column has already.
 *
 * It returns BELL_OK, BELL_EINVAL (model is NULL, there is no such column, candidate is NULL and
 * count is not 0, count is above BELL_MAX_CANDIDATES, or not exactly one is chosen) or BELL_ENOMEM.
 * After an error the model is as it was.
 */
BELL_API enum bell_status bell_model_set_candidates(struct bell_model *model, size_t column,
						    const struct bell_candidate *candidate,
						    size_t count);

/*
 * bell_model_set() gives a column copies of a name, which may be NULL, and of a fit.  Both may be
 * those that the column has already.  The unit of the copy is that of its transform.  The column
 * keeps its candidates, if it has any.  The model shares the table of BELL_NORMAL_SCORES: the
 * caller still has to release a fit of its own.
 *
 * It returns BELL_OK, BELL_EINVAL (model or fit is NULL; there is no such column; the method of the
 * fit's transform is unknown, its unit is out of range, its reserved fields are not 0, or it has a
 * table without BELL_NORMAL_SCORES or no table with it) or BELL_ENOMEM.  After an error the model
 * is as it was.
 */
BELL_API enum bell_status bell_model_set(struct bell_model *model, size_t column, const char *name,
					 const struct bell_fit *fit);

/*
 * bell_model_fit_sketches() fits every one of `columns` sketches, as bell_fit_sketch() does, and
 * sets *out to a new model of that many columns without names, to be freed with bell_model_free().
 * options NULL means the defaults of bell_fit_options_default().  Columns of BELL_BEST get their
 * candidates, as from bell_choose_sketch().  A fit with the flag BELL_FIT_ILL_CONDITIONED is no
 * error here.  sketches may be NULL if there are no columns.
 *
 * threads is the largest number of threads to use, 1 to BELL_MAX_THREADS (backend.h), or 0 for as
 * many as threads.h says.  They share the columns, and the result does not depend on it.
 *
 * It returns BELL_OK, BELL_EINVAL (a NULL pointer, also among the sketches; options or threads out
 * of range; BELL_HELDOUT, which needs the values), BELL_EDOMAIN (a sketch has seen a value that is
 * not in the domain of the method; BELL_BEST, and none of the candidates takes them), BELL_ESIZE
 * (frequency weights of a column add up to more than BELL_MAX_ROWS, or the model would exceed
 * SIZE_MAX bytes), BELL_ENOMEM or BELL_EBACKEND.  After an error *out is not written.
 */
BELL_API enum bell_status bell_model_fit_sketches(struct bell_sketch *const *sketches,
						  size_t columns,
						  const struct bell_fit_options *options,
						  unsigned threads, struct bell_model **out);

/*
 * bell_model_to_json() sets *text to a model as JSON in UTF-8, ended by a 0, to be freed with
 * free().  It keeps every bit of every double, and counts up to 2^53.  docs/formats.md says what
 * the text holds.  The bytes of a name that is not UTF-8 are kept, too.
 *
 * It returns BELL_OK; BELL_EINVAL for NULL, and if a fit contradicts itself, so that
 * bell_model_from_json() would refuse it; BELL_ESIZE if a count exceeds 2^53; or BELL_ENOMEM.
 */
BELL_API enum bell_status bell_model_to_json(const struct bell_model *model, char **text);

/*
 * bell_model_from_json() sets *out to a new model, to be freed with bell_model_free(), from the
 * `size` bytes at text, which need no 0 behind them.  It reads the format of this version and all
 * before it, and ignores keys that it does not know.
 *
 * A column is refused if its numbers contradict each other: an edit of lambda, say, has no effect
 * on the sides of the transform, which alone decide what becomes of a value.  docs/formats.md has
 * the relations.  To make a model of a known lambda by hand, give bell_model_set() a fit of
 * bell_model_create() with that lambda and the transform that bell_transform_plain() makes of it.
 *
 * It returns BELL_OK; BELL_EINVAL for NULL; BELL_EFORMAT if the text is not JSON, or no bellshape
 * model (the keys "bellshape", "format" and "columns" have to be there); BELL_EVERSION if a later
 * version wrote it and its format or one of its methods is unknown here; BELL_EDAMAGED if something
 * is missing in a column, a key occurs twice, a number is impossible or numbers contradict each
 * other; or BELL_ENOMEM.
 */
BELL_API enum bell_status bell_model_from_json(const char *text, size_t size,
					       struct bell_model **out);

#ifdef __cplusplus
}
#endif
#endif
