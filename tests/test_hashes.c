/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_hashes.c - the bits of every kernel are those of tests/golden/hashes.txt, on every backend.
 *
 * A kernel in kernels.def without a function here does not compile.  After a deliberate change of bits
 * BELLSHAPE_PRINT_HASHES=1 prints the new file; docs/numerics.md says what is promised.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/bellshape.h>
#include "dispatch.h"

#define N (BELL_CHUNK - 5) /* whole stripes, and a part of one */

static double x64[BELL_CHUNK];
static float x32[BELL_CHUNK];

/* ---- input, made of integers alone ---- */

static uint64_t state;

static uint64_t bits(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static double from_bits(uint64_t b)
{
	double x;

	memcpy(&x, &b, sizeof x);
	return x;
}

/* A sixteenth any bits at all, else of both signs and 2^-8 to 2^8 in size. */
static void make_input(void)
{
	state = 1;
	for (size_t i = 0; i < BELL_CHUNK; i++) {
		uint64_t b = bits(), exponent = 1015 + bits() % 16;

		x64[i] = from_bits(b % 16 ? (b & 0x800fffffffffffff) | exponent << 52 : bits());
		x32[i] = (float)x64[i];
	}
}

/* ---- FNV-1a over results, any NaN as one NaN ---- */

static uint64_t hash;

static void add(const void *p, size_t size)
{
	const unsigned char *c = p;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ c[i]) * 0x100000001b3;
}

static void add_double(double v)
{
	uint64_t word = 0x7ff8000000000000;

	if (v == v)
		memcpy(&word, &v, sizeof word);
	add(&word, sizeof word);
}

static void add_f64(const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_double(v[i]);
}

static void add_f32(const float *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_double(v[i]);
}

/* ---- one function a kernel ---- */

static const struct window grid = {
    .inverse_unit = 1, .inverse_width = 8, .low = {0, 0}, .high = {30, 40}, .base = {1, 32}};
static const struct bell_transform transforms[] = {
    {.side = {{0, 0, 0.5, 2, 0}, {0, 0, 1.5, -1 / 1.5, 0}}, .min = -1, .max = 9},
    {.side = {{0, 0, 0, 1, 0.5}, {0, 0, 2, -0.5, 0.5}}, .min = -1, .max = 9},
    {.side = {{0, 0, 1, 1, 0}, {0, 0, 1, -1, 0}}, .min = -1, .max = 9},
    {.side = {{100, 0.25, -6, -1.5, 0.25}, {0, 3, 8, -0.25, -3}}, .min = -1, .max = 9},
};
#define TRANSFORMS (sizeof transforms / sizeof *transforms)

#define HASH_SCAN(type, x)                                              \
	static void hash_scan_##type(const struct backend *b)           \
	{                                                               \
		struct scan s;                                          \
		b->scan_##type(x, N, &s);                               \
		add_f64((const double *)&s, sizeof s / sizeof(double)); \
	}
HASH_SCAN(f32, x32)
HASH_SCAN(f64, x64)

#define HASH_MOMENTS(type, x)                                    \
	static void hash_moments_##type(const struct backend *b) \
	{                                                        \
		double sum[4];                                   \
		b->moments_##type(x, N, 0.75, sum);              \
		add_f64(sum, 4);                                 \
	}
HASH_MOMENTS(f32, x32)
HASH_MOMENTS(f64, x64)

#define HASH_SKETCH(type, x)                                                         \
	static void hash_sketch_##type(const struct backend *b)                      \
	{                                                                            \
		static int64_t table[128][SKETCH_POWERS];                            \
		static double rest[N];                                               \
		size_t outside;                                                      \
		memset(table, 0, sizeof table);                                      \
		outside = b->sketch_##type(x, N, &grid, table, rest);                \
		add(table + 1, sizeof table - sizeof *table); /* row 0: of no bin */ \
		add_f64(rest, outside);                                              \
	}
