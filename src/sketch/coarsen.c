/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * coarsen.c - many bins into the bins of one grid.
 *
 * A bin that does not lie on the grid goes there through its nodes, which have its moments; one
 * that does stays as it is, to the bit.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sketch/bins.h"
#include "sketch/nodes.h"

/* Bins of one center on their way into a grid. */
struct move {
	const struct backend *b;
	struct lattice lattice;
	double center, plain; /* of the bins in hand, and its logarithm */
};

/*
 * The window of the grid for the coordinate d of a bin in hand, and its place there, by what makes
 * bins of values.
 */
static struct level level_of(const struct move *m, double d, int side, double *place)
{
	struct level v;

	for (int i = 0;; i++) {
		double size, low, pad[NODE_PAD], k;

		i = bell_level_for(&m->lattice, i, m->plain + d, side);
		v = bell_level(&m->lattice, i);
		pad[0] = d; /* no need to go through the value */
		if (v.center != m->center) {
			bell_sizes_of(m->b, m->center, &d, 1, &size, &low);
			for (int j = 0; j < NODE_PAD; j++)
				pad[j] = size;
			m->b->log_ratio(pad, NODE_PAD, v.center, pad);
			pad[0] += low / size;
		}
		*place = pad[0] * v.window.inverse_width;
		k = rint(*place);
		if ((v.rows[side] && k >= v.window.low[side] && k <= v.window.high[side]) ||
		    i >= m->lattice.windows - 2)
			return v;
	}
}

/* Whether a bin is one of the grid's. */
static bool on_grid(const struct move *m, const struct bin *bin)
{
	int steps = bin->exponent - m->lattice.grid->exponent,
	    first = bin->exponent == WIDEST ? m->lattice.windows - 2 : steps;

	if (steps < 0 || (steps % 2 && bin->exponent != WIDEST))
		return false;
	for (int i = first; i < first + 2; i++) {
		struct level v = bell_level(&m->lattice, i);

		if (v.center == bin->center && v.rows[bin->negative] &&
		    (double)bin->k >= v.window.low[bin->negative] &&
		    (double)bin->k <= v.window.high[bin->negative])
			return true;
	}
	return false;
}

/* weight * t^j in units, t^j rounded as that of a value. */
static int128 product(int128 weight, double power)
{
	int128 p = (int128)rint(ldexp(power, POWER_BITS)), half = (int128)1 << (POWER_BITS - 1);

	if (weight >> 88)
		return (weight >> POWER_BITS) * p;
	return (weight * p + half) >> POWER_BITS;
}

/* The bins of the grid for the nodes of one bin; returns their number. */
static size_t move_bin(const struct move *m, const struct bin *bin, const struct quadrature *q,
		       struct bin out[MAX_RANK])
{
	int128 left = bin->sum[0];

	for (int i = 0; i < q->rank; i++) {
		double d = ((double)bin->k + q->t[i] / 2) * ldexp(1, bin->exponent), place, u,
		       power = 1;
		int128 weight =
		    i + 1 < q->rank ? (int128)(q->share[i] * (double)bin->sum[0]) : left;
		struct level v = level_of(m, d, bin->negative, &place);

		left -= weight;
		out[i] = (struct bin){.center = v.center,
				      .exponent = v.exponent,
				      .negative = bin->negative,
				      .k = (int64_t)rint(place)};
		u = 2 * (place - rint(place));
		for (int j = 0; j < SKETCH_POWERS; j++, power *= u)
			out[i].sum[j] = j ? product(weight, power) : weight;
	}
	return (size_t)q->rank;
}

/* Bins that are not on the grid into bins that are; returns their number. */
static size_t move_bins(struct move *m, const struct bin *bin, size_t n, struct bin *out)
{
	struct quadrature q[NODE_PAD];
	size_t moved = 0;

	for (size_t i = 0; i < n; i++) {
		if (i % NODE_PAD == 0)
			bell_quadratures(m->b, bin + i, n - i < NODE_PAD ? n - i : NODE_PAD, q);
		if (bin[i].center != m->center) {
			m->center = bin[i].center;
			m->plain = m->center > 0 ? log_of(m->b, m->center) : 0;
		}
		moved += move_bin(m, &bin[i], &q[i % NODE_PAD], out + moved);
	}
	return moved;
}

enum bell_status bell_sketch_coarsen(struct bell_sketch *s, const struct backend *b)
{
	struct move m = {.b = b, .lattice = bell_lattice(b, &s->grid), .center = -1};
	struct bin *off = malloc((s->bins * (1 + MAX_RANK) + 1) * sizeof *off), *moved;
	enum bell_status status;
	size_t n = 0, kept = 0;

	if (!off)
		return BELL_ENOMEM;
	for (size_t i = 0; i < s->bins; i++) {
		if (on_grid(&m, &s->bin[i]))
			s->bin[kept++] = s->bin[i];
		else
			off[n++] = s->bin[i];
	}
	moved = off + s->bins;
	n = move_bins(&m, off, n, moved);
	s->bins = kept;
	status = bell_bins_add(s, moved, n);
	free(off);
	return status;
}
