/* SPDX-License-Identifier: BSD-3-Clause */
/* choose.c - the simplest family of transforms that is nearly as likely as any. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "dispatch.h"
#include "fit/choose.h"
#include "fit/compared.h"
#include "sketch/weights.h"

/* The values that a family takes. */
enum domain { ANY, NOT_NEGATIVE, POSITIVE };

/* The families, from simple to less simple; those of one step are equally simple. */
static const struct family_entry {
	enum bell_method method;
	enum domain domain;
	int step;
} families[] = {
    {BELL_IDENTITY, ANY, 1},      {BELL_LOG, POSITIVE, 2},    {BELL_SQRT, NOT_NEGATIVE, 2},
    {BELL_BOX_COX, POSITIVE, 3},  {BELL_YEO_JOHNSON, ANY, 3}, {BELL_LOG_SHIFT, ANY, 3},
    {BELL_ASINH, ANY, 3},         {BELL_EXPONENTIAL, ANY, 3}, {BELL_YEO_JOHNSON_UNIT, ANY, 4},
    {BELL_NORMAL_SCORES, ANY, 5},
};

/* The families that have a likelihood; the others are compared by what is held out alone. */
#define LIKELY (~(1u << BELL_NORMAL_SCORES))

enum { FAMILIES = sizeof families / sizeof *families };
_Static_assert(FAMILIES <= BELL_MAX_CANDIDATES, "room for all candidates");

/* How far the criterion of the chosen family may be from the least: see struct bell_fit_options. */
#define MARGIN 2

/* Half of this, 1 + log(2 pi), is what log_likelihood leaves out for each row. */
#define CONSTANT 2.8378770664093454836

static const struct family_entry *entry_of(enum bell_method method)
{
	const struct family_entry *f = families;

	while (f->method != method)
		f++;
	return f;
}

/* ---- what options say ---- */

static bool is_wanted(const struct bell_fit_options *o, enum bell_method method)
{
	unsigned all = o->criterion == BELL_HELDOUT ? ~0u : LIKELY;

	return (o->candidates ? o->candidates : all) >> method & 1;
}

unsigned bell_choose_candidates(void)
{
	unsigned all = 0;

	for (size_t i = 0; i < FAMILIES; i++)
		all |= 1u << families[i].method;
	return all;
}

bool bell_choice_valid(const struct bell_fit_options *o)
{
	return isnan(o->lambda) && !o->robust && !(o->candidates & ~bell_choose_candidates()) &&
	       !(o->margin < 0) &&
	       (((o->criterion == BELL_AIC || o->criterion == BELL_BIC) &&
		 !(o->candidates & ~LIKELY)) ||
		(o->criterion == BELL_HELDOUT && o->folds >= 2 && o->repeats >= 1));
}

struct choice bell_choice_of(const struct bell_fit_options *o)
{
	struct choice choice = {0};

	for (size_t i = 0; i < FAMILIES; i++)
		if (is_wanted(o, families[i].method))
			choice.candidate[choice.count++] = (struct bell_candidate){
			    .method = families[i].method,
			    .parameters = (unsigned)bell_method_parameters(families[i].method),
			    .lambda = NAN,
			    .unit = NAN,
			    .shift = NAN,
			    .log_likelihood = NAN,
			    .compared = NAN,
			    .aic = NAN,
			    .bic = NAN,
			    .pearson_per_df = NAN};
	return choice;
}

struct bell_fit_options bell_candidate_options(const struct bell_fit_options *o,
					       enum bell_method method)
{
	struct bell_fit_options own = *o;

	own.method = method;
	own.lambda = NAN;
	own.unit = NAN;
	own.shift = NAN;
	own.standardize = true;
	own.round_level = 0;
	return own;
}

/* ---- the fits ---- */

/* A column, and what its candidates are compared by. */
struct comparison {
	const struct backend *b;
	const struct bell_sketch *sketch;
	const struct bell_fit_options *options;
	struct left_out left_out;
	/* The rows that a likelihood counts, and those that are compared. */
	double rows, compared;
	/* The fit of each candidate. */
	struct bell_fit fit[BELL_MAX_CANDIDATES];
};

static enum bell_status set_rows(struct comparison *c)
{
	const struct bell_sketch *s = c->sketch;
	struct node *node;
	size_t n;
	enum bell_status status;

