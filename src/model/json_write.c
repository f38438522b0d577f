/* SPDX-License-Identifier: BSD-3-Clause */
/* json_write.c - a model as JSON. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cjson/cJSON.h>
#include <bellshape/backend.h>
#include "model/check.h"
#include "model/json.h"
#include "model/json_candidates.h"
#include "transform.h"

/*
 * Each add_*() returns false if memory could not be had.  An item belongs to the object or array
 * that it is added to, also if the addition fails.
 */
static bool add_item(cJSON *object, const char *key, cJSON *item)
{
	bool added = cJSON_AddItemToObject(object, key, item);

	if (!added)
		cJSON_Delete(item);
	return added;
}

static bool add_element(cJSON *array, cJSON *item)
{
	bool added = cJSON_AddItemToArray(array, item);

	if (!added)
		cJSON_Delete(item);
	return added;
}

/*
 * A double by its shortest text of 15 to 17 digits that reads back as itself, or as a string where
 * JSON has no number for it.
 */
static cJSON *number(double x)
{
	char text[32];

	if (!isfinite(x))
		return cJSON_CreateString(isnan(x) ? "NaN" : x > 0 ? "Infinity" : "-Infinity");
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, x);
		if (strtod(text, NULL) == x)
			break;
	}
	return cJSON_CreateRaw(text);
}

static bool add_number(cJSON *object, const char *key, double x)
{
	return add_item(object, key, number(x));
}

bool bell_json_add_fields(cJSON *object, const struct field *f, void *from)
{
	bool ok = true;

	for (; ok && f->key; f++)
		ok = add_number(object, f->key, *field_of(from, f));
	return ok;
}

static bool add_side(cJSON *sides, struct bell_transform_side side)
{
	cJSON *o = cJSON_CreateObject();

	return add_element(sides, o) && bell_json_add_fields(o, bell_json_side, &side);
}

/* The first n numbers, as an array. */
static bool add_numbers(cJSON *object, const char *key, const double *x, size_t n)
{
	cJSON *array = cJSON_AddArrayToObject(object, key);
	bool ok = array != NULL;

	for (size_t i = 0; ok && i < n; i++)
		ok = add_element(array, number(x[i]));
	return ok;
}

static bool add_table(cJSON *transform, const struct bell_score_table *table)
{
	cJSON *o = cJSON_AddObjectToObject(transform, "table");
	double slope[2];
	const double *x, *z;
	size_t n = bell_score_table_points(table, &x, &z, slope);

	return o && add_numbers(o, "x", x, n) && add_numbers(o, "z", z, n) &&
	       add_numbers(o, "slopes", slope, 2);
}

static bool add_transform(cJSON *column, const struct bell_transform *t)
{
	cJSON *o = cJSON_AddObjectToObject(column, "transform"), *sides;
	bool ok = cJSON_AddStringToObject(o, "method", bell_method_name(t->method)) &&
		  add_number(o, "min", t->min) && add_number(o, "max", t->max) &&
		  (!has_unit(t->method) || add_number(o, "unit", t->unit)) &&
		  (t->method != BELL_LOG_SHIFT || add_number(o, "shift", t->shift)) &&
		  (!t->table || add_table(o, t->table)) &&
		  (sides = cJSON_AddArrayToObject(o, "sides"));

	for (int side = 0; ok && side < sides_of(t->method); side++)
		ok = add_side(sides, t->side[side]);
	return ok;
}

static bool add_ci95(cJSON *column, const double ci95[2])
{
	return add_numbers(column, "ci95", ci95, 2);
}

/* The bytes of a name in hexadecimal. */
static bool add_name_bytes(cJSON *column, const char *name)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = strlen(name);
	char *text = malloc(2 * n + 1);
	bool ok;

	if (!text)
		return false;
	for (size_t i = 0; i < n; i++) {
		text[2 * i] = digits[(unsigned char)name[i] >> 4];
		text[2 * i + 1] = digits[name[i] & 15];
	}
	text[2 * n] = 0;
	ok = cJSON_AddStringToObject(column, "name_bytes", text);
	free(text);
	return ok;
}

static bool add_name(cJSON *column, const char *name)
{
	char *text;
	bool ok;

	if (!name)
		return cJSON_AddNullToObject(column, "name");
	if (bell_name_is_utf8(name))
		return cJSON_AddStringToObject(column, "name", name);
	text = bell_name_text(name);
	ok = text && cJSON_AddStringToObject(column, "name", text) && add_name_bytes(column, name);
	free(text);
	return ok;
}

