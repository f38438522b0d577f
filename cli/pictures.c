/* SPDX-License-Identifier: BSD-3-Clause */
/* pictures.c - a page that shows every column of a table before and after its transform. */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/model.h>
#include <bellshape/report.h>
#include <bellshape/sketch.h>
#include <bellshape/table.h>

#include "choice.h"
#include "commands.h"
#include "domain.h"
#include "error.h"
#include "fit.h"
#include "formats.h"
#include "known.h"
#include "method.h"
#include "names.h"
#include "output.h"
#include "pictures.h"
#include "report.h"
#include "source.h"

/* All samples together have so many rows, if that leaves each column LEAST_SAMPLE. */
enum { ALL_SAMPLES = 1 << 21, LEAST_SAMPLE = 1000 };

/* The samples of all runs are the same. */
enum { SEED = 1 };

/* What a run reads: a sketch and a sample of each column in use. */
struct job {
	const struct options *options;
	struct source s;
	struct bell_model *model; /* of the command line, or the fits, one for each column in use */
	struct names *names;      /* of the model of the command line; NULL: there is none */
	struct bell_sketch **sketch;
	struct bell_plot_sample **sample;
	struct bell_facts *facts;
	struct domain domain;
	/* What a choice among families may need; `hold` tells whether it does. */
	bool hold;
	struct held_values held;
};

/* What was given that says how to fit, or NULL. */
static const char *fit_option(const struct options *o)
{
	if (o->fit.method != BELL_YEO_JOHNSON)
		return "--method";
	if (o->lambdas.count || !isnan(o->fit.lambda))
		return "--lambda";
	if (!isinf(o->fit.lower) || !isinf(o->fit.upper))
		return "--bounds";
	return o->fit.standardize ? NULL : "--no-standardize";
}

static void check_options(const struct options *o)
{
	const char *option = fit_option(o);

	if (!o->output && !o->svg && !o->json)
		die(EXIT_USAGE, "report: where to? bellshape report data.csv -o report.html; or "
				"--svg DIR, or --json");
	if (o->model && option)
		die(EXIT_USAGE, "report: -m has the transforms of the model: leave out %s", option);
	if (o->json && o->output && !strcmp(o->output, "-"))
		die(EXIT_USAGE, "report: --json and -o - both want standard output");
}

/* ---- reading ---- */

static void create_columns(struct job *job)
{
	size_t used = job->s.used, size = used ? ALL_SAMPLES / used : 0;

	size = size > BELL_PLOT_SAMPLE ? BELL_PLOT_SAMPLE
	       : size < LEAST_SAMPLE   ? LEAST_SAMPLE
				       : size;
	job->sketch = allocate(used, sizeof *job->sketch);
	job->sample = allocate(used, sizeof *job->sample);
	job->facts = allocate(used, sizeof *job->facts);
	for (size_t k = 0; k < used; k++) {
		check(bell_sketch_create(NULL, &job->sketch[k]), "report");
		check(bell_plot_sample_create(size, SEED, &job->sample[k]), "report");
	}
}

/* The fit of the model for column k of those in use, or NULL if it has none. */
static const struct bell_fit *known_fit(const struct job *job, size_t k)
{
	size_t index;

	if (job->s.column[job->s.use[k]].kind != KIND_NUMBER ||
	    !names_find(job->names, job->s.column[job->s.use[k]].name, &index))
		return NULL;
	return bell_model_fit(job->model, index);
}

static void check_domain(struct job *job, const struct block *b)
{
	struct limit *limit = allocate(b->table.columns, sizeof *limit);

	for (size_t j = 0; j < b->table.columns; j++) {
		const struct bell_fit *fit = job->names ? known_fit(job, b->first + j) : NULL;

		/* a column that the model does not know has no limit */
		limit[j] =
		    fit ? limit_of(&fit->transform)
			: limit_of_method(job->names ? BELL_YEO_JOHNSON : job->options->fit.method);
	}
	domain_check(&job->domain, &job->s, b, limit);
	free(limit);
}

static void add_samples(struct job *job, const struct block *b)
{
	const struct bell_table *t = &b->table;
	double *copy = allocate(t->rows, sizeof *copy);

	for (size_t j = 0; j < t->columns; j++) {
		for (size_t i = 0; i < t->rows; i++)
			copy[i] = source_number(t, t->data, i, j);
		check(bell_plot_sample_f64(job->sample[b->first + j], copy, t->rows), "report");
	}
	free(copy);
}

