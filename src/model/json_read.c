/* SPDX-License-Identifier: BSD-3-Clause */
/* json_read.c - JSON becomes a model, if it is one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "model/check.h"
#include "model/json.h"
#include "model/json_candidates.h"
#include "model/json_text.h"
#include "transform.h"

/* The first format in which a transform names its method; before, all were Yeo-Johnson. */
#define FIRST_FORMAT_WITH_METHOD 2

/* The first format whose mean and sd are exact enough to be held against the transform. */
#define FIRST_EXACT_FORMAT 3

/* The first format with the key "center"; in the formats before it is "centre". */
#define FIRST_FORMAT_WITH_CENTER 3

/*
 * No column with all its keys is shorter: the sum of the keys is.  So a text cannot ask for more
 * memory than about its own size.
 */
#define MIN_COLUMN_TEXT 300

/* More than the keys of any object. */
#define MAX_KEYS 32

/* ---- numbers ---- */

static enum bell_status read_count(struct json v, double max, uint64_t *out)
{
	double x;
	enum bell_status status = bell_json_number(v, &x);

	if (status != BELL_OK)
		return status;
	if (!(x >= 0 && x <= max) || x != floor(x))
		return BELL_EDAMAGED;
	*out = (uint64_t)x;
	return BELL_OK;
}

/* The numbers of a list of fields, whose values stand in the same order. */
static enum bell_status read_fields(const struct member *m, const struct field *f, void *into)
{
	enum bell_status status = BELL_OK;

	for (; status == BELL_OK && f->key; f++, m++)
		status = bell_json_number(m->value, field_of(into, f));
	return status;
}

/* Puts the keys of fields at the end of a list of members. */
static void append(struct member *m, const struct field *f)
{
	for (; f->key; f++)
		(m++)->key = f->key;
	m->key = NULL;
}

/* ---- a transform ---- */

static enum bell_status read_method(struct json v, double format, enum bell_method *out)
{
	struct bell_transform plain;
	enum bell_status status;
	char *name;

	*out = BELL_YEO_JOHNSON;
	if (format < FIRST_FORMAT_WITH_METHOD)
		return BELL_OK;
	status = bell_json_string(v, &name);
	if (status != BELL_OK)
		return status;
	status = bell_method_of_name(name, out);
	free(name);
	/* whether there are transforms of the method */
	if (status == BELL_OK && *out != BELL_NORMAL_SCORES)
		status = bell_transform_plain(*out, 1, &plain);
	return status == BELL_OK ? BELL_OK : BELL_EVERSION;
}

static enum bell_status read_side(struct json v, double format, struct bell_transform_side *s)
{
	struct member m[MAX_KEYS];
	enum bell_status status;

	append(m, bell_json_side);
	if (format < FIRST_FORMAT_WITH_CENTER)
		m[0].key = "centre";
	status = bell_json_members(v, m);
	return status == BELL_OK ? read_fields(m, bell_json_side, s) : status;
}

static enum bell_status read_sides(struct json v, double format, struct bell_transform *t)
{
	struct json side = {0};

	if (!bell_json_starts(v, '['))
		return BELL_EDAMAGED;
	for (int i = 0; i < sides_of(t->method); i++) {
		enum bell_status status =
		    bell_json_next(v, &side) ? read_side(side, format, &t->side[i]) : BELL_EDAMAGED;

		if (status != BELL_OK)
			return status;
	}
	return bell_json_next(v, &side) ? BELL_EDAMAGED : BELL_OK;
}

/* A transform has a unit or a shift if and only if its method has one. */
static enum bell_status read_optional(struct json v, bool has, double *out)
{
	if (!has)
		return v.p ? BELL_EDAMAGED : BELL_OK;
	return v.p ? bell_json_number(v, out) : BELL_EDAMAGED;
}

static enum bell_status read_transform(struct json v, double format, struct bell_transform *t)
{
	enum { METHOD, MIN, MAX, UNIT, SHIFT, TABLE, SIDES };
	struct member m[] = {{.key = "method"}, {.key = "min"},   {.key = "max"},   {.key = "unit"},
			     {.key = "shift"},  {.key = "table"}, {.key = "sides"}, {0}};
	enum bell_status status = bell_json_members(v, m);

