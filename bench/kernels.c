/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernels.c - every kernel of kernels.def on every backend that runs here.
 *
 * A kernel of the list needs a step_<name>() here, or this file does not compile.  A step runs the
 * kernel on elements first .. first + n, n <= BELL_CHUNK, as the library does.
 */
#include <math.h>
#include <string.h>
#include "bench.h"

#define STEP(name) static void step_##name(const struct bench *b, size_t first, size_t n)

#define SIDE_BINS 128        /* bins of the grid on each side of zero */
#define NODES     128        /* of a likelihood from bins, an ordinary number */
#define VALUES    BELL_CHUNK /* from values */

static const struct grid grid = {.inverse_unit = 1,
				 .inverse_width =
				     8, /* an eighth of the sd of the logarithms, or so */
				 .high = {SIDE_BINS - 1, SIDE_BINS - 1},
				 .base = {1, 1 + SIDE_BINS}};
static int64_t table[2 * SIDE_BINS + 1][SKETCH_POWERS];
static double rest[BELL_CHUNK];
static struct bell_yeo_johnson transform;
static const double fill[2] = {NAN, NAN};
static double node[3 + SKETCH_POWERS + 4][VALUES];

STEP(scan_f32)
{
	struct scan scan;

	b->kernels->scan_f32(b->data->pool32 + first, n, &scan);
}

STEP(scan_f64)
{
	struct scan scan;

	b->kernels->scan_f64(b->data->pool64 + first, n, &scan);
}

STEP(moments_f32)
{
	double sum[4];

	b->kernels->moments_f32(b->data->pool32 + first, n, 0.125, sum);
}

STEP(moments_f64)
{
	double sum[4];

	b->kernels->moments_f64(b->data->pool64 + first, n, 0.125, sum);
}

STEP(sketch_f32) { b->kernels->sketch_f32(b->data->pool32 + first, n, &grid, table, rest); }
STEP(sketch_f64) { b->kernels->sketch_f64(b->data->pool64 + first, n, &grid, table, rest); }

STEP(rows_f32)
{
	int64_t row[BLOCK][SKETCH_POWERS];
	int32_t index[BLOCK];

	for (size_t i = first; i < first + n; i += BLOCK)
		b->kernels->rows_f32(b->data->pool32 + i, BLOCK, &grid, index, row);
}

STEP(rows_f64)
{
	int64_t row[BLOCK][SKETCH_POWERS];
	int32_t index[BLOCK];

	for (size_t i = first; i < first + n; i += BLOCK)
		b->kernels->rows_f64(b->data->pool64 + i, BLOCK, &grid, index, row);
}

STEP(coordinate)
{
	b->kernels->coordinate(b->data->pool64 + first, n, 0, (double *)b->data->out + first);
}

STEP(log_ratio)
{
	b->kernels->log_ratio(b->data->pool64 + first, n, 0, (double *)b->data->out + first);
}

STEP(exponential)
{
	b->kernels->exponential(b->data->pool64 + first, n, (double *)b->data->out + first);
}

/* The likelihood at n nodes, `moments` of each given. */
static void step_likelihood(const struct bench *b, size_t n, bool moments)
{
	static const struct probe probe = {.power = 0.3, .origin = 0, .scale = 1};
	struct nodes nodes = {.n = n, .at = node[0], .weight = node[1]};
	double *const out[6] = {node[3 + SKETCH_POWERS - 2], node[3 + SKETCH_POWERS - 1],
				node[3 + SKETCH_POWERS],     node[3 + SKETCH_POWERS + 1],
				node[3 + SKETCH_POWERS + 2], node[3 + SKETCH_POWERS + 3]};

	for (int j = 0; moments && j < SKETCH_POWERS - 2; j++)
		nodes.m[j] = node[2 + j];
	b->kernels->score(&nodes, &probe, out);
}

STEP(score)
{
	(void)first;
	step_likelihood(b, n, true);
}

