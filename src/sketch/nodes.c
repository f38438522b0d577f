/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * nodes.c - from the sums of a bin to a few weighted values.
 *
 * The eight sums of a bin are the first moments of the values in it, and the Gauss quadrature with
 * these moments is at most four weighted places.  The kernel `quadrature` finds those of most bins;
 * here are those of bins with fewer distinct values.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sketch/nodes.h"

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
		if (!(fabs(t[i]) <= 1 + QUADRATURE_SLACK))
			return false;
	return true;
}

/* What the kernel has made of NODE_PAD bins. */
struct lanes {
	double array[QUADRATURE_ARRAYS][NODE_PAD];
};

/*
 * The quadrature of lane i by its recurrence, which is cut off where places lie outside the bin.
 */
static void solve(const struct lanes *l, size_t i, struct quadrature *q)
{
	double mean = l->array[QUADRATURE_MEAN][i], sd = l->array[QUADRATURE_SD][i];

	for (q->rank = (int)l->array[QUADRATURE_RANK][i]; q->rank > 1; q->rank--) {
		double e[MAX_RANK] = {0};

		for (int j = 0; j < q->rank; j++) {
			q->t[j] = l->array[QUADRATURE_ALPHA + j][i];
			if (j + 1 < q->rank)
				e[j] = sqrt(l->array[QUADRATURE_BETA + j + 1][i]);
		}
		eigenvalues(q->rank, q->t, e, q->share);
		for (int j = 0; j < q->rank; j++) {
			q->t[j] = mean + sd * q->t[j];
			q->share[j] *= q->share[j];
		}
		if (inside(q->t, q->rank))
			return;
	}
	q->t[0] = mean;
	q->share[0] = 1;
}

/* What the quadrature of lane i leaves open. */
static double rest_of(const struct lanes *l, size_t i, int rank)
{
	double sd = l->array[QUADRATURE_SD][i], square = sd * sd, norm = 1, beta = 0;

	if (rank < MAX_RANK)
		return fmax(least_norm[rank], rank == 1 ? square : 0);
	for (int j = 1; j < MAX_RANK; j++) {
		beta = l->array[QUADRATURE_BETA + j][i];
		norm *= beta * square;
	}
	/*
	 * the next coefficient is about the last, and at most 1/4 for an even spread over [-1, 1]
	 */
	return norm * fmin(0.5, 2 * beta * square);
}

/* Runs the kernel over n <= NODE_PAD bins. */
static void run_kernel(const struct backend *b, const struct bin *bin, size_t n, struct lanes *l)
{
	double moment[SKETCH_POWERS - 1][NODE_PAD] = {{0}};
	const double *in[SKETCH_POWERS - 1];
	double *out[QUADRATURE_ARRAYS];

	for (int j = 0; j < SKETCH_POWERS - 1; j++)
		in[j] = moment[j];
	for (int j = 0; j < QUADRATURE_ARRAYS; j++)
		out[j] = l->array[j];
	for (size_t i = 0; i < n; i++) {
		double inverse = 1 / (double)bin[i].sum[0];

		for (int j = 1; j < SKETCH_POWERS; j++)
			moment[j - 1][i] = (double)bin[i].sum[j] * inverse;
	}
	b->quadrature(in, NODE_PAD, out);
}

void bell_quadratures(const struct backend *b, const struct bin *bin, size_t n,
		      struct quadrature *out)
{
	struct lanes l;

	run_kernel(b, bin, n, &l);
	for (size_t i = 0; i < n; i++) {
		struct quadrature *q = &out[i];

		if (l.array[QUADRATURE_SOLVED][i] > 0) {
			q->rank = MAX_RANK;
			for (int j = 0; j < MAX_RANK; j++) {
				q->t[j] = l.array[QUADRATURE_PLACE + j][i];
				q->share[j] = l.array[QUADRATURE_SHARE + j][i];
			}
		} else {
			solve(&l, i, q);
		}
		q->rest = rest_of(&l, i, q->rank);
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

double bell_expm1(const struct backend *b, double x)
{
	double pad[NODE_PAD] = {x};

	b->exponential(pad, NODE_PAD, pad);
	return pad[0];
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
static size_t nodes_of_bin(const struct bin *bin, const struct quadrature *q,
			   struct node node[MAX_RANK])
{
	const double half = power_of_two(bin->exponent - 1),
		     weight = (double)bin->sum[0] * power_of_two(-SUM_BITS);
	double rest = q->rest * power_of_two(2 * q->rank * (bin->exponent - 1));

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
		n += nodes_of_bin(bin, &q[i % NODE_PAD], out + n);
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
		node[(*n)++] = (struct node){.value = s->value[i],
					     .log = NAN,
					     .weight = ldexp((double)s->weight[i], -WEIGHT_BITS)};
	if (s->zeros)
		node[(*n)++] =
		    (struct node){.log = NAN, .weight = ldexp((double)s->zeros, -SUM_BITS)};
	*n += nodes_of_bins(b, s, node + *n);
	*out = node;
	return BELL_OK;
}