static void read_table(struct job *job)
{
	struct block b;

	while (tables_next(&job->s, job->options, &b)) {
		if (!job->s.used)
			report_no_numbers(&job->s);
		if (!job->sketch)
			create_columns(job);
		check_domain(job, &b);
		check(
		    bell_table_sketch(&b.table, NULL, job->options->threads, job->sketch + b.first),
		    "report");
		check(bell_table_facts(&b.table, NULL, job->facts + b.first), "report");
		add_samples(job, &b);
		if (job->hold)
			choice_hold(&job->held, &job->s, &b);
	}
	if (!job->sketch)
		report_no_numbers(&job->s);
	domain_end(&job->domain, &job->s);
}

/* ---- fits ---- */

/* Makes the fits, unless the command line has a model. */
static void fit_columns(struct job *job, const struct fixed *fixed)
{
	const struct source *s = &job->s;

	if (job->names)
		return;
	fit_check_fixed(fixed, job->options->lambdas.count, s->use, s->used, s);
	job->model = fit_sketches(job->sketch, s->use, s->used, job->hold ? &job->held : NULL, s,
				  fixed, job->options);
	choice_release(&job->held);
}

/* Writes the columns of the report to an array; returns how many they are. */
static size_t set_columns(const struct job *job, struct bell_report_column *columns)
{
	size_t n = 0;

	for (size_t k = 0; k < job->s.used; k++) {
		const struct bell_fit *fit =
		    job->names ? known_fit(job, k) : bell_model_fit(job->model, k);
		struct bell_report_column *c = &columns[n];

		if (!fit)
			continue;
		c->name = job->s.column[job->s.use[k]].name;
		c->sketch = job->sketch[k];
		c->fit = fit;
		c->facts = &job->facts[k];
		c->candidate =
		    job->names ? NULL : bell_model_candidates(job->model, k, &c->candidates);
		check(bell_plot_sample_values(job->sample[k], &c->value, &c->values), c->name);
		n++;
	}
	if (!n)
		report_no_numbers(&job->s);
	return n;
}

/* ---- writing ---- */

static enum bell_status write_bytes(void *context, const char *bytes, size_t n)
{
	output_put(context, bytes, n);
	return BELL_OK;
}

/* The name of a file without its folders: what people call a table. */
static const char *title_of(const char *label)
{
	const char *slash = strrchr(label, '/');

	return slash && slash[1] ? slash + 1 : label;
}

/* Stores the page; output_end() is still to come. */
static void write_page(const struct job *job, const struct bell_report_column *columns, size_t n,
		       struct output *out)
{
	const char **skipped = allocate(job->s.columns, sizeof *skipped);
	struct bell_report_options options = {.title = title_of(job->s.label),
					      .skipped = skipped,
					      .model = job->names ? job->options->model : NULL};

	for (size_t i = 0; i < job->s.columns; i++)
		if (job->s.column[i].kind == KIND_TEXT)
			skipped[options.skipped_count++] = job->s.column[i].name;
	output_open(out, job->options->output, true);
	check(bell_report_html(columns, n, &options, write_bytes, out), "report");
	output_store(out);
	free(skipped);
}

/* The page takes its place last, when all else has been written. */
static void write_all(const struct job *job, const struct bell_report_column *columns, size_t n)
{
	const struct options *o = job->options;
	struct output page, json;

	if (o->svg)
		pictures_svg(columns, n, o->svg);
	if (o->output)
		write_page(job, columns, n, &page);
	if (o->json) {
		if (o->output)
			signal(SIGPIPE, SIG_IGN);
		output_open(&json, NULL, true);
		json.optional = o->output != NULL;
		pictures_json(columns, n, &job->s, &json);
		output_end(&json);
	}
	if (o->output)
		output_end(&page);
	report_doubts(&job->s);
}

static void free_job(struct job *job)
{
	for (size_t k = 0; k < job->s.used; k++) {
		bell_sketch_free(job->sketch[k]);
		bell_plot_sample_free(job->sample[k]);
	}
	free(job->sketch);
	free(job->sample);
	free(job->facts);
	names_free(job->names);
	bell_model_free(job->model);
	source_close(&job->s);
}

void run_report(const struct options *options)
{
	struct source_options wanted = {0};
	struct job job = {.options = options};
	struct fixed *fixed = NULL;

	check_options(options);
	choice_check(options);
	method_check(options);
	if (options->model) {
		job.model = known_load(options->model);
		wanted.known = job.names = names_of_model(job.model);
	}
	source_open(&job.s, options, &wanted);
	if (options->model) {
		free(known_match(&job.s, options, job.model, job.names));
	} else {
		source_select(&job.s, options);
		fixed = fit_find_fixed(&job.s, options);
		job.hold =
		    options->fit.method == BELL_BEST && options->fit.criterion == BELL_HELDOUT;
	}
	read_table(&job);
	fit_columns(&job, fixed);

	struct bell_report_column *columns = allocate(job.s.used, sizeof *columns);
	write_all(&job, columns, set_columns(&job, columns));
	free(columns);
	free(fixed);
	free_job(&job);
}
