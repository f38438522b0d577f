/* SPDX-License-Identifier: BSD-3-Clause */
/* moments.c - chunks to moments, and their merge. */
#include <math.h>
#include <stdlib.h>
#include <bellshape/moments.h>
#include "dispatch.h"
#include "parallel.h"
#include "tree.h"
#include "values.h"

/*
 * The fourth power of a difference between 2^-200 and 2^200 is a double with all its digits, and so
 * is the sum of 2^64 of them: the exponents of a double reach from -1022 to 1023.
 */
#define MAX_PLAIN_EXPONENT 200

/* The unit of values between min and max: see struct bell_moments. */
static double unit_of(double min, double max)
{
	double range = max - min;
	int e = isinf(range) ? 1023 : range > 0 ? ilogb(range) : 0;

	if (abs(e) <= MAX_PLAIN_EXPONENT)
		return 1;
	return ldexp(1, e < -1022 ? -1022 : e);
}

/* A kernel sums x 2^-11, so that BELL_CHUNK = 2^11 elements cannot overflow the sum. */
#define SUM_SCALE 0x1p11

/* The rare case of sum_chunk(), in a function of its own, so that only its calls take the stack. */
static __attribute__((noinline)) void sum_scaled(const struct backend *b, const double *x, size_t n,
						 double unit, double *center, double sum[4])
{
	double scaled[BELL_CHUNK];
	struct scan scan;

	for (size_t i = 0; i < n; i++)
		scaled[i] = x[i] / unit;
	b->scan_f64(scaled, n, &scan);
	*center = scan.sum / scan.finite * SUM_SCALE;
	b->moments_f64(scaled, n, *center, sum);
}

/*
 * Sets sum[p] to the sum of (x/unit - *center)^(p + 1) over the finite values of a chunk.  *center
 * is their mean but for rounding.
 */
static void sum_chunk(const struct backend *b, const struct values *x, size_t first, size_t n,
		      const struct scan *scan, double unit, double *center, double sum[4])
{
	*center = scan->sum / scan->finite * SUM_SCALE;
	if (x->f32)
		b->moments_f32(x->f32 + first, n, *center, sum);
	else if (unit == 1)
		b->moments_f64(x->f64 + first, n, *center, sum);
	else
		sum_scaled(b, x->f64 + first, n, unit, center, sum);
}

/* Without finite values only the counts are set, and the unit. */
static struct bell_moments chunk_moments(const struct backend *b, const struct values *x,
					 size_t first, size_t n)
{
	struct scan scan;
	double sum[4], center, count, d, s2;
	struct bell_moments m;

	if (x->f32)
		b->scan_f32(x->f32 + first, n, &scan);
	else
		b->scan_f64(x->f64 + first, n, &scan);
	count = scan.finite;
	m = (struct bell_moments){
	    .count = (uint64_t)count,
	    .missing = (uint64_t)scan.missing,
	    .infinite = n - (uint64_t)count - (uint64_t)scan.missing,
	    .unit = 1,
	};
	if (count == 0)
		return m;
	m.min = m.mean = scan.min;
	m.max = scan.max;
	if (scan.min == scan.max) /* a constant has no spread, not even by rounding */
		return m;

	m.unit = unit_of(m.min, m.max);
	sum_chunk(b, x, first, n, &scan, m.unit, &center, sum);

	/*
	 * Rounding put the center at a distance of d from the mean.  These are the sums about the
	 * mean, by the binomial formula.
	 */
	d = sum[0] / count;
	s2 = sum[1] - sum[0] * d;
	m.mean = (center + d) * m.unit;
	m.m2 = s2 < 0 ? 0 : s2;
	m.m3 = sum[2] - 3 * d * sum[1] + 2 * count * d * d * d;
	m.m4 = sum[3] - 4 * d * sum[2] + 6 * d * d * sum[1] - 3 * count * d * d * d * d;
	return m;
}

/*
 * Changes the unit of moments to a larger one.  If m2 is 0, which says nothing about the unit, it
 * may also be a smaller one.
 */
static void change_unit(struct bell_moments *m, double unit)
{
	double r = m->m2 > 0 ? m->unit / unit : 0;

	m->m2 *= r * r;
	m->m3 *= r * r * r;
	m->m4 *= r * r * (r * r);
	m->unit = unit;
}

