/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * unit.c - the unit c at which Yeo-Johnson of x/c has the largest likelihood.
 *
 * The likelihood of a unit at its best lambda is a function of log c that may have several maxima.
 * So it is computed on a grid first; then the root of its derivative is found beside the best
 * point.  Everything is relative to the largest |x|: a column in another unit of measurement gets
 * the same c, in that unit.
 *
 * From below c has the bound of resolution.c.
 */
#include <math.h>
#include "fit/resolution.h"
#include "fit/unit.h"

/*
 * From above c is held to 2^20 times the largest |x|, where psi is the exponential transform to one
 * part in two millions.  A point of the grid at 2^10 times it stands before.
 */
#define ABOVE_VALUES 0x1p20

/* The steps of the grid: by a factor of 8, or wider if there would be too many. */
#define GRID_STEP  8
#define GRID_STEPS 24

/* Box-Cox, 24 steps, and two points above the values. */
#define MAX_POINTS (GRID_STEPS + 4)

/*
 * How much a unit must gain over Box-Cox, or over the largest |x| where there is no Box-Cox, to be
 * told from it.  A smaller gain means that the likelihood hardly depends on c, and rounding would
 * choose it.
 */
#define MIN_GAIN 0x1p-10

/* A step of log c that is no more than rounding, and more steps than any search takes. */
#define TINY_STEP 1e-15
#define MAX_STEPS 100

/* What the units of a column are tried with. */
struct trial {
	struct search *s;
	const struct bell_sketch *sketch;
	const struct node *node;
	size_t nodes;
	/* The largest |x|, and the typical |x| relative to it. */
	double largest, typical;
	/* Whether all values are above 0, and whether all lie on one side of it. */
	bool positive, one_signed;
};

/* ---- the likelihood of a unit ---- */

/*
 * The lambda to start at: that of a near unit, so moved that psi bends as much at the typical |x|,
 * where psi''/psi' is (lambda - 1)/(c + a).
 */
static double start_at(const struct trial *t, const struct unit *from, double unit)
{
	double size = t->typical * t->largest;

	return from ? 1 + (from->lambda - 1) * ((unit + size) / (from->unit + size)) : NAN;
}

/* Computes the rest of *u, whose unit and log are set; value is NaN if nothing can be estimated. */
static enum bell_status try_unit(const struct trial *t, const struct unit *near, struct unit *u)
{
	struct bell_fit fit = {.min = t->s->fit->min, .max = t->s->fit->max};
	struct search s = *t->s;
	enum bell_status status;

	s.fit = &fit;
	s.family = (struct family){u->unit};
	s.method = method_of(s.family);
	s.start = start_at(t, near, u->unit);
	status = bell_column_make(s.b, t->sketch, t->node, t->nodes, s.family, &s.c);
	if (status != BELL_OK)
		return status;
	u->value = u->score = NAN;
	if (s.c.sd > 0 && s.c.unit > MIN_UNIT) {
		bell_search(&s);
		u->lambda = fit.lambda;
		if (s.best.sd > 0 && isfinite(fit.lambda)) {
			u->value = s.scale * (s.best.value + bell_likelihood_constant(s.b, &s.c));
			u->score = bell_unit_score(&s.c, &s.best);
		}
	}
	bell_column_free(&s.c);
	t->s->fit->evaluations += fit.evaluations;
	return BELL_OK;
}

static void set_log(const struct trial *t, double log, struct unit *u)
{
	double unit = t->largest * bell_exp(t->s->b, log);

	unit = unit < BELL_MIN_UNIT ? BELL_MIN_UNIT : unit;
	*u = (struct unit){.unit = unit < BELL_MAX_UNIT ? unit : BELL_MAX_UNIT, .log = log};
}

/* The logarithm of the smallest c to be tried; it sets what is typical, too. */
static double lower_bound(struct trial *t)
{
	const struct sizes sizes = {.b = t->s->b,
				    .node = t->node,
				    .nodes = t->nodes,
				    .largest = t->largest,
				    .count = t->s->fit->count};

	return bell_resolution(&sizes, t->one_signed, &t->typical);
}

/* ---- the search ---- */