	c->rows = c->options->weight_type == BELL_IMPORTANCE_WEIGHTS
		      ? bell_sketch_effective(s)
		      : ldexp((double)bell_sketch_weight(s), -SUM_BITS - s->shift);
	c->compared = c->rows;
	if (!s->count || !(s->min < s->max))
		return BELL_OK;
	status = bell_nodes_of(c->b, s, &node, &n);
	if (status != BELL_OK)
		return status;
	c->left_out = bell_left_out(c->b, s, node, n);
	c->compared *= bell_share_compared(&c->left_out);
	free(node);
	return BELL_OK;
}

static enum bell_refusal refusal_of_domain(const struct bell_sketch *s, enum domain domain)
{
	double min = s->bottomless ? -INFINITY : s->min;

	/* no values, no refusal */
	if (domain == POSITIVE && min <= 0)
		return BELL_REFUSED_NOT_POSITIVE;
	return domain == NOT_NEGATIVE && min < 0 ? BELL_REFUSED_NEGATIVE : BELL_NOT_REFUSED;
}

static void describe(const struct comparison *c, const struct bell_fit *fit,
		     struct bell_candidate *k)
{
	double n = c->compared, p = k->parameters + 2;

	k->lambda = fit->lambda;
	k->unit = fit->unit;
	k->shift = fit->transform.shift;
	k->log_likelihood = fit->log_likelihood;
	if (k->method == BELL_NORMAL_SCORES)
		return;
	k->compared = n > 0 ? bell_compared(c->b, fit, c->rows, &c->left_out) : 0;
	k->aic = 2 * p - 2 * k->compared + n * CONSTANT;
	k->bic = (n > 1 ? log_of(c->b, n) : 0) * p - 2 * k->compared + n * CONSTANT;
	if (!isfinite(fit->log_likelihood) || !isfinite(k->compared))
		k->refusal = BELL_REFUSED_NOT_ESTIMATED;
}

static enum bell_status fit_candidate(struct comparison *c, struct bell_candidate *k,
				      struct bell_fit *fit)
{
	struct bell_fit_options own = bell_candidate_options(c->options, k->method);
	enum bell_status status;

	k->refusal = refusal_of_domain(c->sketch, entry_of(k->method)->domain);
	if (k->refusal != BELL_NOT_REFUSED)
		return BELL_OK;
	status = bell_fit_checked(c->b, c->sketch, &own, NULL, fit);
	if (status == BELL_OK)
		describe(c, fit, k);
	return status;
}

/* ---- the choice ---- */

static double criterion_of(const struct bell_fit_options *o, const struct bell_candidate *k)
{
	return o->criterion == BELL_AIC   ? k->aic
	       : o->criterion == BELL_BIC ? k->bic
					  : k->pearson_per_df;
}

/* Whether a candidate that is near the best is to be taken instead of another. */
static bool is_preferred(const struct bell_fit_options *o, const struct bell_candidate *k,
			 const struct bell_candidate *other)
{
	int step = entry_of(k->method)->step, other_step = entry_of(other->method)->step;

	return step != other_step ? step < other_step : criterion_of(o, k) < criterion_of(o, other);
}

/* The candidate to take; NULL if none takes the values of the column. */
static struct bell_candidate *choose(const struct bell_fit_options *o, struct choice *choice)
{
	double least = INFINITY, margin = !isnan(o->margin)              ? o->margin
					  : o->criterion == BELL_HELDOUT ? 0
									 : MARGIN;
	struct bell_candidate *chosen = NULL, *end = choice->candidate + choice->count;

	for (struct bell_candidate *k = choice->candidate; k < end; k++)
		if (k->refusal == BELL_NOT_REFUSED && criterion_of(o, k) < least)
			least = criterion_of(o, k);
	for (struct bell_candidate *k = choice->candidate; k < end; k++)
		if (k->refusal == BELL_NOT_REFUSED && criterion_of(o, k) <= least + margin &&
		    (!chosen || is_preferred(o, k, chosen)))
			chosen = k;
	/* nothing can be compared: the simplest of those that take the values */
	for (struct bell_candidate *k = choice->candidate; !chosen && k < end; k++)
		if (k->refusal != BELL_REFUSED_NOT_POSITIVE && k->refusal != BELL_REFUSED_NEGATIVE)
			chosen = k;
	return chosen;
}

/* Whether the lambda of a method is a power, which can be rounded. */
static bool is_power(enum bell_method method)
{
	return method == BELL_BOX_COX || method == BELL_YEO_JOHNSON ||
	       method == BELL_YEO_JOHNSON_UNIT;
}

