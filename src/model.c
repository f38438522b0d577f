/* SPDX-License-Identifier: BSD-3-Clause */
/* model.c - fits and names of the columns of a table, in memory and as JSON. */
#include <locale.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cjson/cJSON.h>
#include <bellshape/backend.h>
#include <bellshape/model.h>
#include "parallel.h"

/* of the JSON text: 1, or where any column is Box-Cox 2, in which every transform has a method */
enum format { FORMAT_YEO_JOHNSON = 1, FORMAT_METHODS };

static const char *const methods[] = {
    [BELL_YEO_JOHNSON] = "yeo-johnson", [BELL_BOX_COX] = "box-cox"};

struct bell_model {
	size_t columns;
	struct entry {
		char *name;
		struct bell_fit fit;
	} entry[];
};

enum bell_status bell_model_create(size_t columns, struct bell_model **out)
{
	struct bell_model *m;
	size_t size;

	if (!out)
		return BELL_EINVAL;
	if (__builtin_mul_overflow(columns, sizeof *m->entry, &size) ||
	    __builtin_add_overflow(size, sizeof *m, &size))
		return BELL_ESIZE;
	m = calloc(1, size);
	if (!m)
		return BELL_ENOMEM;
	m->columns = columns;
	for (size_t j = 0; j < columns; j++) {
		m->entry[j].fit.lambda = 1;
		bell_transform_plain(BELL_YEO_JOHNSON, 1, &m->entry[j].fit.transform);
	}
	*out = m;
	return BELL_OK;
}

void bell_model_free(struct bell_model *model)
{
	if (!model)
		return;
	for (size_t j = 0; j < model->columns; j++)
		free(model->entry[j].name);
	free(model);
}

size_t bell_model_columns(const struct bell_model *model) { return model ? model->columns : 0; }

const struct bell_fit *bell_model_fit(const struct bell_model *model, size_t column)
{
	return model && column < model->columns ? &model->entry[column].fit : NULL;
}

const char *bell_model_name(const struct bell_model *model, size_t column)
{
	return model && column < model->columns ? model->entry[column].name : NULL;
}

enum bell_status bell_model_set(struct bell_model *model, size_t column, const char *name,
				const struct bell_fit *fit)
{
	char *copy = NULL;

	if (!model || column >= model->columns || !fit ||
	    fit->transform.method < BELL_YEO_JOHNSON || fit->transform.method > BELL_BOX_COX)
		return BELL_EINVAL;
	if (name) {
		copy = strdup(name);
		if (!copy)
			return BELL_ENOMEM;
	}
	free(model->entry[column].name);
	model->entry[column].name = copy;
	model->entry[column].fit = *fit;
	return BELL_OK;
}

/* ---- from sketches ---- */

#define MIN_COLUMNS_PER_THREAD 2 /* with fewer fits for each, threads cost more than they save */

struct fitting {
	struct bell_sketch *const *sketches;
	const struct bell_fit_options *options;
	struct bell_model *model;
	atomic_int status; /* of some column that failed, or BELL_OK */
};

static void fit_column(void *context, size_t j)
{
	struct fitting *f = context;
	enum bell_status status =
	    bell_fit_sketch(f->sketches[j], f->options, &f->model->entry[j].fit);

	if (status != BELL_OK)
		f->status = (int)status;
}

enum bell_status bell_model_fit_sketches(struct bell_sketch *const *sketches, size_t columns,
					 const struct bell_fit_options *options, unsigned threads,
					 struct bell_model **out)
{
	struct fitting f = {.sketches = sketches, .options = options};
	enum bell_status status;

	if ((!sketches && columns) || !out || threads > MAX_THREADS)
		return BELL_EINVAL;
	for (size_t j = 0; j < columns; j++)
		if (!sketches[j])
			return BELL_EINVAL;
	status = bell_model_create(columns, &f.model);
	if (status != BELL_OK)
		return status;
	bell_parallel(bell_threads(threads, columns / MIN_COLUMNS_PER_THREAD), columns, fit_column,
		      &f);
	status = (enum bell_status)f.status;
	if (status == BELL_OK)
		*out = f.model;
	else
		bell_model_free(f.model);
	return status;
}

/* ---- the numbers of a fit, each once ---- */

