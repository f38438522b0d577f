/* SPDX-License-Identifier: BSD-3-Clause */
/* state.c - files that hold the state of a table: reading, writing, merging, showing. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bellshape/backend.h>
#include <bellshape/state.h>

#include "commands.h"
#include "error.h"
#include "grid.h"
#include "input.h"
#include "json.h"
#include "names.h"
#include "option_table.h"
#include "output.h"
#include "report_parts.h"
#include "state.h"
#include "text.h"

/* A file that has more bytes is no state, and no list of states. */
#define MAX_STATE ((size_t)1 << 34)

/* ---- files ---- */

const char *state_label(const char *path) { return strcmp(path, "-") ? path : "standard input"; }

struct bell_state *state_load(const char *path)
{
	struct bell_state *state;
	size_t length;
	char *bytes = input_whole(path, MAX_STATE, &length);
	enum bell_status status = bell_state_deserialize(bytes, length, &state);

	if (status == BELL_EFORMAT)
		die(EXIT_DATA,
		    "%s: is no state of a table; want a file that fit --state-out or merge wrote",
		    state_label(path));
	if (status == BELL_EVERSION)
		die(EXIT_DATA,
		    "%s: a later version of bellshape wrote this state; read it with that version",
		    state_label(path));
	if (status == BELL_EDAMAGED)
		die(EXIT_DATA, "%s: the state is cut short or altered; make it again",
		    state_label(path));
	check(status, state_label(path));
	free(bytes);
	return state;
}

void state_store(const struct bell_state *state, const char *path, struct output *out)
{
	size_t size = bell_state_size(state);
	void *bytes = allocate(size, 1);

	check(bell_state_serialize(state, bytes, size), "the state");
	output_open(out, path, true);
	output_put(out, bytes, size);
	output_store(out);
	free(bytes);
}

static const char *shown(const struct bell_state *state, size_t column)
{
	const char *name = bell_state_name(state, column);

	return name ? show_name(name) : "without a name";
}

void state_check_same(const struct bell_state *a, const char *a_path, const struct bell_state *b,
		      const char *b_path)
{
	size_t j = 0;

	a_path = state_label(a_path);
	b_path = state_label(b_path);
	switch (bell_state_compare(a, b, &j)) {
	case BELL_STATES_MATCH:
		return;
	case BELL_STATES_MISSING:
		die(EXIT_DATA, "%s: has no column %s, which is column %zu of %s", b_path,
		    shown(a, j), j + 1, a_path);
	case BELL_STATES_EXTRA:
		die(EXIT_DATA, "%s: column %zu is %s, which %s does not have", b_path, j + 1,
		    shown(b, j), a_path);
	case BELL_STATES_RENAMED:
		die(EXIT_DATA, "%s: column %zu is %s, where %s has %s", b_path, j + 1, shown(b, j),
		    a_path, shown(a, j));
	case BELL_STATES_ORDER:
		die(EXIT_DATA,
		    "%s: column %zu is %s, where %s has %s: the columns are in another order; "
		    "fit --like %s puts them into this one",
		    b_path, j + 1, shown(b, j), a_path, shown(a, j), a_path);
	}
}

/* ---- merge ---- */

/* Adds the paths in a file, one a line. */
static void add_listed(struct list *paths, const char *path)
{
	size_t length;
	char *text = input_whole(path, MAX_STATE, &length), *line, *rest = text;

	while ((line = strsep(&rest, "\n"))) {
		size_t n = strlen(line);

		if (n && line[n - 1] == '\r')
			line[--n] = 0;
		if (n)
			option_add(paths, copy_text(line, n));
	}
	free(text);
}

/* The paths of the command line, those in the files @LIST among them, each of them once. */
static struct list paths_of(const struct list *operands)
{
	struct list paths = {0};
	struct names *seen;

	for (size_t i = 0; i < operands->count; i++) {
		const char *path = operands->item[i];

		if (!strcmp(path, "@"))
			die(EXIT_USAGE, "merge: @: the name of the list is missing; want @FILE");
		if (*path == '@')
			add_listed(&paths, path + 1);
		else
			option_add(&paths, copy_text(path, strlen(path)));
	}
	if (!paths.count)
		die(EXIT_USAGE, "merge: the lists have no state; want a path in each line");
	seen = names_create(paths.count);
	for (size_t i = 0; i < paths.count; i++)
		if (!names_add(seen, paths.item[i], i))
			die(EXIT_USAGE,
			    "merge: %s is there twice, and its rows would count twice; name each "
			    "state once",
			    show_name(paths.item[i]));
	names_free(seen);
	return paths;
}

