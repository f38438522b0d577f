/* SPDX-License-Identifier: BSD-3-Clause */
/* central.c - a column in ascending order, and robust estimates from it. */
#include <math.h>
#include <stdlib.h>
#include <bellshape/normality.h>
#include "fit/central.h"

/* One over the MAD of a normal distribution with sd 1. */
#define SD_OF_MAD 1.482602218505602

/* Where Huber's functions are bent, and the mean of min(z^2, HUBER^2) of a normal z. */
#define HUBER      1.5
#define HUBER_MEAN 0.7784655

/* ---- medians ---- */

/* Where the sum of the weights reaches a share of the total, from below. */
static size_t share_from_below(const struct central *m, double share)
{
	double sum = 0;
	size_t i = 0;

	while (i + 1 < m->n && (sum += m->place[i].weight) < share * m->total)
		i++;
	return i;
}

static size_t share_from_above(const struct central *m, double share)
{
	double sum = 0;
	size_t i = m->n - 1;

	while (i > 0 && (sum += m->place[i].weight) < share * m->total)
		i--;
	return i;
}

/* The mean of the two middle values, or the middle one; value[] ascends. */
static double median_of(const struct central *m, const double *value)
{
	double low = value[share_from_below(m, 0.5)], high = value[share_from_above(m, 0.5)];

	return low == high ? low : low / 2 + high / 2;
}

/* The weighted median of |value - center| of ascending values, from the center outwards. */
static double median_deviation(const struct central *m, const double *value, double center)
{
	size_t above = 0, below;
	double sum = 0, low = NAN;

	while (above < m->n && value[above] < center)
		above++;
	below = above;
	while (above < m->n || below > 0) {
		bool up = below == 0 ||
			  (above < m->n && value[above] - center <= center - value[below - 1]);
		size_t i = up ? above++ : --below;
		double deviation = fabs(value[i] - center);

		sum += m->place[i].weight;
		if (!isnan(low))
			return low / 2 + deviation / 2;
		if (sum > m->total / 2)
			return deviation;
		if (sum == m->total / 2)
			low = deviation;
	}
	return low;
}

/* ---- location and scale ---- */

struct location_scale bell_locate(const struct central *m, const double *y)
{
	double start = median_of(m, y), mad = median_deviation(m, y, start) * SD_OF_MAD;
	double sum = 0, weights = 0, square = 0;
	struct location_scale s = {.location = start};

	if (!(mad > 0) || !isfinite(mad))
		return s;
	for (size_t i = 0; i < m->n; i++) {
		double r = (y[i] - start) / mad, size = fabs(r);

		sum += m->place[i].weight * (size < HUBER ? r : copysign(HUBER, r));
		weights += m->place[i].weight * (size < HUBER ? 1 : HUBER / size);
	}
	s.location = start + mad * (sum / weights);
	/* the scale starts from the median of |y - location| */
	mad = median_deviation(m, y, s.location) * SD_OF_MAD;
	if (!(mad > 0) || !isfinite(mad))
		return s;
	for (size_t i = 0; i < m->n; i++) {
		double size = fabs(y[i] - s.location) / mad;

		square += m->place[i].weight * (size < HUBER ? size * size : HUBER * HUBER);
	}
	s.scale = mad * sqrt(square / (m->total * HUBER_MEAN));
	return s;
}

/* ---- the column ---- */

static int by_place(const void *a, const void *b)
{
	const struct place *p = a, *q = b;

	if (p->at != q->at)
		return p->at < q->at ? -1 : 1;
	return (p->node > q->node) - (p->node < q->node);
}

/* The places of n nodes, in order, and their normal scores: those of the middle of their ranks. */
static void arrange(struct central *m, const struct node *node, size_t n, double rows)
{
	size_t next[2] = {0, 0};
	double below = 0;

	for (size_t i = 0; i < n; i++) {
		int side = node[i].value < 0;
		double at = m->c->side[side].at[next[side]++];

		m->place[i] = (struct place){side && m->c->mixed ? -at : at, node[i].weight, i};
		m->total += node[i].weight;
	}
	qsort(m->place, n, sizeof *m->place, by_place);
	for (size_t i = 0; i < n; i++) {
		double weight = m->place[i].weight * rows, count = m->total * rows;

		m->score[i] =
		    bell_normal_quantile((below + (weight + 1) / 2 - 1 / 3.0) / (count + 1 / 3.0));
		below += weight;
	}
}

enum bell_status bell_central_make(const struct search *s, const struct node *node, size_t n,
				   struct central *out)
{
	size_t padded = (n + NODE_PAD - 1) / NODE_PAD * NODE_PAD;
	struct central m = {.b = s->b, .c = &s->c, .n = n, .padded = padded};

	m.memory = calloc(padded, 3 * sizeof(double) + sizeof *m.place);
	if (!m.memory)
		return BELL_ENOMEM;
	m.score = m.memory;
	m.y = m.score + padded;
	m.room = m.y + padded;
	m.place = (struct place *)(m.room + padded);
	arrange(&m, node, n, s->scale);
	m.quartile[0] = share_from_below(&m, 0.25);
	m.quartile[1] = share_from_above(&m, 0.25);
	for (size_t i = 0; i < n; i++)
		m.y[i] = m.place[i].at;
	m.median = median_of(&m, m.y);
	m.sd = median_deviation(&m, m.y, m.median) * SD_OF_MAD;
	*out = m;
	return BELL_OK;
}

void bell_central_free(struct central *m) { free(m->memory); }
