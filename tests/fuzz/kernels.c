/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernels.c - every kernel of kernels.def on any bytes: the same bits on every backend.
 *
 * The measure is "scalar", or where that cannot run the only one there is.  "plain" may differ in last bits, so it has
 * only to survive.
 */
#include <math.h>
#include <string.h>
#include <bellshape/backend.h>
#include "dispatch.h"
#include "fuzz.h"

#define ROWS 515 /* two sides of 257 bins, and row 0 */

/* Parameters and data of one call, and what it says. */
struct call {
	size_t n;
	const float *f32;
	const double *f64;
	double number; /* a center */
	struct window grid;
	struct bell_transform transform;
	double fill[2];
	struct probe probe;
	struct draw draw;
	bool moments, in_place;
};

struct answer {
	double word[6 * 2 * BELL_CHUNK];
	size_t n;
	int64_t table[ROWS][SKETCH_POWERS]; /* row 0 is for what belongs to no bin */
};

static void say(struct answer *a, const double *x, size_t n)
{
	REQUIRE(a->n + n <= sizeof a->word / sizeof *a->word);
	if (n)
		memcpy(a->word + a->n, x, n * sizeof *x);
	a->n += n;
}

static void say_number(struct answer *a, double x) { say(a, &x, 1); }

/* Room for the result, which is the input itself if `in_place`. */
static void *room(const struct call *c, const void *x, size_t n, size_t size)
{
	return c->in_place && x ? copy_of(x, n * size) : memset(exactly(n * size), 0x55, n * size);
}

#define RUN_SCAN(type, name)                                                                    \
	static void run_##name(const struct backend *b, const struct call *c, struct answer *a) \
	{                                                                                       \
		struct scan scan;                                                               \
                                                                                                \
		b->name(c->type, c->n, &scan);                                                  \
		say(a, &scan.finite, sizeof scan / sizeof(double));                             \
	}
RUN_SCAN(f32, scan_f32)
RUN_SCAN(f64, scan_f64)

#define RUN_MOMENTS(type, name)                                                                 \
	static void run_##name(const struct backend *b, const struct call *c, struct answer *a) \
	{                                                                                       \
		double sum[4];                                                                  \
                                                                                                \
		b->name(c->type, c->n, c->number, sum);                                         \
		say(a, sum, 4);                                                                 \
	}
RUN_MOMENTS(f32, moments_f32)
RUN_MOMENTS(f64, moments_f64)

static void run_sketch_f32(const struct backend *b, const struct call *c, struct answer *a)
{
	double *rest = room(c, NULL, c->n, sizeof *rest);
	size_t left = b->sketch_f32(c->f32, c->n, &c->grid, a->table, rest);

	say(a, rest, left);
	free(rest);
}

static void run_sketch_f64(const struct backend *b, const struct call *c, struct answer *a)
{
	double *rest = room(c, c->f64, c->n, sizeof *rest);
	size_t left = b->sketch_f64(c->in_place ? rest : c->f64, c->n, &c->grid, a->table, rest);

	say(a, rest, left);
	free(rest);
}

#define RUN_ROWS(type, name)                                                                    \
	static void run_##name(const struct backend *b, const struct call *c, struct answer *a) \
	{                                                                                       \
		size_t n = c->n < BLOCK ? c->n : BLOCK;                                         \
		int64_t row[BLOCK][SKETCH_POWERS];                                              \
		int32_t index[BLOCK];                                                           \
                                                                                                \
		b->name(c->type, n, &c->grid, index, row);                                      \
		for (size_t i = 0; i < n; i++) {                                                \
			REQUIRE(index[i] >= 0 && index[i] < ROWS);                              \
			say_number(a, index[i]);                                                \
			if (index[i])                                                           \
				say(a, (const double *)(const void *)row[i], SKETCH_POWERS);    \
		}                                                                               \
	}
RUN_ROWS(f32, rows_f32)
RUN_ROWS(f64, rows_f64)

static void run_coordinate(const struct backend *b, const struct call *c, struct answer *a)
{
	size_t n = c->n - c->n % NODE_PAD;
	double *d = room(c, c->f64, n, sizeof *d);

	b->coordinate(c->in_place ? d : c->f64, n, c->number, d);
	say(a, d, n);
	free(d);
}

