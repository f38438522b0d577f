/* SPDX-License-Identifier: BSD-3-Clause */
/* golden.c - the committed reference values. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "common.h"
#include "golden.h"

cJSON *golden_file(const char *name)
{
	const char *directory = getenv("BELLSHAPE_GOLDEN");
	char path[4096], *text;
	size_t size = 1 << 22;
	cJSON *json;
	FILE *f;

	cr_assert_not_null(directory, "BELLSHAPE_GOLDEN must name the directory tests/golden");
	snprintf(path, sizeof path, "%s/%s", directory, name);
	f = fopen(path, "r");
	cr_assert_not_null(f, "%s", path);
	text = malloc(size);
	size = fread(text, 1, size, f);
	fclose(f);
	json = cJSON_ParseWithLength(text, size);
	free(text);
	cr_assert_not_null(json, "%s", path);
	return json;
}

double *golden_numbers(const cJSON *array, size_t *n)
{
	double *x = malloc(sizeof *x * (size_t)(cJSON_GetArraySize(array) + 1));
	const cJSON *item;

	*n = 0;
	cJSON_ArrayForEach(item, array) x[(*n)++] = cJSON_IsNull(item) ? NAN : item->valuedouble;
	return x;
}

/* Numbers of many digits are kept as text. */
static double text_number(const cJSON *item, double otherwise)
{
	return cJSON_IsString(item) ? strtod(item->valuestring, NULL) : otherwise;
}

static struct golden read_column(const cJSON *o)
{
	const cJSON *ci95 = cJSON_GetObjectItem(o, "ci95");
	struct golden g = {.name = cJSON_GetObjectItem(o, "name")->valuestring};

	g.x = golden_numbers(cJSON_GetObjectItem(o, "x"), &g.n);
	g.lambda = text_number(cJSON_GetObjectItem(o, "lambda"), NAN);
	g.lr_vs_identity = text_number(cJSON_GetObjectItem(o, "lr_vs_identity"), NAN);
	g.sd_log = text_number(cJSON_GetObjectItem(o, "sd_log"), NAN);
	g.ci95[0] = text_number(cJSON_GetArrayItem(ci95, 0), -INFINITY);
	g.ci95[1] = text_number(cJSON_GetArrayItem(ci95, 1), INFINITY);
	if (!cJSON_IsTrue(cJSON_GetObjectItem(o, "degenerate")))
		g.z = golden_numbers(cJSON_GetObjectItem(o, "z"), &g.values);
	return g;
}

struct golden_set golden_load(void)
{
	struct golden_set set = {.file = golden_file("yeo_johnson.json")};
	const cJSON *o;

	set.column = malloc(sizeof *set.column * (size_t)cJSON_GetArraySize(set.file));
	cJSON_ArrayForEach(o, set.file) set.column[set.columns++] = read_column(o);
	cr_assert_eq(set.columns, 43);
	return set;
}

void golden_free(struct golden_set *set)
{
	for (size_t i = 0; i < set->columns; i++) {
		free(set->column[i].x);
		free(set->column[i].z);
	}
	free(set->column);
	cJSON_Delete(set->file);
}
