/* SPDX-License-Identifier: BSD-3-Clause */
/* fit_state.c - the state that a fit is made from: of tables, or of a file. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/table.h>
#include <bellshape/verdict.h>

#include "choice.h"
#include "domain.h"
#include "error.h"
#include "fit_state.h"
#include "formats.h"
#include "names.h"
#include "number.h"
#include "report.h"
#include "state.h"
#include "text.h"

/* The first option that was given of those that go with tables only, or NULL. */
static const char *table_option(const struct options *o)
{
	const struct {
		bool given;
		const char *name;
	} all[] = {{o->numbers.count, "--numbers"},
		   {o->text.count, "--text"},
		   {o->missing.count, "--na"},
		   {o->encoding, "--encoding"},
		   {o->skip_lines, "--skip-lines"},
		   {o->comment, "--comment"},
		   {o->delimiter != -1 || o->blanks, "--delimiter"},
		   {o->decimal != '.', "--decimal"},
		   {o->header != HEADER_SNIFF, "--header or --no-header"},
		   {o->by, "--by"},
		   {o->weights, "--weights"},
		   {o->like, "--like"},
		   {o->state_out, "--state-out"}};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].given)
			return all[i].name;
	return NULL;
}

/* Whether one of the tables is standard input. */
static bool reads_standard_input(const struct options *o)
{
	for (size_t i = 0; i < o->tables.count; i++)
		if (!strcmp(o->tables.item[i], "-"))
			return true;
	return false;
}

void fit_state_check(const struct options *o)
{
	const char *other = table_option(o);

	if (o->state_in && o->table)
		die(EXIT_USAGE,
		    "fit: --state-in and a table, %s: make a state of the table by --state-out, "
		    "and fit what merge makes of both",
		    show_name(o->table));
	if (o->state_in && other)
		die(EXIT_USAGE,
		    "fit: --state-in and %s, which is for tables; leave one of the two out", other);
	if (o->state_in && o->fit.method == BELL_BEST && o->fit.criterion == BELL_HELDOUT)
		die(EXIT_USAGE, "fit: --state-in and --criterion heldout, which needs the values; "
				"use --criterion aic");
	if (o->like && !strcmp(o->like, "-") && reads_standard_input(o))
		die(EXIT_USAGE, "fit: only one of --like and the tables can be standard input");
	if (o->like && !o->state_out)
		die(EXIT_USAGE, "fit: --like goes with --state-out only");
	if (o->like && (o->columns.count || o->exclude.count))
		die(EXIT_USAGE,
		    "fit: --like and %s: the columns are those of the state %s; leave one of the "
		    "two out",
		    o->columns.count ? "--columns" : "--exclude", o->like);
	if (o->state_out && (o->by || o->weights))
		die(EXIT_USAGE,
		    "fit: --state-out and %s: the program writes states of whole tables without "
		    "weights only",
		    o->by ? "--by" : "--weights");
	if (o->state_out && !*o->state_out)
		die(EXIT_USAGE, "fit: the name of the state is empty");
	if (o->state_out && o->output)
		die(EXIT_USAGE,
		    "fit: --state-out and -o: one run writes one file; fit --state-in %s -o %s "
		    "makes "
		    "the model of the state",
		    o->state_out, o->output);
}

/* The least value of a column that a limit excludes, or NaN if it takes them all. */
static double least_beyond(const struct bell_sketch *sketch, const struct limit *limit)
{
	struct bell_sketch_summary summary;
	struct bell_fit_options options;
	struct bell_fit fit;

	check(bell_sketch_summary(sketch, &summary), "the state");
	if (summary.count &&
	    (summary.min < limit->least || (summary.min == limit->least && limit->open)))
		return summary.min;
	/* which infinities a sketch has seen, only a fit tells */
	bell_fit_options_default(&options);
	options.method = limit->method;
	return summary.infinite && bell_fit_sketch(sketch, &options, &fit) == BELL_EDOMAIN
		   ? -INFINITY
		   : NAN;
}

/* Ends the program if the method of the options does not take all values of a state. */
static void check_domain(const struct bell_state *state, const struct source *s,
			 const struct options *o)
{
	struct limit limit = limit_of_method(o->fit.method);
	struct bell_sketch **sketches = fit_state_sketches(state, s);

	for (size_t k = 0; isfinite(limit.least) && k < s->used; k++) {
		double least = least_beyond(sketches[k], &limit);
		char text[NUMBER_LENGTH];

		if (isnan(least))
			continue;
		die(EXIT_DATA,
		    "%s: --method %s takes numbers %s 0%s only, and the least of column %s is %s; "
		    "--columns leaves columns out, and fit --method yeo-johnson takes any number",
		    s->label, bell_method_name(limit.method), limit.open ? "above" : "from",
		    limit.open ? "" : " on", show_name(s->column[s->use[k]].name),
		    show(text, number_format(least, text)));
	}
	free(sketches);
}

