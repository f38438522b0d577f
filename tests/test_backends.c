/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_backends.c - every kernel has the same bits on every backend.
 *
 * A kernel in kernels.def without a test here does not compile.  The backend "scalar" is the measure.  The score, whose
 * last bits may differ on "plain", is in test_score.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include <criterion/parameterized.h> /* after criterion.h */
#include "dispatch.h"

struct pair {
	const struct backend *a, *b;
};

static void put_number(struct words *r, double x) { words_put(r, &x, 1); }

static void put_elements(struct words *r, bool f32, const void *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_number(r, f32 ? ((const float *)x)[i] : ((const double *)x)[i]);
}

/* ---- input ---- */

static void fill(struct rng *rng, bool f32, void *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double v = rng_hostile(rng);

		if (f32)
			((float *)x)[i] = (float)v;
		else
			((double *)x)[i] = v;
	}
}

typedef void runner(const struct backend *b, bool f32, const void *x, size_t n, struct words *r);

static void compare(const struct pair *p, runner *run, bool f32, const void *x, size_t n,
		    const char *where)
{
	static struct words a, b;

	a.n = b.n = 0;
	run(p->a, f32, x, n, &a);
	run(p->b, f32, x, n, &b);
	cr_assert_eq(a.n, b.n, "%s: n = %zu, %s: %zu words, of scalar %zu", p->b->name, n, where,
		     b.n, a.n);
	for (size_t i = 0; i < a.n; i++)
		cr_assert(same(a.word[i], b.word[i]),
			  "%s: n = %zu, %s: word %zu is %a, of scalar %a", p->b->name, n, where, i,
			  b.word[i], a.word[i]);
}

/*
 * Every n, multiples of `step` up to two blocks and then around a chunk but at most `most`; data that begin
 * and that end at an unmapped page, and every place in a cache line.
 */
static void sweep(const struct pair *p, runner *run, bool f32, size_t step, size_t most)
{
	static const size_t large[] = {BELL_CHUNK - 16,   BELL_CHUNK - 8, BELL_CHUNK - 1,
				       BELL_CHUNK,        BELL_CHUNK + 1, BELL_CHUNK + 8,
				       2 * BELL_CHUNK + 1};
	size_t size = f32 ? sizeof(float) : sizeof(double), offsets = 64 / size,
	       tail = BELL_CHUNK - 16;
	struct guarded g = guarded_make((2 * BELL_CHUNK + 64) * size);
	struct rng rng = {size};

	for (size_t k = 1; k <= 2 * BLOCK + 3 + COUNT(large); k++) {
		size_t n = k <= 2 * BLOCK + 3 ? k : large[k - 2 * BLOCK - 4];

		if (n > most || n % step)
			continue;
		for (size_t offset = 0; offset < (n < tail ? offsets : 2); offset++) {
			void *x = g.high - (n + offset) * size;

			fill(&rng, f32, x, n);
			compare(p, run, f32, x, n, offset ? "anywhere" : "before an unmapped page");
		}
		fill(&rng, f32, g.low, n);
		compare(p, run, f32, g.low, n, "after an unmapped page");
	}
	guarded_free(&g);
}

/* A copy of n elements, or room for them, before an unmapped page. */
static void *room_for(bool f32, const void *x, size_t n)
{
	static struct guarded g;
	size_t size = n * (f32 ? sizeof(float) : sizeof(double));

	if (!g.map)
		g = guarded_make((2 * BELL_CHUNK + 64) * sizeof(double));
	if (x)
		memcpy(g.high - size, x, size);
	else
		memset(g.high - size, 0x55, size);
	return g.high - size;
}

/* ---- kernels over an array ---- */

static void run_scan(const struct backend *b, bool f32, const void *x, size_t n, struct words *r)
{
	struct scan scan;

	f32 ? b->scan_f32(x, n, &scan) : b->scan_f64(x, n, &scan);
	words_put(r, &scan, sizeof scan / sizeof *r->word);
}

