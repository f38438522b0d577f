/* SPDX-License-Identifier: BSD-3-Clause */
/* json_candidates.c - the candidates of a column as JSON. */
#include <stdlib.h>
#include <string.h>
#include <cjson/cJSON.h>
#include "model/json_candidates.h"

/* More than the keys of a candidate. */
#define MAX_KEYS 16

/* ---- writing ---- */

static bool add_candidate(cJSON *array, struct bell_candidate k)
{
	cJSON *o = cJSON_CreateObject();
	const char *refusal = bell_refusal_name(k.refusal);

	if (!cJSON_AddItemToArray(array, o)) {
		cJSON_Delete(o);
		return false;
	}
	return cJSON_AddStringToObject(o, "method", bell_method_name(k.method)) &&
	       cJSON_AddBoolToObject(o, "chosen", k.chosen) &&
	       (refusal ? cJSON_AddStringToObject(o, "refused", refusal)
			: cJSON_AddNullToObject(o, "refused")) &&
	       cJSON_AddNumberToObject(o, "parameters", k.parameters) &&
	       bell_json_add_fields(o, bell_json_candidate, &k);
}

bool bell_json_add_candidates(cJSON *column, const struct bell_candidate *candidate, size_t count)
{
	cJSON *array = count ? cJSON_AddArrayToObject(column, "candidates") : NULL;
	bool ok = array || !count;

	for (size_t i = 0; ok && i < count; i++)
		ok = add_candidate(array, candidate[i]);
	return ok;
}

/* ---- reading ---- */

static enum bell_status read_refusal(struct json v, enum bell_refusal *out)
{
	enum bell_status status;
	char *word;
	int i = 1;

	if (bell_json_starts(v, 'n'))
		return BELL_OK;
	status = bell_json_string(v, &word);
	if (status != BELL_OK)
		return status;
	while (bell_refusal_name((enum bell_refusal)i) &&
	       strcmp(bell_refusal_name((enum bell_refusal)i), word) != 0)
		i++;
	free(word);
	*out = (enum bell_refusal)i;
	return bell_refusal_name(*out) ? BELL_OK : BELL_EVERSION;
}

static enum bell_status read_method(struct json v, enum bell_method *out)
{
	char *name;
	enum bell_status status = bell_json_string(v, &name);

	if (status != BELL_OK)
		return status;
	status = bell_method_of_name(name, out);
	free(name);
	return status == BELL_OK ? BELL_OK : BELL_EVERSION;
}

static enum bell_status read_candidate(struct json v, struct bell_candidate *k)
{
	enum { METHOD, CHOSEN, REFUSED, PARAMETERS, FIELDS };
	struct member m[MAX_KEYS] = {
	    {.key = "method"}, {.key = "chosen"}, {.key = "refused"}, {.key = "parameters"}};
	size_t n = FIELDS;
	double parameters;
	enum bell_status status;

	for (const struct field *f = bell_json_candidate; f->key; f++)
		m[n++].key = f->key;
	status = bell_json_members(v, m);
	if (status == BELL_OK)
		status = read_method(m[METHOD].value, &k->method);
	if (status == BELL_OK)
		status = read_refusal(m[REFUSED].value, &k->refusal);
	if (status == BELL_OK)
		status = bell_json_number(m[PARAMETERS].value, &parameters);
	for (size_t i = FIELDS; status == BELL_OK && i < n; i++)
		/* models of before have no shift, and no family that has one */
		if (m[i].value.p || strcmp(m[i].key, "shift") != 0)
			status = bell_json_number(m[i].value,
						  field_of(k, &bell_json_candidate[i - FIELDS]));
	if (status != BELL_OK)
		return status;
	k->chosen = bell_json_starts(m[CHOSEN].value, 't');
	k->parameters = (unsigned)bell_method_parameters(k->method);
	return parameters == k->parameters ? BELL_OK : BELL_EDAMAGED;
}

enum bell_status bell_json_read_candidates(struct json v, struct bell_model *model, size_t column)
{
	struct bell_candidate candidate[BELL_MAX_CANDIDATES] = {0};
	struct json element = {0};
	enum bell_status status = BELL_OK;
	size_t n = 0;

	if (!v.p)
		return BELL_OK;
	while (status == BELL_OK && bell_json_next(v, &element))
		status = n < BELL_MAX_CANDIDATES ? read_candidate(element, &candidate[n++])
						 : BELL_EDAMAGED;
	if (status == BELL_OK)
		status = n ? bell_model_set_candidates(model, column, candidate, n) : BELL_EDAMAGED;
	return status == BELL_EINVAL ? BELL_EDAMAGED : status;
}