/* What collapses is written only where something does. */
static bool add_collapsed(cJSON *column, const struct bell_fit *fit)
{
	return !(fit->flags & BELL_FIT_COLLAPSED) ||
	       add_number(column, "collapsed", fit->collapsed);
}

/* What was set aside is written of robust fits alone. */
static bool add_set_aside(cJSON *column, const struct bell_fit *fit)
{
	return !(fit->flags & BELL_FIT_ROBUST) || add_number(column, "set_aside", fit->set_aside);
}

static bool add_column(cJSON *o, const char *name, struct bell_fit fit)
{
	return add_name(o, name) && add_number(o, "count", (double)fit.count) &&
	       add_number(o, "missing", (double)fit.missing) &&
	       add_number(o, "infinite", (double)fit.infinite) &&
	       add_number(o, "evaluations", fit.evaluations) && add_number(o, "flags", fit.flags) &&
	       bell_json_add_fields(o, bell_json_fit, &fit) && add_ci95(o, fit.ci95) &&
	       add_collapsed(o, &fit) && add_set_aside(o, &fit) && add_transform(o, &fit.transform);
}

/* ---- the text ---- */

/* A text that grows.  When memory runs out, p becomes NULL and stays so. */
struct text {
	char *p;
	size_t n, capacity;
};

static void append(struct text *t, const char *s, size_t n)
{
	if (t->p && t->n + n + 1 > t->capacity) {
		size_t capacity = 2 * (t->n + n + 1);
		char *p = realloc(t->p, capacity);

		if (!p)
			free(t->p);
		t->p = p;
		t->capacity = capacity;
	}
	if (!t->p)
		return;
	memcpy(t->p + t->n, s, n);
	t->n += n;
	t->p[t->n] = 0;
}

/* Appends a printed object at the depth of columns: two tabs more at each line. */
static void append_indented(struct text *t, const char *object)
{
	for (const char *end; (end = strchr(object, '\n')); object = end + 1) {
		append(t, object, (size_t)(end + 1 - object));
		append(t, "\t\t", 2);
	}
	append(t, object, strlen(object));
}

/* Appends a column, of which alone there is a tree at any time. */
static bool append_column(struct text *t, const struct bell_model *m, size_t j)
{
	size_t count;
	const struct bell_candidate *candidate = bell_model_candidates(m, j, &count);
	cJSON *o = cJSON_CreateObject();
	bool ok = add_column(o, bell_model_name(m, j), *bell_model_fit(m, j)) &&
		  bell_json_add_candidates(o, candidate, count);
	char *printed = ok ? cJSON_Print(o) : NULL;

	cJSON_Delete(o);
	if (!printed)
		return false;
	append_indented(t, printed);
	free(printed);
	return t->p;
}

/* The text of a model, to be freed, or NULL if memory runs out. */
static char *text_of(const struct bell_model *m)
{
	char head[128];
	int n = snprintf(head, sizeof head,
			 "{\n\t\"bellshape\":\t\"%s\",\n\t\"format\":\t%d,\n\t\"columns\":\t[",
			 BELL_VERSION, FORMAT);
	struct text t = {.p = malloc(sizeof head), .capacity = sizeof head};
	bool ok = true;

	append(&t, head, (size_t)n);
	for (size_t j = 0; ok && j < bell_model_columns(m); j++) {
		if (j)
			append(&t, ", ", 2);
		ok = append_column(&t, m, j);
	}
	append(&t, "]\n}", 3);
	if (ok)
		return t.p;
	free(t.p);
	return NULL;
}

/* Whether a double, and so a number of JSON, holds all counts. */
static bool counts_fit(const struct bell_model *m)
{
	const struct bell_fit *fit;

	for (size_t j = 0; (fit = bell_model_fit(m, j)); j++)
		if (fit->count > MAX_COUNT || fit->missing > MAX_COUNT || fit->infinite > MAX_COUNT)
			return false;
	return true;
}

enum bell_status bell_model_to_json(const struct bell_model *model, char **text)
{
	locale_t plain, callers;
	char *printed;

	if (!model || !text)
		return BELL_EINVAL;
	if (!counts_fit(model))
		return BELL_ESIZE;
	for (size_t j = 0; j < bell_model_columns(model); j++)
		if (!bell_fit_agrees(bell_model_fit(model, j)))
			return BELL_EINVAL;
	/* In the locale of the program a number may have a decimal comma. */
	plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
	if (!plain)
		return BELL_ENOMEM;
	callers = uselocale(plain);
	printed = text_of(model);
	uselocale(callers);
	freelocale(plain);
	if (!printed)
		return BELL_ENOMEM;
	*text = printed;
	return BELL_OK;
}
