/* SPDX-License-Identifier: BSD-3-Clause */
/* moments.c - chunks to moments, and their merge. */
#include <math.h>
#include <stdlib.h>
#include "dispatch.h"
#include "parallel.h"
#include "tree.h"
#include "values.h"

/* up to 2^200 and down to 2^-200, differences have fourth powers with all their digits */
#define ORDINARY 200

/* In which differences of values between min and max are measured: a power of two, 1 for all ordinary data. */
static double unit_of(double min, double max)
{
	double range = max - min;
	int e = isinf(range) ? 1023 : range > 0 ? ilogb(range) : 0;

	if (abs(e) <= ORDINARY)
		return 1;
	return ldexp(1, e < -1022 ? -1022 : e);
}

/* Sums of a chunk in units, about sum[0] / count beside *center. */
static void sum_chunk(const struct backend *b, const struct values *x, size_t first, size_t n,
		      const struct scan *scan, double unit, double *center, double sum[4])
{
	double scaled[BELL_CHUNK];
	struct scan again;

	*center = scan->sum / scan->finite * 0x1p11;
	if (x->f32) {
		b->moments_f32(x->f32 + first, n, *center, sum);
	} else if (unit == 1) {
		b->moments_f64(x->f64 + first, n, *center, sum);
	} else {
		for (size_t i = 0; i < n; i++)
			scaled[i] = x->f64[first + i] / unit;
		b->scan_f64(scaled, n, &again);
		*center = again.sum / again.finite * 0x1p11;
		b->moments_f64(scaled, n, *center, sum);
	}
}

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

	/* From sums about the center, which rounding put beside the mean by d, to sums about the mean. */
	d = sum[0] / count;
	s2 = sum[1] - sum[0] * d;
	m.mean = (center + d) * m.unit;
	m.m2 = s2 < 0 ? 0 : s2;
	m.m3 = sum[2] - 3 * d * sum[1] + 2 * count * d * d * d;
	m.m4 = sum[3] - 4 * d * sum[2] + 6 * d * d * sum[1] - 3 * count * d * d * d * d;
	return m;
}

/* The same moments in another unit, a larger one unless they are 0. */
static void change_unit(struct bell_moments *m, double unit)
{
	double r = m->m2 > 0 ? m->unit / unit : 0;

	m->m2 *= r * r;
	m->m3 *= r * r * r;
	m->m4 *= r * r * (r * r);
	m->unit = unit;
}

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

/* What an empty set says to the outside. */
static struct bell_moments finished(struct bell_moments m)
{
	if (!m.count) {
		m.mean = m.min = m.max = NAN;
		m.unit = 1;
	}
	return m;
}

/* The tree over leaves [first, first + leaves) chunks of x. */
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

#define RUNS  64  /* subtrees that threads share out */
#define WORTH 128 /* chunks that are worth a thread */

struct job {
	const struct backend *b;
	const struct values *x;
	size_t chunks, run; /* chunks in all, and in a run */
	struct bell_moments result[RUNS];
};

static void run_moments(void *context, size_t i)
{
	struct job *job = context;
	size_t first = i * job->run, rest = job->chunks - first;

	job->result[i] = chunk_tree(job->b, job->x, first, rest < job->run ? rest : job->run);
}

static enum bell_status moments(const struct values *x, unsigned threads, struct bell_moments *out)
{
	struct job job = {.b = bell_kernels(), .x = x, .run = 1};
	size_t runs;

	if ((!x->f32 && !x->f64 && x->n) || !out || threads > MAX_THREADS)
		return BELL_EINVAL;
	if (!job.b)
		return BELL_EBACKEND;
	if (!x->n) {
		*out = finished((struct bell_moments){0});
		return BELL_OK;
	}
	job.chunks = x->n / BELL_CHUNK + (x->n % BELL_CHUNK != 0);
	while ((job.chunks + job.run - 1) / job.run > RUNS)
		job.run *= 2;
	runs = (job.chunks + job.run - 1) / job.run;
	bell_parallel(bell_threads(threads, job.chunks / WORTH), runs, run_moments, &job);
	*out = finished(tree_of(job.result, runs));
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

/* In units. */
static double variance(const struct bell_moments *m, bool bias)
{
	double n = (double)m->count - (bias ? 0 : 1);

	return n > 0 ? m->m2 / n : NAN;
}

double bell_moments_variance(const struct bell_moments *m, bool bias)
{
	return variance(m, bias) * m->unit * m->unit;
}

double bell_moments_sd(const struct bell_moments *m, bool bias)
{
	return sqrt(variance(m, bias)) * m->unit;
}

double bell_moments_skewness(const struct bell_moments *m, bool bias)
{
	double n = (double)m->count, v = m->m2 / n, g = m->m3 / n / (v * sqrt(v));

	if (!(m->m2 > 0) || (!bias && m->count < 3))
		return NAN;
	return bias ? g : g * sqrt(n * (n - 1)) / (n - 2);
}

double bell_moments_kurtosis(const struct bell_moments *m, bool bias)
{
	double n = (double)m->count, v = m->m2 / n, k = m->m4 / n / (v * v);

	if (!(m->m2 > 0) || (!bias && m->count < 4))
		return NAN;
	return bias ? k - 3 : ((n * n - 1) * k - 3 * (n - 1) * (n - 1)) / ((n - 2) * (n - 3));
}
