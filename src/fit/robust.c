/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * robust.c - the reweighted maximum likelihood of J. Raymaekers and P. J. Rousseeuw, "Transforming
 * variables to central normality" (Machine Learning, 2021).
 *
 * 1. A first lambda makes the central part of the data normal.  It is that of the least mean of
 *    rho(z - q): z are the values, transformed and standardized by robust estimates, q their normal
 *    scores, and rho is Tukey's biweight, which does not grow beyond 1/2.  The transform is
 *    rectified: on the side where psi bends down, it goes on straight beyond a point, so that it
 *    does not hide values that lie far out.  That point is where psi is 1.5 times as far from psi
 *    of the median as psi of the quartile is.
 * 2. Values with |z| above the 99.5 % quantile of the normal distribution are set aside, and lambda
 *    is that of the largest likelihood of the others.
 * 3. z by this lambda (not rectified) says which values are set aside in the end.
 *
 * The fit goes on with the rest, whose best lambda is the result.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "fit/central.h"
#include "fit/robust.h"

/* sqrt() of the 99 % quantile of chi-squared with one degree of freedom. */
#define MAX_Z 2.5758293035489004

/* From here on the biweight is flat. */
#define BIWEIGHT 0.5

/* How far the point of rectification is from the median, in quartiles, and from an end of psi. */
#define RECTIFY  1.5
#define NEAR_END 1e-5

/*
 * The first lambda is looked for among (lambda - 1) s, s being the robust sd of the coordinate:
 * first on a grid as wide as GRID_STEPS steps on either side of 0, which is made wider as long as
 * the best lambda is at its end, then down to FINE.  lambda from -4 to 6, where the authors look,
 * are (lambda - 1) s from -5 to 5 for s = 1.
 */
#define GRID_STEP  0.5
#define GRID_STEPS 10
#define MAX_STEPS  80
#define FINE       1e-4

/* (sqrt(5) - 1)/2 */
#define GOLDEN 0.6180339887498949

/* ---- the transform ---- */

/*
 * A rectified psi.  It is sign expm1(w size)/w of a place: where a column has both signs, of the
 * sign and size of the coordinate; else of what the coordinate exceeds that of the median by, with
 * the sign 1, so that one power serves.  Everything is in units of the column, as in likelihood.h.
 */
struct shape {
	double power[2];
	/* The place where the straight part begins, psi there, and whether it is the upper part. */
	double bend, psi_bend;
	bool straight, upper;
};

static double sign_of(const struct central *m, double at) { return m->c->mixed && at < 0 ? -1 : 1; }

static double psi_of(const struct central *m, const struct shape *s, double at)
{
	double sign = sign_of(m, at), w = s->power[sign < 0];

	return w != 0 ? sign * bell_expm1(m->b, w * sign * at) / w : at;
}

/* The place at which psi has a value, or one near the end of psi if it does not come so far. */
static double place_of_psi(const struct central *m, const struct shape *s, double psi)
{
	double sign = sign_of(m, psi), w = s->power[sign < 0], gain = w * sign * psi;

	if (w == 0)
		return psi;
	return sign * (gain > NEAR_END - 1 ? log1p(gain) : log(NEAR_END)) / w;
}

static double at_of(const struct central *m, size_t i)
{
	return m->c->mixed ? m->place[i].at : m->place[i].at - m->median;
}

/* The rectified transform with this power (of the upper side), or the plain one. */
static struct shape shape_of(const struct central *m, double power, bool rectified)
{
	double identity = m->c->identity, middle, quartile;
	struct shape s = {.power = {power, m->c->mixed ? 2 * identity - power : power},
			  .straight = rectified && power != identity,
			  .upper = power < identity};

	if (!s.straight)
		return s;
	middle = m->c->mixed ? psi_of(m, &s, m->median) : 0;
	quartile = psi_of(m, &s, at_of(m, m->quartile[s.upper]));
	s.bend = place_of_psi(m, &s, middle + RECTIFY * (quartile - middle));
	s.bend = fmin(fmax(s.bend, at_of(m, 0)), at_of(m, m->n - 1));
	s.psi_bend = psi_of(m, &s, s.bend);
	return s;
}

