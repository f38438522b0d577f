/* SPDX-License-Identifier: BSD-3-Clause */
/* models.c - models of a few columns as JSON and back. */
#include <stdlib.h>
#include <string.h>
#include "models.h"

char *json_of(const struct bell_model *m)
{
	char *text = NULL;

	CHECK(bell_model_to_json(m, &text));
	cr_assert_not_null(text);
	return text;
}

enum bell_status status_of(const char *text, size_t size)
{
	struct bell_model *m = NULL;
	enum bell_status status = bell_model_from_json(text, size, &m);

	cr_assert_eq(status == BELL_OK, m != NULL);
	bell_model_free(m);
	return status;
}

struct bell_model *model_of(size_t columns)
{
	struct bell_model *m;

	CHECK(bell_model_create(columns, &m));
	return m;
}

enum bell_status read_back(const struct bell_fit *fit, struct bell_fit *back)
{
	struct bell_model *m, *read;
	enum bell_status status;
	char *text;

	CHECK(bell_model_create(1, &m));
	CHECK(bell_model_set(m, 0, NULL, fit));
	status = bell_model_to_json(m, &text);
	if (status == BELL_OK) {
		CHECK(bell_model_from_json(text, strlen(text), &read));
		*back = *bell_model_fit(read, 0);
		bell_model_free(read);
		free(text);
	}
	bell_model_free(m);
	return status;
}