/* The points of the grid, Box-Cox first if it suits; returns their number. */
static int grid_of(struct trial *t, struct unit point[MAX_POINTS])
{
	const struct backend *b = t->s->b;
	double low = lower_bound(t), top = log_of(b, ABOVE_VALUES), step = log_of(b, GRID_STEP);
	int n = 0, steps = (int)ceil(-low / step);

	steps = steps < 1 ? 1 : steps > GRID_STEPS ? GRID_STEPS : steps;
	if (t->positive)
		point[n++] = (struct unit){.unit = 0, .log = -INFINITY};
	for (int i = 0; i <= steps; i++)
		set_log(t, low * (steps - i) / steps, &point[n++]);
	set_log(t, top / 2, &point[n++]);
	set_log(t, top, &point[n++]);
	return n;
}

/*
 * Replaces *best by the maximum between it and another point, which has a lower likelihood and lies
 * where the likelihood of *best rises.
 */
static enum bell_status refine(const struct trial *t, struct unit *best, struct unit other)
{
	struct unit inside = *best, last = other, next;
	double before = INFINITY;

	for (int i = 0; i < MAX_STEPS; i++) {
		double step = -best->score * (last.log - best->log) / (last.score - best->score);
		double low = fmin(inside.log, other.log), high = fmax(inside.log, other.log);
		double log = best->log + step;
		enum bell_status status;

		if (!(log > low && log < high))
			log = low + (high - low) / 2;
		step = fabs(log - best->log);
		if (best->score == 0 || step <= TINY_STEP * (1 + fabs(log)) ||
		    (step < 1e-9 && step >= before))
			break;
		before = step;
		set_log(t, log, &next);
		status = try_unit(t, best, &next);
		if (status != BELL_OK)
			return status;
		/* the maximum stays between `inside`, where it rises to the other, and `other` */
		if ((next.score > 0) == (other.log > inside.log) &&
		    next.value >= inside.value - MIN_GAIN)
			inside = next;
		else
			other = next;
		last = *best;
		*best = next;
	}
	return BELL_OK;
}

/* The likelihood at every point of the grid, and which is the largest; -1 if there is none. */
static enum bell_status scan(const struct trial *t, struct unit *point, int n, int *best)
{
	*best = -1;
	t->s->rough = true;
	for (int i = 0; i < n; i++) {
		const struct unit *near = i && isfinite(point[i - 1].lambda) ? &point[i - 1] : NULL;
		enum bell_status status = try_unit(t, near, &point[i]);

		if (status != BELL_OK)
			return status;
		if (!isnan(point[i].value) && (*best < 0 || point[i].value > point[*best].value))
			*best = i;
	}
	t->s->rough = false;
	return BELL_OK;
}

/* The unit that is taken if no other is told from it, and what it reaches. */
static enum bell_status reference_of(const struct trial *t, const struct unit *box_cox,
				     struct unit *out)
{
	set_log(t, 0, out);
	if (t->positive)
		*out = *box_cox;
	return try_unit(t, NULL, out);
}

static enum bell_status best_of(const struct trial *t, struct unit *point, int n, struct unit *out)
{
	struct unit best;
	enum bell_status status;
	int k, to;

	status = scan(t, point, n, &k);
	if (status != BELL_OK)
		return status;
	status = reference_of(t, point, out);
	if (status != BELL_OK || k < 0)
		return status;
	best = point[k];
	to = best.score > 0 ? k + 1 : k - 1;
	if (best.unit > 0 && to >= 0 && to < n && point[to].unit > 0)
		status = refine(t, &best, point[to]);
	if (status == BELL_OK && (isnan(out->value) || best.value > out->value + MIN_GAIN)) {
		*out = best;
		t->s->at_bound = best.log == point[t->positive].log || best.log == point[n - 1].log;
	}
	return status;
}

enum bell_status bell_search_unit(struct search *s, const struct bell_sketch *sketch,
				  const struct node *node, size_t nodes)
{
	const struct bell_fit *fit = s->fit;
	struct trial t = {.s = s,
			  .sketch = sketch,
			  .node = node,
			  .nodes = nodes,
			  .largest = fmax(fabs(fit->min), fabs(fit->max)),
			  .positive = fit->min > 0,
			  .one_signed = fit->min >= 0 || fit->max <= 0};
	struct unit point[MAX_POINTS], best;
	enum bell_status status = best_of(&t, point, grid_of(&t, point), &best);

	if (status == BELL_OK) {
		s->family.unit = best.unit;
		s->method = method_of(s->family);
	}
	return status;
}
