/* SPDX-License-Identifier: BSD-3-Clause */
/* fit.c - lambda for every column of a table. */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/model.h>
#include <bellshape/profile.h>
#include <bellshape/sketch.h>
#include <bellshape/table.h>
#include <bellshape/verdict.h>

#include "analysis.h"
#include "choice.h"
#include "commands.h"
#include "domain.h"
#include "error.h"
#include "fit.h"
#include "fit_state.h"
#include "formats.h"
#include "method.h"
#include "number.h"
#include "output.h"
#include "report.h"
#include "state.h"
#include "text.h"

struct fixed *fit_find_fixed(const struct source *s, const struct options *options)
{
	const struct list *list = &options->lambdas;
	struct fixed *fixed = allocate(list->count, sizeof *fixed);

	for (size_t i = 0; i < list->count; i++) {
		const char *number = strrchr(list->item[i], '=');
		char *name = copy_text(list->item[i], (size_t)(number - list->item[i]));

		fixed[i].column = source_resolve(s, "--lambda", name);
		number_parse(number + 1, strlen(number + 1), '.', &fixed[i].lambda);
		free(name);
	}
	return fixed;
}

/* Ends the program if a column has more rows, by its weights, than a fit takes. */
static void check_rows(struct bell_sketch **sketches, const size_t *columns, size_t n,
		       const struct source *s, const struct options *options)
{
	struct bell_sketch_summary summary;

	for (size_t k = 0; options->fit.weight_type == BELL_FREQUENCY_WEIGHTS && k < n; k++) {
		check(bell_sketch_summary(sketches[k], &summary), "fit");
		if (summary.weight > BELL_MAX_ROWS)
			die(EXIT_DATA,
			    "--weights: the weights of column %s add up to more than %.0e; divide "
			    "all of them by one number, or use --weight-type importance",
			    show_name(s->column[columns[k]].name), BELL_MAX_ROWS);
	}
}

struct bell_model *fit_sketches(struct bell_sketch **sketches, const size_t *columns, size_t n,
				const struct held_values *values, const struct source *s,
				const struct fixed *fixed, const struct options *options)
{
	struct bell_model *model;

	check_rows(sketches, columns, n, s, options);
	if (options->fit.method == BELL_BEST)
		model = choice_fit(sketches, columns, n, values, s, options);
	else
		check(bell_model_fit_sketches(sketches, n, &options->fit, options->threads, &model),
		      "fit");
	for (size_t k = 0; k < n; k++) {
		struct bell_fit_options own = options->fit;
		struct bell_fit fit = *bell_model_fit(model, k);
		const char *name = s->column[columns[k]].name;
		bool found = false; /* and then the fit is this program's own */

		for (size_t i = 0; i < options->lambdas.count; i++)
			if (fixed[i].column == columns[k]) {
				own.lambda = fixed[i].lambda;
				found = true;
			}
		if (found)
			check(bell_fit_sketch(sketches[k], &own, &fit), name);
		check(bell_model_set(model, k, name, &fit), name);
		if (found)
			bell_fit_release(&fit);
	}
	return model;
}

void fit_check_fixed(const struct fixed *fixed, size_t count, const size_t *columns, size_t n,
		     const struct source *s)
{
	for (size_t i = 0; i < count; i++) {
		size_t k = 0;

		while (k < n && columns[k] != fixed[i].column)
			k++;
		if (k == n)
			die(EXIT_USAGE, "--lambda: column %s of %s is not fitted",
			    show_name(s->column[fixed[i].column].name), s->label);
	}
}

/* How well the lambdas of sketches are known, or NULL if nobody asks. */
static struct bell_inference *infer(struct bell_sketch **sketches, size_t n,
				    const struct options *options)
{
	double level = options->level > 0 ? options->level : DEFAULT_LEVEL;
	struct bell_inference *found;

	if (!options->tests && !(options->level > 0))
		return NULL;
	found = allocate(n, sizeof *found);
	for (size_t k = 0; k < n; k++)
		check(bell_infer_sketch(sketches[k], &options->fit, level, &found[k]), "fit");
	return found;
}

/*
 * The models of all groups with the verdicts and, where asked for, how well lambdas are known; and
 * which columns of the table they have.
 */
