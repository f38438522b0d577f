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
		s->b->philox_words(&draw, n, s->words + 4 * first);
}

/* Whether mean and sd are finite, and sd is not 0 by rounding, in the type of the samples. */
static bool valid(const struct sampling *s)
{
	double mean = s->f32 ? (float)s->draw.mean : s->draw.mean,
	       sd = s->f32 ? (float)s->draw.sd : s->draw.sd;

	return (s->f32 || s->f64 || s->words) && s->n && isfinite(mean) && isfinite(sd) &&
	       (sd > 0 || s->draw.sd == 0);
}

static enum bell_status sample(struct sampling *s, unsigned threads)
{
	size_t size = s->f32 ? sizeof(float) : s->f64 ? sizeof(double) : 4 * sizeof(uint32_t);

	s->b = bell_kernels();
	if (!s->b)
		return BELL_EBACKEND;
	if (!valid(s) || threads > MAX_THREADS)
		return BELL_EINVAL;
	if (s->n > SIZE_MAX / size)
		return BELL_ESIZE;
	bell_parallel(bell_threads(threads, s->n / (3 * PART)), (s->n - 1) / PART + 1, make, s);
	return s->n - 1 > UINT64_MAX - s->draw.offset ? BELL_WRAPPED : BELL_OK;
}

enum bell_status bell_normal_fill_f32(uint64_t seed, uint64_t stream, uint64_t offset, double mean,
				      double sd, size_t n, unsigned threads, float *y)
{
	return sample(
	    &(struct sampling){.draw = {seed, stream, offset, mean, sd}, .n = n, .f32 = y},
	    threads);
}

enum bell_status bell_normal_fill_f64(uint64_t seed, uint64_t stream, uint64_t offset, double mean,
				      double sd, size_t n, unsigned threads, double *y)
{
	return sample(
	    &(struct sampling){.draw = {seed, stream, offset, mean, sd}, .n = n, .f64 = y},
	    threads);
}

enum bell_status bell_normal_add_f32(uint64_t seed, uint64_t stream, uint64_t offset, double sd,
				     const float *x, size_t n, unsigned threads, float *y)
{
	if (!x)
		return BELL_EINVAL;
	return sample(
	    &(struct sampling){.draw = {seed, stream, offset, 0, sd}, .n = n, .x32 = x, .f32 = y},
	    threads);
}

enum bell_status bell_normal_add_f64(uint64_t seed, uint64_t stream, uint64_t offset, double sd,
				     const double *x, size_t n, unsigned threads, double *y)
{
	if (!x)
		return BELL_EINVAL;
	return sample(
	    &(struct sampling){.draw = {seed, stream, offset, 0, sd}, .n = n, .x64 = x, .f64 = y},
	    threads);
}

enum bell_status bell_philox4x32(uint64_t seed, uint64_t stream, uint64_t offset, size_t n,
				 unsigned threads, uint32_t *words)
{
	return sample(
	    &(struct sampling){.draw = {seed, stream, offset, 0, 1}, .n = n, .words = words},
	    threads);
}