static bool is_straight(const struct shape *s, double at)
{
	return s->straight && (s->upper ? at > s->bend : at < s->bend);
}

/*
 * What psi gains from the bend to a place beyond, where it goes on with the slope of the bend.  `e`
 * is expm1 of the argument that argument_of() has.  On one side this is (x - bend) psi'(bend), or
 * exp(w l) expm1(l' - l) of the coordinates; beyond 0, x - bend has two parts.
 */
static double straight_part(const struct central *m, const struct shape *s, double at, double e)
{
	double sign = sign_of(m, at), start = sign_of(m, s->bend), size = start * s->bend;
	double w = s->power[start < 0], unit = m->c->unit;

	if (sign == start)
		return sign * bell_exp(m->b, w * size) * e / unit;
	return sign * bell_exp(m->b, (w - m->c->identity) * size) *
	       (e + bell_expm1(m->b, unit * size)) / unit;
}

static double argument_of(const struct central *m, const struct shape *s, double at)
{
	double sign = sign_of(m, at), start = sign_of(m, s->bend);

	if (!is_straight(s, at))
		return s->power[sign < 0] * sign * at;
	return m->c->unit * (sign * at - (sign == start ? start * s->bend : 0));
}

/* Sets m->y. */
static void transform(struct central *m, const struct shape *s)
{
	for (size_t i = 0; i < m->n; i++)
		m->room[i] = argument_of(m, s, at_of(m, i));
	m->b->exponential(m->room, m->padded, m->room);
	for (size_t i = 0; i < m->n; i++) {
		double at = at_of(m, i), sign = sign_of(m, at), w = s->power[sign < 0];

		if (is_straight(s, at))
			m->y[i] = s->psi_bend + straight_part(m, s, at, m->room[i]);
		else
			m->y[i] = w != 0 ? sign * m->room[i] / w : at;
	}
}

/* ---- the first lambda ---- */

/* How far the central part is from normal: 0 to BIWEIGHT; INFINITY if there is no scale. */
static double distance_from_normal(struct central *m, double power)
{
	const struct shape s = shape_of(m, power, true);
	struct location_scale z;
	double sum = 0;

	transform(m, &s);
	z = bell_locate(m, m->y);
	if (!(z.scale > 0))
		return INFINITY;
	for (size_t i = 0; i < m->n; i++) {
		double d = ((m->y[i] - z.location) / z.scale - m->score[i]) / BIWEIGHT;
		double left = 1 - d * d;

		sum += m->place[i].weight *
		       (fabs(d) < 1 ? BIWEIGHT * (1 - left * left * left) : BIWEIGHT);
	}
	return sum / m->total;
}

static double distance_at(struct central *m, double u)
{
	return distance_from_normal(m, m->c->identity + u / m->sd);
}

/* The best of a grid, which grows while its end is the best. */
static double best_of_grid(struct central *m)
{
	double best = 0, least = distance_at(m, 0);

	for (int direction = -1; direction <= 1; direction += 2) {
		int steps = GRID_STEPS;

		for (int i = 1; i <= steps && i <= MAX_STEPS; i++) {
			double u = direction * i * GRID_STEP, distance = distance_at(m, u);

			if (distance < least) {
				least = distance;
				best = u;
				steps = i == steps ? steps + 1 : steps;
			}
		}
	}
	return best;
}

/* The power of the least distance, by golden sections around the best of the grid. */
static double first_power(struct central *m)
{
	double best = best_of_grid(m), low = best - GRID_STEP, high = best + GRID_STEP;
	double a = high - GOLDEN * (high - low), b = low + GOLDEN * (high - low);
	double at_a = distance_at(m, a), at_b = distance_at(m, b);

	while (high - low > FINE) {
		if (at_a <= at_b) {
			high = b, b = a, at_b = at_a;
			a = high - GOLDEN * (high - low);
			at_a = distance_at(m, a);
		} else {
			low = a, a = b, at_a = at_b;
			b = low + GOLDEN * (high - low);
			at_b = distance_at(m, b);
		}
	}
	return m->c->identity + (low + high) / 2 / m->sd;
}

/* ---- what is kept ---- */