static void run_moments(const struct backend *b, bool f32, const void *x, size_t n, struct words *r)
{
	static const double centers[] = {0, -1e9, 1000, 1e300};
	double sum[4];

	for (size_t i = 0; i < COUNT(centers); i++) {
		f32 ? b->moments_f32(x, n, centers[i], sum) : b->moments_f64(x, n, centers[i], sum);
		words_put(r, sum, 4);
	}
}

#define ROWS 128

static const struct window grids[] = {
    {.inverse_unit = 1, .inverse_width = 8, .low = {0, 0}, .high = {50, 50}, .base = {1, 52}},
    {.inverse_unit = 1, .inverse_width = 1, .low = {3, 0}, .high = {40, 2}, .base = {-2, 39}},
    {.center = 1000,
     .inverse_unit = 1.0 / 1001,
     .inverse_width = 1024,
     .low = {-40, 0},
     .high = {40, -1},
     .base = {41, 82}},
    {.inverse_width = 8,
     .low = {-40, 0},
     .high = {40, -1},
     .base = {41, 82},
     .method = BELL_BOX_COX},
    {.center = 1000,
     .inverse_width = 128,
     .low = {-40, 0},
     .high = {40, -1},
     .base = {41, 82},
     .method = BELL_BOX_COX},
};

static void run_sketch(const struct backend *b, bool f32, const void *x, size_t n, struct words *r)
{
	static int64_t table[ROWS][SKETCH_POWERS];

	for (size_t i = 0; i < 2 * COUNT(grids); i++) {
		const struct window *g = &grids[i / 2];
		bool in_place = i % 2 && !f32;
		double *rest = room_for(false, in_place ? x : NULL, n);
		size_t outside;
		int64_t count = 0;

		memset(table, 0, sizeof table);
		outside = f32 ? b->sketch_f32(x, n, g, table, rest)
			      : b->sketch_f64(in_place ? rest : x, n, g, table, rest);
		cr_assert(outside <= n);
		put_number(r, (double)outside);
		for (size_t k = 1; k < ROWS; k++)
			count += table[k][0];
		put_number(r, (double)count);
		/* row 0 is for what belongs to no bin */
		words_put(r, table[1], (ROWS - 1) * SKETCH_POWERS);
		words_put(r, rest, outside);
		if (r->n > COUNT(r->word) / 2) /* room for no more */
			break;
	}
}

static void run_rows(const struct backend *b, bool f32, const void *x, size_t n, struct words *r)
{
	int64_t row[BLOCK][SKETCH_POWERS];
	int32_t index[BLOCK];

	for (size_t k = 0; k < COUNT(grids); k++) {
		f32 ? b->rows_f32(x, n, &grids[k], index, row)
		    : b->rows_f64(x, n, &grids[k], index, row);
		for (size_t i = 0; i < n; i++) {
			cr_assert(index[i] >= 0 && index[i] < ROWS);
			put_number(r, index[i]);
			if (index[i])
				words_put(r, row[i], SKETCH_POWERS);
		}
	}
}

typedef void coordinates(const double *x, size_t n, double center, double *d);

static void run_coordinates(coordinates *kernel, const void *x, size_t n, struct words *r)
{
	static const double centers[] = {0, 1, 1000, 1e300, 1e-300};
	double *d;

	for (size_t i = 0; i < COUNT(centers); i++) {
		d = room_for(false, NULL, n);
		kernel(x, n, centers[i], d);
		words_put(r, d, n < 512 ? n : 512);
		d = room_for(false, x, n);
		kernel(d, n, centers[i], d);
		words_put(r, d, n < 512 ? n : 512);
	}
}

static void run_coordinate(const struct backend *b, bool f32, const void *x, size_t n,
			   struct words *r)
{
	(void)f32;
	run_coordinates(b->coordinate, x, n, r);
}

static void run_log_ratio(const struct backend *b, bool f32, const void *x, size_t n,
			  struct words *r)
{
	(void)f32;
	run_coordinates(b->log_ratio, x, n, r);
}

