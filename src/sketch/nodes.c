/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * nodes.c - from the sums of a bin to a few weighted values.
 *
 * The eight sums of a bin are the first moments of the values in it.  The Gauss quadrature with
 * these moments (Golub & Welsch 1969) is at most four weighted places: the recurrence of the
 * orthogonal polynomials by Chebyshev's algorithm, about the mean and in units of the sd of the
 * bin, then the eigenvalues of its Jacobi matrix.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sketch/nodes.h"

/*
 * The square of the orthogonal polynomial of degree k has a mean of at least this, or it is not
 * told from the rounding of powers, 2^-37 each: they enter with the binomial coefficients of a
 * shift by up to 1.
 */
static const double least_norm[MAX_RANK] = {0, 0x1p-34, 0x1p-31, 0x1p-28};

struct recurrence {
	double alpha[MAX_RANK], beta[MAX_RANK]; /* beta[k] = norm[k]/norm[k - 1] */
	int rank;
	double last; /* norm of the last polynomial, in units of sd^(2 (rank - 1)) */
};

/* Central moments of a bin about its mean, and the mean. */
static double central_moments(const int128 sum[SKETCH_POWERS], double c[SKETCH_POWERS])
{
	double inverse = 1 / (double)sum[0], mean;

	for (int j = 0; j < SKETCH_POWERS; j++)
		c[j] = (double)sum[j] * inverse;
	mean = c[1];
	/* after j passes c[j] is the mean of (t - mean)^j */
	for (int pass = 1; pass < SKETCH_POWERS; pass++)
		for (int j = SKETCH_POWERS - 1; j >= pass; j--)
			c[j] -= mean * c[j - 1];
	c[0] = 1;
	c[1] = 0;
	return mean;
}

/* Chebyshev's algorithm on moments of mean 0 and sd 1, as far as norms tell. */
static struct recurrence recurrence_of(const double m[SKETCH_POWERS], double variance)
{
	double before[SKETCH_POWERS] = {0}, now[SKETCH_POWERS], next[SKETCH_POWERS] = {0};
	struct recurrence r = {.rank = 1, .beta = {1}, .last = 1};
	double scale = variance; /* sd^(2k) */

	for (int j = 0; j < SKETCH_POWERS; j++)
		now[j] = m[j];
	for (int k = 1; k < MAX_RANK; k++, scale *= variance) {
		for (int j = k; j < SKETCH_POWERS - k; j++)
			next[j] = now[j + 1] - r.alpha[k - 1] * now[j] - r.beta[k - 1] * before[j];
		if (!(next[k] * scale > least_norm[k]))
			break;
		r.alpha[k] = next[k + 1] / next[k] - now[k] / now[k - 1];
		r.beta[k] = next[k] / now[k - 1];
		r.last = next[k];
		r.rank = k + 1;
		for (int j = 0; j < SKETCH_POWERS; j++) {
			before[j] = now[j];
			now[j] = next[j];
		}
	}
	return r;
}

/*
 * The last row of the block that starts in row l: beyond it there is nothing beside the diagonal.
 */
static int block_end(int n, const double d[MAX_RANK], const double e[MAX_RANK], int l)
{
	while (l < n - 1 && fabs(e[l]) > 0x1p-53 * (fabs(d[l]) + fabs(d[l + 1])))
		l++;
	return l;
}

/* One sweep of the implicit QL algorithm over the block that starts in row l. */
static void sweep(int n, double d[MAX_RANK], double e[MAX_RANK], double first[MAX_RANK], int l)
{
	int m = block_end(n, d, e, l);
	double g = (d[l + 1] - d[l]) / (2 * e[l]), s = 1, c = 1, p = 0;

	g = d[m] - d[l] + e[l] / (g + copysign(sqrt(g * g + 1), g));
	for (int i = m - 1; i >= l; i--) {
		double f = s * e[i], b = c * e[i], r = sqrt(f * f + g * g);

		e[i + 1] = r;
		if (!(r > 0)) {
			d[i + 1] -= p;
			e[m] = 0;
			return;
		}
		s = f / r;
		c = g / r;
		g = d[i + 1] - p;
		r = (d[i] - g) * s + 2 * c * b;
		p = s * r;
		d[i + 1] = g + p;
		g = c * r - b;
		f = first[i + 1];
		first[i + 1] = s * first[i] + c * f;
		first[i] = c * first[i] - s * f;
	}
	d[l] -= p;
	e[l] = g;
	e[m] = 0;
}

/*
 * The eigenvalues of a symmetric tridiagonal matrix of n rows, and the first element of each
 * eigenvector, by the implicit QL algorithm; d: its diagonal, e[i]: beside d[i] and d[i + 1].
 */