struct fits {
	struct bell_state *state; /* that they were made from, or NULL */
	struct bell_model **model;
	struct bell_verdicts **verdicts;
	struct bell_inference **inference;
	size_t groups;
	size_t *column, columns;
	struct both_bars *bars; /* as in struct fit_list, or NULL */
};

/* Makes the transform of a column the identity, which was not chosen among others. */
static void leave_alone(struct bell_model *model, size_t column, const struct bell_sketch *sketch,
			const struct options *options)
{
	struct bell_fit_options identity;
	const char *name = bell_model_name(model, column);
	struct bell_fit fit;

	bell_fit_options_default(&identity);
	identity.weight_type = options->fit.weight_type;
	identity.lambda = 1;
	identity.standardize = identity.robust = false;
	check(bell_fit_sketch(sketch, &identity, &fit), name);
	check(bell_model_set(model, column, name, &fit), name);
	check(bell_model_set_candidates(model, column, NULL, 0), name);
}

/* Returns the verdicts on the columns of a model, and leaves alone what they say to leave alone. */
static struct bell_verdicts *judge(struct bell_model *model, struct bell_sketch **sketches,
				   const struct bell_facts *facts, const struct options *options)
{
	size_t columns = bell_model_columns(model);
	struct bell_verdicts *verdicts = allocate(columns, sizeof *verdicts);

	check(bell_verdicts_model(model, sketches, facts, options->fit.weight_type,
				  options->threads, verdicts),
	      "fit");
	for (size_t k = 0; options->skip && k < columns; k++) {
		if (!verdicts[k].leave)
			continue;
		leave_alone(model, k, sketches[k], options);
		verdicts[k].qq_after = verdicts[k].qq_before;
		verdicts[k].a2_after = verdicts[k].a2_before;
	}
	return verdicts;
}

/* Draws the columns of a group, if the table has histograms. */
static void draw_bars(struct fits *f, size_t group, struct bell_sketch **sketches)
{
	for (size_t i = 0; f->bars && i < f->columns; i++)
		f->bars[group * f->columns + i] = (struct both_bars){
		    bars_of(sketches[i], NULL),
		    bars_of(sketches[i], &bell_model_fit(f->model[group], i)->transform)};
}

/* Whether standard output is for the report, and not for a model or a state. */
static bool is_reported(const struct options *options)
{
	return !(options->output && !strcmp(options->output, "-")) &&
	       !(options->state_out && !strcmp(options->state_out, "-"));
}

static void make_bars(struct fits *f, const struct options *options)
{
	if (is_reported(options) && !options->json && bars_wanted(options->histogram))
		f->bars = allocate(f->groups * f->columns, sizeof *f->bars);
}

static void fit_table(struct fits *f, struct source *s, const struct options *options,
		      const struct fixed *fixed)
{
	struct held_values held = {0}, *values = NULL;
	struct bell_facts *facts = NULL;
	struct bell_sketch **sketches;

	if (options->fit.method == BELL_BEST && options->fit.criterion == BELL_HELDOUT)
		values = &held;
	if (!options->state_in)
		f->state = fit_state_read(f->state, s, options, &facts, values);
	sketches = fit_state_sketches(f->state, s);
	f->groups = 1;
	f->columns = s->used;
	f->column = allocate(s->used, sizeof *f->column);
	memcpy(f->column, s->use, s->used * sizeof *f->column);
	fit_check_fixed(fixed, options->lambdas.count, f->column, f->columns, s);
	f->model = allocate(1, sizeof(struct bell_model *));
	f->verdicts = allocate(1, sizeof(struct bell_verdicts *));
	f->inference = allocate(1, sizeof(struct bell_inference *));
	f->model[0] = fit_sketches(sketches, f->column, f->columns, values, s, fixed, options);
	choice_release(&held);
	f->verdicts[0] = judge(f->model[0], sketches, facts, options);
	f->inference[0] = infer(sketches, s->used, options);
	make_bars(f, options);
	draw_bars(f, 0, sketches);
	free(sketches);
	free(facts);
}