struct field {
	const char *name;
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

#define FIELD(name, member)                                        \
	{                                                          \
		name, offsetof(struct bell_transform_side, member) \
	}
static const struct field side_numbers[] = {
    FIELD("centre", center), FIELD("anchor", anchor), FIELD("power", power),
    FIELD("scale", scale),   FIELD("offset", offset),
};
#undef FIELD

#define COUNT(array) (sizeof(array) / sizeof *(array))

static double *at(void *object, const struct field *f)
{
	return (double *)((char *)object + f->offset);
}

/* ---- to JSON ---- */

/* A double by its shortest of 15 to 17 digits that reads back as itself; what JSON has no number
 * for as a string. */
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

static int sides_of(const struct bell_transform *t) { return t->method == BELL_BOX_COX ? 1 : 2; }

static enum format format_of(const struct bell_model *m)
{
	for (size_t j = 0; j < m->columns; j++)
		if (m->entry[j].fit.transform.method != BELL_YEO_JOHNSON)
			return FORMAT_METHODS;
	return FORMAT_YEO_JOHNSON;
}

static cJSON *column_json(const struct entry *c, enum format format)
{
	cJSON *o = cJSON_CreateObject(), *t, *sides;
	struct bell_fit fit = c->fit;

	if (c->name)
		cJSON_AddStringToObject(o, "name", c->name);
	else
		cJSON_AddNullToObject(o, "name");
	cJSON_AddItemToObject(o, "count", number((double)fit.count));
	cJSON_AddItemToObject(o, "missing", number((double)fit.missing));
	cJSON_AddItemToObject(o, "infinite", number((double)fit.infinite));
	cJSON_AddItemToObject(o, "evaluations", number(fit.evaluations));
	cJSON_AddItemToObject(o, "flags", number(fit.flags));
	for (size_t i = 0; i < COUNT(numbers); i++)
		cJSON_AddItemToObject(o, numbers[i].name, number(*at(&fit, &numbers[i])));
	t = cJSON_AddArrayToObject(o, "ci95");
	cJSON_AddItemToArray(t, number(fit.ci95[0]));
	cJSON_AddItemToArray(t, number(fit.ci95[1]));
	t = cJSON_AddObjectToObject(o, "transform");
	if (format == FORMAT_METHODS)
		cJSON_AddStringToObject(t, "method", methods[fit.transform.method]);
	cJSON_AddItemToObject(t, "min", number(fit.transform.min));
	cJSON_AddItemToObject(t, "max", number(fit.transform.max));
	sides = cJSON_AddArrayToObject(t, "sides");
	for (int side = 0; side < sides_of(&fit.transform); side++) {
		cJSON *s = cJSON_CreateObject();

		for (size_t i = 0; i < COUNT(side_numbers); i++)
			cJSON_AddItemToObject(
			    s, side_numbers[i].name,
			    number(*at(&fit.transform.side[side], &side_numbers[i])));
		cJSON_AddItemToArray(sides, s);
	}
	return o;
}

/* Every part is there: an allocation that failed has left a hole. */
static bool complete(const cJSON *o, const struct bell_model *m)
{
	const cJSON *columns = cJSON_GetObjectItemCaseSensitive(o, "columns"), *c;
	bool has_methods = format_of(m) == FORMAT_METHODS;
	size_t n = 0;

	cJSON_ArrayForEach(c, columns)
	{
		const cJSON *t = cJSON_GetObjectItemCaseSensitive(c, "transform");
		const cJSON *sides = cJSON_GetObjectItemCaseSensitive(t, "sides"), *s;
		size_t whole = 6 + COUNT(numbers) + 2;

		if (n == m->columns || (size_t)cJSON_GetArraySize(c) != whole ||
		    cJSON_GetArraySize(t) != 3 + has_methods ||
		    cJSON_GetArraySize(sides) != sides_of(&m->entry[n].fit.transform))
			return false;
		cJSON_ArrayForEach(s, sides) if ((size_t)cJSON_GetArraySize(s) !=
						 COUNT(side_numbers)) return false;
		n++;
	}
	return cJSON_GetArraySize(o) == 3 && n == m->columns;
}

enum bell_status bell_model_to_json(const struct bell_model *model, char **text)
{
	locale_t plain, callers; /* a program's locale may have a decimal comma */
	enum format format;
	cJSON *o, *columns;
	char *printed;

