/* SPDX-License-Identifier: BSD-3-Clause */
/* choice.c - the options of fit --method best, and the values that one of its criteria needs. */
#include <stdlib.h>
#include <string.h>
#include <bellshape/choose.h>
#include <bellshape/model.h>

#include "choice.h"
#include "error.h"
#include "number.h"
#include "source.h"
#include "text.h"

/* ---- options ---- */

void choice_set_criterion(struct options *o, const char *value)
{
	static const char *const names[] = {
	    [BELL_AIC] = "aic", [BELL_BIC] = "bic", [BELL_HELDOUT] = "heldout"};

	o->choice = "--criterion";
	for (enum bell_criterion i = BELL_AIC; i <= BELL_HELDOUT; i++)
		if (!strcmp(value, names[i])) {
			o->fit.criterion = i;
			return;
		}
	die(EXIT_USAGE, "%s: --criterion %s: want aic, bic or heldout", o->command,
	    show_name(value));
}

void choice_set_margin(struct options *o, const char *value)
{
	o->choice = "--margin";
	if (!number_parse(value, strlen(value), '.', &o->fit.margin) || !(o->fit.margin >= 0))
		die(EXIT_USAGE, "%s: --margin %s: want a number, 0 or more", o->command,
		    show_name(value));
}

void choice_set_candidates(struct options *o, const char *value)
{
	o->choice = "--candidates";
	for (const char *p = value; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL) {
		char *name = copy_text(p, strcspn(p, ","));
		enum bell_method method;

		if (bell_method_of_name(name, &method) != BELL_OK ||
		    !(bell_choose_candidates() >> method & 1))
			die(EXIT_USAGE,
			    "%s: --candidates %s: %s is no method to choose; want some with "
			    "commas between them, such as identity,log,box-cox,yeo-johnson",
			    o->command, show_name(value), show_name(name));
		o->fit.candidates |= 1u << method;
		free(name);
	}
}

void choice_set_explain(struct options *o, const char *value)
{
	(void)value;
	o->choice = "--explain";
	o->explain = true;
}

void choice_check(const struct options *o)
{
	if (o->fit.method != BELL_BEST && o->choice)
		die(EXIT_USAGE, "%s: %s goes with --method best only", o->command, o->choice);
	if (o->fit.method != BELL_BEST)
		return;
	if (o->fit.criterion != BELL_HELDOUT && o->fit.candidates >> BELL_NORMAL_SCORES & 1)
		die(EXIT_USAGE,
		    "%s: --candidates normal-scores: it has no likelihood to compare; use "
		    "--criterion heldout",
		    o->command);
	if (o->lambdas.count || o->fit.lambda == o->fit.lambda)
		die(EXIT_USAGE,
		    "%s: --lambda and --method best: a lambda is that of one method; name it by "
		    "--method, such as box-cox",
		    o->command);
	if (o->fit.criterion == BELL_HELDOUT && (o->by || o->weights))
		die(EXIT_USAGE,
		    "%s: --criterion heldout and %s: values are held out from whole columns "
		    "without weights only; use --criterion aic",
		    o->command, o->by ? "--by" : "--weights");
}

/* ---- values ---- */

/* Appends the numbers of column j of a table, whose rows come block by block. */
static void hold_column(struct held_column *c, const struct bell_table *t, size_t j)
{
	if (c->n + t->rows > c->capacity) {
		c->capacity = 2 * (c->n + t->rows);
		c->x = reallocate(c->x, c->capacity, sizeof *c->x);
	}
	for (size_t i = 0; i < t->rows; i++)
		c->x[c->n++] = source_number(t, t->data, i, j);
}

void choice_hold(struct held_values *v, const struct source *s, const struct block *b)
{
	if (!v->column) {
		v->columns = s->used;
		v->column = allocate(s->used, sizeof *v->column);
	}
	for (size_t j = 0; j < b->table.columns; j++)
		hold_column(&v->column[b->first + j], &b->table, j);
}

void choice_release(struct held_values *v)
{
	for (size_t k = 0; k < v->columns; k++)
		free(v->column[k].x);
	free(v->column);
}

/* ---- fits ---- */

/* Ends the program: a column suits no candidate, or has too few values to hold some out. */
static _Noreturn void refuse(const struct bell_sketch *sketch, const char *name,
			     const struct source *s, const struct options *o)
{
	struct bell_sketch_summary summary;
	struct bell_fit_options aic = o->fit;
	char least[NUMBER_LENGTH];
	struct bell_fit fit;

	check(bell_sketch_summary(sketch, &summary), name);
	aic.criterion = BELL_AIC;
	/* these take any values, but have no AIC */
	aic.candidates &= ~(1u << BELL_NORMAL_SCORES);
	if (bell_fit_sketch(sketch, &aic, &fit) == BELL_OK)
		die(EXIT_DATA,
		    "%s: column %s has %llu values, too few to hold out some of them in %u parts: "
		    "use --criterion aic, or leave it out of --columns",
		    s->label, show_name(name), (unsigned long long)summary.count, o->fit.folds);
	die(EXIT_DATA,
	    "%s: column %s: no method of --candidates takes its values, the least of which is %s: "
	    "add yeo-johnson, or leave the column out of --columns",
	    s->label, show_name(name), show(least, number_format(summary.min, least)));
}

/* Chooses a method for a column, by its values where they are held, and sets it in the model. */
static enum bell_status choose(struct bell_model *model, size_t k, const struct bell_sketch *sketch,
			       const struct held_column *held, const struct options *o)
{
	struct bell_candidate candidate[BELL_MAX_CANDIDATES];
	struct bell_fit fit;
	size_t count;
	enum bell_status status =
	    held ? bell_choose_f64(held->x, NULL, held->n, &o->fit, o->threads, &fit, candidate,
				   &count)
		 : bell_choose_sketch(sketch, &o->fit, &fit, candidate, &count);

	if (status != BELL_OK)
		return status;
	status = bell_model_set(model, k, NULL, &fit);
	bell_fit_release(&fit);
	return status == BELL_OK ? bell_model_set_candidates(model, k, candidate, count) : status;
}

struct bell_model *choice_fit(struct bell_sketch *const *sketches, const size_t *columns, size_t n,
			      const struct held_values *v, const struct source *s,
			      const struct options *o)
{
	enum bell_status status = BELL_EDOMAIN;
	struct bell_model *model;

	/* Many columns at a time; if one is refused, one by one, to find out which. */
	if (!v)
		status = bell_model_fit_sketches(sketches, n, &o->fit, o->threads, &model);
	if (status == BELL_OK)
		return model;
	check(bell_model_create(n, &model), "fit");
	for (size_t k = 0; k < n; k++) {
		const char *name = s->column[columns[k]].name;

		status = choose(model, k, sketches[k], v ? &v->column[k] : NULL, o);
		if (status == BELL_EDOMAIN)
			refuse(sketches[k], name, s, o);
		check(status, name);
	}
	return model;
}