static void run_exponential(const struct backend *b, bool f32, const void *x, size_t n,
			    struct words *r)
{
	double *y = room_for(false, NULL, n);

	(void)f32;
	b->exponential(x, n, y);
	words_put(r, y, n < 2048 ? n : 2048);
	y = room_for(false, x, n);
	b->exponential(y, n, y);
	words_put(r, y, n < 2048 ? n : 2048);
}

/* Powers of every sign and 0, centerd and anchored, and a scale that overflows. */
static const struct bell_transform transforms[] = {
    {.side = {{0, 0, 0.5, 2, 0}, {0, 0, 1.5, -1 / 1.5, 0}}, .min = -1, .max = 9},
    {.side = {{0, 0, 0, 1, 0}, {0, 0, 2, -0.5, 0}}, .min = -1, .max = 9},
    {.side = {{0, 0, 2, 0.5, 0}, {0, 0, 0, -1, 0}}, .min = -1, .max = 9},
    {.side = {{0, 0, -3, -1 / 3.0, 0}, {0, 0, 5, -0.2, 0}}, .min = -1, .max = 9},
    {.side = {{1000, 0.001, -60, -1.5, 0.25}, {0, 0, 62, -1e-30, -3}}, .min = 900, .max = 1100},
    {.side = {{0, 5, 104, 0x1p1023, 1}, {0, 0, -102, 1e-300, -1}}, .min = -1, .max = 9},
    {.side = {{0, 0, 0.5, 2, 0}}, .min = 1, .max = 9, .method = BELL_BOX_COX},
    {.side = {{0, 0, 0, 1, 0}}, .min = 1, .max = 9, .method = BELL_BOX_COX},
    {.side = {{1000, 0.001, -60, -1.5, 0.25}}, .min = 900, .max = 1100, .method = BELL_BOX_COX},
    {.side = {{5, 0, 1, 2, 0.5}}, .min = 1, .max = 9, .method = BELL_BOX_COX},
};

static void run_transform(const struct backend *b, bool f32, const void *x, size_t n,
			  struct words *r)
{
	for (size_t i = 0; i < 2 * COUNT(transforms); i++) {
		const struct bell_transform *t = &transforms[i / 2];
		void *y = room_for(f32, i % 2 ? x : NULL, n);
		const void *from = i % 2 ? y : x;

		f32 ? b->transform_f32(t, from, n, y) : b->transform_f64(t, from, n, y);
		put_elements(r, f32, y, n < 512 ? n : 512);
	}
}

static void run_inverse(const struct backend *b, bool f32, const void *x, size_t n, struct words *r)
{
	const double fill[2] = {9, -1};

	for (size_t i = 0; i < 2 * COUNT(transforms); i++) {
		const struct bell_transform *t = &transforms[i / 2];
		void *y = room_for(f32, i % 2 ? x : NULL, n);
		const void *from = i % 2 ? y : x;
		size_t outside =
		    f32 ? b->inverse_f32(t, from, n, fill, y) : b->inverse_f64(t, from, n, fill, y);

		put_number(r, (double)outside);
		put_elements(r, f32, y, n < 512 ? n : 512);
	}
}

/* Across counter 2^32 and the end of the indices, and from the middle of a set; x as a mean of each, and without. */
static void run_normal(const struct backend *b, bool f32, const void *x, size_t n, struct words *r)
{
	static const struct draw draws[] = {
	    {0, 0, 0, 0, 1},
	    {UINT64_MAX, UINT64_MAX, UINT64_MAX - 20, -3, 1e-3},
	    {1, UINT64_C(1) << 32, (UINT64_C(1) << 34) - 77, 0, 2},
	    {UINT64_C(0x123456789abcdef), 5, (UINT64_C(1) << 33) - 30, 1e6, 100},
	};

	for (size_t i = 0; i < 3 * COUNT(draws); i++) {
		const struct draw *d = &draws[i / 3];
		void *y = room_for(f32, i % 3 == 1 ? x : NULL, n);
		const void *from = i % 3 == 0 ? NULL : i % 3 == 1 ? y : x;

		f32 ? b->normal_f32(d, n, from, y) : b->normal_f64(d, n, from, y);
		put_elements(r, f32, y, n < 512 ? n : 512);
	}
}

