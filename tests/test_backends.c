/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_backends.c - every kernel has the same bits on every backend.
 *
 * A kernel in kernels.def without a test here does not compile.  The backend "scalar" is the measure; "plain",
 * which may differ in last bits, is held to a tolerance on tame data.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include <criterion/parameterized.h> /* after criterion.h */
#include "dispatch.h"
#include "reference.h"

struct pair {
	const struct backend *a, *b;
	bool exact;
};

static void put_number(struct words *r, double x) { words_put(r, &x, 1); }

static void put_elements(struct words *r, bool f32, const void *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_number(r, f32 ? ((const float *)x)[i] : ((const double *)x)[i]);
}

static bool equal(const struct pair *p, const struct words *a, const struct words *b)
{
	if (a->n != b->n)
		return false;
	if (p->exact)
		return same_words(a->word, b->word, a->n * sizeof *a->word);
	for (size_t i = 0; i < a->n; i++)
		if (!near(a->word[i], b->word[i], 1e-13 * fabs(a->word[i])))
			return false;
	return true;
}

/* ---- input ---- */

static const double specials[] = {
    NAN,
    -NAN,
    INFINITY,
    -INFINITY,
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    1e-310,
    -1e-310,
    DBL_MIN,
    -DBL_MIN,
    1.7e308,
    -1.7e308,
    DBL_MAX,
    -DBL_MAX,
    1e-300,
    -1e300,
    FLT_MAX,
    -FLT_MAX,
    FLT_MIN,
    1e-45,
    -1e-42,
    1,
    -1,
    0.5,
    1.5,
    2.5,
    -2.5,
    DBL_EPSILON,
    -DBL_EPSILON / 2,
    1e16,
    -1e16,
    0x1p52 + 0.5,
    1000,
    -1000,
    1000.25,
    0x1p1000,
    0x1.fffffffffffffp1000,
    0x1p-64,
    0.3,
    -0.3,
    0.06449445891785943, /* log1p of it is 1/16: half of a bin of width 1/8 */
    -0.06449445891785943,
    0.20623024941639052};

/* Half of it special, the rest of any size; tame data for a backend that may round otherwise. */
static double hostile(struct rng *rng, bool exact)
{
	uint64_t bits = rng_bits(rng);
	double any;

	if (!exact)
		return exp(rng_normal(rng)) * (bits & 1 ? 1 : -1);
	if (bits & 1)
		return specials[(bits >> 8) % COUNT(specials)];
	if (bits & 2)
		return 1000 + rng_normal(rng) * 10;
	if (bits & 4)
		return rng_normal(rng);
	bits = rng_bits(rng);
	memcpy(&any, &bits, sizeof any);
	return any;
}

static void fill(struct rng *rng, const struct pair *p, bool f32, void *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double v = hostile(rng, p->exact);

		if (f32)
			((float *)x)[i] = (float)v;
		else
			((double *)x)[i] = v;
	}
}

typedef void runner(const struct backend *b, bool exact, bool f32, const void *x, size_t n,
		    struct words *r);

static void compare(const struct pair *p, runner *run, bool f32, const void *x, size_t n,
		    const char *where)
{
	static struct words a, b;

	a.n = b.n = 0;
	run(p->a, p->exact, f32, x, n, &a);
	run(p->b, p->exact, f32, x, n, &b);
	for (size_t i = 0; !equal(p, &a, &b) && i < a.n; i++)
		cr_assert(i >= b.n || same(a.word[i], b.word[i]),
			  "%s: n = %zu, %s: word %zu is %a, of scalar %a", p->b->name, n, where, i,
			  b.word[i], a.word[i]);
	cr_assert(equal(p, &a, &b), "%s: n = %zu, %s: %zu words, of scalar %zu", p->b->name, n,
		  where, b.n, a.n);
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

			fill(&rng, p, f32, x, n);
			compare(p, run, f32, x, n, offset ? "anywhere" : "before an unmapped page");
		}
		fill(&rng, p, f32, g.low, n);
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

static void run_scan(const struct backend *b, bool exact, bool f32, const void *x, size_t n,
		     struct words *r)
{
	struct scan scan;