HASH_SKETCH(f32, x32)
HASH_SKETCH(f64, x64)

#define PIECE 32 /* no more than BLOCK, whatever that is: it is no part of the contract */

#define HASH_ROWS(type, x)                                               \
	static void hash_rows_##type(const struct backend *b)            \
	{                                                                \
		int64_t row[BLOCK][SKETCH_POWERS];                       \
		int32_t index[BLOCK];                                    \
		for (size_t i = 0; i + PIECE <= N; i += PIECE) {         \
			b->rows_##type(x + i, PIECE, &grid, index, row); \
			add(index, PIECE * sizeof *index);               \
			for (int j = 0; j < PIECE; j++)                  \
				if (index[j])                            \
					add(row[j], sizeof row[j]);      \
		}                                                        \
	}
HASH_ROWS(f32, x32)
HASH_ROWS(f64, x64)

static void hash_coordinate(const struct backend *b)
{
	static const double centers[] = {0, 1, 100};
	static double d[BELL_CHUNK];

	for (int i = 0; i < 3; i++) {
		b->coordinate(x64, BELL_CHUNK, centers[i], d);
		add_f64(d, BELL_CHUNK);
	}
}

static void hash_log_ratio(const struct backend *b)
{
	static const double centers[] = {0, 1, 100};
	static double d[BELL_CHUNK];

	for (int i = 0; i < 3; i++) {
		b->log_ratio(x64, BELL_CHUNK, centers[i], d);
		add_f64(d, BELL_CHUNK);
	}
}

static void hash_exponential(const struct backend *b)
{
	static double y[BELL_CHUNK];

	b->exponential(x64, BELL_CHUNK, y);
	add_f64(y, BELL_CHUNK);
}

static void hash_score(const struct backend *b)
{
	static const struct probe probes[] = {{.power = 0.5, .scale = 1},
					      {.power = 0, .scale = 1},
					      {.power = -2.25, .origin = 1.5, .scale = 1},
					      {.power = 3, .shift = 900, .scale = 1, .add = 1}};
	static double out[6][BELL_CHUNK / 8];
	double *const outs[6] = {out[0], out[1], out[2], out[3], out[4], out[5]};
	struct nodes nodes = {.n = BELL_CHUNK / 8, .at = x64, .weight = x64 + BELL_CHUNK / 8};

	for (int moments = 0; moments < 2; moments++) {
		for (int j = 0; moments && j < SKETCH_POWERS - 2; j++)
			nodes.m[j] = x64 + (size_t)(2 + j) * nodes.n;
		for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
			b->score(&nodes, &probes[i], outs);
			for (int j = 0; j < 6; j++)
				add_f64(out[j], nodes.n);
		}
	}
}