	if (!model || !text)
		return BELL_EINVAL;
	plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
	if (!plain)
		return BELL_ENOMEM;
	callers = uselocale(plain);
	o = cJSON_CreateObject();
	cJSON_AddStringToObject(o, "bellshape", BELL_VERSION);
	format = format_of(model);
	cJSON_AddItemToObject(o, "format", number(format));
	columns = cJSON_AddArrayToObject(o, "columns");
	for (size_t j = 0; j < model->columns; j++)
		cJSON_AddItemToArray(columns, column_json(&model->entry[j], format));
	printed = complete(o, model) ? cJSON_Print(o) : NULL;
	cJSON_Delete(o);
	uselocale(callers);
	freelocale(plain);
	if (!printed)
		return BELL_ENOMEM;
	*text = printed;
	return BELL_OK;
}

/* ---- from JSON ---- */

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

static bool read_number(const cJSON *o, const char *name, double *out)
{
	return read_value(cJSON_GetObjectItemCaseSensitive(o, name), out);
}

static bool read_count(const cJSON *o, const char *name, uint64_t *out)
{
	double x;

	if (!read_number(o, name, &x) || !(x >= 0 && x <= 0x1p53) || x != floor(x))
		return false;
	*out = (uint64_t)x;
	return true;
}

static bool read_method(const cJSON *o, enum format format, enum bell_method *out)
{
	const cJSON *method = cJSON_GetObjectItemCaseSensitive(o, "method");

	*out = BELL_YEO_JOHNSON;
	if (format == FORMAT_YEO_JOHNSON)
		return true;
	if (!cJSON_IsString(method))
		return false;
	while (*out <= BELL_BOX_COX && strcmp(method->valuestring, methods[*out]) != 0)
		++*out;
	return *out <= BELL_BOX_COX;
}

static bool read_transform(const cJSON *o, enum format format, struct bell_transform *t)
{
	const cJSON *sides = cJSON_GetObjectItemCaseSensitive(o, "sides");

	if (!read_method(o, format, &t->method))
		return false;
	*t = (struct bell_transform){.method = t->method};
	if (!cJSON_IsArray(sides) || cJSON_GetArraySize(sides) != sides_of(t) ||
	    !read_number(o, "min", &t->min) || !read_number(o, "max", &t->max))
		return false;
	for (int side = 0; side < sides_of(t); side++) {
		struct bell_transform_side *s = &t->side[side];

		for (size_t i = 0; i < COUNT(side_numbers); i++)
			if (!read_number(cJSON_GetArrayItem(sides, side), side_numbers[i].name,
					 at(s, &side_numbers[i])))
				return false;
		if (!(s->center >= 0 && s->center < INFINITY) || !isfinite(s->anchor) ||
		    !isfinite(s->power) || !isfinite(s->scale) || s->scale == 0 || isnan(s->offset))
			return false;
	}
	return true;
}

static enum bell_status read_column(const cJSON *o, enum format format, struct entry *c)
{
	const cJSON *name = cJSON_GetObjectItemCaseSensitive(o, "name");
	const cJSON *ci95 = cJSON_GetObjectItemCaseSensitive(o, "ci95");
	uint64_t evaluations, flags;

	if (!cJSON_IsString(name) && !cJSON_IsNull(name))
		return BELL_EDAMAGED;
	if (!read_count(o, "count", &c->fit.count) || !read_count(o, "missing", &c->fit.missing) ||
	    !read_count(o, "infinite", &c->fit.infinite) ||
	    !read_count(o, "evaluations", &evaluations) || !read_count(o, "flags", &flags) ||
	    flags > 0xff || evaluations > 1 << 20)
		return BELL_EDAMAGED;
	c->fit.evaluations = (unsigned)evaluations;
	c->fit.flags = (unsigned)flags;
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (!read_number(o, numbers[i].name, at(&c->fit, &numbers[i])))
			return BELL_EDAMAGED;
	if (cJSON_GetArraySize(ci95) != 2 || !read_value(ci95->child, &c->fit.ci95[0]) ||
	    !read_value(ci95->child->next, &c->fit.ci95[1]))
		return BELL_EDAMAGED;
	if (!read_transform(cJSON_GetObjectItemCaseSensitive(o, "transform"), format,
			    &c->fit.transform))
		return BELL_EDAMAGED;
	if (cJSON_IsString(name)) {
		c->name = strdup(name->valuestring);
		if (!c->name)
			return BELL_ENOMEM;
	}
	return BELL_OK;
}

static enum bell_status read_model(const cJSON *o, struct bell_model **out)
{
	const cJSON *columns = cJSON_GetObjectItemCaseSensitive(o, "columns"), *c;
	struct bell_model *m = NULL;
	enum bell_status status;
	double format;
	size_t j = 0;

	if (!cJSON_IsObject(o) ||
	    !cJSON_IsString(cJSON_GetObjectItemCaseSensitive(o, "bellshape")) ||
	    !read_number(o, "format", &format) || !cJSON_IsArray(columns))
		return BELL_EFORMAT;
	if (format != FORMAT_YEO_JOHNSON && format != FORMAT_METHODS)
		return BELL_EVERSION;
	if (!columns->child)
		return BELL_EDAMAGED;
	status = bell_model_create((size_t)cJSON_GetArraySize(columns), &m);
	for (c = columns->child; c && status == BELL_OK; c = c->next)
		status = read_column(c, (enum format)format, &m->entry[j++]);
	if (status == BELL_OK)
		*out = m;
	else
		bell_model_free(m);
	return status;
}

enum bell_status bell_model_from_json(const char *text, size_t size, struct bell_model **out)
{
	enum bell_status status;
	const char *end;
	cJSON *o;

	if (!text || !out)
		return BELL_EINVAL;
	o = cJSON_ParseWithLengthOpts(text, size, &end, false);
	if (!o)
		return BELL_EFORMAT;
	while (end < text + size && strchr(" \t\r\n", *end))
		end++; /* *end may be the final 0, which strchr finds too */
	status = end == text + size ? read_model(o, out) : BELL_EFORMAT;
	cJSON_Delete(o);
	return status;
}
