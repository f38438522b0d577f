/* SPDX-License-Identifier: BSD-3-Clause */
/* normal.c - normal samples, and the words they are made of, in slices for threads. */
#include <math.h>
#include <stdbool.h>
#include <bellshape/normal.h>
#include "dispatch.h"
#include "parallel.h"

/* The samples, or counters of words, that a thread takes at a time. */
#define SLICE ((size_t)1 << 15)

/* With fewer than this for each, threads cost more than they save. */
#define MIN_PER_THREAD (3 * SLICE)

/* A call under way.  Of f32, f64 and words, the one that it writes is not NULL. */
struct sampling {
	const struct backend *b;
	const struct bell_normal_stream *from;
	double mean, sd;
	size_t n;
	const float *x32; /* what the samples are added to, or NULL */
	float *f32;
	const double *x64;
	double *f64;
	uint32_t *words;
	size_t size; /* of one sample, or of the words of one counter, in bytes */
};

static void sample_slice(void *context, size_t i)
{
	const struct sampling *s = context;
	size_t first = i * SLICE, n = s->n - first < SLICE ? s->n - first : SLICE;
	struct draw draw = {s->from->seed, s->from->stream, s->from->offset + first, s->mean,
			    s->sd};

	if (s->f32)
		s->b->normal_f32(&draw, n, s->x32 ? s->x32 + first : NULL, s->f32 + first);
	else if (s->f64)
		s->b->normal_f64(&draw, n, s->x64 ? s->x64 + first : NULL, s->f64 + first);
	else
		s->b->philox_words(&draw, n, s->words + 4 * first);
}

/*
 * Whether mean and sd are finite, and sd does not become 0 by rounding, in the type of the samples.
 */
static bool valid_parameters(const struct sampling *s)
{
	bool narrow = s->size == sizeof(float);
	double mean = narrow ? (float)s->mean : s->mean, sd = narrow ? (float)s->sd : s->sd;

	return isfinite(mean) && isfinite(sd) && (sd > 0 || s->sd == 0);
}

static enum bell_status sample(struct sampling *s, unsigned threads)
{
	s->b = bell_kernels();
	if (!s->from || !valid_parameters(s) || threads > BELL_MAX_THREADS ||
	    (s->n && !s->f32 && !s->f64 && !s->words))
		return BELL_EINVAL;
	if (s->n > SIZE_MAX / s->size)
		return BELL_ESIZE;
	if (!s->b)
		return BELL_EBACKEND;
	if (!s->n)
		return BELL_OK;
	bell_parallel(bell_threads(threads, s->n / MIN_PER_THREAD), (s->n - 1) / SLICE + 1,
		      sample_slice, s);
	return s->n - 1 > UINT64_MAX - s->from->offset ? BELL_WRAPPED : BELL_OK;
}

enum bell_status bell_normal_fill_f32(const struct bell_normal_stream *from, double mean, double sd,
				      size_t n, unsigned threads, float *y)
{
	return sample(
	    &(struct sampling){
		.from = from, .mean = mean, .sd = sd, .n = n, .f32 = y, .size = sizeof *y},
	    threads);
}

enum bell_status bell_normal_fill_f64(const struct bell_normal_stream *from, double mean, double sd,
				      size_t n, unsigned threads, double *y)
{
	return sample(
	    &(struct sampling){
		.from = from, .mean = mean, .sd = sd, .n = n, .f64 = y, .size = sizeof *y},
	    threads);
}

enum bell_status bell_normal_add_f32(const struct bell_normal_stream *from, double sd,
				     const float *x, size_t n, unsigned threads, float *y)
{
	if (!x && n)
		return BELL_EINVAL;
	return sample(
	    &(struct sampling){
		.from = from, .sd = sd, .n = n, .x32 = x, .f32 = y, .size = sizeof *y},
	    threads);
}

enum bell_status bell_normal_add_f64(const struct bell_normal_stream *from, double sd,
				     const double *x, size_t n, unsigned threads, double *y)
{
	if (!x && n)
		return BELL_EINVAL;
	return sample(
	    &(struct sampling){
		.from = from, .sd = sd, .n = n, .x64 = x, .f64 = y, .size = sizeof *y},
	    threads);
}

enum bell_status bell_philox4x32(const struct bell_normal_stream *from, size_t n, unsigned threads,
				 uint32_t *words)
{
	return sample(
	    &(struct sampling){
		.from = from, .sd = 1, .n = n, .words = words, .size = 4 * sizeof *words},
	    threads);
}
