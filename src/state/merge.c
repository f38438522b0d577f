/* SPDX-License-Identifier: BSD-3-Clause */
/* merge.c - whether two states have the same columns, and one of both. */
#include <string.h>
#include "state/state.h"

static bool same_name(const char *a, const char *b) { return a && b ? !strcmp(a, b) : a == b; }

static bool has_name(const struct bell_state *s, const char *name)
{
	for (size_t j = 0; name && j < s->columns; j++)
		if (same_name(s->name[j], name))
			return true;
	return false;
}

enum bell_state_difference bell_state_compare(const struct bell_state *a,
					      const struct bell_state *b, size_t *column)
{
	size_t j = 0;
	bool a_has, b_has;

	while (j < a->columns && j < b->columns && same_name(a->name[j], b->name[j]))
		j++;
	if (j == a->columns && j == b->columns)
		return BELL_STATES_MATCH;
	if (column)
		*column = j;
	if (j == a->columns)
		return BELL_STATES_EXTRA;
	if (j == b->columns)
		return BELL_STATES_MISSING;
	a_has = has_name(a, b->name[j]);
	b_has = has_name(b, a->name[j]);
	if (a_has)
		return b_has ? BELL_STATES_ORDER : BELL_STATES_MISSING;
	return b_has ? BELL_STATES_EXTRA : BELL_STATES_RENAMED;
}

enum bell_status bell_state_merge(struct bell_state *into, const struct bell_state *from)
{
	enum bell_status status;

	if (!into || !from || into == from)
		return BELL_EINVAL;
	if (bell_state_compare(into, from, NULL) != BELL_STATES_MATCH)
		return BELL_EMISMATCH;
	if (from->rows >= BELL_MAX_STATE_ROWS - into->rows)
		return BELL_ESIZE;
	status = bell_table_merge(into->sketch, from->sketch, into->columns);
	if (status == BELL_OK)
		into->rows += from->rows;
	return status;
}