/*
 * The moments of two sets of values together, by the formulas of Pebay (2008, "Formulas for robust,
 * one-pass parallel computation of covariances and arbitrary-order statistical moments", Sandia
 * report SAND2008-6212).  With n = na + nb values and delta = mean b - mean a they are
 *
 *	mean = mean a + delta nb/n
 *	m2 = m2a + m2b + delta^2 na nb/n
 *	m3 = m3a + m3b + delta^3 na nb (na - nb)/n^2 + 3 delta (na m2b - nb m2a)/n
 *	m4 = m4a + m4b + delta^4 na nb (na^2 - na nb + nb^2)/n^3
 *	     + 6 delta^2 (na^2 m2b + nb^2 m2a)/n^2 + 4 delta (na m3b - nb m3a)/n
 */
static void merge(struct bell_moments *a, const struct bell_moments *other)
{
	struct bell_moments from = *other, *b = &from;
	double na = (double)a->count, nb = (double)b->count, n = na + nb, delta, d2, share;
	struct bell_moments m = {.count = a->count + b->count,
				 .missing = a->missing + b->missing,
				 .infinite = a->infinite + b->infinite};

	if (!a->count || !b->count) {
		if (a->count)
			from = *a;
		m.mean = from.mean, m.m2 = from.m2, m.m3 = from.m3, m.m4 = from.m4;
		m.min = from.min, m.max = from.max, m.unit = from.unit;
		*a = m;
		return;
	}
	m.min = a->min < b->min ? a->min : b->min;
	m.max = a->max > b->max ? a->max : b->max;
	m.unit = unit_of(m.min, m.max);
	change_unit(a, m.unit);
	change_unit(b, m.unit);
	delta = b->mean / m.unit - a->mean / m.unit;
	d2 = delta * delta;
	share = na * nb / n;
	m.mean = (a->mean / m.unit + delta * (nb / n)) * m.unit;
	m.m2 = a->m2 + b->m2 + d2 * share;
	m.m3 = a->m3 + b->m3 +
	       delta * (d2 * share * ((na - nb) / n) + 3 * (na * b->m2 - nb * a->m2) / n);
	m.m4 = a->m4 + b->m4 + d2 * d2 * share * ((na * na - na * nb + nb * nb) / (n * n)) +
	       6 * d2 * (na * na * b->m2 + nb * nb * a->m2) / (n * n) +
	       4 * delta * (na * b->m3 - nb * a->m3) / n;
	*a = m;
}

/* The moments of no values are zeros inside; a caller gets NaN and the unit 1. */
static struct bell_moments finished(struct bell_moments m)
{
	if (!m.count) {
		m.mean = m.min = m.max = NAN;
		m.unit = 1;
	}
	return m;
}

/* The moments of `leaves` chunks of x from chunk `first` on, merged as tree.h says. */
static struct bell_moments chunk_tree(const struct backend *b, const struct values *x, size_t first,
				      size_t leaves)
{
	struct bell_moments left, right;
	size_t half;

	if (leaves == 1) {
		size_t start = first * BELL_CHUNK, rest = x->n - start;

		return chunk_moments(b, x, start, rest < BELL_CHUNK ? rest : BELL_CHUNK);
	}
	half = tree_left(leaves);
	left = chunk_tree(b, x, first, half);
	right = chunk_tree(b, x, first + half, leaves - half);
	merge(&left, &right);
	return left;
}

/* The same of leaves that have moments already. */
static struct bell_moments tree_of(const struct bell_moments *leaf, size_t leaves)
{
	struct bell_moments left, right;
	size_t half;

	if (leaves == 1)
		return *leaf;
	half = tree_left(leaves);
	left = tree_of(leaf, half);
	right = tree_of(leaf + half, leaves - half);
	merge(&left, &right);
	return left;
}

/* The subtrees that threads share. */
#define MAX_TASKS 64

/* With fewer values than this for each, threads cost more than they save. */
#define MIN_PER_THREAD ((size_t)128 * BELL_CHUNK)

struct job {
	const struct backend *b;
	const struct values *x;
	size_t chunks, task_chunks; /* of x, and of a task: a power of two, hence a subtree */
	struct bell_moments result[MAX_TASKS];
};

static void sum_task(void *context, size_t i)
{
	struct job *job = context;
	size_t first = i * job->task_chunks, rest = job->chunks - first;

	job->result[i] =
	    chunk_tree(job->b, job->x, first, rest < job->task_chunks ? rest : job->task_chunks);
}

static enum bell_status moments(const struct values *x, unsigned threads, struct bell_moments *out)
{
	struct job job = {.b = bell_kernels(), .x = x, .task_chunks = 1};
	size_t tasks;