#define HASH_TRANSFORM(type, elem, x)                                                         \
	static void hash_transform_##type(const struct backend *b)                            \
	{                                                                                     \
		static elem y[N];                                                             \
		for (size_t i = 0; i < TRANSFORMS; i++) {                                     \
			b->transform_##type(&transforms[i], x, N, y);                         \
			add_##type(y, N);                                                     \
		}                                                                             \
	}                                                                                     \
	static void hash_inverse_##type(const struct backend *b)                              \
	{                                                                                     \
		static const double fill[2] = {NAN, -1};                                      \
		static elem y[N];                                                             \
		for (size_t i = 0; i < TRANSFORMS; i++) {                                     \
			add_double((double)b->inverse_##type(&transforms[i], x, N, fill, y)); \
			add_##type(y, N);                                                     \
		}                                                                             \
	}
HASH_TRANSFORM(f32, float, x32)
HASH_TRANSFORM(f64, double, x64)

/* The counters pass 2^32. */
static const struct draw draw = {.seed = UINT64_C(0xfedcba9876543210),
				 .stream = UINT64_C(0x100000002),
				 .offset = (UINT64_C(1) << 34) - 1003,
				 .mean = 0.5,
				 .sd = 3};

#define HASH_NORMAL(type, elem, x)                              \
	static void hash_normal_##type(const struct backend *b) \
	{                                                       \
		static elem y[N];                               \
		b->normal_##type(&draw, N, NULL, y);            \
		add_##type(y, N);                               \
		b->normal_##type(&draw, N, x, y);               \
		add_##type(y, N);                               \
	}
HASH_NORMAL(f32, float, x32)
HASH_NORMAL(f64, double, x64)

static void hash_philox_words(const struct backend *b)
{
	static uint32_t word[4 * N];
	struct draw d = draw;

	d.offset >>= 2;
	b->philox_words(&d, N, word);
	for (size_t i = 0; i < 4 * N; i++)
		add_double(word[i]);
}

/* ---- layers: each kernel after those that it needs ---- */

#define LAYER_N 512

static const struct layer_psi psi[2] = {{0.4, 1 / 0.4, 1 / 0.16, 0, 1},
					{1.6, 1 / 1.6, 1 / 2.56, 0, 1}};
static const struct layer_slope slope = {.rho = 0.6, .mean_d = 0.3, .factor = 1.7};
static const struct layer_gradient gradient = {.r = 1.5, .c = -0.01, .m0 = 0.25, .m1 = -0.5};

#define HASH_LAYER(type, elem, u)                                                               \
	static elem h_##type[LAYER_N], l_##type[LAYER_N], y_##type[LAYER_N], p_##type[LAYER_N], \
	    t_##type[LAYER_N];                                                                  \
	static void center_##type(const struct backend *b)                                      \
	{                                                                                       \
		b->layer_center_##type(u, LAYER_N - 3, 0.5, 0.125, h_##type, l_##type);         \
	}                                                                                       \
	static void hash_layer_center_##type(const struct backend *b)                           \
	{                                                                                       \
		center_##type(b);                                                               \
		add_##type(h_##type, LAYER_N);                                                  \
		add_##type(l_##type, LAYER_N);                                                  \
	}                                                                                       \
	static void hash_layer_moments_##type(const struct backend *b)                          \
	{                                                                                       \
		double sum[2];                                                                  \
		for (int i = 0; i < LAYER_N; i += 64) {                                         \
			b->layer_moments_##type(u + i, 50, 0.5, sum);                           \
			add_f64(sum, 2);                                                        \
		}                                                                               \
	}                                                                                       \
	static void hash_layer_collect_##type(const struct backend *b)                          \
	{                                                                                       \
		double sum[2][50] = {{0}};                                                      \
		for (int i = 0; i < LAYER_N; i += 64)                                           \
			b->layer_collect_##type(u + i, u + i + 1, u + i + 2, 0.4, 50, sum[0],   \
						sum[1]);                                        \
		add_f64(sum[0], 100);                                                           \
	}                                                                                       \
	static void hash_transpose_##type(const struct backend *b)                              \
	{                                                                                       \
		b->transpose_##type(u, LAYER_N / 19, 19, LAYER_N / 19, y_##type, 19);           \
		add_##type(y_##type, LAYER_N / 19 * 19);                                        \
	}                                                                                       \
	static void hash_layer_score_##type(const struct backend *b)                            \
	{                                                                                       \
		double sum[5];                                                                  \
		center_##type(b);                                                               \
		for (int i = 0; i < LAYER_N; i += 64) {                                         \
			b->layer_score_##type(h_##type + i, l_##type + i, 64, sum);             \
			add_f64(sum, 5);                                                        \
		}                                                                               \
	}                                                                                       \
	static void hash_layer_psi_##type(const struct backend *b)                              \
	{                                                                                       \
		double sum[1];                                                                  \
		center_##type(b);                                                               \
		b->layer_psi_##type(psi, h_##type, l_##type, LAYER_N, y_##type, sum);           \
		add_##type(y_##type, LAYER_N);                                                  \
	}                                                                                       \
	static void hash_layer_spread_##type(const struct backend *b)                           \
	{                                                                                       \
		double sum[1];                                                                  \
		for (int i = 0; i < LAYER_N; i += 50) {                                         \
			b->layer_spread_##type(u + i, 50, 0.5, sum);                            \
			add_f64(sum, 1);                                                        \
		}                                                                               \
	}                                                                                       \
	static void hash_layer_affine_##type(const struct backend *b)                           \
	{                                                                                       \
		b->layer_affine_##type(u, u + 1, 0.4, u + 2, u + 3, LAYER_N, y_##type);         \
		add_##type(y_##type, LAYER_N);                                                  \
	}                                                                                       \
	static void hash_layer_terms_##type(const struct backend *b)                            \
	{                                                                                       \
		double sum[5];                                                                  \
		center_##type(b);                                                               \
		b->layer_terms_##type(psi, &slope, h_##type, l_##type, u, u + 1, LAYER_N,       \
				      y_##type, p_##type, t_##type, sum);                       \
		add_##type(y_##type, LAYER_N);                                                  \
		add_##type(p_##type, LAYER_N);                                                  \
		add_##type(t_##type, LAYER_N);                                                  \
	}                                                                                       \
	static void hash_layer_gradient_##type(const struct backend *b)                         \
	{                                                                                       \
		b->layer_gradient_##type(&gradient, u, u + 1, u + 2, LAYER_N, y_##type);        \
		add_##type(y_##type, LAYER_N);                                                  \
	}                                                                                       \
	static void hash_layer_weights_##type(const struct backend *b)                          \
	{                                                                                       \
		double sum[2];                                                                  \
		for (int i = 0; i < LAYER_N; i += 32) {                                         \
			b->layer_weights_##type(u + i, u + i + 1, u + i + 2, 0.4, 32, sum);     \
			add_f64(sum, 2);                                                        \
		}                                                                               \
	}
