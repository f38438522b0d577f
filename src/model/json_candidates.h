/* SPDX-License-Identifier: BSD-3-Clause */
/* json_candidates.h - the candidates of a column as JSON. */
#ifndef BELL_MODEL_JSON_CANDIDATES_H
#define BELL_MODEL_JSON_CANDIDATES_H

#include "model/json.h"
#include "model/json_text.h"

/*
 * bell_json_add_candidates() adds `count` candidates to a column; nothing if there are none.  It
 * returns false if memory could not be had.
 */
bool bell_json_add_candidates(struct cJSON *column, const struct bell_candidate *candidate,
			      size_t count);

/*
 * bell_json_read_candidates() gives a column of a model the candidates of a value, of which there
 * may be none.  It returns BELL_OK, BELL_EDAMAGED, BELL_EVERSION if a word in it is unknown, or
 * BELL_ENOMEM.
 */
enum bell_status bell_json_read_candidates(struct json v, struct bell_model *model, size_t column);

#endif
