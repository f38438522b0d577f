/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * scores.c - normal scores of the ranks of a column.
 *
 * The score of a value is the normal quantile of (rank - 1/2)/n, where tied values have the mean of
 * their ranks.  This is the part of the weight that lies below the value, and half of what lies at
 * it.  From bins, the places of sketch/places.h say what part lies below them.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include "fit/as_is.h"
#include "fit/collapse.h"
#include "fit/ranks.h"
#include "fit/scores.h"
#include "distribution.h"
#include "score_table.h"

/*
 * The quartile of the normal distribution.  The lines beyond the ends go on from the quartiles
 * through the ends: see docs/numerics.md.
 */
#define QUARTILE 0.67448975019608174

/*
 * A node of a bin that holds more of the weight says too little of the values around it.  Those in
 * the middle of a bin have a third of its weight.
 */
#define MAX_NODE (1.0 / 24)

static double score(const struct backend *b, const struct rank *r, double total)
{
	double tail = fmin(fmin(r->below, r->above) / total, 0.5),
	       z = bell_tail_quantile(tail, log_of(b, tail));

	return r->below < r->above ? -z : r->below > r->above ? z : 0;
}

/* ---- from ranks to a table ---- */

struct points {
	double x[BELL_MAX_SCORES], z[BELL_MAX_SCORES];
	size_t n;
};

static void add(struct points *p, double x, double z)
{
	p->x[p->n] = x;
	p->z[p->n++] = z;
}

/* Whether (x, z) lies above the last point, by more than `gap` in z. */
static bool rises(const struct points *p, double x, double z, double gap)
{
	return !p->n || (x > p->x[p->n - 1] && z - p->z[p->n - 1] > gap);
}

/*
 * Sets the points to the scores of n ranks.  If they are too many, those are left out that are so
 * close to the one before, in z, that a table can do without: z changes by less than that.  The
 * ends stay.  One place in the table is left free.
 */
static void points_of(const struct backend *b, const struct ranks *r, struct points *p)
{
	const struct rank *end = &r->rank[r->n - 1];
	double first = score(b, r->rank, r->total), last = score(b, end, r->total), gap = 0;

	if (r->n > BELL_MAX_SCORES - 1)
		gap = (last - first) / (BELL_MAX_SCORES - 3);
	p->n = 0;
	for (size_t i = 0; i + 1 < r->n; i++) {
		double z = score(b, &r->rank[i], r->total);

		if (rises(p, r->rank[i].x, z, gap))
			add(p, r->rank[i].x, z);
	}
	/* rounding may have brought a score up to the last one */
	while (!rises(p, end->x, last, 0))
		p->n--;
	add(p, end->x, last);
}

/* Neighbors may be so far apart that their difference exceeds a double: then one point more. */
static void part_halves(struct points *p)
{
	size_t i = 1;

	while (i < p->n && isfinite(p->x[i] - p->x[i - 1]))
		i++;
	if (i == p->n)
		return;
	for (size_t j = p->n++; j > i; j--) {
		p->x[j] = p->x[j - 1];
		p->z[j] = p->z[j - 1];
	}
	p->x[i] = p->x[i - 1] / 2 + p->x[i] / 2;
	p->z[i] = p->z[i - 1] / 2 + p->z[i] / 2;
}

/* The slope beyond an end of the table, from where the lines of the table have the score `from`. */
static double slope_beyond(const struct points *p, size_t end, double from)
{
	size_t i = 0;
	double x, slope;

	while (i + 2 < p->n && p->z[i + 1] <= from)
		i++;
	x = p->x[i] + (from - p->z[i]) / (p->z[i + 1] - p->z[i]) * (p->x[i + 1] - p->x[i]);
	/* the difference may exceed a double */
	slope = (p->z[end] / 2 - from / 2) / (p->x[end] / 2 - x / 2);
	return fmax(fmin(slope, DBL_MAX), 0x1p-1074);
}