	if (status == BELL_OK)
		status = read_method(m[METHOD].value, format, &t->method);
	if (status == BELL_OK)
		status = bell_json_number(m[MIN].value, &t->min);
	if (status == BELL_OK)
		status = bell_json_number(m[MAX].value, &t->max);
	if (status == BELL_OK)
		status = read_optional(m[UNIT].value, has_unit(t->method), &t->unit);
	if (status == BELL_OK)
		status = read_optional(m[SHIFT].value, t->method == BELL_LOG_SHIFT, &t->shift);
	if (status == BELL_OK)
		status = bell_json_table(m[TABLE].value, t);
	if (status == BELL_OK)
		status = read_sides(m[SIDES].value, format, t);
	return status == BELL_OK && !bell_transform_known(t) ? BELL_EDAMAGED : status;
}

/* ---- a column ---- */

enum column_key {
	NAME,
	NAME_BYTES,
	COUNT,
	MISSING,
	INFINITE,
	EVALUATIONS,
	FLAGS,
	CI95,
	COLLAPSED,
	SET_ASIDE,
	TRANSFORM,
	CANDIDATES,
	FIELDS
};

static const char *const column_keys[] = {
    [NAME] = "name",           [NAME_BYTES] = "name_bytes",
    [COUNT] = "count",         [MISSING] = "missing",
    [INFINITE] = "infinite",   [EVALUATIONS] = "evaluations",
    [FLAGS] = "flags",         [CI95] = "ci95",
    [COLLAPSED] = "collapsed", [SET_ASIDE] = "set_aside",
    [TRANSFORM] = "transform", [CANDIDATES] = "candidates",
};

/* All flags of enum bell_fit_flag that this version knows. */
static unsigned known_flags(void)
{
	unsigned flag = 1;

	while (bell_fit_flag_name((enum bell_fit_flag)flag))
		flag *= 2;
	return flag - 1;
}

static enum bell_status read_counts(const struct member *m, struct bell_fit *fit)
{
	uint64_t evaluations = 0, flags = 0;
	const struct {
		enum column_key key;
		double max;
		uint64_t *out;
	} counts[] = {
	    {COUNT, MAX_COUNT, &fit->count},       {MISSING, MAX_COUNT, &fit->missing},
	    {INFINITE, MAX_COUNT, &fit->infinite}, {EVALUATIONS, UINT32_MAX, &evaluations},
	    {FLAGS, UINT32_MAX, &flags},
	};
	enum bell_status status = BELL_OK;

	for (size_t i = 0; status == BELL_OK && i < sizeof counts / sizeof *counts; i++)
		status = read_count(m[counts[i].key].value, counts[i].max, counts[i].out);
	fit->evaluations = (unsigned)evaluations;
	fit->flags = (unsigned)flags & known_flags();
	return status;
}

static enum bell_status read_ci95(struct json v, double ci95[2])
{
	size_t n = 0;
	enum bell_status status = bell_json_numbers(v, 2, ci95, &n);

	return status == BELL_OK && n != 2 ? BELL_EDAMAGED : status;
}

/* A number that is there if and only if a flag is set. */
static enum bell_status read_beside(struct json v, bool flag, double *out)
{
	if (!flag)
		return v.p ? BELL_EDAMAGED : BELL_OK;
	return v.p ? bell_json_number(v, out) : BELL_EDAMAGED;
}

static enum bell_status read_losses(const struct member *m, struct bell_fit *fit)
{
	bool collapsed = fit->flags & BELL_FIT_COLLAPSED, robust = fit->flags & BELL_FIT_ROBUST;
	enum bell_status status;

	fit->collapsed = fit->count ? 0 : NAN;
	status = read_beside(m[COLLAPSED].value, collapsed, &fit->collapsed);
	if (status == BELL_OK)
		status = read_beside(m[SET_ASIDE].value, robust, &fit->set_aside);
	if (status != BELL_OK)
		return status;
	return (!collapsed || (fit->collapsed > 0 && fit->collapsed <= 1)) && fit->set_aside >= 0 &&
		       fit->set_aside < INFINITY
		   ? BELL_OK
		   : BELL_EDAMAGED;
}

