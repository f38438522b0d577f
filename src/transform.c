/* SPDX-License-Identifier: BSD-3-Clause */
/* transform.c - the transform and its inverse over arrays. */
#include <math.h>
#include <stdatomic.h>
#include "dispatch.h"
#include "parallel.h"
#include "transform.h"
#include "values.h"

/* The values that a thread takes at a time. */
#define SLICE 16384

/* With fewer values than this for each, threads cost more than they save. */
#define MIN_PER_THREAD ((size_t)3 * SLICE)

/*
 * A power so near 0 that w log1p(a) is below 2^-54 for every double a: psi is the logarithm itself.
 */
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
				       .max = INFINITY};
}

/* The coordinate itself; of log-shift, log x. */
static struct bell_transform plain_coordinate(enum bell_method method)
{
	struct bell_transform t = {.side = {{.scale = 1}}, .max = INFINITY, .method = method};

	if (method == BELL_LOG_SHIFT)
		t.side[0].center = 1;
	if (method == BELL_ASINH)
		t.unit = 1;
	t.min = lowest_of(&t);
	return t;
}

static struct bell_transform plain_exponential(double k)
{
	struct bell_transform t = plain_coordinate(BELL_EXPONENTIAL);

	if (fabs(k) >= 0x1p-1022) {
		t.side[0].power = k;
		t.side[0].scale = clamped_scale(1 / k);
	}
	return t;
}

static bool method_known(enum bell_method method)
{
	return method == BELL_YEO_JOHNSON || method == BELL_BOX_COX ||
	       method == BELL_YEO_JOHNSON_UNIT || method == BELL_LOG || is_on_line(method);
}

static bool unit_valid(const struct bell_transform *t)
{
	return has_unit(t->method) ? t->unit >= BELL_MIN_UNIT && t->unit <= BELL_MAX_UNIT
				   : t->unit == 0;
}

/* Whether the methods of coordinate.inc find what they need, and nothing that they would ignore. */
static bool line_valid(const struct bell_transform *t)
{
	const struct bell_transform_side *s = &t->side[0];

	if (t->method == BELL_SQRT && !(s->center >= 0))
		return false;
	if (t->method == BELL_LOG_SHIFT && !(t->shift + s->center > 0))
		return false;
	return isfinite(s->center) && s->anchor == 0 &&
	       (s->power == 0 || t->method == BELL_EXPONENTIAL);
}

bool bell_transform_known(const struct bell_transform *t)
{
	bool has_table = t->method == BELL_NORMAL_SCORES;

	return (method_known(t->method) || has_table) && unit_valid(t) &&
	       (t->method == BELL_LOG_SHIFT ? isfinite(t->shift) : t->shift == 0) &&
	       (!is_on_line(t->method) || line_valid(t)) && !t->table == !has_table &&
	       !t->reserved_bits;
}

static struct bell_transform plain(enum bell_method method, double lambda)
{
	struct bell_transform t;

	if (method == BELL_EXPONENTIAL)
		return plain_exponential(lambda);
	if (is_on_line(method))
		return plain_coordinate(method);
	t = method == BELL_BOX_COX ? plain_box_cox(lambda)
	    : method == BELL_LOG   ? plain_box_cox(0)
				   : plain_yeo_johnson(lambda);
	t.method = method;
	t.unit = method == BELL_YEO_JOHNSON_UNIT;
	return t;
}

enum bell_status bell_transform_plain(enum bell_method method, double lambda,
				      struct bell_transform *out)
{
	if (!out || !isfinite(lambda) || !method_known(method))
		return BELL_EINVAL;
	*out = plain(method, lambda);
	return BELL_OK;
}

bool bell_outside_fill(const struct bell_transform *t, enum bell_outside outside, double fill[2])
{
	if (outside < BELL_OUTSIDE_NAN || outside > BELL_OUTSIDE_ERROR)
		return false;
	fill[0] = outside == BELL_OUTSIDE_CLIP ? t->max : NAN;
	fill[1] = outside == BELL_OUTSIDE_CLIP ? t->min : NAN;
	return true;
}

/* A call under way.  The result is of the type of `from`; the other pointer is NULL. */
struct job {
	const struct backend *b;
	const struct bell_transform *t;
	struct values from;
	float *f32;
	double *f64;
	double fill[2];
	_Atomic uint64_t outside_count;
};

static void transform_slice(void *context, size_t i)
{
	struct job *job = context;
	size_t first = i * SLICE, rest = job->from.n - first, n = rest < SLICE ? rest : SLICE;

	if (job->f32)
		transform_f32(job->b, job->t, job->from.f32 + first, n, job->f32 + first);
	else
		transform_f64(job->b, job->t, job->from.f64 + first, n, job->f64 + first);
}

static void invert_slice(void *context, size_t i)
{
	struct job *job = context;
	size_t first = i * SLICE, rest = job->from.n - first, n = rest < SLICE ? rest : SLICE,
	       outside;

	if (job->f32)
		outside = inverse_f32(job->b, job->t, job->from.f32 + first, n, job->fill,
				      job->f32 + first);
	else
		outside = inverse_f64(job->b, job->t, job->from.f64 + first, n, job->fill,
				      job->f64 + first);
	atomic_fetch_add_explicit(&job->outside_count, outside, memory_order_relaxed);
}

static enum bell_status run(struct job *job, unsigned threads, void (*slice)(void *, size_t))
{
	const struct values *x = &job->from;

	job->b = bell_kernels();
	if (!job->t || !bell_transform_known(job->t) || threads > BELL_MAX_THREADS ||
	    (x->n && ((!x->f32 && !x->f64) || (!job->f32 && !job->f64))))
		return BELL_EINVAL;
	if (!job->b)
		return BELL_EBACKEND;
	bell_parallel(bell_threads(threads, x->n / MIN_PER_THREAD),
		      x->n / SLICE + (x->n % SLICE != 0), slice, job);
	return BELL_OK;
}

static enum bell_status invert(struct job *job, enum bell_outside outside, unsigned threads,
			       uint64_t *outside_count)
{
	enum bell_status status;

	if (!job->t || !bell_outside_fill(job->t, outside, job->fill))
		return BELL_EINVAL;
	status = run(job, threads, invert_slice);
	if (status != BELL_OK)
		return status;
	if (outside_count)
		*outside_count = job->outside_count;
	return job->outside_count && outside == BELL_OUTSIDE_ERROR ? BELL_EDOMAIN : BELL_OK;
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
					    size_t n, enum bell_outside outside, unsigned threads,
					    float *x, uint64_t *outside_count)
{
	return invert(&(struct job){.t = t, .from = {.f32 = y, .n = n}, .f32 = x}, outside, threads,
		      outside_count);
}

enum bell_status bell_transform_inverse_f64(const struct bell_transform *t, const double *y,
					    size_t n, enum bell_outside outside, unsigned threads,
					    double *x, uint64_t *outside_count)
{
	return invert(&(struct job){.t = t, .from = {.f64 = y, .n = n}, .f64 = x}, outside, threads,
		      outside_count);
}
