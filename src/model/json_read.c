/* SPDX-License-Identifier: BSD-3-Clause */
/* json_read.c - JSON becomes a model, if it is one. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cjson/cJSON.h>
#include "model/json.h"

/* The first format in which a transform names its method; before, all were Yeo-Johnson. */
#define FIRST_FORMAT_WITH_METHOD 2

/* The first format with the key "center"; in the formats before it is "centre". */
#define FIRST_FORMAT_WITH_CENTER 3

/* All flags of enum bell_fit_flag that this version knows. */
#define KNOWN_FLAGS (2 * BELL_FIT_COARSE - 1)

/* ---- from JSON ---- */

static const cJSON *item_of(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static bool read_value(const cJSON *item, double *out)
{
	if (cJSON_IsNumber(item))
		*out = item->valuedouble;
	else if (cJSON_IsString(item) && !strcmp(item->valuestring, "NaN"))
		*out = NAN;
	else if (cJSON_IsString(item) && !strcmp(item->valuestring, "Infinity"))
		*out = INFINITY;
	else if (cJSON_IsString(item) && !strcmp(item->valuestring, "-Infinity"))
		*out = -INFINITY;
	else
		return false;
	return true;
}

static bool read_count(const cJSON *o, const char *key, double max, uint64_t *out)
{
	double x;

	if (!read_value(item_of(o, key), &x) || !(x >= 0 && x <= max) || x != floor(x))
		return false;
	*out = (uint64_t)x;
	return true;
}

static enum bell_status read_method(const cJSON *o, double format, enum bell_method *out)
{
	const cJSON *method = item_of(o, "method");

	*out = BELL_YEO_JOHNSON;
	if (format < FIRST_FORMAT_WITH_METHOD)
		return BELL_OK;
	if (!cJSON_IsString(method))
		return BELL_EDAMAGED;
	for (size_t i = 0; bell_json_method[i]; i++)
		if (!strcmp(method->valuestring, bell_json_method[i])) {
			*out = (enum bell_method)i;
			return BELL_OK;
		}
	return BELL_EVERSION;
}

static bool read_side(const cJSON *o, double format, struct bell_transform_side *s)
{
	for (const struct field *f = bell_json_side; f->key; f++) {
		const char *key = f->key;

		if (format < FIRST_FORMAT_WITH_CENTER && !strcmp(key, "center"))
			key = "centre";
		if (!read_value(item_of(o, key), field_of(s, f)))
			return false;
	}
	return s->center >= 0 && s->center < INFINITY && isfinite(s->anchor) &&
	       isfinite(s->power) && isfinite(s->scale) && s->scale != 0 && !isnan(s->offset);
}

static enum bell_status read_transform(const cJSON *o, double format, struct bell_transform *t)
{
	const cJSON *sides = item_of(o, "sides");
	enum bell_status status = read_method(o, format, &t->method);

	if (status != BELL_OK)
		return status;
	if (!cJSON_IsArray(sides) || cJSON_GetArraySize(sides) != sides_of(t) ||
	    !read_value(item_of(o, "min"), &t->min) || !read_value(item_of(o, "max"), &t->max))
		return BELL_EDAMAGED;
	for (int side = 0; side < sides_of(t); side++)
		if (!read_side(cJSON_GetArrayItem(sides, side), format, &t->side[side]))
			return BELL_EDAMAGED;
	return BELL_OK;
}

/* Everything but the transform. */
static bool read_statistics(const cJSON *o, struct bell_fit *fit)
{
	const cJSON *ci95 = item_of(o, "ci95");
	uint64_t evaluations, flags;

	if (!read_count(o, "count", MAX_COUNT, &fit->count) ||
	    !read_count(o, "missing", MAX_COUNT, &fit->missing) ||
	    !read_count(o, "infinite", MAX_COUNT, &fit->infinite) ||
	    !read_count(o, "evaluations", UINT32_MAX, &evaluations) ||
	    !read_count(o, "flags", UINT32_MAX, &flags))
		return false;
	fit->evaluations = (unsigned)evaluations;
	fit->flags = (unsigned)flags & KNOWN_FLAGS;
	for (const struct field *f = bell_json_fit; f->key; f++)
		if (!read_value(item_of(o, f->key), field_of(fit, f)))
			return false;
	return cJSON_IsArray(ci95) && cJSON_GetArraySize(ci95) == 2 &&
	       read_value(ci95->child, &fit->ci95[0]) &&
	       read_value(ci95->child->next, &fit->ci95[1]);
}

/* The value of a digit as this library writes it, or -1. */
static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The bytes that are meant by pairs of digits, none of them 0. */
static enum bell_status read_bytes(const char *hex, char **out)
{
	size_t n = strlen(hex) / 2;
	char *name = malloc(n + 1);
	bool good = strlen(hex) % 2 == 0;

	if (!name)
		return BELL_ENOMEM;
	for (size_t i = 0; good && i < n; i++) {
		int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);

		good = high >= 0 && low >= 0 && (high || low);
		name[i] = (char)(16 * high + low);
	}
	name[n] = 0;
	*out = good ? name : NULL;
	if (!good)
		free(name);
	return good ? BELL_OK : BELL_EDAMAGED;
}