static void run_log_ratio(const struct backend *b, const struct call *c, struct answer *a)
{
	size_t n = c->n - c->n % NODE_PAD;
	double *d = room(c, c->f64, n, sizeof *d);

	b->log_ratio(c->in_place ? d : c->f64, n, c->number, d);
	say(a, d, n);
	free(d);
}

static void run_exponential(const struct backend *b, const struct call *c, struct answer *a)
{
	size_t n = c->n - c->n % NODE_PAD;
	double *y = room(c, c->f64, n, sizeof *y);

	b->exponential(c->in_place ? y : c->f64, n, y);
	say(a, y, n);
	free(y);
}

static void run_score(const struct backend *b, const struct call *c, struct answer *a)
{
	size_t arrays = SKETCH_POWERS, n = c->n / arrays / NODE_PAD * NODE_PAD;
	double *data = copy_of(c->f64, arrays * n * sizeof *data), *out[6];
	struct nodes nodes = {.n = n, .at = data, .weight = data + n};

	for (size_t j = 0; c->moments && j < SKETCH_POWERS - 2; j++)
		nodes.m[j] = data + (2 + j) * n;
	for (size_t j = 0; j < 6; j++)
		out[j] = exactly(n * sizeof **out);
	b->score(&nodes, &c->probe, out);
	for (size_t j = 0; j < 6; j++) {
		say(a, out[j], n);
		free(out[j]);
	}
	free(data);
}

#define RUN_TRANSFORM(type, element)                                                              \
	static void run_transform_##type(const struct backend *b, const struct call *c,           \
					 struct answer *a)                                        \
	{                                                                                         \
		element *y = room(c, c->type, c->n, sizeof *y);                                   \
                                                                                                  \
		b->transform_##type(&c->transform, c->in_place ? y : c->type, c->n, y);           \
		for (size_t i = 0; i < c->n; i++)                                                 \
			say_number(a, y[i]);                                                      \
		free(y);                                                                          \
	}                                                                                         \
	static void run_inverse_##type(const struct backend *b, const struct call *c,             \
				       struct answer *a)                                          \
	{                                                                                         \
		element *x = room(c, c->type, c->n, sizeof *x);                                   \
                                                                                                  \
		say_number(a, (double)b->inverse_##type(&c->transform, c->in_place ? x : c->type, \
							c->n, c->fill, x));                       \
		for (size_t i = 0; i < c->n; i++)                                                 \
			say_number(a, x[i]);                                                      \
		free(x);                                                                          \
	}
RUN_TRANSFORM(f32, float)
RUN_TRANSFORM(f64, double)

static void run_philox_words(const struct backend *b, const struct call *c, struct answer *a)
{
	uint32_t *word = exactly(4 * c->n * sizeof *word);

	b->philox_words(&c->draw, c->n, word);
	for (size_t i = 0; i < 4 * c->n; i++)
		say_number(a, word[i]);
	free(word);
}

#define RUN_NORMAL(type, element)                                                    \
	static void run_normal_##type(const struct backend *b, const struct call *c, \
				      struct answer *a)                              \
	{                                                                            \
		element *y = room(c, c->type, c->n, sizeof *y);                      \
                                                                                     \
		b->normal_##type(&c->draw, c->n,                                     \
				 c->in_place  ? y                                    \
				 : c->moments ? c->type                              \
					      : NULL,                                \
				 y);                                                 \
		for (size_t i = 0; i < c->n; i++)                                    \
			say_number(a, y[i]);                                         \
		free(y);                                                             \
	}
RUN_NORMAL(f32, float)
RUN_NORMAL(f64, double)

