/* SPDX-License-Identifier: BSD-3-Clause */
/* layer.c - normality normalization: groups of a tensor, block by block. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/layer.h>
#include "dispatch.h"
#include "parallel.h"

#define LAYER_BLOCK 512                        /* elements that go through the kernels together */
#define LAYER_CHUNK ((size_t)64 * LAYER_BLOCK) /* what a thread takes of a large group */
#define NOISE_RUN   32                         /* samples worth a call */
#define SUMS        7                          /* the most that a pass makes */
#define LEAST_POWER 1e-30                      /* closer to 0 it is 0 */

/* ---- shapes ---- */

struct bell_layer_shape bell_layer_batch(size_t samples, size_t channels, size_t positions)
{
	return (struct bell_layer_shape){
	    .samples = samples,
	    .channels = channels,
	    .positions = positions,
	    .sample_stride = (ptrdiff_t)(channels * positions),
	    .channel_stride = (ptrdiff_t)positions,
	    .position_stride = 1,
	    .groups = channels,
	    .batch = true,
	};
}

struct bell_layer_shape bell_layer_group(size_t samples, size_t channels, size_t positions,
					 size_t groups)
{
	struct bell_layer_shape shape = bell_layer_batch(samples, channels, positions);

	shape.groups = groups;
	shape.batch = false;
	return shape;
}

struct bell_layer_shape bell_layer_instance(size_t samples, size_t channels, size_t positions)
{
	return bell_layer_group(samples, channels, positions, channels);
}

struct bell_layer_shape bell_layer_layer(size_t samples, size_t positions)
{
	struct bell_layer_shape shape = bell_layer_group(samples, 1, positions, 1);

	shape.by_position = true;
	return shape;
}

struct bell_layer_shape bell_layer_channels_last(struct bell_layer_shape shape)
{
	shape.channel_stride = 1;
	shape.position_stride = (ptrdiff_t)shape.channels;
	return shape;
}

static enum bell_status check_shape(const struct bell_layer_shape *s)
{
	size_t all;

	if (!s || !s->samples || !s->channels || !s->positions || !s->groups ||
	    s->channels % s->groups || (s->batch && s->by_position))
		return BELL_EINVAL;
	if (__builtin_mul_overflow(s->samples, s->channels, &all) ||
	    __builtin_mul_overflow(all, s->positions, &all) || all > PTRDIFF_MAX / sizeof(double))
		return BELL_ESIZE;
	return BELL_OK;
}

size_t bell_layer_groups(const struct bell_layer_shape *s)
{
	if (check_shape(s) != BELL_OK)
		return 0;
	return s->batch ? s->groups : s->samples * s->groups;
}

void bell_layer_options_default(const struct bell_layer_shape *shape,
				struct bell_layer_options *options)
{
	*options = (struct bell_layer_options){
	    .noise = shape->by_position ? 1 : 0.4, .alpha = 1, .eps = 1e-5};
}

/* ---- a call ---- */

struct layer {
	const struct backend *b;
	const struct bell_layer_shape *shape;
	const struct bell_layer_options *options;
	size_t groups;   /* with statistics of their own */
	size_t together; /* channels of one */
	size_t n;        /* its elements */
	/* elements in sequence are `stride` apart in memory, `run` of them at a time */
	size_t run;
	ptrdiff_t stride;
	size_t unit, units; /* groups that one task takes one after the other; how many tasks */
	size_t weights;     /* of the whole layer */
	unsigned inner;     /* threads inside a group */
	const void *u, *weight, *bias, *g;
	void *out;
	struct bell_layer_saved *saved;
	const struct bell_layer_saved *frozen;
	uint64_t not_finite; /* values of u */
	double *gradient;    /* of weight and bias: `weights` of either for each unit */
	bool evaluating;     /* the statistics are given: no gradient goes through them */
	double *partial;     /* sums of the chunks of a group, where there are threads inside */
};

/* Where element i of a group lies: its sample, channel and position. */
struct place {
	size_t sample, channel, position;
};

static struct place place_of(const struct layer *l, size_t group, size_t i)
{
	const struct bell_layer_shape *s = l->shape;
	size_t row = i / s->positions, first = s->batch ? 0 : group / s->groups;

