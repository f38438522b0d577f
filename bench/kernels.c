/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernels.c - every kernel of kernels.def on every backend that runs here.
 *
 * A kernel of the list needs a STEP here, or this file does not compile.  A step runs the kernel on
 * elements first .. first + n, n <= BELL_CHUNK, as the library does; reads and writes are the bytes
 * a value that it moves between memory and its registers, tables and the like aside.
 */
#include <math.h>
#include <string.h>
#include "bench.h"

#define STEP(name, reads, writes)                                  \
	enum { name##_reads = (reads), name##_writes = (writes) }; \
	static void step_##name(const struct bench *b, size_t first, size_t n)

/* Arrays of a kernel, each in a part of the pools of its own; WINDOW is odd, and outputs half a page
 * off, so that their first bytes do not share a place in the caches. */
#define MOST_ARRAYS 4
#define WINDOW(b)   ((b)->data->room / MOST_ARRAYS / 128 * 128 - 192)
#define X(k, type)  ((const type *)pool_##type(b) + (k)*WINDOW(b) + first)
#define Y(k, type)  ((type *)b->data->out + (k)*WINDOW(b) + 2176 / sizeof(type) + first)

static const float *pool_float(const struct bench *b) { return b->data->pool32; }
static const double *pool_double(const struct bench *b) { return b->data->pool64; }

#define SIDE_BINS 128        /* bins of the grid on each side of zero */
#define NODES     128        /* of a likelihood from bins, an ordinary number */
#define VALUES    BELL_CHUNK /* from values */

static const struct window grid = {.inverse_unit = 1,
				 .inverse_width =
				     8, /* an eighth of the sd of the logarithms, or so */
				 .high = {SIDE_BINS - 1, SIDE_BINS - 1},
				 .base = {1, 1 + SIDE_BINS}};
static int64_t table[2 * SIDE_BINS + 1][SKETCH_POWERS];
static double rest[BELL_CHUNK];
static struct bell_transform transform;
static const double fill[2] = {NAN, NAN};
static double node[3 + SKETCH_POWERS + 4][VALUES];

STEP(scan_f32, 4, 0)
{
	struct scan scan;

	b->kernels->scan_f32(X(0, float), n, &scan);
}

STEP(scan_f64, 8, 0)
{
	struct scan scan;

	b->kernels->scan_f64(X(0, double), n, &scan);
}

STEP(moments_f32, 4, 0)
{
	double sum[4];

	b->kernels->moments_f32(X(0, float), n, 0.125, sum);
}

STEP(moments_f64, 8, 0)
{
	double sum[4];

	b->kernels->moments_f64(X(0, double), n, 0.125, sum);
}

STEP(sketch_f32, 4, 0) { b->kernels->sketch_f32(X(0, float), n, &grid, table, rest); }
STEP(sketch_f64, 8, 0) { b->kernels->sketch_f64(X(0, double), n, &grid, table, rest); }

STEP(rows_f32, 4, 0)
{
	int64_t row[BLOCK][SKETCH_POWERS];
	int32_t index[BLOCK];

	for (const float *x = X(0, float), *end = x + n; x < end; x += BLOCK)
		b->kernels->rows_f32(x, BLOCK, &grid, index, row);
}

STEP(rows_f64, 8, 0)
{
	int64_t row[BLOCK][SKETCH_POWERS];
	int32_t index[BLOCK];

	for (const double *x = X(0, double), *end = x + n; x < end; x += BLOCK)
		b->kernels->rows_f64(x, BLOCK, &grid, index, row);
}

STEP(coordinate, 8, 8) { b->kernels->coordinate(X(0, double), n, 0, Y(0, double)); }
STEP(log_ratio, 8, 8) { b->kernels->log_ratio(X(0, double), n, 0, Y(0, double)); }
STEP(exponential, 8, 8) { b->kernels->exponential(X(0, double), n, Y(0, double)); }

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

STEP(score, 8 * SKETCH_POWERS, 6 * 8)
{
	(void)first;
	step_likelihood(b, n, true);
}

STEP(score_of_values, 2 * 8, 6 * 8)
{
	(void)first;
	step_likelihood(b, n, false);
}

STEP(transform_f32, 4, 4) { b->kernels->transform_f32(&transform, X(0, float), n, Y(0, float)); }

STEP(transform_f64, 8, 8) { b->kernels->transform_f64(&transform, X(0, double), n, Y(0, double)); }

STEP(inverse_f32, 4, 4) { b->kernels->inverse_f32(&transform, X(0, float), n, fill, Y(0, float)); }

STEP(inverse_f64, 8, 8)
{
	b->kernels->inverse_f64(&transform, X(0, double), n, fill, Y(0, double));
}

static struct draw draw_at(size_t first)
{
	return (struct draw){.seed = 1, .offset = first, .sd = 1};
}

STEP(normal_f32, 0, 4)
{
	struct draw d = draw_at(first);

	b->kernels->normal_f32(&d, n, NULL, Y(0, float));
}

STEP(normal_f64, 0, 8)
{
	struct draw d = draw_at(first);

	b->kernels->normal_f64(&d, n, NULL, Y(0, double));
}

/* Two values a counter: 8 bytes each, as in float64. */
STEP(philox_words, 0, 8)
{
	struct draw d = draw_at(first / 2);

	b->kernels->philox_words(&d, n / 2, (uint32_t *)b->data->out + 2 * first);
}

/* ---- layers ---- */

static const struct layer_psi psi[2] = {{0.4, 1 / 0.4, 1 / 0.16, 0, 1},
					{1.6, 1 / 1.6, 1 / 2.56, 0, 1}};
static const struct layer_slope slope = {.rho = 0.6, .mean_d = 0.3, .factor = 1.7};
static const struct layer_gradient gradient = {.r = 1.5, .c = -0.01, .m0 = 0.25, .m1 = -0.5};

#define TRANSPOSE_COLUMNS 64

#define LAYER_STEPS(suffix, elem)                                                                  \
	STEP(layer_moments_##suffix, sizeof(elem), 0)                                              \
	{                                                                                          \
		double sum[2];                                                                     \
		b->kernels->layer_moments_##suffix(X(0, elem), n, 0.5, sum);                       \
	}                                                                                          \
	STEP(layer_center_##suffix, sizeof(elem), 2 * sizeof(elem))                                \
	{                                                                                          \
		b->kernels->layer_center_##suffix(X(0, elem), n, 0.5, 2, Y(0, elem), Y(1, elem));  \
	}                                                                                          \
	STEP(layer_score_##suffix, 2 * sizeof(elem), 0)                                            \
	{                                                                                          \
		double sum[5];                                                                     \
		b->kernels->layer_score_##suffix(X(0, elem), X(1, elem), n, sum);                  \
	}                                                                                          \
	STEP(layer_psi_##suffix, 2 * sizeof(elem), sizeof(elem))                                   \
	{                                                                                          \
		double sum[1];                                                                     \
		b->kernels->layer_psi_##suffix(psi, X(0, elem), X(1, elem), n, Y(0, elem), sum);   \
	}                                                                                          \
	STEP(layer_spread_##suffix, sizeof(elem), 0)                                               \
	{                                                                                          \
		double sum[1];                                                                     \
		b->kernels->layer_spread_##suffix(X(0, elem), n, 0.5, sum);                        \
	}                                                                                          \
	STEP(layer_affine_##suffix, 4 * sizeof(elem), sizeof(elem))                                \
	{                                                                                          \
		b->kernels->layer_affine_##suffix(X(0, elem), X(1, elem), 0.4, X(2, elem),         \
						  X(3, elem), n, Y(0, elem));                      \
	}                                                                                          \
	STEP(layer_terms_##suffix, 4 * sizeof(elem), 3 * sizeof(elem))                             \
	{                                                                                          \
		double sum[5];                                                                     \
		b->kernels->layer_terms_##suffix(psi, &slope, X(0, elem), X(1, elem), X(2, elem),  \
						 X(3, elem), n, Y(0, elem), Y(1, elem),            \
						 Y(2, elem), sum);                                 \
	}                                                                                          \
	STEP(layer_gradient_##suffix, 3 * sizeof(elem), sizeof(elem))                              \
	{                                                                                          \
		b->kernels->layer_gradient_##suffix(&gradient, X(0, elem), X(1, elem), X(2, elem), \
						    n, Y(0, elem));                                \
	}                                                                                          \
	STEP(layer_weights_##suffix, 3 * sizeof(elem), 0)                                          \
	{                                                                                          \
		double sum[2];                                                                     \
		b->kernels->layer_weights_##suffix(X(0, elem), X(1, elem), X(2, elem), 0.4, n,     \
						   sum);                                           \
	}                                                                                          \
	STEP(layer_collect_##suffix, 3 * sizeof(elem) + 16, 16)                                    \
	{                                                                                          \
		b->kernels->layer_collect_##suffix(X(0, elem), X(1, elem), X(2, elem), 0.4, n,     \
						   Y(0, double), Y(1, double));                    \
	}                                                                                          \
	STEP(transpose_##suffix, sizeof(elem), sizeof(elem))                                       \
	{                                                                                          \
		ptrdiff_t lines = (ptrdiff_t)n / TRANSPOSE_COLUMNS;                                \
		b->kernels->transpose_##suffix(X(0, elem), TRANSPOSE_COLUMNS, (size_t)lines,       \
					       TRANSPOSE_COLUMNS, Y(0, elem), lines);              \
	}
LAYER_STEPS(f32, float)
LAYER_STEPS(f64, double)

/* ---- the cases ---- */

static const struct {
	const char *name;
	void (*step)(const struct bench *b, size_t first, size_t n);
	unsigned reads, writes;
} kernels[] = {
#define KERNEL(type, name, params) {#name, step_##name, name##_reads, name##_writes},
#include "kernels/kernels.def"
#undef KERNEL
    {"score (values)", step_score_of_values, score_of_values_reads, score_of_values_writes},
};

static void run_chunks(const struct bench *b, size_t first)
{
	for (size_t i = 0; i < b->n; i += BELL_CHUNK)
		b->step(b, first + i, b->n - i < BELL_CHUNK ? b->n - i : BELL_CHUNK);
}

static void run_hot(const struct bench *b) { run_chunks(b, 0); }

/* Arrays beyond the first begin a window further on, and so do their laps. */
static void run_cold(const struct bench *b)
{
	static size_t cursor;

	if (cursor + b->n > WINDOW(b))
		cursor = 0;
	run_chunks(b, cursor);
	cursor += b->n;
}

static void prepare(void)
{
	expect(bell_transform_plain(BELL_YEO_JOHNSON, 0.3, &transform), "plain transform");
	for (size_t i = 0; i < VALUES; i++) {
		node[0][i] = (double)i / VALUES * 6;
		node[1][i] = 1;
		for (int j = 0; j < SKETCH_POWERS - 2; j++)
			node[2 + j][i] = ldexp(1.0 / (j + 3), -4 * (j + 2));
	}
}

/* Values that take no more than `room` bytes, all arrays together. */
static size_t fitting(const struct bench *b, size_t room)
{
	size_t n = 16 * BELL_CHUNK;

	while (n * (b->reads + b->writes) > room)
		n /= 2;
	return n;
}

/* Of L1, three quarters of the usual 32 KiB; of L2, half of 512 KiB. */
static void add_kernel(struct list *list, struct bench *b, bool quick)
{
	b->place = "L1";
	b->run = run_hot;
	if (!strncmp(b->what, "score", 5)) { /* nodes are never more than a few caches hold */
		b->n = strcmp(b->what, "score") ? VALUES : NODES;
		list_add(list, b);
		return;
	}
	b->n = fitting(b, 24 << 10);
	list_add(list, b);
	if (quick)
		return;
	b->place = "L2";
	b->n = fitting(b, 256 << 10);
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
					  .reads = kernels[k].reads,
					  .writes = kernels[k].writes,
					  .data = data,
					  .step = kernels[k].step};

			expect(bell_backend_use(name), name);
			b.kernels = bell_kernels();
			snprintf(b.what, sizeof b.what, "%s", kernels[k].name);
			add_kernel(list, &b, quick);
		}
	expect(bell_backend_use(NULL), "BELLSHAPE_BACKEND");
}