/* The kernels of a layer, one after the other. */
#define RUN_LAYER(type, element)                                                                  \
	static void run_layer_center_##type(const struct backend *b, const struct call *c,        \
					    struct answer *a)                                     \
	{                                                                                         \
		static element h[BELL_CHUNK], l[BELL_CHUNK], x[BELL_CHUNK], p[BELL_CHUNK],        \
		    t[BELL_CHUNK];                                                                \
		const struct layer_psi psi[2] = {{0.4, 1 / 0.4, 1 / 0.16, 0, 1},                  \
						 {1.6, 1 / 1.6, 1 / 2.56, 0, 1}};                 \
		const struct layer_slope slope = {0.6, 0.3, 1.7};                                 \
		const struct layer_gradient gradient = {1.5, -0.01, 0.25, -0.5};                  \
		size_t n = (c->n + 15) / 16 * 16;                                                 \
		double sum[5], weight[10] = {0};                                                  \
                                                                                                  \
		b->layer_moments_##type(c->type, c->n, c->number, sum);                           \
		say(a, sum, 2);                                                                   \
		b->layer_center_##type(c->type, c->n, c->number, 0.7, h, l);                      \
		b->layer_score_##type(h, l, n, sum);                                              \
		say(a, sum, 5);                                                                   \
		b->layer_psi_##type(psi, h, l, n, x, sum);                                        \
		say(a, sum, 1);                                                                   \
		b->layer_spread_##type(x, c->n, 0.25, sum);                                       \
		say(a, sum, 1);                                                                   \
		b->layer_terms_##type(psi, &slope, h, l, x, h, n, x, p, t, sum);                  \
		say(a, sum, 5);                                                                   \
		b->layer_weights_##type(p, x, c->moments ? h : NULL, 0.4, c->n, sum);             \
		say(a, sum, 2);                                                                   \
		b->layer_collect_##type(p, x, c->moments ? h : NULL, 0.4, 5, weight, weight + 5); \
		say(a, weight, 10);                                                               \
		b->transpose_##type(h, 23, n / 23, 1 + c->n % 23, l, (ptrdiff_t)(n / 23));        \
		for (size_t i = 0; i < n / 23 * (1 + c->n % 23); i++)                             \
			say_number(a, l[i]);                                                      \
		b->layer_gradient_##type(&gradient, h, p, t, n, p);                               \
		b->layer_affine_##type(p, c->moments ? h : NULL, 0.4, h, x, n, p);                \
		for (size_t i = 0; i < n; i++)                                                    \
			say_number(a, p[i]);                                                      \
	}
RUN_LAYER(f32, float)
RUN_LAYER(f64, double)
#define run_layer_moments_f32  run_layer_center_f32
#define run_layer_moments_f64  run_layer_center_f64
#define run_transpose_f32      run_layer_center_f32
#define run_transpose_f64      run_layer_center_f64
#define run_layer_collect_f32  run_layer_center_f32
#define run_layer_collect_f64  run_layer_center_f64
#define run_layer_score_f32    run_layer_center_f32
#define run_layer_score_f64    run_layer_center_f64
#define run_layer_psi_f32      run_layer_center_f32
#define run_layer_psi_f64      run_layer_center_f64
#define run_layer_spread_f32   run_layer_center_f32
#define run_layer_spread_f64   run_layer_center_f64
#define run_layer_affine_f32   run_layer_center_f32
#define run_layer_affine_f64   run_layer_center_f64
#define run_layer_terms_f32    run_layer_center_f32
#define run_layer_terms_f64    run_layer_center_f64
#define run_layer_gradient_f32 run_layer_center_f32
#define run_layer_gradient_f64 run_layer_center_f64
#define run_layer_weights_f32  run_layer_center_f32
#define run_layer_weights_f64  run_layer_center_f64

static const struct kernel {
	const char *name;
	void (*run)(const struct backend *, const struct call *, struct answer *);
} kernels[] = {
#define KERNEL(type, name, params) {#name, run_##name},
#include "kernels/kernels.def"
#undef KERNEL
};

/* A level as a sketch makes it: bins around an anchor, whose numbers are exact. */
static struct window feed_grid(struct feed *f, enum bell_method method)
{
	int exponent = (int)(feed_byte(f) % 64) - 60, reach = (int)(feed_byte(f) % 128) + 1;
	struct window g = {.inverse_width = ldexp(1, -exponent), .method = method};
	int rows[2] = {0, 0}, negative = (int)(feed_byte(f) & 1);

	g.center = fabs(feed_number(f));
	g.center = g.center < INFINITY ? g.center : 0;
	g.inverse_unit = 1 / (1 + g.center);
	for (int side = 0; side < 2; side++) {
		double middle = rint(fmod(feed_number(f), 710) * g.inverse_width);

		middle = fabs(middle) < 0x1p48 ? middle : 0;
		g.low[side] = g.center > 0 || middle > reach ? middle - reach : 0;
		g.high[side] = g.center > 0 && side != negative ? g.low[side] - 1 : middle + reach;
		if (g.high[side] >= g.low[side])
			rows[side] = (int)(g.high[side] - g.low[side]) + 1;
	}
	g.base[0] = 1 - g.low[0];
	g.base[1] = 1 + rows[0] - g.low[1];
	return g;
}