/* Half as many counters: as many bytes. */
static void run_philox_words(const struct backend *b, bool f32, const void *x, size_t n,
			     struct words *r)
{
	static const uint64_t offsets[] = {0, 3, (UINT64_C(1) << 32) - 5, UINT64_MAX - 20};

	(void)f32, (void)x;
	for (size_t i = 0; i < COUNT(offsets); i++) {
		uint32_t *word = room_for(false, NULL, n);

		b->philox_words(&(struct draw){.seed = 7, .stream = i, .offset = offsets[i]}, n / 2,
				word);
		for (size_t j = 0; j < n / 2 * 4 && j < 2048; j++)
			put_number(r, word[j]);
	}
}

/* ---- the kernels of a layer, one after the other ---- */

#define LAYER_N 512

static const struct layer_psi psi[][2] = {
    {{0.4, 1 / 0.4, 1 / 0.16, 0, 1}, {1.6, 1 / 1.6, 1 / 2.56, 0, 1}},
    {{0, 0, 0, 1, 0}, {2, 0.5, 0.25, 0, 1}},
    {{-3, -1 / 3.0, 1 / 9.0, 0, 1}, {5, 0.2, 0.04, 0, 1}},
};
static const struct layer_slope slope = {.rho = 0.6, .mean_d = 0.3, .factor = 1.7};
static const struct layer_gradient gradient = {.r = 1.5, .c = -0.01, .m0 = 0.25, .m1 = -0.5};

#define RUN_LAYER(type, elem)                                                                    \
	static void run_layer_##type(const struct backend *b, const void *u, size_t n,           \
				     struct words *r)                                            \
	{                                                                                        \
		static elem h[LAYER_N], l[LAYER_N], x[LAYER_N], p[LAYER_N], t[LAYER_N],          \
		    y[LAYER_N];                                                                  \
		size_t padded = (n + 15) / 16 * 16;                                              \
		static double weight[LAYER_N], bias[LAYER_N];                                    \
		double sum[5];                                                                   \
                                                                                                 \
		for (size_t i = 0; i < COUNT(psi); i++) {                                        \
			b->layer_moments_##type(u, n, 0.5, sum);                                 \
			words_put(r, sum, 2);                                                    \
			b->layer_center_##type(u, n, 0.5, i == 1 ? 1e-3 : 0.7, h, l);            \
			put_elements(r, sizeof(elem) == sizeof(float), l, padded);               \
			put_elements(r, sizeof(elem) == sizeof(float), h, padded);               \
			b->layer_score_##type(h, l, padded, sum);                                \
			words_put(r, sum, 5);                                                    \
			b->layer_psi_##type(psi[i], h, l, padded, x, sum);                       \
			words_put(r, sum, 1);                                                    \
			b->layer_spread_##type(x, n, 0.25, sum);                                 \
			words_put(r, sum, 1);                                                    \
			b->layer_affine_##type(x, i ? h : NULL, 0.4, h, x, padded, y);           \
			put_elements(r, sizeof(elem) == sizeof(float), y, padded);               \
			b->layer_terms_##type(psi[i], &slope, h, l, y, x, padded, x, p, t, sum); \
			words_put(r, sum, 5);                                                    \
			b->layer_weights_##type(y, x, i ? h : NULL, 0.4, n, sum);                \
			words_put(r, sum, 2);                                                    \
			memset(weight, 0, sizeof weight);                                        \
			memset(bias, 0, sizeof bias);                                            \
			b->layer_collect_##type(y, x, i ? h : NULL, 0.4, n, weight, bias);       \
			words_put(r, weight, n);                                                 \
			words_put(r, bias, n);                                                   \
			b->layer_gradient_##type(&gradient, h, p, t, padded, y);                 \
			put_elements(r, sizeof(elem) == sizeof(float), y, padded);               \
		}                                                                                \
	}