/* The same from groups of rows or with weights. */
static void fit_analysis(struct fits *f, struct analysis *a, struct source *s,
			 const struct options *options, const struct fixed *fixed)
{
	struct domain domain = {0};

	a->limit = limit_of_method(options->fit.method);
	if (isfinite(a->limit.least))
		a->domain = &domain;
	analysis_read(a, s, options);
	domain_end(&domain, s);
	f->groups = a->groups;
	f->column = allocate(s->used, sizeof *f->column);
	for (size_t k = 0; k < s->used; k++)
		if (rows_wanted(&a->rows, k))
			f->column[f->columns++] = s->use[k];
	fit_check_fixed(fixed, options->lambdas.count, f->column, f->columns, s);
	f->model = allocate(f->groups, sizeof(struct bell_model *));
	f->verdicts = allocate(f->groups, sizeof(struct bell_verdicts *));
	make_bars(f, options);
	f->inference = allocate(f->groups, sizeof(struct bell_inference *));
	for (size_t g = 0; g < f->groups; g++) {
		struct bell_sketch **sketches = allocate(s->used, sizeof(struct bell_sketch *));
		struct bell_facts *facts = allocate(s->used, sizeof *facts);
		size_t n = 0;

		for (size_t k = 0; k < s->used; k++)
			if (rows_wanted(&a->rows, k)) {
				facts[n] = a->tally[g * s->used + k].facts;
				sketches[n++] = a->tally[g * s->used + k].sketch;
			}
		f->model[g] = fit_sketches(sketches, f->column, n, NULL, s, fixed, options);
		f->verdicts[g] = judge(f->model[g], sketches, facts, options);
		f->inference[g] = infer(sketches, n, options);
		free(facts);
		draw_bars(f, g, sketches);
		free(sketches);
	}
}

static void free_fits(struct fits *f)
{
	for (size_t g = 0; g < f->groups; g++) {
		bell_model_free(f->model[g]);
		free(f->verdicts[g]);
		free(f->inference[g]);
	}
	free(f->model);
	free(f->verdicts);
	free(f->inference);
	free(f->column);
	free(f->bars);
	bell_state_free(f->state);
}

/* Stores the model; output_end() is still to come. */
static void save(const struct bell_model *model, const char *path, struct output *out)
{
	char *text;

	check(bell_model_to_json(model, &text), "the model");
	output_open(out, path, true);
	output_put(out, text, strlen(text));
	output_put(out, "\n", 1);
	output_store(out);
	free(text);
}

/*
 * The model, or the state, takes its place last, when all else has been written, so that a failure
 * leaves the file that was there.  But a reader of the report that has gone, as head(1) has, is no
 * failure.
 */
void run_fit(const struct options *options)
{
	const struct source_options wanted = {.texts = options->by != NULL};
	bool reported = is_reported(options);
	struct analysis a = {.wants = {.sketch = true, .facts = true}};
	struct fits fits = {0};
	struct report report;
	struct source s;
	struct output file;

	fit_state_check(options);
	if (options->by && options->output)
		die(EXIT_USAGE,
		    "fit: --by and -o: a model has one transform for each column, not one for each "
		    "group; leave out -o, or fit the rows of a group as a table of their own");
	choice_check(options);
	method_check(options);
	fits.state = fit_state_open(&s, options, &wanted);
	struct fixed *fixed = fit_find_fixed(&s, options);
	if (options->by || options->weights)
		fit_analysis(&fits, &a, &s, options, fixed);
	else
		fit_table(&fits, &s, options, fixed);
	if (reported)
		report_fit(&report, &s,
			   &(struct fit_list){.by = options->by ? s.column[a.rows.by].name : NULL,
					      .group = a.rows.group,
					      .model = fits.model,
					      .verdicts = fits.verdicts,
					      .inference = fits.inference,
					      .groups = fits.groups,
					      .method = options->fit.method,
					      .best = options->fit.method == BELL_BEST,
					      .explain = options->explain,
					      .criterion = options->fit.criterion,
					      .kurtosis = options->kurtosis,
					      .tests = options->tests,
					      .robust = options->fit.robust,
					      .skip = options->skip,
					      .bars = fits.bars},
			   options->json);
	if (reported && (options->output || options->state_out)) {
		signal(SIGPIPE, SIG_IGN);
		report.out.optional = true;
	}
	if (options->output)
		save(fits.model[0], options->output, &file);
	if (options->state_out)
		state_store(fits.state, options->state_out, &file);
	if (reported)
		report_print(&report);
	if (options->output || options->state_out)
		output_end(&file);
	if (reported)
		report_end(&report);
	else
		report_doubts(&s);
	if (options->by || options->weights) {
		rows_note(&a.rows);
		analysis_free(&a);
	}
	free(fixed);
	free_fits(&fits);
	source_close(&s);
}