static void feed_parameters(struct feed *f, const char *kernel, struct call *c)
{
	unsigned flags = feed_byte(f);

	c->in_place = flags & 1;
	c->moments = flags & 2;
	c->grid.method = c->transform.method = flags & 4 ? BELL_BOX_COX : BELL_YEO_JOHNSON;
	if (!strncmp(kernel, "sketch", 6) || !strncmp(kernel, "rows", 4)) {
		c->grid = feed_grid(f, c->grid.method);
	} else if (!strncmp(kernel, "transform", 9) || !strncmp(kernel, "inverse", 7)) {
		for (int side = 0; side < 2; side++)
			c->transform.side[side] = (struct bell_transform_side){
			    feed_number(f), feed_number(f), feed_number(f), feed_number(f),
			    feed_number(f)};
		c->transform.min = c->fill[1] = feed_number(f);
		c->transform.max = c->fill[0] = feed_number(f);
	} else if (!strcmp(kernel, "score")) {
		c->probe = (struct probe){feed_number(f), feed_number(f), feed_number(f),
					  feed_number(f), feed_number(f)};
	} else if (!strncmp(kernel, "normal", 6) || !strcmp(kernel, "philox_words")) {
		double number[5];
		uint64_t bits[3];

		for (int i = 0; i < 5; i++)
			number[i] = feed_bits(f);
		memcpy(bits, number, sizeof bits);
		c->draw = (struct draw){bits[0], bits[1], bits[2], number[3], number[4]};
	} else {
		c->number = feed_number(f);
	}
}

static const struct backend *named(const char *name)
{
	REQUIRE(bell_backend_use(name) == BELL_OK);
	return bell_kernels();
}

static void compare(const struct kernel *k, const struct call *c)
{
	static struct answer a, b;
	const char *measure = bell_backend_use("scalar") == BELL_OK ? "scalar" : "plain", *name;

	memset(&a, 0, sizeof a);
	k->run(named(measure), c, &a);
	for (size_t i = 0; (name = bell_backend_name(i)); i++) {
		bool same;

		if (!strcmp(name, measure))
			continue;
		memset(b.table, 0, sizeof b.table);
		b.n = 0;
		k->run(named(name), c, &b);
		if (!strcmp(name, "plain"))
			continue;
		same =
		    a.n == b.n && !memcmp(a.table[1], b.table[1], sizeof a.table - sizeof *a.table);
		for (size_t j = 0; same && j < a.n; j++)
			same = same_number(a.word[j], b.word[j]);
		if (!same)
			fprintf(stderr, "%s on %s, n = %zu\n", k->name, name, c->n);
		REQUIRE(same);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct feed f = {data, size};
	const struct kernel *k = &kernels[feed_byte(&f) % (sizeof kernels / sizeof *kernels)];
	unsigned how = feed_byte(&f);
	size_t offset = how & 7, most = BELL_CHUNK;
	struct call c = {0};
	double *f64 = exactly((most + 8) * sizeof *f64);
	float *f32;

	feed_parameters(&f, k->name, &c);
	for (; f.left && c.n < most; c.n++)
		f64[c.n] = how & 8 ? feed_number(&f) : how & 16 ? feed_bits_f32(&f) : feed_bits(&f);
	if (how & 32) /* the same again and again: more than a block of a few bytes */
		for (size_t n = c.n; n && c.n + n <= most && c.n < 300; c.n += n)
			memcpy(f64 + c.n, f64, n * sizeof *f64);
	if (how & 64 && c.n > (how >> 7) + 1) /* off a multiple of everything */
		c.n -= (how >> 7) + 1;
	f32 = exactly((c.n + offset) * sizeof *f32);
	f64 = realloc(f64, (c.n + offset + 1) * sizeof *f64);
	REQUIRE(f64);
	memmove(f64 + offset + 1, f64, c.n * sizeof *f64);
	c.f64 = f64 + offset + 1;
	c.f32 = f32 + offset;
	for (size_t i = 0; i < c.n; i++)
		f32[offset + i] = (float)c.f64[i];
	if (c.n)
		compare(k, &c);
	free(f64);
	free(f32);
	return 0;
}
