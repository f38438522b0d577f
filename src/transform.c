/* SPDX-License-Identifier: BSD-3-Clause */
/* transform.c - the transform and its inverse over arrays. */
#include <math.h>
#include <stdlib.h>
#include <bellshape/transform.h>
#include "dispatch.h"
#include "parallel.h"
#include "values.h"

#define SLICE 16384               /* elements that a thread takes at a time */
#define WORTH ((size_t)3 * SLICE) /* that are worth one */

/* A power so near 0 that w log1p(a) is below 2^-54 for every a: psi is the logarithm itself. */
#define MIN_POWER 0x1p-64

static struct bell_transform plain_yeo_johnson(double lambda)
{
	struct bell_transform t = {.min = -INFINITY, .max = INFINITY};

	for (int side = 0; side < 2; side++) {
		double w = side ? 2 - lambda : lambda, sign = side ? -1 : 1;

		if (fabs(w) < MIN_POWER)
			w = 0;
		t.side[side].power = w;
		t.side[side].scale = w != 0 ? sign / w : sign;
	}
	return t;
}

static struct bell_transform plain_box_cox(double lambda)
{
	if (fabs(lambda) < MIN_POWER)
		lambda = 0;
	return (struct bell_transform){.side = {{.center = lambda == 1,
						 .power = lambda,
						 .scale = lambda != 0 ? 1 / lambda : 1}},
				       .max = INFINITY,
				       .method = BELL_BOX_COX};
}

enum bell_status bell_transform_plain(enum bell_method method, double lambda,
				      struct bell_transform *out)
{
	if (!out || !isfinite(lambda) || (method != BELL_YEO_JOHNSON && method != BELL_BOX_COX))
		return BELL_EINVAL;
	*out = method == BELL_BOX_COX ? plain_box_cox(lambda) : plain_yeo_johnson(lambda);
	return BELL_OK;
}

struct job {
	const struct backend *b;
	const struct bell_transform *t;
	struct values from;
	float *f32; /* the result, of the type of `from` */
	double *f64;
	double fill[2];
	uint64_t outside; /* values outside the image */
};

static void transform_slice(void *context, size_t i)
{
	struct job *job = context;
	size_t first = i * SLICE, n = job->from.n - first < SLICE ? job->from.n - first : SLICE;

	if (job->f32)
		job->b->transform_f32(job->t, job->from.f32 + first, n, job->f32 + first);
	else
		job->b->transform_f64(job->t, job->from.f64 + first, n, job->f64 + first);
}

static void invert_slice(void *context, size_t i)
{
	struct job *job = context;
	size_t first = i * SLICE, n = job->from.n - first < SLICE ? job->from.n - first : SLICE,
	       outside;

	if (job->f32)
		outside = job->b->inverse_f32(job->t, job->from.f32 + first, n, job->fill,
					      job->f32 + first);
	else
		outside = job->b->inverse_f64(job->t, job->from.f64 + first, n, job->fill,
					      job->f64 + first);
	__atomic_fetch_add(&job->outside, outside, __ATOMIC_RELAXED);
}

static enum bell_status run(struct job *job, unsigned threads, void (*slice)(void *, size_t))
{
	job->b = bell_kernels();
	if (!job->t || threads > MAX_THREADS ||
	    (job->from.n && ((!job->from.f32 && !job->from.f64) || (!job->f32 && !job->f64))))
		return BELL_EINVAL;
	if (!job->b)
		return BELL_EBACKEND;
	bell_parallel(bell_threads(threads, job->from.n / WORTH), (job->from.n + SLICE - 1) / SLICE,
		      slice, job);
	return BELL_OK;
}

static enum bell_status invert(struct job *job, enum bell_outside policy, unsigned threads,
			       uint64_t *outside)
{
	enum bell_status status;

	if (!job->t || policy < BELL_OUTSIDE_NAN || policy > BELL_OUTSIDE_ERROR)
		return BELL_EINVAL;
	job->fill[0] = policy == BELL_OUTSIDE_CLIP ? job->t->max : NAN;
	job->fill[1] = policy == BELL_OUTSIDE_CLIP ? job->t->min : NAN;
	status = run(job, threads, invert_slice);
	if (status != BELL_OK)
		return status;
	if (outside)
		*outside = job->outside;
	return job->outside && policy == BELL_OUTSIDE_ERROR ? BELL_EDOMAIN : BELL_OK;
}

enum bell_status bell_transform_apply_f32(const struct bell_transform *t, const float *x, size_t n,
					  unsigned threads, float *y)
{
	return run(&(struct job){.t = t, .from = {.f32 = x, .n = n}, .f32 = y}, threads,
		   transform_slice);
}

enum bell_status bell_transform_apply_f64(const struct bell_transform *t, const double *x, size_t n,
					  unsigned threads, double *y)
{
	return run(&(struct job){.t = t, .from = {.f64 = x, .n = n}, .f64 = y}, threads,
		   transform_slice);
}

enum bell_status bell_transform_inverse_f32(const struct bell_transform *t, const float *y,
					    size_t n, enum bell_outside policy, unsigned threads,
					    float *x, uint64_t *outside)
{
	return invert(&(struct job){.t = t, .from = {.f32 = y, .n = n}, .f32 = x}, policy, threads,
		      outside);
}

enum bell_status bell_transform_inverse_f64(const struct bell_transform *t, const double *y,
					    size_t n, enum bell_outside policy, unsigned threads,
					    double *x, uint64_t *outside)
{
	return invert(&(struct job){.t = t, .from = {.f64 = y, .n = n}, .f64 = x}, policy, threads,
		      outside);
}