STEP(score_of_values)
{
	(void)first;
	step_likelihood(b, n, false);
}

STEP(transform_f32)
{
	b->kernels->transform_f32(&transform, b->data->pool32 + first, n,
				  (float *)b->data->out + first);
}

STEP(transform_f64)
{
	b->kernels->transform_f64(&transform, b->data->pool64 + first, n,
				  (double *)b->data->out + first);
}

STEP(inverse_f32)
{
	b->kernels->inverse_f32(&transform, b->data->pool32 + first, n, fill,
				(float *)b->data->out + first);
}

STEP(inverse_f64)
{
	b->kernels->inverse_f64(&transform, b->data->pool64 + first, n, fill,
				(double *)b->data->out + first);
}

static struct draw draw_at(size_t first)
{
	return (struct draw){.seed = 1, .offset = first, .sd = 1};
}

STEP(normal_f32)
{
	struct draw d = draw_at(first);

	b->kernels->normal_f32(&d, n, NULL, (float *)b->data->out + first);
}

STEP(normal_f64)
{
	struct draw d = draw_at(first);

	b->kernels->normal_f64(&d, n, NULL, (double *)b->data->out + first);
}

/* Two values a counter: 8 bytes each, as in float64. */
STEP(philox_words)
{
	struct draw d = draw_at(first / 2);

	b->kernels->philox_words(&d, n / 2, (uint32_t *)b->data->out + 2 * first);
}

/* ---- layers ---- */

static const struct layer_psi psi[2] = {{0.4, 1 / 0.4, 1 / 0.16, 0, 1},
					{1.6, 1 / 1.6, 1 / 2.56, 0, 1}};
static const struct layer_slope slope = {.rho = 0.6, .mean_d = 0.3, .factor = 1.7};
static const struct layer_gradient gradient = {.r = 1.5, .c = -0.01, .m0 = 0.25, .m1 = -0.5};