RUN_LAYER(f32, float)
RUN_LAYER(f64, double)

static void run_layer_center(const struct backend *b, bool f32, const void *x, size_t n,
			     struct words *r)
{
	f32 ? run_layer_f32(b, x, n, r) : run_layer_f64(b, x, n, r);
}

#define TESTS_OF(name, most)                                \
	static void test_##name##_f32(const struct pair *p) \
	{                                                   \
		sweep(p, run_##name, true, 1, most);        \
	}                                                   \
	static void test_##name##_f64(const struct pair *p) \
	{                                                   \
		sweep(p, run_##name, false, 1, most);       \
	}
TESTS_OF(scan, BELL_CHUNK)
TESTS_OF(moments, BELL_CHUNK)
TESTS_OF(sketch, SIZE_MAX)
TESTS_OF(rows, BLOCK)
TESTS_OF(layer_center, LAYER_N)
TESTS_OF(normal, SIZE_MAX)
TESTS_OF(transform, SIZE_MAX)
TESTS_OF(inverse, SIZE_MAX)
static void test_coordinate(const struct pair *p)
{
	sweep(p, run_coordinate, false, NODE_PAD, SIZE_MAX);
}
static void test_log_ratio(const struct pair *p)
{
	sweep(p, run_log_ratio, false, NODE_PAD, SIZE_MAX);
}
static void test_philox_words(const struct pair *p)
{
	sweep(p, run_philox_words, false, 1, SIZE_MAX);
}
static void test_exponential(const struct pair *p)
{
	sweep(p, run_exponential, false, NODE_PAD, SIZE_MAX);
}

/* ---- every kernel of the list, on every backend ---- */

#define test_score NULL
/* those that run with layer_center */
#define test_layer_moments_f32 NULL
#define test_layer_moments_f64 NULL
/* test_turn.c */
#define test_transpose_f32      NULL
#define test_transpose_f64      NULL
#define test_layer_collect_f32  NULL
#define test_layer_collect_f64  NULL
#define test_layer_score_f32    NULL
#define test_layer_score_f64    NULL
#define test_layer_psi_f32      NULL
#define test_layer_psi_f64      NULL
#define test_layer_spread_f32   NULL
#define test_layer_spread_f64   NULL
#define test_layer_affine_f32   NULL
#define test_layer_affine_f64   NULL
#define test_layer_terms_f32    NULL
#define test_layer_terms_f64    NULL
#define test_layer_gradient_f32 NULL
#define test_layer_gradient_f64 NULL
#define test_layer_weights_f32  NULL
#define test_layer_weights_f64  NULL

static const struct {
	const char *name;
	void (*test)(const struct pair *);
} tests[] = {
#define KERNEL(type, name, params) {#name, test_##name},
#include "kernels/kernels.def"
#undef KERNEL
};

static const struct backend *named(const char *name)
{
	CHECK(bell_backend_use(name));
	return bell_kernels();
}

struct work {
	size_t kernel, backend;
};

ParameterizedTestParameters(backends, every_kernel)
{
	static struct work work[COUNT(tests) * 8];
	size_t n = 0;

	for (size_t b = 0; bell_backend_name(b) && b < 8; b++)
		for (size_t k = 0; k < COUNT(tests) && strcmp(bell_backend_name(b), "scalar"); k++)
			if (tests[k].test)
				work[n++] = (struct work){k, b};
	return cr_make_param_array(struct work, work, n);
}

ParameterizedTest(const struct work *work, backends, every_kernel)
{
	const char *name = bell_backend_name(work->backend);
	const char *measure = bell_backend_use("scalar") == BELL_OK ? "scalar" : name;
	struct pair p = {named(measure), named(name)};

	cr_log_info("%s on %s", tests[work->kernel].name, name);
	tests[work->kernel].test(&p);
}
