/* SPDX-License-Identifier: BSD-3-Clause */
/* model_json.c - a model as JSON and back.  docs/formats.md is the specification. */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cjson/cJSON.h>
#include <bellshape/backend.h>
#include <bellshape/model.h>

/* The format that is written, and the oldest that is read. */
#define FORMAT        3
#define OLDEST_FORMAT 1

/* The first format in which a transform names its method; before, all were Yeo-Johnson. */
#define FIRST_FORMAT_WITH_METHOD 2

/* The first format with the key "center"; in the formats before it is "centre". */
#define FIRST_FORMAT_WITH_CENTER 3

/* All flags of enum bell_fit_flag that this version knows. */
#define KNOWN_FLAGS (2 * BELL_FIT_COARSE - 1)

/* Counts up to this are exact as a double, which is what many readers of JSON make of a number. */
#define MAX_COUNT ((uint64_t)1 << 53)

static const char *const methods[] = {
    [BELL_YEO_JOHNSON] = "yeo-johnson", [BELL_BOX_COX] = "box-cox"};
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- the numbers of a fit, each once ---- */

/* A key, and where the double is that it stands for. */
struct field {
	const char *key;
	size_t offset;
};

#define FIELD(member)                                      \
	{                                                  \
#member, offsetof(struct bell_fit, member) \
	}
static const struct field numbers[] = {
    FIELD(lambda),
    FIELD(log_likelihood),
    FIELD(lr_vs_identity),
    FIELD(mean),
    FIELD(sd),
    FIELD(skewness_before),
    FIELD(skewness_after),
    FIELD(kurtosis_before),
    FIELD(kurtosis_after),
    FIELD(weight),
    FIELD(min),
    FIELD(max),
};
#undef FIELD

#define FIELD(member)                                                 \
	{                                                             \
#member, offsetof(struct bell_transform_side, member) \
	}
static const struct field side_numbers[] = {
    FIELD(center), FIELD(anchor), FIELD(power), FIELD(scale), FIELD(offset),
};
#undef FIELD

static double *at(void *object, const struct field *f)
{
	return (double *)((char *)object + f->offset);
}

static int sides_of(const struct bell_transform *t) { return t->method == BELL_BOX_COX ? 1 : 2; }

/* ---- to JSON ---- */

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

static bool add_fields(cJSON *object, const struct field *field, size_t n, void *from)
{
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++)
		ok = add_number(object, field[i].key, *at(from, &field[i]));
	return ok;
}

static bool add_side(cJSON *sides, struct bell_transform_side side)
{
	cJSON *o = cJSON_CreateObject();

	return add_element(sides, o) && add_fields(o, side_numbers, COUNT(side_numbers), &side);
}

static bool add_transform(cJSON *column, const struct bell_transform *t)
{
	cJSON *o = cJSON_AddObjectToObject(column, "transform"), *sides;
	bool ok = cJSON_AddStringToObject(o, "method", methods[t->method]) &&
		  add_number(o, "min", t->min) && add_number(o, "max", t->max) &&
		  (sides = cJSON_AddArrayToObject(o, "sides"));

	for (int side = 0; ok && side < sides_of(t); side++)
		ok = add_side(sides, t->side[side]);
	return ok;
}

static bool add_ci95(cJSON *column, const double ci95[2])
{
	cJSON *array = cJSON_AddArrayToObject(column, "ci95");

	return add_element(array, number(ci95[0])) && add_element(array, number(ci95[1]));
}

static bool add_column(cJSON *columns, const char *name, struct bell_fit fit)
{
	cJSON *o = cJSON_CreateObject();

	return add_element(columns, o) &&
	       (name ? cJSON_AddStringToObject(o, "name", name)
		     : cJSON_AddNullToObject(o, "name")) &&
	       add_number(o, "count", (double)fit.count) &&
	       add_number(o, "missing", (double)fit.missing) &&
	       add_number(o, "infinite", (double)fit.infinite) &&
	       add_number(o, "evaluations", fit.evaluations) && add_number(o, "flags", fit.flags) &&
	       add_fields(o, numbers, COUNT(numbers), &fit) && add_ci95(o, fit.ci95) &&
	       add_transform(o, &fit.transform);
}

static bool add_model(cJSON *o, const struct bell_model *m)
{
	cJSON *columns;
	bool ok = cJSON_AddStringToObject(o, "bellshape", BELL_VERSION) &&
		  add_number(o, "format", FORMAT) &&
		  (columns = cJSON_AddArrayToObject(o, "columns"));

	for (size_t j = 0; ok && j < bell_model_columns(m); j++)
		ok = add_column(columns, bell_model_name(m, j), *bell_model_fit(m, j));
	return ok;
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
	cJSON *o;

	if (!model || !text)
		return BELL_EINVAL;
	if (!counts_fit(model))
		return BELL_ESIZE;
	/* In the locale of the program a number may have a decimal comma. */
	plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
	if (!plain)
		return BELL_ENOMEM;
	callers = uselocale(plain);
	o = cJSON_CreateObject();
	printed = add_model(o, model) ? cJSON_Print(o) : NULL;
	cJSON_Delete(o);
	uselocale(callers);
	freelocale(plain);
	if (!printed)
		return BELL_ENOMEM;
	*text = printed;
	return BELL_OK;
}

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
	for (size_t i = 0; i < COUNT(methods); i++)
		if (!strcmp(method->valuestring, methods[i])) {
			*out = (enum bell_method)i;
			return BELL_OK;
		}
	return BELL_EVERSION;
}

static bool read_side(const cJSON *o, double format, struct bell_transform_side *s)
{
	for (size_t i = 0; i < COUNT(side_numbers); i++) {
		const char *key = side_numbers[i].key;

		if (format < FIRST_FORMAT_WITH_CENTER && !strcmp(key, "center"))
			key = "centre";
		if (!read_value(item_of(o, key), at(s, &side_numbers[i])))
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
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (!read_value(item_of(o, numbers[i].key), at(fit, &numbers[i])))
			return false;
	return cJSON_IsArray(ci95) && cJSON_GetArraySize(ci95) == 2 &&
	       read_value(ci95->child, &fit->ci95[0]) &&
	       read_value(ci95->child->next, &fit->ci95[1]);
}

static enum bell_status read_column(const cJSON *o, double format, struct bell_model *m, size_t j)
{
	const cJSON *name = item_of(o, "name");
	struct bell_fit fit = {0};
	enum bell_status status = read_transform(item_of(o, "transform"), format, &fit.transform);

	if (status != BELL_OK)
		return status;
	if ((!cJSON_IsString(name) && !cJSON_IsNull(name)) || !read_statistics(o, &fit))
		return BELL_EDAMAGED;
	return bell_model_set(m, j, cJSON_IsString(name) ? name->valuestring : NULL, &fit);
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