#define LAYER_STEPS(type, elem, pool)                                                              \
	static elem layer_##type[3][BELL_CHUNK];                                                   \
	static double collected_##type[2][BELL_CHUNK];                                             \
	STEP(layer_moments_##type)                                                                 \
	{                                                                                          \
		double sum[2];                                                                     \
		b->kernels->layer_moments_##type(b->data->pool + first, n, 0.5, sum);              \
	}                                                                                          \
	STEP(layer_collect_##type)                                                                 \
	{                                                                                          \
		const elem *x = b->data->pool + first;                                             \
		b->kernels->layer_collect_##type(x, x, x, 0.4, n, collected_##type[0],             \
						 collected_##type[1]);                             \
	}                                                                                          \
	STEP(layer_center_##type)                                                                  \
	{                                                                                          \
		b->kernels->layer_center_##type(b->data->pool + first, n, 0.5, 2, layer_##type[0], \
						layer_##type[1]);                                  \
	}                                                                                          \
	STEP(layer_score_##type)                                                                   \
	{                                                                                          \
		double sum[5];                                                                     \
		const elem *x = b->data->pool + first;                                             \
		b->kernels->layer_score_##type(x, x, n, sum);                                      \
	}                                                                                          \
	STEP(layer_psi_##type)                                                                     \
	{                                                                                          \
		double sum[1];                                                                     \
		const elem *x = b->data->pool + first;                                             \
		b->kernels->layer_psi_##type(psi, x, x, n, *layer_##type, sum);                    \
	}                                                                                          \
	STEP(layer_spread_##type)                                                                  \
	{                                                                                          \
		double sum[1];                                                                     \
		b->kernels->layer_spread_##type(b->data->pool + first, n, 0.5, sum);               \
	}                                                                                          \
	STEP(layer_affine_##type)                                                                  \
	{                                                                                          \
		const elem *x = b->data->pool + first;                                             \
		b->kernels->layer_affine_##type(x, x, 0.4, x, x, n, *layer_##type);                \
	}                                                                                          \
	STEP(layer_terms_##type)                                                                   \
	{                                                                                          \
		const elem *x = b->data->pool + first;                                             \
		double sum[5];                                                                     \
		b->kernels->layer_terms_##type(psi, &slope, x, x, x, x, n, layer_##type[0],        \
					       layer_##type[1], layer_##type[2], sum);             \
	}                                                                                          \
	STEP(layer_gradient_##type)                                                                \
	{                                                                                          \
		const elem *x = b->data->pool + first;                                             \
		b->kernels->layer_gradient_##type(&gradient, x, x, x, n, *layer_##type);           \
	}                                                                                          \
	STEP(layer_weights_##type)                                                                 \
	{                                                                                          \
		const elem *x = b->data->pool + first;                                             \
		double sum[2];                                                                     \
		b->kernels->layer_weights_##type(x, x, x, 0.4, n, sum);                            \
	}
LAYER_STEPS(f32, float, pool32)
LAYER_STEPS(f64, double, pool64)

/* ---- the cases ---- */

static const struct {
	const char *name;
	void (*step)(const struct bench *b, size_t first, size_t n);
} kernels[] = {
#define KERNEL(type, name, params) {#name, step_##name},
#include "kernels/kernels.def"
#undef KERNEL
    {"score (values)", step_score_of_values},
};

static void run_chunks(const struct bench *b, size_t first)
{
	for (size_t i = 0; i < b->n; i += BELL_CHUNK)
		b->step(b, first + i, b->n - i < BELL_CHUNK ? b->n - i : BELL_CHUNK);
}

static void run_hot(const struct bench *b) { run_chunks(b, 0); }
static void run_cold(const struct bench *b) { run_chunks(b, pool_next(b->data, b->n)); }

/* Whether the kernel runs over whole columns, so that it may find its data in slow memory. */
static bool streams(const char *name)
{
	return !strncmp(name, "scan", 4) || !strncmp(name, "moments", 7) ||
	       !strncmp(name, "sketch", 6) || !strncmp(name, "transform", 9) ||
	       !strncmp(name, "inverse", 7) || !strncmp(name, "normal", 6);
}

static void prepare(void)
{
	expect(bell_yeo_johnson_plain(0.3, &transform), "plain transform");
	for (size_t i = 0; i < VALUES; i++) {
		node[0][i] = (double)i / VALUES * 6;
		node[1][i] = 1;
		for (int j = 0; j < SKETCH_POWERS - 2; j++)
			node[2 + j][i] = ldexp(1.0 / (j + 3), -4 * (j + 2));
	}
}

static void add_kernel(struct list *list, struct bench *b, bool quick)
{
	b->place = "L1";
	b->n = !strcmp(b->what, "score") ? NODES : BELL_CHUNK;
	b->run = run_hot;
	list_add(list, b);
	if (quick || !streams(b->what))
		return;
	b->place = "L2";
	b->n = 16 * BELL_CHUNK;
	list_add(list, b);
	b->place = "DRAM";
	b->run = run_cold;
	list_add(list, b);
}

void add_kernels(struct list *list, const struct data *data, bool quick)
{
	const char *name;

	prepare();
	for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++)
		for (size_t i = 0; (name = bell_backend_name(i)); i++) {
			struct bench b = {.group = "kernel",
					  .backend = name,
					  .threads = 1,
					  .data = data,
					  .step = kernels[k].step};

			expect(bell_backend_use(name), name);
			b.kernels = bell_kernels();
			snprintf(b.what, sizeof b.what, "%s", kernels[k].name);
			b.f32 = strstr(b.what, "f32") != NULL;
			b.value_bytes = b.f32 ? sizeof(float) : sizeof(double);
			add_kernel(list, &b, quick);
		}
	expect(bell_backend_use(NULL), "BELLSHAPE_BACKEND");
}