	(void)exact;
	f32 ? b->scan_f32(x, n, &scan) : b->scan_f64(x, n, &scan);
	words_put(r, &scan, sizeof scan / sizeof *r->word);
}

static void run_moments(const struct backend *b, bool exact, bool f32, const void *x, size_t n,
			struct words *r)
{
	static const double centres[] = {0, -1e9, 1000, 1e300};
	double sum[4];

	for (size_t i = 0; i < COUNT(centres); i++) {
		double centre = exact ? centres[i] : -1e9; /* tame data: terms of one sign */

		f32 ? b->moments_f32(x, n, centre, sum) : b->moments_f64(x, n, centre, sum);
		words_put(r, sum, 4);
	}
}

#define ROWS 128

static const struct grid grids[] = {
    {.inverse_unit = 1, .inverse_width = 8, .low = {0, 0}, .high = {50, 50}, .base = {1, 52}},
    {.inverse_unit = 1, .inverse_width = 1, .low = {3, 0}, .high = {40, 2}, .base = {-2, 39}},
    {.centre = 1000,
     .inverse_unit = 1.0 / 1001,
     .inverse_width = 1024,
     .low = {-40, 0},
     .high = {40, -1},
     .base = {41, 82}},
};

static void run_sketch(const struct backend *b, bool exact, bool f32, const void *x, size_t n,
		       struct words *r)
{
	static int64_t table[ROWS][SKETCH_POWERS];

	for (size_t i = 0; i < 2 * COUNT(grids); i++) {
		const struct grid *g = &grids[i / 2];
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
		if (exact) { /* row 0 is for what belongs to no bin */
			words_put(r, table[1], (ROWS - 1) * SKETCH_POWERS);
			words_put(r, rest, outside);
		}
		if (r->n > COUNT(r->word) / 2) /* room for no more */
			break;
	}
}

static void run_rows(const struct backend *b, bool exact, bool f32, const void *x, size_t n,
		     struct words *r)
{
	int64_t row[BLOCK][SKETCH_POWERS];
	int32_t index[BLOCK];

	for (size_t k = 0; k < COUNT(grids); k++) {
		f32 ? b->rows_f32(x, n, &grids[k], index, row)
		    : b->rows_f64(x, n, &grids[k], index, row);
		for (size_t i = 0; i < n; i++) {
			cr_assert(index[i] >= 0 && index[i] < ROWS);
			put_number(r, index[i]);
			if (index[i] && exact)
				words_put(r, row[i], SKETCH_POWERS);
		}
	}
}

static void run_coordinate(const struct backend *b, bool exact, bool f32, const void *x, size_t n,
			   struct words *r)
{
	static const double centres[] = {0, 1, 1000, 1e300, 1e-300};
	double *d;

	(void)f32;
	for (size_t i = 0; i < (exact ? COUNT(centres) : 1); i++) {
		d = room_for(false, NULL, n);
		b->coordinate(x, n, centres[i], d);
		words_put(r, d, n < 512 ? n : 512);
		d = room_for(false, x, n);
		b->coordinate(d, n, centres[i], d);
		words_put(r, d, n < 512 ? n : 512);
	}
}

static void run_exponential(const struct backend *b, bool exact, bool f32, const void *x, size_t n,
			    struct words *r)
{
	double *y = room_for(false, NULL, n);

	(void)exact, (void)f32;
	b->exponential(x, n, y);
	words_put(r, y, n < 2048 ? n : 2048);
	y = room_for(false, x, n);
	b->exponential(y, n, y);
	words_put(r, y, n < 2048 ? n : 2048);
}

/* Powers of every sign and 0, centred and anchored, and a scale that overflows. */
static const struct bell_yeo_johnson transforms[] = {
    {.side = {{0, 0, 0.5, 2, 0}, {0, 0, 1.5, -1 / 1.5, 0}}, .min = -1, .max = 9},
    {.side = {{0, 0, 0, 1, 0}, {0, 0, 2, -0.5, 0}}, .min = -1, .max = 9},
    {.side = {{0, 0, 2, 0.5, 0}, {0, 0, 0, -1, 0}}, .min = -1, .max = 9},
    {.side = {{0, 0, -3, -1 / 3.0, 0}, {0, 0, 5, -0.2, 0}}, .min = -1, .max = 9},
    {.side = {{1000, 0.001, -60, -1.5, 0.25}, {0, 0, 62, -1e-30, -3}}, .min = 900, .max = 1100},
    {.side = {{0, 5, 104, 0x1p1023, 1}, {0, 0, -102, 1e-300, -1}}, .min = -1, .max = 9},
};