	return (struct place){.sample = first + row / l->together,
			      .channel = group % s->groups * l->together + row % l->together,
			      .position = i % s->positions};
}

static ptrdiff_t offset_of(const struct layer *l, struct place p)
{
	return (ptrdiff_t)p.sample * l->shape->sample_stride +
	       (ptrdiff_t)p.channel * l->shape->channel_stride +
	       (ptrdiff_t)p.position * l->shape->position_stride;
}

static uint64_t index_of(const struct layer *l, struct place p)
{
	return ((uint64_t)p.sample * l->shape->channels + p.channel) * l->shape->positions +
	       p.position;
}

/* The longest runs of one stride that the sequence of a group's elements falls into. */
static void find_runs(struct layer *l)
{
	const struct bell_layer_shape *s = l->shape;
	const size_t size[3] = {s->positions, l->together, s->batch ? s->samples : 1};
	const ptrdiff_t stride[3] = {s->position_stride, s->channel_stride, s->sample_stride};

	l->run = 1;
	l->stride = 1;
	for (int i = 0; i < 3; i++) {
		if (size[i] == 1)
			continue;
		if (l->run == 1)
			l->stride = stride[i];
		else if (stride[i] != l->stride * (ptrdiff_t)l->run)
			return;
		l->run *= size[i];
	}
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

static enum bell_status prepare(struct layer *l, unsigned threads)
{
	const struct bell_layer_shape *s = l->shape;
	const struct bell_layer_options *o = l->options;
	size_t sample;

	l->b = bell_kernels();
	if (!l->b)
		return BELL_EBACKEND;
	if (check_shape(s) != BELL_OK)
		return check_shape(s);
	l->groups = bell_layer_groups(s);
	if (!o || threads > MAX_THREADS || !(o->eps > 0 && o->eps < INFINITY) ||
	    !(o->noise >= 0 && o->noise < INFINITY) || !isfinite(o->alpha))
		return BELL_EINVAL;
	l->together = s->channels / s->groups;
	l->n = l->together * s->positions * (s->batch ? s->samples : 1);
	l->weights = s->by_position ? s->positions : s->channels;
	find_runs(l);
	sample = s->channels * s->positions;
	if (s->batch) /* neighbours, so that their noise is made together */
		l->unit = (NOISE_RUN - 1) / (l->together * s->positions) + 1;
	else /* samples, so that the gradients of the weights take little room */
		l->unit =
		    s->groups * (s->by_position ? 256 : 255 / s->positions + 1 + 16384 / sample);
	l->unit = least(l->unit, l->groups);
	l->units = (l->groups - 1) / l->unit + 1;
	threads = bell_threads(threads, MAX_THREADS);
	l->inner = l->units < threads && l->n > LAYER_CHUNK ? threads : 1;
	return BELL_OK;
}

/* psi at lambda: on either side of zero. */
static void psi_of(const struct layer *l, double lambda, struct layer_psi p[2])
{
	double shift = l->options->compat && !l->options->plain ? sqrt(l->options->eps) : 0;

	for (int side = 0; side < 2; side++) {
		double eta = side ? 2 - lambda : lambda;
		bool straight = fabs(eta) <= (shift > 0 ? shift : LEAST_POWER);

		eta += eta < 0 ? -shift : shift;
		p[side] = (struct layer_psi){.power = straight ? 0 : eta,
					     .inverse = straight ? 0 : 1 / eta,
					     .straight = straight,
					     .moving = !(straight && shift > 0)};
	}
}

/* ---- passes over a group ---- */

struct sweep {
	const struct layer *l;
	size_t group;
	void (*step)(const struct sweep *s, size_t first, size_t n, double out[SUMS]);
	int sums;

	double mean, r, center; /* h = (u - mean) r; of x */
	struct layer_psi psi[2];
	struct layer_slope slope;
	struct layer_gradient gradient;
	double spread;    /* of the noise */
	const void *tile; /* noise of the unit's groups, sample by sample, or NULL */
	size_t tile_first, tile_width;
	void *kept;      /* t of a group that is not large; du has p meanwhile */
	double *weights; /* gradients: of weight, then of bias, `weights` of either */
};

static void run_chunk(const struct sweep *s, size_t chunk, double sum[SUMS])
{
	size_t end = least((chunk + 1) * LAYER_CHUNK, s->l->n);
	double out[SUMS] = {0};

	memset(sum, 0, SUMS * sizeof *sum);
	for (size_t first = chunk * LAYER_CHUNK; first < end; first += LAYER_BLOCK) {
		s->step(s, first, least(LAYER_BLOCK, end - first), out);
		for (int i = 0; i < s->sums; i++)
			sum[i] += out[i];
	}
}

static void run_chunk_apart(void *context, size_t chunk)
{
	const struct sweep *s = context;

	run_chunk(s, chunk, s->l->partial + chunk * SUMS);
}

/* A step over all blocks of a group: the sums of its sums, in one order whatever the threads. */
static void sweep(struct sweep *s, void (*step)(const struct sweep *, size_t, size_t, double *),
		  int sums, double total[SUMS])
{
	size_t chunks = (s->l->n - 1) / LAYER_CHUNK + 1;
	double own[SUMS];

	s->step = step;
	s->sums = sums;
	memset(total, 0, SUMS * sizeof *total);
	if (s->l->inner > 1)
		bell_parallel(s->l->inner, chunks, run_chunk_apart, s);
	for (size_t c = 0; c < chunks; c++) {
		const double *sum = own;

		if (s->l->inner > 1)
			sum = s->l->partial + c * SUMS;
		else
			run_chunk(s, c, own);
		for (int i = 0; i < sums; i++)
			total[i] += sum[i];
	}
}

/* lambda and what the gradient needs of it, from the sums of layer_score. */
static void newton(const struct layer *l, const double sum[SUMS], struct bell_layer_saved *saved)
{
	double n = (double)l->n, m1 = sum[0] / n, d = sum[1] / n;

	saved->mean_hd = m1;
	saved->mean_d = d;
	saved->slope = m1 - sum[2] / n;
	saved->curvature = sum[3] / n + sum[4] / n - d * d - 2 * m1 * m1;
	saved->lambda =
	    1 - l->options->alpha * saved->slope / (saved->curvature + sqrt(l->options->eps));
}

static double inverse_sd(const struct layer *l, const struct bell_layer_saved *saved)
{
	return 1 / sqrt(saved->variance + l->options->eps);
}

#define TYPE(name) name##_f32
#define elem       float
#include "layer_passes.inc"
#undef TYPE
#undef elem

#define TYPE(name) name##_f64
#define elem       double
#include "layer_passes.inc"
#undef TYPE
#undef elem

/* ---- the calls ---- */

/* Runs task over the units of a prepared layer, with the room that it needs. */
static enum bell_status run(struct layer *l, void (*task)(void *, size_t), unsigned threads)
{
	size_t chunks = (l->n - 1) / LAYER_CHUNK + 1;

	if (l->inner > 1) {
		l->partial = malloc(chunks * SUMS * sizeof *l->partial);
		if (!l->partial)
			return BELL_ENOMEM;
	}
	bell_parallel(l->inner > 1 ? 1 : threads, l->units, task, l);
	free(l->partial);
	return BELL_OK;
}

#define FORWARD(type, elem)                                                                 \
	enum bell_status bell_layer_forward_##type(                                         \
	    const struct bell_layer_shape *shape, const struct bell_layer_options *options, \
	    const elem *u, const elem *weight, const elem *bias, elem *out,                 \
	    struct bell_layer_saved *saved, uint64_t *not_finite)                           \
	{                                                                                   \
		struct layer l = {.shape = shape,                                           \
				  .options = options,                                       \
				  .u = u,                                                   \
				  .weight = weight,                                         \
				  .bias = bias,                                             \
				  .out = out,                                               \
				  .saved = saved};                                          \
		unsigned threads = options ? options->threads : 0;                          \
		enum bell_status status = prepare(&l, threads);                             \
                                                                                            \
		if (status == BELL_OK && (!u || !out || !saved || l.n < 2))                 \
			status = BELL_EINVAL;                                               \
		if (status != BELL_OK)                                                      \
			return status;                                                      \
		status = run(&l, forward_unit_##type, threads);                             \
		if (not_finite)                                                             \
			*not_finite = l.not_finite;                                         \
		return status != BELL_OK ? status : l.not_finite ? BELL_EDOMAIN : BELL_OK;  \
	}
FORWARD(f32, float)
FORWARD(f64, double)

/* The gradients of the weights: those of the units, in their order. */
static void add_up(const struct layer *l, double *dweight, double *dbias)
{
	size_t each = l->shape->batch ? 1 : l->units;

	for (size_t i = 0; i < l->weights; i++) {
		dweight[i] = dbias[i] = 0;
		for (size_t k = 0; k < each; k++) {
			dweight[i] += l->gradient[k * 2 * l->weights + i];
			dbias[i] += l->gradient[(k * 2 + 1) * l->weights + i];
		}
	}
}

#define BACKWARD(type, elem)                                                                     \
	static enum bell_status backward_##type(struct layer *l, const elem *u,                  \
						const elem *weight, const elem *g, elem *du,     \
						double *dweight, double *dbias)                  \
	{                                                                                        \
		unsigned threads = l->options ? l->options->threads : 0;                         \
		enum bell_status status = prepare(l, threads);                                   \
                                                                                                 \
		if (status == BELL_OK && (!u || !g || !du || !l->frozen || !dweight != !dbias || \
					  (l->n < 2 && !l->evaluating)))                         \
			status = BELL_EINVAL;                                                    \
		if (status != BELL_OK)                                                           \
			return status;                                                           \
		l->u = u, l->weight = weight, l->g = g, l->out = du;                             \
		if (dweight) {                                                                   \
			l->gradient = calloc((l->shape->batch ? 1 : l->units) * l->weights,      \
					     2 * sizeof *l->gradient);                           \
			if (!l->gradient)                                                        \
				return BELL_ENOMEM;                                              \
			if (l->together > 1)                                                     \
				l->inner = 1; /* a weight may be in several chunks */            \
		}                                                                                \
		status = run(l, backward_unit_##type, threads);                                  \
		if (status == BELL_OK && dweight)                                                \
			add_up(l, dweight, dbias);                                               \
		free(l->gradient);                                                               \
		return status;                                                                   \
	}                                                                                        \
	enum bell_status bell_layer_backward_##type(                                             \
	    const struct bell_layer_shape *shape, const struct bell_layer_options *options,      \
	    const elem *u, const elem *weight, const struct bell_layer_saved *saved,             \
	    const elem *g, elem *du, double *dweight, double *dbias)                             \
	{                                                                                        \
		struct layer l = {.shape = shape, .options = options, .frozen = saved};          \
                                                                                                 \
		return backward_##type(&l, u, weight, g, du, dweight, dbias);                    \
	}                                                                                        \
	enum bell_status bell_layer_evaluate_backward_##type(                                    \
	    const struct bell_layer_shape *shape, const struct bell_layer_options *options,      \
	    const struct bell_layer_saved *frozen, const elem *u, const elem *weight,            \
	    const elem *g, elem *du, double *dweight, double *dbias)                             \
	{                                                                                        \
		struct layer l = {                                                               \
		    .shape = shape, .options = options, .frozen = frozen, .evaluating = true};   \
                                                                                                 \
		return backward_##type(&l, u, weight, g, du, dweight, dbias);                    \
	}
/* NOLINTBEGIN(clang-analyzer-optin.portability.UnixAPI): a layer has units and weights */
BACKWARD(f32, float)
BACKWARD(f64, double)
/* NOLINTEND(clang-analyzer-optin.portability.UnixAPI) */

#define EVALUATE(type, elem)                                                                \
	enum bell_status bell_layer_evaluate_##type(                                        \
	    const struct bell_layer_shape *shape, const struct bell_layer_options *options, \
	    const struct bell_layer_saved *frozen, const elem *u, const elem *weight,       \
	    const elem *bias, elem *out)                                                    \
	{                                                                                   \
		struct layer l = {.shape = shape,                                           \
				  .options = options,                                       \
				  .u = u,                                                   \
				  .weight = weight,                                         \
				  .bias = bias,                                             \
				  .out = out,                                               \
				  .frozen = frozen};                                        \
		unsigned threads = options ? options->threads : 0;                          \
		enum bell_status status = prepare(&l, threads);                             \
                                                                                            \
		if (status == BELL_OK && (!u || !out || !frozen))                           \
			status = BELL_EINVAL;                                               \
		return status == BELL_OK ? run(&l, evaluate_unit_##type, threads) : status; \
	}
EVALUATE(f32, float)
EVALUATE(f64, double)