/* A source that has the columns of a state, and no rows. */
static struct bell_state *open_state(struct source *s, const struct options *options)
{
	struct bell_state *state = state_load(options->state_in);
	size_t n = bell_state_columns(state);
	const char **name = allocate(n, sizeof *name);

	for (size_t j = 0; j < n; j++)
		name[j] = bell_state_name(state, j);
	names_free(names_of_state(state)); /* they differ */
	source_of_names(s, state_label(options->state_in), name, n);
	free(name);
	source_select(s, options);
	source_use(s, false);
	source_settle(s);
	if (!s->used)
		report_no_numbers(s);
	check_domain(state, s, options);
	return state;
}

/* Makes the columns of a state those that are read. */
static void select_like(struct source *s, const struct bell_state *like, const char *path)
{
	struct names *names = names_of_state(like);
	size_t index;

	for (size_t j = 0; j < bell_state_columns(like); j++) {
		const char *name = bell_state_name(like, j);

		name = name ? name : names_default(j);
		if (!source_find(s, name, &index))
			die(EXIT_DATA, "%s: has no column %s, which the state %s has", s->label,
			    show_name(name), path);
	}
	for (size_t i = 0; i < s->columns; i++)
		source_set_kind(s, i,
				names_find(names, s->column[i].name, &index) ? KIND_NUMBER
									     : KIND_IGNORED);
	names_free(names);
}

/* Opens the tables by the columns of --like, and returns an empty state that is like it. */
static struct bell_state *open_like(struct source *s, const struct options *options,
				    const struct source_options *wanted)
{
	struct source_options more = *wanted;
	struct bell_state *like = state_load(options->like), *state;
	struct names *names = names_of_state(like);

	more.known = names;
	source_open(s, options, &more);
	s->wanted.known = NULL;
	select_like(s, like, state_label(options->like));
	check(bell_state_like(like, &state), "the state");
	names_free(names);
	bell_state_free(like);
	return state;
}

struct bell_state *fit_state_open(struct source *s, const struct options *options,
				  const struct source_options *wanted)
{
	if (options->state_in)
		return open_state(s, options);
	if (options->like)
		return open_like(s, options, wanted);
	source_open(s, options, wanted);
	source_select(s, options);
	return NULL;
}

/* An empty state of the columns in use. */
static struct bell_state *new_state(const struct source *s)
{
	struct bell_state *state;
	const char **name = allocate(s->used, sizeof *name);

	for (size_t k = 0; k < s->used; k++)
		name[k] = s->column[s->use[k]].name;
	check(bell_state_create(s->used, name, &state), "the state");
	free(name);
	return state;
}

struct bell_state *fit_state_read(struct bell_state *state, struct source *s,
				  const struct options *options, struct bell_facts **facts,
				  struct held_values *values)
{
	struct bell_sketch **sketches = NULL;
	struct domain domain = {0};
	struct block b;

	while (tables_next(s, options, &b)) {
		if (!s->used)
			report_no_numbers(s);
		if (!sketches) {
			state = state ? state : new_state(s);
			sketches = fit_state_sketches(state, s);
			*facts = allocate(s->used, sizeof **facts);
		}
		/* A sketch takes any value; here its line is still known. */
		domain_check_all(&domain, s, &b, limit_of_method(options->fit.method));
		check(bell_table_sketch(&b.table, NULL, options->threads, sketches + b.first),
		      "fit");
		check(bell_table_facts(&b.table, NULL, *facts + b.first), "fit");
		if (!b.first)
			check(bell_state_add_rows(state, b.table.rows), "fit");
		if (values)
			choice_hold(values, s, &b);
	}
	if (!sketches)
		report_no_numbers(s);
	free(sketches);
	domain_end(&domain, s);
	return state;
}

struct bell_sketch **fit_state_sketches(const struct bell_state *state, const struct source *s)
{
	struct bell_sketch **sketches = allocate(s->used, sizeof *sketches);
	struct names *names = names_of_state(state);
	size_t index;

	for (size_t k = 0; k < s->used; k++)
		if (names_find(names, s->column[s->use[k]].name, &index))
			sketches[k] = bell_state_sketches(state)[index];
	names_free(names);
	return sketches;
}