HASH_LAYER(f32, float, x32)
HASH_LAYER(f64, double, x64)

static const struct {
	const char *name;
	void (*run)(const struct backend *b);
} kernels[] = {
#define KERNEL(type, name, params) {#name, hash_##name},
#include "kernels/kernels.def"
#undef KERNEL
};

static uint64_t hash_of(size_t kernel, const struct backend *b)
{
	hash = 0xcbf29ce484222325;
	kernels[kernel].run(b);
	return hash;
}

/* The committed hash of a kernel. */
static uint64_t golden(const char *kernel)
{
	const char *folder = getenv("BELLSHAPE_GOLDEN");
	char path[4096], name[64];
	unsigned long long value;
	FILE *file;

	cr_assert(folder, "BELLSHAPE_GOLDEN names tests/golden");
	snprintf(path, sizeof path, "%s/hashes.txt", folder);
	file = fopen(path, "r");
	cr_assert(file, "%s", path);
	while (fscanf(file, "%63s %llx", name, &value) == 2)
		if (!strcmp(name, kernel)) {
			fclose(file);
			return value;
		}
	cr_assert(false, "%s has no line for %s", path, kernel);
	return 0;
}

Test(hashes, every_kernel_on_every_backend)
{
	const char *backend;
	bool print = getenv("BELLSHAPE_PRINT_HASHES");

	make_input();
	for (size_t i = 0; (backend = bell_backend_name(i)); i++)
		for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++) {
			uint64_t value;

			cr_assert_eq(bell_backend_use(backend), BELL_OK);
			value = hash_of(k, bell_kernels());
			if (print && i == 0)
				printf("%s %016llx\n", kernels[k].name, (unsigned long long)value);
			if (print ||
			    (!strcmp(backend, "plain") && !strcmp(kernels[k].name, "score")))
				continue; /* the one place where last bits may differ */
			cr_expect_eq(value, golden(kernels[k].name), "%s on %s: %016llx",
				     kernels[k].name, backend, (unsigned long long)value);
		}
}
