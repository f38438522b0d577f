/* SPDX-License-Identifier: BSD-3-Clause */
/* model.h - the fits and names of the columns of a table, in memory and as JSON. */
#ifndef BELLSHAPE_MODEL_H
#define BELLSHAPE_MODEL_H

#include <stddef.h>
#include <bellshape/fit.h>
#include <bellshape/sketch.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One fit and one name for each column.  Names are copied; a name may be NULL. */
struct bell_model;

/* A model of `columns` unnamed columns that are left as they are (identity), in *out. */
BELL_API enum bell_status bell_model_create(size_t columns, struct bell_model **out);
BELL_API void bell_model_free(struct bell_model *model);
BELL_API size_t bell_model_columns(const struct bell_model *model);
/* NULL if there is no such column; the pointers live as long as the model is not changed. */
BELL_API const struct bell_fit *bell_model_fit(const struct bell_model *model, size_t column);
BELL_API const char *bell_model_name(const struct bell_model *model, size_t column);
BELL_API enum bell_status bell_model_set(struct bell_model *model, size_t column, const char *name,
					 const struct bell_fit *fit);

/*
 * bell_model_fit_sketches() fits every one of `columns` sketches, as bell_fit_sketch() does, and sets *out to a new
 * model of that many unnamed columns, to be freed with bell_model_free().  options NULL means the defaults of
 * bell_fit_options_default(); each sketch has a method of its own, and options->method is not read.  threads is 1 to
 * BELL_MAX_THREADS, or 0 for one for each CPU; they share the columns, and the result does not depend on it.  A column
 * whose fit has the flag BELL_FIT_ILL_CONDITIONED is no error here.
 *
 * It returns BELL_OK, BELL_EINVAL (a NULL pointer, also among the sketches; options or threads out of range; sketches
 * may be NULL if columns is 0), BELL_ESIZE (the model would exceed SIZE_MAX bytes), BELL_ENOMEM or BELL_EBACKEND.
 */
BELL_API enum bell_status bell_model_fit_sketches(struct bell_sketch *const *sketches,
						  size_t columns,
						  const struct bell_fit_options *options,
						  unsigned threads, struct bell_model **out);

/*
 * A model as JSON text and back, every number exact.  *text is to be freed with free().
 * BELL_EFORMAT: not JSON, or not a bellshape model; BELL_EVERSION; BELL_EDAMAGED: impossible
 * numbers.
 */
BELL_API enum bell_status bell_model_to_json(const struct bell_model *model, char **text);
BELL_API enum bell_status bell_model_from_json(const char *text, size_t size,
					       struct bell_model **out);

#ifdef __cplusplus
}
#endif
#endif