/* Parts the nodes by their |z| at m->y; kept ones come first, both parts in ascending order. */
static size_t part(const struct central *m, struct node *node, struct node *sorted)
{
	const struct location_scale z = bell_locate(m, m->y);
	bool falls = m->c->sign < 0 && !m->c->mixed;
	size_t kept = 0, end = m->n;

	for (size_t k = 0; k < m->n; k++) {
		size_t i = falls ? m->n - 1 - k : k;

		if (fabs((m->y[i] - z.location) / z.scale) <= MAX_Z)
			sorted[kept++] = node[m->place[i].node];
		else
			sorted[--end] = node[m->place[i].node];
	}
	return z.scale > 0 ? kept : 0;
}

/* The power of the upper side, or of the one that has values, at a lambda. */
static double power_of(const struct central *m, double lambda)
{
	double t = lambda * m->c->unit;

	return m->c->mixed || m->c->sign > 0 ? t : 2 * m->c->identity - t;
}

/* lambda of the largest likelihood of some nodes, within the bounds. */
static enum bell_status best_lambda(const struct search *of, const struct bell_sketch *sketch,
				    const struct node *node, size_t n, double *lambda)
{
	struct bell_fit fit = {.min = of->fit->min, .max = of->fit->max};
	struct search s = *of;
	enum bell_status status;

	s.fit = &fit;
	status = bell_column_make(s.b, sketch, node, n, s.family, &s.c);
	if (status != BELL_OK)
		return status;
	*lambda = NAN;
	if (s.c.sd > 0 && s.c.unit > MIN_UNIT) {
		bell_search(&s);
		*lambda = fit.lambda;
	}
	bell_column_free(&s.c);
	of->fit->evaluations += fit.evaluations;
	return BELL_OK;
}

/* Sets sorted[] to the nodes, those that are kept first; *kept is 0 if that cannot be said. */
static enum bell_status keep(const struct search *s, const struct bell_sketch *sketch,
			     struct central *m, struct node *node, struct node *sorted,
			     size_t *kept)
{
	bool fixed = !isnan(s->options->lambda);
	double lambda = s->options->lambda;
	struct shape shape;
	enum bell_status status;

	if (!fixed) {
		shape = shape_of(m, first_power(m), true);
		transform(m, &shape);
		*kept = part(m, node, sorted);
		if (!*kept)
			return BELL_OK;
		status = best_lambda(s, sketch, sorted, *kept, &lambda);
		if (status != BELL_OK)
			return status;
	}
	*kept = 0;
	if (!isfinite(lambda))
		return BELL_OK;
	shape = shape_of(m, power_of(m, lambda), false);
	transform(m, &shape);
	*kept = part(m, node, sorted);
	return BELL_OK;
}

/* Whether some nodes have two distinct values, as a fit needs; they ascend. */
static bool distinct(const struct node *node, size_t n)
{
	return n > 1 && (node[0].value != node[n - 1].value || node[0].low != node[n - 1].low);
}

enum bell_status bell_set_aside(struct search *s, const struct bell_sketch *sketch,
				struct node *node, size_t n, size_t *kept)
{
	struct node *sorted = malloc(n * sizeof *sorted);
	struct central m = {0};
	enum bell_status status = sorted ? BELL_OK : BELL_ENOMEM;

	*kept = 0;
	if (status == BELL_OK)
		status = bell_column_make(s->b, sketch, node, n, s->family, &s->c);
	if (status == BELL_OK) {
		status = bell_central_make(s, node, n, &m);
		if (status == BELL_OK && m.sd > 0 && isfinite(m.sd))
			status = keep(s, sketch, &m, node, sorted, kept);
		bell_central_free(&m);
		bell_column_free(&s->c);
	}
	if (status == BELL_OK && distinct(sorted, *kept)) {
		memcpy(node, sorted, n * sizeof *node);
		s->fit->flags |= BELL_FIT_ROBUST;
		for (size_t i = *kept; i < n; i++)
			s->fit->set_aside += ldexp(node[i].weight, -sketch->shift);
	} else {
		*kept = n;
		s->fit->flags |= BELL_FIT_NOT_ROBUST;
	}
	free(sorted);
	return status;
}