static enum bell_status table_of(const struct backend *b, const struct ranks *ranks,
				 const struct bell_score_table **out)
{
	struct points *p = malloc(sizeof *p);
	enum bell_status status;
	double slope[2];

	if (!p)
		return BELL_ENOMEM;
	points_of(b, ranks, p);
	part_halves(p);
	slope[0] = slope_beyond(p, 0, fmax(-QUARTILE, p->z[1]));
	slope[1] = slope_beyond(p, p->n - 1, fmin(QUARTILE, p->z[p->n - 2]));
	status = bell_score_table_create(p->x, p->z, p->n, slope, out);
	free(p);
	return status;
}

/* ---- what to say of it ---- */

/* Copies the nodes that have a weight, and returns how many there are. */
static size_t copy_nodes(const struct place *place, size_t n, struct node *node)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (place[i].node.weight > 0)
			node[count++] = place[i].node;
	return count;
}

/* Whether no place stands for too many values around it. */
static bool well_known(const struct place *place, size_t n, double total)
{
	for (size_t i = 0; i < n; i++)
		if (!isnan(place[i].below) && place[i].node.weight > MAX_NODE * total)
			return false;
	return true;
}

/* Describes the nodes and their scores; the nodes are lost. */
static void describe(const struct backend *b, struct node *node, size_t n, struct bell_fit *fit)
{
	struct spread spread = bell_spread_of(node, n);

	fit->skewness_before = spread.skewness;
	fit->kurtosis_before = spread.kurtosis;
	fit->collapsed = bell_collapsed(b, &fit->transform, node, n, spread.sd);
	for (size_t i = 0; i < n; i++) {
		bell_scores_f64(fit->transform.table, &node[i].value, 1, &node[i].value);
		node[i].low = 0;
	}
	spread = bell_spread_of(node, n);
	fit->mean = spread.mean;
	fit->sd = spread.sd;
	fit->skewness_after = spread.skewness;
	fit->kurtosis_after = spread.kurtosis;
}

/* ---- the fit ---- */

/* The fit of n places, of which at least two differ. */
static enum bell_status fit_places(const struct backend *b, const struct bell_sketch *sketch,
				   const struct place *place, size_t n, struct bell_fit *fit)
{
	struct node *node = malloc(n * sizeof *node);
	struct ranks ranks = {0};
	enum bell_status status = node ? bell_ranks_of(b, sketch, place, n, &ranks) : BELL_ENOMEM;

	if (status == BELL_OK)
		status = table_of(b, &ranks, &fit->transform.table);
	if (status == BELL_OK) {
		describe(b, node, copy_nodes(place, n, node), fit);
		if (!well_known(place, n, ranks.total))
			fit->flags |= BELL_FIT_ILL_CONDITIONED;
		if (!sketch->bins && n == 2)
			fit->flags |= BELL_FIT_TWO_VALUES;
		if (fit->collapsed > 0)
			fit->flags |= BELL_FIT_COLLAPSED;
	}
	free(ranks.rank);
	free(node);
	return status;
}

bool bell_scores_exist(const struct bell_sketch *sketch)
{
	return sketch->count && !sketch->infinite && sketch->min < sketch->max;
}

enum bell_status bell_fit_scores(const struct backend *b, const struct bell_sketch *sketch,
				 struct bell_fit *out)
{
	struct bell_sketch_summary summary;
	struct bell_fit fit = {
	    .lambda = NAN, .ci95 = {NAN, NAN}, .log_likelihood = NAN, .lr_vs_identity = NAN};
	struct place *place;
	size_t n;
	enum bell_status status = bell_places_of(b, sketch, &place, &n);

	if (status != BELL_OK)
		return status;
	bell_sketch_summary(sketch, &summary);
	fit.count = summary.count, fit.missing = summary.missing;
	fit.weight = summary.weight, fit.min = summary.min, fit.max = summary.max;
	fit.transform =
	    (struct bell_transform){.min = fit.min, .max = fit.max, .method = BELL_NORMAL_SCORES};
	status = fit_places(b, sketch, place, n, &fit);
	free(place);
	if (status == BELL_OK)
		*out = fit;
	return status;
}

void bell_fit_release(struct bell_fit *fit)
{
	if (!fit)
		return;
	bell_score_table_release(fit->transform.table);
	fit->transform.table = NULL;
}
