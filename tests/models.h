/* SPDX-License-Identifier: BSD-3-Clause */
/* models.h - models of a few columns as JSON and back. */
#ifndef TESTS_MODELS_H
#define TESTS_MODELS_H

#include "common.h"

/* A model of columns without values, to be freed with bell_model_free(). */
struct bell_model *model_of(size_t columns);

/* A model as JSON, to be freed. */
char *json_of(const struct bell_model *m);

/* What reading a text returns. */
enum bell_status status_of(const char *text, size_t size);

/*
 * Writes a fit as a model of one column, and reads it.  BELL_EINVAL: it is not written, because it
 * would not be read.
 */
enum bell_status read_back(const struct bell_fit *fit, struct bell_fit *back);

#endif