/* The name whose bytes are `hex`, and of which `text` is what can be read. */
static enum bell_status read_name_bytes(const char *hex, const char *text, char **out)
{
	char *name = NULL, *expected;
	enum bell_status status = read_bytes(hex, &name);

	if (status != BELL_OK)
		return status;
	expected = bell_name_text(name);
	status = !expected ? BELL_ENOMEM : strcmp(expected, text) ? BELL_EDAMAGED : BELL_OK;
	free(expected);
	if (status == BELL_OK)
		*out = name;
	else
		free(name);
	return status;
}

static enum bell_status read_column(const cJSON *o, double format, struct bell_model *m, size_t j)
{
	const cJSON *name = item_of(o, "name"), *hex = item_of(o, "name_bytes");
	struct bell_fit fit = {0};
	char *bytes = NULL;
	enum bell_status status = read_transform(item_of(o, "transform"), format, &fit.transform);

	if (status != BELL_OK)
		return status;
	if ((!cJSON_IsString(name) && !cJSON_IsNull(name)) ||
	    (hex && (!cJSON_IsString(hex) || !cJSON_IsString(name))) || !read_statistics(o, &fit))
		return BELL_EDAMAGED;
	if (hex)
		status = read_name_bytes(hex->valuestring, name->valuestring, &bytes);
	if (status == BELL_OK)
		status = bell_model_set(m, j,
					bytes                  ? bytes
					: cJSON_IsString(name) ? name->valuestring
							       : NULL,
					&fit);
	free(bytes);
	return status;
}

static enum bell_status read_model(const cJSON *o, struct bell_model **out)
{
	const cJSON *columns = item_of(o, "columns"), *c;
	struct bell_model *m = NULL;
	enum bell_status status;
	double format;
	size_t j = 0;

	if (!cJSON_IsObject(o) || !cJSON_IsString(item_of(o, "bellshape")) ||
	    !read_value(item_of(o, "format"), &format))
		return BELL_EFORMAT;
	/* A later format may have anything else. */
	if (!(format >= OLDEST_FORMAT && format <= FORMAT && format == floor(format)))
		return BELL_EVERSION;
	if (!cJSON_IsArray(columns))
		return BELL_EFORMAT;
	/* An element that is no object is not worth the memory of a column. */
	cJSON_ArrayForEach(c, columns) if (!cJSON_IsObject(c)) return BELL_EDAMAGED;
	status = bell_model_create((size_t)cJSON_GetArraySize(columns), &m);
	for (c = columns->child; c && status == BELL_OK; c = c->next)
		status = read_column(c, format, m, j++);
	if (status == BELL_OK)
		*out = m;
	else
		bell_model_free(m);
	return status;
}

/*
 * cJSON says only that it could not parse a text; malloc() leaves the reason, if it was memory, in
 * errno.
 */
static cJSON *parse(const char *text, size_t size, const char **end, enum bell_status *status)
{
	int callers = errno;
	cJSON *o;

	errno = 0;
	o = cJSON_ParseWithLengthOpts(text, size, end, false);
	*status = o ? BELL_OK : errno == ENOMEM ? BELL_ENOMEM : BELL_EFORMAT;
	errno = callers;
	return o;
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

enum bell_status bell_model_from_json(const char *text, size_t size, struct bell_model **out)
{
	enum bell_status status;
	const char *end;
	cJSON *o;

	if (!text || !out)
		return BELL_EINVAL;
	o = parse(text, size, &end, &status);
	if (!o)
		return status;
	/* A 0 may stand behind the text, as in a C string whose size was taken with it. */
	while (end < text + size && (is_blank(*end) || !*end))
		end++;
	status = end == text + size ? read_model(o, out) : BELL_EFORMAT;
	cJSON_Delete(o);
	return status;
}