static void run_transform(const struct backend *b, bool exact, bool f32, const void *x, size_t n,
			  struct words *r)
{
	for (size_t i = 0; i < (exact ? 2 * COUNT(transforms) : 6); i++) {
		const struct bell_yeo_johnson *t = &transforms[i / 2];
		void *y = room_for(f32, i % 2 ? x : NULL, n);
		const void *from = i % 2 ? y : x;

		f32 ? b->transform_f32(t, from, n, y) : b->transform_f64(t, from, n, y);
		put_elements(r, f32, y, n < 512 ? n : 512);
	}
}

static void run_inverse(const struct backend *b, bool exact, bool f32, const void *x, size_t n,
			struct words *r)
{
	const double fill[2] = {9, -1};

	for (size_t i = 0; i < (exact ? 2 * COUNT(transforms) : 2); i++) {
		const struct bell_yeo_johnson *t = &transforms[i / 2];
		void *y = room_for(f32, i % 2 ? x : NULL, n);
		const void *from = i % 2 ? y : x;
		size_t outside =
		    f32 ? b->inverse_f32(t, from, n, fill, y) : b->inverse_f64(t, from, n, fill, y);

		put_number(r, (double)outside);
		put_elements(r, f32, y, n < 512 ? n : 512);
	}
}

/* Across the counters 2^32 and 2^64 and from the middle of a set; x as a mean of each, and without. */
static void run_normal(const struct backend *b, bool exact, bool f32, const void *x, size_t n,
		       struct words *r)
{
	static const struct draw draws[] = {
	    {0, 0, 0, 0, 1},
	    {UINT64_MAX, UINT64_MAX, UINT64_MAX - 20, -3, 1e-3},
	    {1, UINT64_C(1) << 32, (UINT64_C(1) << 34) - 77, 0, 2},
	    {UINT64_C(0x123456789abcdef), 5, (UINT64_C(1) << 33) - 30, 1e6, 100},
	};

	(void)exact;
	for (size_t i = 0; i < 3 * COUNT(draws); i++) {
		const struct draw *d = &draws[i / 3];
		void *y = room_for(f32, i % 3 == 1 ? x : NULL, n);
		const void *from = i % 3 == 0 ? NULL : i % 3 == 1 ? y : x;

		f32 ? b->normal_f32(d, n, from, y) : b->normal_f64(d, n, from, y);
		put_elements(r, f32, y, n < 512 ? n : 512);
	}
}

/* Half as many counters: as many bytes. */
static void run_words(const struct backend *b, bool exact, bool f32, const void *x, size_t n,
		      struct words *r)
{
	static const uint64_t offsets[] = {0, 3, (UINT64_C(1) << 32) - 5, UINT64_MAX - 20};

	(void)exact, (void)f32, (void)x;
	for (size_t i = 0; i < COUNT(offsets); i++) {
		uint32_t *word = room_for(false, NULL, n);

		b->words(&(struct draw){.seed = 7, .stream = i, .offset = offsets[i]}, n / 2, word);
		for (size_t j = 0; j < n / 2 * 4 && j < 2048; j++)
			put_number(r, word[j]);
	}
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
TESTS_OF(normal, SIZE_MAX)
TESTS_OF(transform, SIZE_MAX)
TESTS_OF(inverse, SIZE_MAX)
static void test_coordinate(const struct pair *p)
{
	sweep(p, run_coordinate, false, NODE_PAD, SIZE_MAX);
}
static void test_words(const struct pair *p) { sweep(p, run_words, false, 1, SIZE_MAX); }
static void test_exponential(const struct pair *p)
{
	sweep(p, run_exponential, false, NODE_PAD, SIZE_MAX);
}

/* ---- score: several arrays ---- */

#define NODES 64

static const struct probe probes[] = {
    {.power = 0.5, .scale = 1},
    {.power = 0, .scale = 1},
    {.power = -2.25, .origin = 1.5, .scale = 1},
    {.power = 40, .origin = 3, .scale = 1},
    {.power = 0.01, .scale = 0.25},
    {.power = 300, .shift = 900, .scale = 1, .add = 1},
};

static void run_score(const struct backend *b, bool exact, bool f32, const void *x, size_t n,
		      struct words *r)
{
	const double *data = x; /* `at`, weights, six moments */
	static double out[6][NODES];
	double *const outs[6] = {out[0], out[1], out[2], out[3], out[4], out[5]};

