/* SPDX-License-Identifier: BSD-3-Clause */
/* normal.c - normal samples, and the words they are made of, in parts for threads. */
#include <math.h>
#include <stdbool.h>
#include <bellshape/normal.h>
#include "dispatch.h"
#include "parallel.h"

#define PART ((size_t)1 << 15) /* what a thread makes at a time: samples, or counters */

/* A call under way; one of the three outputs is there. */
struct sampling {
	const struct backend *b;
	struct draw draw;
	size_t n;
	const float *x32;
	float *f32;
	const double *x64;
	double *f64;
	uint32_t *words;
};

static void make(void *context, size_t part)
{
	const struct sampling *s = context;
	size_t first = part * PART, n = s->n - first < PART ? s->n - first : PART;
	struct draw draw = s->draw;

	draw.offset += first;
	if (s->f32)
		s->b->normal_f32(&draw, n, s->x32 ? s->x32 + first : NULL, s->f32 + first);
	else if (s->f64)
		s->b->normal_f64(&draw, n, s->x64 ? s->x64 + first : NULL, s->f64 + first);
	else
		s->b->words(&draw, n, s->words + 4 * first);
}

static bool finite_in(double v, bool f32) { return f32 ? isfinite((float)v) : isfinite(v); }

static enum bell_status sample(struct sampling *s, unsigned threads)
{
	const struct draw *d = &s->draw;

	s->b = bell_kernels();
	if (!s->b)
		return BELL_EBACKEND;
	if (!(s->f32 || s->f64 || s->words) || !s->n || threads > MAX_THREADS ||
	    !finite_in(d->mean, s->f32) || !finite_in(d->sd, s->f32) || d->sd < 0)
		return BELL_EINVAL;
	bell_parallel(threads, (s->n - 1) / PART + 1, make, s);
	return s->n - 1 > UINT64_MAX - d->offset ? BELL_WRAPPED : BELL_OK;
}

enum bell_status bell_normal_fill_f32(uint64_t seed, uint64_t stream, uint64_t offset, double mean,
				      double sd, unsigned threads, float *y, size_t n)
{
	return sample(
	    &(struct sampling){.draw = {seed, stream, offset, mean, sd}, .n = n, .f32 = y},
	    threads);
}

enum bell_status bell_normal_fill_f64(uint64_t seed, uint64_t stream, uint64_t offset, double mean,
				      double sd, unsigned threads, double *y, size_t n)
{
	return sample(
	    &(struct sampling){.draw = {seed, stream, offset, mean, sd}, .n = n, .f64 = y},
	    threads);
}

enum bell_status bell_normal_add_f32(uint64_t seed, uint64_t stream, uint64_t offset,
				     const float *x, double sd, unsigned threads, float *y,
				     size_t n)
{
	if (!x)
		return BELL_EINVAL;
	return sample(
	    &(struct sampling){.draw = {seed, stream, offset, 0, sd}, .n = n, .x32 = x, .f32 = y},
	    threads);
}

enum bell_status bell_normal_add_f64(uint64_t seed, uint64_t stream, uint64_t offset,
				     const double *x, double sd, unsigned threads, double *y,
				     size_t n)
{
	if (!x)
		return BELL_EINVAL;
	return sample(
	    &(struct sampling){.draw = {seed, stream, offset, 0, sd}, .n = n, .x64 = x, .f64 = y},
	    threads);
}

enum bell_status bell_philox4x32(uint64_t seed, uint64_t stream, uint64_t offset, unsigned threads,
				 uint32_t *words, size_t n)
{
	if (n > SIZE_MAX / (4 * sizeof *words))
		return BELL_ESIZE;
	return sample(
	    &(struct sampling){.draw = {seed, stream, offset, 0, 1}, .n = n, .words = words},
	    threads);
}