static void eigenvalues(int n, double d[MAX_RANK], double e[MAX_RANK], double first[MAX_RANK])
{
	for (int i = 0; i < n; i++)
		first[i] = i == 0;
	for (int l = 0; l < n; l++)
		for (int turn = 0; turn < 40 && block_end(n, d, e, l) != l; turn++)
			sweep(n, d, e, first, l);
}

/* Whether `rank` places lie in the bin. */
static bool inside(const double t[MAX_RANK], int rank)
{
	for (int i = 0; i < rank; i++)
		if (!(fabs(t[i]) <= 1 + 0x1p-20))
			return false;
	return true;
}

/* A bin about its mean, in units of its sd. */
struct shape {
	double mean, sd;
	struct recurrence r;
};

static struct shape shape_of(const int128 sum[SKETCH_POWERS])
{
	double c[SKETCH_POWERS], power = 1, inverse;
	struct shape s = {.r.rank = 1};

	s.mean = central_moments(sum, c);
	s.sd = sqrt(c[2] > 0 ? c[2] : 0);
	if (!(c[2] > least_norm[1]))
		return s;
	inverse = 1 / s.sd;
	for (int j = 0; j < SKETCH_POWERS; j++, power *= inverse)
		c[j] *= power;
	s.r = recurrence_of(c, s.sd * s.sd);
	return s;
}

/*
 * The quadrature of a shape whose recurrence is cut off at r.rank, and less where places lie
 * outside the bin.
 */
static void solve(struct shape *s, struct quadrature *q)
{
	for (; s->r.rank > 1; s->r.rank--) {
		double e[MAX_RANK] = {0};
		int rank = s->r.rank;

		for (int i = 0; i < rank; i++) {
			q->t[i] = s->r.alpha[i];
			e[i] = i + 1 < rank ? sqrt(s->r.beta[i + 1]) : 0;
		}
		eigenvalues(rank, q->t, e, q->share);
		for (int i = 0; i < rank; i++) {
			q->t[i] = s->mean + s->sd * q->t[i];
			q->share[i] *= q->share[i];
		}
		if (inside(q->t, rank))
			return;
	}
	q->t[0] = s->mean;
	q->share[0] = 1;
}

/* What the quadrature of a shape leaves open. */
static double rest_of(const struct shape *s)
{
	double norm = 1, square = s->sd * s->sd;

	if (s->r.rank < MAX_RANK)
		return fmax(least_norm[s->r.rank], s->r.rank == 1 ? square : 0);
	for (int i = 1; i < MAX_RANK; i++)
		norm *= s->r.beta[i] * square;
	/*
	 * the next coefficient is about the last, and at most 1/4 for an even spread over [-1, 1]
	 */
	return norm * fmin(0.5, 2 * s->r.beta[MAX_RANK - 1] * square);
}

/* The lanes of the kernel: shapes of full rank. */
struct lanes {
	double d[MAX_RANK][NODE_PAD], e[MAX_RANK - 1][NODE_PAD], share[MAX_RANK][NODE_PAD];
};

static void solve_lanes(const struct backend *b, const struct shape *s, size_t n, struct lanes *l)
{
	double *d[MAX_RANK], *e[MAX_RANK - 1], *share[MAX_RANK];

	for (int j = 0; j < MAX_RANK; j++) {
		d[j] = l->d[j];
		share[j] = l->share[j];
		for (size_t i = 0; i < NODE_PAD; i++) /* others are any matrix at all */
			l->d[j][i] = i < n && s[i].r.rank == MAX_RANK ? s[i].r.alpha[j] : j;
		if (j == MAX_RANK - 1)
			continue;
		e[j] = l->e[j];
		for (size_t i = 0; i < NODE_PAD; i++)
			l->e[j][i] =
			    i < n && s[i].r.rank == MAX_RANK ? sqrt(s[i].r.beta[j + 1]) : 0.5;
	}
	b->quadrature(d, e, share, NODE_PAD);
}

/*
 * Whether the kernel was done with a lane, and its places lie in the bin; then they are the bin's.
 */
static bool take_lane(const struct shape *s, const struct lanes *l, size_t i, struct quadrature *q)
{
	for (int j = 0; j < MAX_RANK - 1; j++)
		if (!(fabs(l->e[j][i]) <= 0x1p-48))
			return false;
	for (int j = 0; j < MAX_RANK; j++) {
		q->t[j] = s->mean + s->sd * l->d[j][i];
		q->share[j] = l->share[j][i];
	}
	return inside(q->t, MAX_RANK);
}

void bell_quadratures(const struct backend *b, const struct bin *bin, size_t n,
		      struct quadrature *out)
{
	struct shape s[NODE_PAD];
	struct lanes l;

	for (size_t i = 0; i < n; i++)
		s[i] = shape_of(bin[i].sum);
	solve_lanes(b, s, n, &l);
	for (size_t i = 0; i < n; i++) {
		if (s[i].r.rank < MAX_RANK || !take_lane(&s[i], &l, i, &out[i]))
			solve(&s[i], &out[i]);
		out[i].rank = s[i].r.rank;
		out[i].rest = rest_of(&s[i]);
	}
}