	(void)f32;
	for (size_t i = 0; i < 2 * COUNT(probes); i++) {
		struct nodes nodes = {
		    .n = n / 8, .at = (double *)data, .weight = (double *)data + n / 8};

		for (size_t j = 0; i % 2 && j < SKETCH_POWERS - 2; j++)
			nodes.m[j] = (double *)data + (2 + j) * nodes.n;
		b->score(&nodes, &probes[i / 2], outs);
		for (size_t j = 0; j < 6; j++)
			if (exact || j == 0 || j == 5) /* the others cancel */
				words_put(r, out[j], nodes.n);
	}
}

static void test_score(const struct pair *p)
{
	struct guarded g = guarded_make(8 * NODES * sizeof(double));
	struct rng rng = {5};

	for (int round = 0; round < 200; round++)
		for (size_t n = NODE_PAD; n <= NODES; n += NODE_PAD) {
			double *x = (double *)(void *)g.high - 8 * n;

			for (size_t i = 0; i < 8 * n; i++)
				x[i] = i < n       ? 3 * rng_unit(&rng)
				       : i < 2 * n ? 1
						   : rng_unit(&rng) / 64;
			if (p->exact && round % 4 == 0)
				fill(&rng, p, false, x, 8 * n);
			compare(p, run_score, false, x, 8 * n, "nodes before an unmapped page");
		}
	guarded_free(&g);
}

/* To the last digits where a series stands for a difference, which is |z| < 0.3; chi only guides a search. */
Test(backends, score_is_its_definition)
{
	static double at[NODES], weight[NODES], out[6][NODES];
	double *const outs[6] = {out[0], out[1], out[2], out[3], out[4], out[5]};
	static const char *const term[] = {"psi", "phi", "chi"};
	const struct nodes nodes = {.n = NODES, .at = at, .weight = weight};

	for (size_t i = 0; i < NODES; i++)
		at[i] = ((double)i - NODES / 2 + 0.5) / (NODES / 2);
	for (size_t b = 0; bell_backend_name(b); b++)
		for (double power = 0.01; power < 4; power *= 1.1) {
			const struct probe probe = {.power = power, .scale = 1};

			CHECK(bell_backend_use(bell_backend_name(b)));
			bell_kernels()->score(&nodes, &probe, outs);
			for (size_t i = 0; i < NODES; i++) {
				long double z = (long double)power * at[i],
					    d2 = (long double)at[i] * at[i], p2, p3, off[3];

				reference_terms(z, &p2, &p3);
				off[0] = fabsl(out[0][i] / (expm1l(z) / power) - 1) / 8e-16L;
				off[1] = fabsl(out[1][i] / (d2 * p2) - 1) /
					 (fabsl(z) < 0.3L ? 1e-15L : 3e-14L);
				off[2] = fabsl(out[2][i] / (d2 * at[i] * p3) - 1) / 3e-8L;
				for (int j = 0; j < 3; j++)
					cr_expect(off[j] <= 1, "%s: %s at z = %Lg off",
						  bell_backend_name(b), term[j], z);
			}
		}
}

/* ---- every kernel of the list, on every backend ---- */

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
			work[n++] = (struct work){k, b};
	return cr_make_param_array(struct work, work, n);
}

ParameterizedTest(const struct work *work, backends, every_kernel)
{
	const char *name = bell_backend_name(work->backend);
	const char *measure = bell_backend_use("scalar") == BELL_OK ? "scalar" : name;
	struct pair p = {named(measure), named(name),
			 strcmp(name, "plain") != 0 || measure == name};

	cr_log_info("%s on %s", tests[work->kernel].name, name);
	tests[work->kernel].test(&p);
}