/*
 * Makes the standardized fit of the family that was chosen the one that the options ask for, and
 * adds to *evaluations.
 */
static enum bell_status take(const struct comparison *c, const struct bell_candidate *chosen,
			     struct bell_fit *fit, unsigned *evaluations)
{
	const struct bell_fit_options *o = c->options;
	struct bell_fit_options own = bell_candidate_options(o, chosen->method);
	struct bell_fit again;
	enum bell_status status;

	if (o->standardize && !(o->round_level > 0))
		return BELL_OK;
	own.standardize = o->standardize;
	own.round_level = is_power(chosen->method) ? o->round_level : 0;
	status = bell_fit_checked(c->b, c->sketch, &own, NULL, &again);
	if (status != BELL_OK)
		return status;
	bell_fit_release(fit);
	*fit = again;
	*evaluations += again.evaluations;
	return BELL_OK;
}

enum bell_status bell_choose_checked(const struct backend *b, const struct bell_sketch *sketch,
				     const struct bell_fit_options *options, struct choice *choice,
				     struct bell_fit *out)
{
	struct comparison c = {.b = b, .sketch = sketch, .options = options};
	struct bell_candidate *chosen;
	enum bell_status status = set_rows(&c);
	unsigned evaluations = 0;

	if (options->criterion != BELL_HELDOUT)
		*choice = bell_choice_of(options);
	for (size_t i = 0; status == BELL_OK && i < choice->count; i++) {
		status = fit_candidate(&c, &choice->candidate[i], &c.fit[i]);
		evaluations += c.fit[i].evaluations;
	}
	for (size_t i = 0; options->criterion == BELL_HELDOUT && i < choice->count; i++)
		if (choice->candidate[i].refusal == BELL_NOT_REFUSED &&
		    isnan(choice->candidate[i].pearson_per_df))
			choice->candidate[i].refusal = BELL_REFUSED_HELDOUT;
	chosen = status == BELL_OK ? choose(options, choice) : NULL;
	if (status == BELL_OK && !chosen)
		status = BELL_EDOMAIN;
	if (status == BELL_OK) {
		struct bell_fit *fit = &c.fit[chosen - choice->candidate];

		chosen->chosen = true;
		status = take(&c, chosen, fit, &evaluations);
		if (status == BELL_OK) {
			fit->evaluations = evaluations;
			if (chosen->method == BELL_IDENTITY && isfinite(fit->log_likelihood))
				fit->flags |= BELL_FIT_NOT_IDENTIFIED;
			*out = *fit;
			/* it is the caller's now */
			*fit = (struct bell_fit){0};
		}
	}
	for (size_t i = 0; i < choice->count; i++)
		bell_fit_release(&c.fit[i]);
	return status;
}

enum bell_status bell_choose_sketch(const struct bell_sketch *sketch,
				    const struct bell_fit_options *options, struct bell_fit *fit,
				    struct bell_candidate *candidate, size_t *count)
{
	const struct backend *b = bell_kernels();
	struct bell_fit_options o;
	struct choice choice;
	enum bell_status status;

	bell_fit_options_default(&o);
	if (options)
		o = *options;
	o.method = BELL_BEST;
	if (!sketch || !fit || !candidate || !count || !bell_fit_options_valid(&o) ||
	    bell_needs_values(&o))
		return BELL_EINVAL;
	if (!b)
		return BELL_EBACKEND;
	status = bell_choose_checked(b, sketch, &o, &choice, fit);
	if (status != BELL_OK)
		return status;
	memcpy(candidate, choice.candidate, choice.count * sizeof *candidate);
	*count = choice.count;
	return BELL_OK;
}

/* ---- the words ---- */

static const struct {
	const char *name, *text;
} refusals[] = {
    [BELL_REFUSED_NOT_POSITIVE] = {"not_positive", "values at or below 0"},
    [BELL_REFUSED_NEGATIVE] = {"negative", "values below 0"},
    [BELL_REFUSED_NOT_ESTIMATED] = {"not_estimated", "nothing to estimate it from"},
    [BELL_REFUSED_HELDOUT] = {"heldout", "no statistic for some values that were held out"},
};

const char *bell_refusal_name(enum bell_refusal refusal)
{
	return (size_t)refusal < sizeof refusals / sizeof *refusals ? refusals[refusal].name : NULL;
}

const char *bell_refusal_text(enum bell_refusal refusal)
{
	return (size_t)refusal < sizeof refusals / sizeof *refusals ? refusals[refusal].text : NULL;
}