double bell_exp(const struct backend *b, double x)
{
	double pad[NODE_PAD] = {x > 0 ? x : -x};

	if (pad[0] > 709)
		return x > 0 ? INFINITY : 0;
	b->exponential(pad, NODE_PAD, pad);
	return x > 0 ? pad[0] + 1 : 1 / (pad[0] + 1);
}

void bell_sizes_of(const struct backend *b, double center, const double *d, size_t n, double *size,
		   double *low)
{
	double pad[NODE_PAD] = {0}, part[NODE_PAD], whole[NODE_PAD];

	memcpy(pad, d, n * sizeof *d);
	b->ratio_exp(pad, NODE_PAD, center, whole);
	if (center > 0)
		b->exponential(pad, NODE_PAD, part);
	for (size_t i = 0; i < n; i++) {
		size[i] = whole[i];
		low[i] = 0;
		if (center > 0 && fabs(pad[i]) <= 0.5) {
			double away = center * part[i];

			size[i] = center + away;
			low[i] = center - size[i] + away;
		}
		if (!(size[i] > 0))
			size[i] = 0x1p-1074;
		if (isinf(size[i]))
			size[i] = 0x1.fffffffffffffp1023;
	}
}

/* A node of coordinate `value` becomes a value; no value lies outside the range of the column. */
static void finish(const struct backend *b, const struct bell_sketch *s, double center,
		   int negative, struct node *node, size_t n)
{
	double d[NODE_PAD] = {0}, size[NODE_PAD], low[NODE_PAD];

	for (size_t i = 0; i < n; i++)
		d[i] = node[i].value;
	bell_sizes_of(b, center, d, n, size, low);
	for (size_t i = 0; i < n; i++) {
		node[i].log = center > 0 ? NAN : node[i].value;
		node[i].value = negative ? -size[i] : size[i];
		node[i].low = negative ? -low[i] : low[i];
		if (node[i].value < s->min || (node[i].value == s->min && node[i].low < 0))
			node[i].value = s->min, node[i].low = 0;
		if (node[i].value > s->max || (node[i].value == s->max && node[i].low > 0))
			node[i].value = s->max, node[i].low = 0;
	}
}

/* The nodes of a bin at their coordinates; returns their number. */
static size_t nodes_of_bin(const struct bin *bin, const struct quadrature *q, int shift,
			   struct node node[MAX_RANK])
{
	const double half = ldexp(0.5, bin->exponent),
		     weight = ldexp((double)bin->sum[0], -SUM_BITS - shift);
	double rest = ldexp(q->rest, 2 * q->rank * (bin->exponent - 1));

	for (int i = 0; i < q->rank; i++)
		node[i] = (struct node){.value = ((double)bin->k + q->t[i] / 2) * 2 * half,
					.weight = weight * q->share[i],
					.rest = rest,
					.rank = q->rank,
					.grain = 0x1p-37 * half};
	return (size_t)q->rank;
}

static size_t nodes_of_bins(const struct backend *b, const struct bell_sketch *s, struct node *out)
{
	struct quadrature q[NODE_PAD];
	size_t n = 0, done = 0;

	for (size_t i = 0; i < s->bins; i++) {
		const struct bin *bin = &s->bin[i], *next = bin + 1;
		size_t left = s->bins - i;

		if (i % NODE_PAD == 0)
			bell_quadratures(b, bin, left < NODE_PAD ? left : NODE_PAD, q);
		n += nodes_of_bin(bin, &q[i % NODE_PAD], s->shift, out + n);
		if (i + 1 < s->bins && next->center == bin->center &&
		    next->negative == bin->negative && n - done + MAX_RANK <= NODE_PAD)
			continue;
		finish(b, s, bin->center, bin->negative, out + done, n - done);
		done = n;
	}
	return n;
}

enum bell_status bell_nodes_of(const struct backend *b, const struct bell_sketch *s,
			       struct node **out, size_t *n)
{
	size_t most = s->values + MAX_RANK * s->bins + 1;
	struct node *node = malloc(most * sizeof *node);

	*n = 0;
	if (!node)
		return BELL_ENOMEM;
	for (size_t i = 0; i < s->values; i++)
		node[(*n)++] =
		    (struct node){.value = s->value[i],
				  .log = NAN,
				  .weight = ldexp((double)s->weight[i], -WEIGHT_BITS - s->shift)};
	if (s->zeros)
		node[(*n)++] = (struct node){
		    .log = NAN, .weight = ldexp((double)s->zeros, -SUM_BITS - s->shift)};
	*n += nodes_of_bins(b, s, node + *n);
	*out = node;
	return BELL_OK;
}
