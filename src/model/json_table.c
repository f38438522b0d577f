/* SPDX-License-Identifier: BSD-3-Clause */
/* json_table.c - a table of normal scores in JSON. */
#include <stdlib.h>
#include "model/json_text.h"

/* What is read of a table; more points than a table takes are refused. */
struct points {
	double x[BELL_MAX_SCORES], z[BELL_MAX_SCORES], slope[2];
};

static enum bell_status read_points(struct json v, struct points *p,
				    const struct bell_score_table **out)
{
	enum { X, Z, SLOPES };
	struct member m[] = {{.key = "x"}, {.key = "z"}, {.key = "slopes"}, {0}};
	size_t x = 0, z = 0, slopes = 0;
	enum bell_status status = bell_json_members(v, m);

	if (status == BELL_OK)
		status = bell_json_numbers(m[X].value, BELL_MAX_SCORES, p->x, &x);
	if (status == BELL_OK)
		status = bell_json_numbers(m[Z].value, BELL_MAX_SCORES, p->z, &z);
	if (status == BELL_OK)
		status = bell_json_numbers(m[SLOPES].value, 2, p->slope, &slopes);
	if (status != BELL_OK || x != z || slopes != 2)
		return status == BELL_OK ? BELL_EDAMAGED : status;
	status = bell_score_table_create(p->x, p->z, x, p->slope, out);
	return status == BELL_EINVAL ? BELL_EDAMAGED : status;
}

enum bell_status bell_json_table(struct json v, struct bell_transform *t)
{
	enum bell_status status;
	struct points *p;

	t->table = NULL;
	if (t->method != BELL_NORMAL_SCORES)
		return v.p ? BELL_EDAMAGED : BELL_OK;
	p = malloc(sizeof *p);
	if (!p)
		return BELL_ENOMEM;
	status = read_points(v, p, &t->table);
	free(p);
	return status;
}