void run_merge(const struct options *options)
{
	struct list paths = paths_of(&options->tables);
	struct bell_state *all, *part;
	struct output out;

	if (!options->output)
		die(EXIT_USAGE, "merge: where to? give -o FILE; - is standard output");
	all = state_load(paths.item[0]);
	for (size_t i = 1; i < paths.count; i++) {
		enum bell_status status;

		part = state_load(paths.item[i]);
		state_check_same(all, paths.item[0], part, paths.item[i]);
		status = bell_state_merge(all, part);
		if (status == BELL_ESIZE)
			die(EXIT_DATA,
			    "%s: with it there are 2^60 rows or more, or weights that "
			    "add up to as much",
			    state_label(paths.item[i]));
		check(status, state_label(paths.item[i]));
		bell_state_free(part);
	}
	state_store(all, options->output, &out);
	output_end(&out);
	bell_state_free(all);
	for (size_t i = 0; i < paths.count; i++)
		free((char *)paths.item[i]);
	free(paths.item);
}

/* ---- state ---- */

static struct bell_sketch_summary summary_of(const struct bell_state *state, size_t column)
{
	struct bell_sketch_summary summary;

	check(bell_sketch_summary(bell_state_sketches(state)[column], &summary), "the state");
	return summary;
}

/* The name, or the one that a column without a name has. */
static const char *name_of(const struct bell_state *state, size_t column)
{
	const char *name = bell_state_name(state, column);

	return name ? name : names_default(column);
}

static void show_table(const struct bell_state *state, const char *path, struct output *out)
{
	static const char *const head[] = {"column", "n",   "missing", "infinite",
					   "min",    "max", "bytes",   "kept as"};
	struct grid g;

	output_print(out, "%s: %" PRIu64 " rows, %zu columns, %zu bytes\n", state_label(path),
		     bell_state_rows(state), bell_state_columns(state), bell_state_size(state));
	if (!bell_state_columns(state))
		return;
	report_add_head(&g, NULL, head, sizeof head / sizeof *head);
	for (size_t j = 0; j < bell_state_columns(state); j++) {
		struct bell_sketch_summary s = summary_of(state, j);

		grid_add(&g, "%s", name_of(state, j));
		grid_add(&g, "%" PRIu64, s.count);
		grid_add(&g, "%" PRIu64, s.missing);
		grid_add(&g, "%" PRIu64, s.infinite);
		if (s.count) {
			grid_add(&g, "%.6g", s.min);
			grid_add(&g, "%.6g", s.max);
		} else {
			grid_add(&g, "-");
			grid_add(&g, "-");
		}
		grid_add(&g, "%zu", bell_sketch_size(bell_state_sketches(state)[j]));
		if (s.bins)
			grid_add(&g, "%zu bins", s.bins);
		else if (s.grid.width > 0)
			grid_add(&g, "values, with a grid");
		else
			grid_add(&g, "values");
	}
	grid_print(&g, out, colors(STDOUT_FILENO));
}

static void show_json(const struct bell_state *state, struct output *out)
{
	output_print(out,
		     "{\n\t\"bellshape\":\t\"%s\",\n\t\"rows\":\t%" PRIu64
		     ",\n\t\"bytes\":\t%zu,\n\t\"columns\":\t[",
		     bell_version(), bell_state_rows(state), bell_state_size(state));
	for (size_t j = 0; j < bell_state_columns(state); j++) {
		struct bell_sketch_summary s = summary_of(state, j);
		cJSON *item = json_object();

		report_add_name(item, name_of(state, j), NULL);
		json_add(item, "n", json_count(s.count));
		json_add(item, "missing", json_count(s.missing));
		json_add(item, "infinite", json_count(s.infinite));
		json_add(item, "weight", json_number(s.weight));
		json_add(item, "min", json_number(s.min));
		json_add(item, "max", json_number(s.max));
		json_add(item, "bins", json_count(s.bins));
		json_add(item, "width", json_number(s.grid.width));
		json_add(item, "bytes",
			 json_count(bell_sketch_size(bell_state_sketches(state)[j])));
		report_json_item(item, !j, out);
	}
	output_print(out, "]");
	report_json_end(out);
}

void run_state(const struct options *options)
{
	struct bell_state *state = state_load(options->table);
	struct output out;

	output_open(&out, NULL, true);
	if (options->json)
		show_json(state, &out);
	else
		show_table(state, options->table, &out);
	output_end(&out);
	bell_state_free(state);
}