	if ((!x->f32 && !x->f64 && x->n) || !out || threads > BELL_MAX_THREADS)
		return BELL_EINVAL;
	if (!job.b)
		return BELL_EBACKEND;
	if (!x->n) {
		*out = finished((struct bell_moments){0});
		return BELL_OK;
	}
	job.chunks = x->n / BELL_CHUNK + (x->n % BELL_CHUNK != 0);
	while ((job.chunks + job.task_chunks - 1) / job.task_chunks > MAX_TASKS)
		job.task_chunks *= 2;
	tasks = (job.chunks + job.task_chunks - 1) / job.task_chunks;
	bell_parallel(bell_threads(threads, x->n / MIN_PER_THREAD), tasks, sum_task, &job);
	*out = finished(tree_of(job.result, tasks));
	return BELL_OK;
}

enum bell_status bell_moments_f32(const float *x, size_t n, unsigned threads,
				  struct bell_moments *out)
{
	return moments(&(struct values){.f32 = x, .n = n}, threads, out);
}

enum bell_status bell_moments_f64(const double *x, size_t n, unsigned threads,
				  struct bell_moments *out)
{
	return moments(&(struct values){.f64 = x, .n = n}, threads, out);
}

enum bell_status bell_moments_merge(struct bell_moments *into, const struct bell_moments *from)
{
	if (!into || !from)
		return BELL_EINVAL;
	merge(into, from);
	*into = finished(*into);
	return BELL_OK;
}

static enum bell_status stream(struct bell_moments_stream *s, const struct values *x)
{
	const struct backend *b = bell_kernels();

	if (!s || (x->n && ((!x->f32 && !x->f64) || s->closed)))
		return BELL_EINVAL;
	if (!b)
		return BELL_EBACKEND;
	for (size_t start = 0; start < x->n; start += BELL_CHUNK) {
		size_t rest = x->n - start, n = rest < BELL_CHUNK ? rest : BELL_CHUNK;
		int top = __builtin_popcountll(s->chunks);

		s->tree[top] = chunk_moments(b, x, start, n);
		if (n < BELL_CHUNK) {
			s->closed = true;
			break;
		}
		s->chunks++;
		for (uint64_t bit = s->chunks; !(bit & 1); bit >>= 1, top--)
			merge(&s->tree[top - 1], &s->tree[top]);
	}
	return BELL_OK;
}

enum bell_status bell_moments_stream_f32(struct bell_moments_stream *s, const float *x, size_t n)
{
	return stream(s, &(struct values){.f32 = x, .n = n});
}

enum bell_status bell_moments_stream_f64(struct bell_moments_stream *s, const double *x, size_t n)
{
	return stream(s, &(struct values){.f64 = x, .n = n});
}

enum bell_status bell_moments_stream_end(const struct bell_moments_stream *s,
					 struct bell_moments *out)
{
	struct bell_moments m = {0}, left;
	int top;

	if (!s || !out)
		return BELL_EINVAL;
	top = __builtin_popcountll(s->chunks) - (s->closed ? 0 : 1);
	if (top >= 0)
		m = s->tree[top];
	while (--top >= 0) {
		left = s->tree[top];
		merge(&left, &m);
		m = left;
	}
	*out = finished(m);
	return BELL_OK;
}

/* The variance of x/unit. */
static double variance(const struct bell_moments *m, bool bias)
{
	double n = (double)m->count - (bias ? 0 : 1);

	return n > 0 ? m->m2 / n : NAN;
}

double bell_moments_variance(const struct bell_moments *m, bool bias)
{
	return m ? variance(m, bias) * m->unit * m->unit : NAN;
}

double bell_moments_sd(const struct bell_moments *m, bool bias)
{
	return m ? sqrt(variance(m, bias)) * m->unit : NAN;
}

double bell_moments_skewness(const struct bell_moments *m, bool bias)
{
	double n, v, g;

	if (!m || !(m->m2 > 0) || (!bias && m->count < 3))
		return NAN;
	n = (double)m->count;
	v = m->m2 / n;
	g = m->m3 / n / (v * sqrt(v));
	return bias ? g : g * sqrt(n * (n - 1)) / (n - 2);
}

double bell_moments_kurtosis(const struct bell_moments *m, bool bias)
{
	double n, v, k;

	if (!m || !(m->m2 > 0) || (!bias && m->count < 4))
		return NAN;
	n = (double)m->count;
	v = m->m2 / n;
	k = m->m4 / n / (v * v);
	return bias ? k - 3 : ((n * n - 1) * k - 3 * (n - 1) * (n - 1)) / ((n - 2) * (n - 3));
}