static enum bell_status read_fit(const struct member *m, double format, struct bell_fit *fit)
{
	enum bell_status status = read_transform(m[TRANSFORM].value, format, &fit->transform);

	if (status == BELL_OK)
		status = read_counts(m, fit);
	if (status == BELL_OK)
		status = read_fields(m + FIELDS, bell_json_fit, fit);
	if (status == BELL_OK)
		status = read_ci95(m[CI95].value, fit->ci95);
	if (status == BELL_OK)
		status = read_losses(m, fit);
	if (status == BELL_OK &&
	    !(format < FIRST_EXACT_FORMAT ? bell_fit_repair(fit) : bell_fit_agrees(fit)))
		status = BELL_EDAMAGED;
	return status;
}

static enum bell_status read_column(struct json v, double format, struct bell_model *model,
				    size_t j)
{
	struct member m[MAX_KEYS];
	struct bell_fit fit = {0};
	enum bell_status status;
	char *name;

	for (int i = 0; i < FIELDS; i++)
		m[i].key = column_keys[i];
	append(m + FIELDS, bell_json_fit);
	status = bell_json_members(v, m);
	if (status == BELL_OK)
		status = read_fit(m, format, &fit);
	if (status == BELL_OK) {
		status = bell_name_read(m[NAME].value, m[NAME_BYTES].value, &name);
		if (status == BELL_OK)
			status = bell_model_set(model, j, name, &fit);
		if (status == BELL_OK)
			status = bell_json_read_candidates(m[CANDIDATES].value, model, j);
		free(name);
	}
	bell_fit_release(&fit);
	return status;
}

/* ---- a model ---- */

/* Whether all elements are objects, and how many there are. */
static bool count_columns(struct json columns, size_t *n)
{
	struct json column = {0};

	for (*n = 0; bell_json_next(columns, &column); ++*n)
		if (*column.p != '{')
			return false;
	return *n <= (size_t)(columns.end - columns.p) / MIN_COLUMN_TEXT;
}

static enum bell_status read_columns(struct json columns, double format, struct bell_model **out)
{
	struct json column = {0};
	struct bell_model *m;
	enum bell_status status;
	size_t n;

	if (!count_columns(columns, &n))
		return BELL_EDAMAGED;
	status = bell_model_create(n, &m);
	if (status != BELL_OK)
		return status;
	for (size_t j = 0; status == BELL_OK && bell_json_next(columns, &column); j++)
		status = read_column(column, format, m, j);
	if (status == BELL_OK)
		*out = m;
	else
		bell_model_free(m);
	return status;
}

enum bell_status bell_model_from_json(const char *text, size_t size, struct bell_model **out)
{
	enum { BELLSHAPE, FORMAT_NUMBER, COLUMNS };
	struct member m[] = {{.key = "bellshape"}, {.key = "format"}, {.key = "columns"}, {0}};
	enum bell_status status;
	struct json model;
	double format;

	if (!text || !out)
		return BELL_EINVAL;
	if (!bell_json_check(text, size, &model) || *model.p != '{')
		return BELL_EFORMAT;
	status = bell_json_members(model, m);
	if (status != BELL_OK)
		return status;
	if (!bell_json_starts(m[BELLSHAPE].value, '"'))
		return BELL_EFORMAT;
	status = bell_json_number(m[FORMAT_NUMBER].value, &format);
	if (status != BELL_OK)
		return status == BELL_EDAMAGED ? BELL_EFORMAT : status;
	/* A later format may have anything else. */
	if (!(format >= OLDEST_FORMAT && format <= FORMAT && format == floor(format)))
		return BELL_EVERSION;
	if (!bell_json_starts(m[COLUMNS].value, '['))
		return BELL_EFORMAT;
	return read_columns(m[COLUMNS].value, format, out);
}
