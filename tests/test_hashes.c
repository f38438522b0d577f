/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_hashes.c - the bits of every kernel are those of tests/golden/hashes.txt, on every backend.
 *
 * kernel_calls.c says how a kernel is called.  plan_of() says with what data; those of a kernel
 * that is not named there are the first elements of the input, and all its parameters.  After a
 * deliberate change of bits BELLSHAPE_PRINT_HASHES=1 prints the new file; docs/numerics.md says
 * what is promised.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/bellshape.h>
#include "kernel_calls.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Whole stripes, and a part of one. */
#define N (BELL_CHUNK - 5)

/* The data of kernels of layers, and their last elements that are padding. */
#define LAYER_N       512
#define LAYER_PADDING 3

static double x64[BELL_CHUNK];
static float x32[BELL_CHUNK];
static uint16_t x16[BELL_CHUNK];

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

static uint16_t upper_half(float x)
{
	uint32_t word;

	memcpy(&word, &x, sizeof word);
	return (uint16_t)(word >> 16);
}

/* A sixteenth are any bits at all; the others are of both signs and 2^-8 to 2^8 in size. */
static void make_input(void)
{
	state = 1;
	for (size_t i = 0; i < BELL_CHUNK; i++) {
		uint64_t b = bits(), exponent = 1015 + bits() % 16;

		x64[i] = from_bits(b % 16 ? (b & 0x800fffffffffffff) | exponent << 52 : bits());
		x32[i] = (float)x64[i];
		x16[i] = upper_half(x32[i]);
	}
}

/* ---- FNV-1a over results: floats and words as doubles, any NaN as one NaN ---- */

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

static void add_result(const struct kernel_result *r)
{
	const float *f32 = r->data;
	const double *f64 = r->data;
	const uint32_t *word = r->data;

	if (r->type == KERNEL_I32 || r->type == KERNEL_I64 || r->type == KERNEL_U16)
		add(r->data, r->n * kernel_type_size(r->type));
	for (size_t i = 0; r->type == KERNEL_F32 && i < r->n; i++)
		add_double(f32[i]);
	for (size_t i = 0; r->type == KERNEL_F64 && i < r->n; i++)
		add_double(f64[i]);
	for (size_t i = 0; r->type == KERNEL_U32 && i < r->n; i++)
		add_double(word[i]);
}

/* ---- data: they stay as they are, or the hashes would change ---- */

static const struct kernel_parameters moments[] = {{.center = 0.75}};
static const struct kernel_parameters distances[] = {{.center = 0}, {.center = 1}, {.center = 100}};
static const struct kernel_parameters windows[] = {
    {.table_rows = 124,
     .window = {.inverse_width = 8, .low = {-20, -30}, .high = {30, 40}, .base = {22, 83}}}};
#define TRANSFORM(...)                                                                         \
	{                                                                                      \
		.transform = {.side = {__VA_ARGS__}, .min = -1, .max = 9}, .fill = { NAN, -1 } \
	}
static const struct kernel_parameters transforms[] = {
    TRANSFORM({0, 0, 0.5, 2, 0}, {0, 0, 1.5, -1 / 1.5, 0}),
    TRANSFORM({0, 0, 0, 1, 0.5}, {0, 0, 2, -0.5, 0.5}),
    TRANSFORM({0, 0, 1, 1, 0}, {0, 0, 1, -1, 0}),
    TRANSFORM({100, 0.25, -6, -1.5, 0.25}, {0, 3, 8, -0.25, -3}),
};
static const struct kernel_parameters probes[] = {
    {.probe = {.power = 0.5, .scale = 1}},
    {.probe = {.power = 0, .scale = 1}},
    {.probe = {.power = -2.25, .origin = 1.5, .scale = 1}},
    {.probe = {.power = 3, .shift = 900, .scale = 1, .add = 1}}};
static const struct kernel_parameters means[] = {{.center = 0.5, .factor = 1, .spread = 0.25},
						 {.center = 0.5, .factor = -1, .spread = 0.25}};
/* The counters pass 2^32. */
#define DRAW(offset_)                                  \
	.draw = {.seed = UINT64_C(0xfedcba9876543210), \
		 .stream = UINT64_C(0x100000002),      \
		 .offset = offset_,                    \
		 .mean = 0.5,                          \
		 .sd = 3}
#define SAMPLE ((UINT64_C(1) << 34) - 1003)
static const struct kernel_parameters draws[] = {{DRAW(SAMPLE)}, {DRAW(SAMPLE), .optional = true}};
static const struct kernel_parameters counters[] = {{DRAW(SAMPLE >> 2)}};
static const struct kernel_parameters matrices[] = {{.columns = LAYER_N / 19}};
static const struct kernel_parameters layers[] = {
    {.optional = true,
     .center = 0.5,
     .factor = 0.125,
     .spread = 0.4,
     .psi = {{0.4, 1 / 0.4, 1 / 0.16, 0, 1}, {1.6, 1 / 1.6, 1 / 2.56, 0, 1}},
     .slope = {.rho = 0.6, .mean_d = 0.3, .factor = 1.7},
     .gradient = {.r = 1.5, .c = -0.01, .m0 = 0.25, .m1 = -0.5}}};

/*
 * What a kernel is called with: `pieces` times n elements, each `stride` behind the last, with each
 * set of parameters.  Input i begins at element from[i].  If `centered`, inputs 0 and 1 are what
 * layer_center makes.  `outputs_only` leaves sums out of the hash; `last_only` takes the results of
 * the last piece, for outputs that are added to.
 */
struct plan {
	const char *kernel;
	const struct kernel_parameters *parameters;
	size_t sets, n, pieces, stride, from[KERNEL_INPUTS];
	bool centered, outputs_only, last_only;
};

#define NODES       (BELL_CHUNK / 8)
#define SETS(array) .parameters = array, .sets = COUNT(array)
static const struct plan plans[] = {
    {"scan", SETS(moments), .n = N},
    {"moments", SETS(moments), .n = N},
    {"sketch", SETS(windows), .n = N},
    {"rows", SETS(windows), .n = 32, .pieces = N / 32, .stride = 32},
    {"logarithm_1p", SETS(moments), .n = BELL_CHUNK},
    {"log_ratio", SETS(distances), .n = BELL_CHUNK},
    {"ratio_exp", SETS(distances), .n = BELL_CHUNK},
    {"exponential", SETS(moments), .n = BELL_CHUNK},
    {"score", SETS(probes), .n = NODES, .from = {0, NODES}},
    {"score_spread", SETS(means), .n = NODES, .from = {0, NODES, 2 * NODES, 3 * NODES}},
    {"quadrature", SETS(moments), .n = 64, .from = {0, 64, 128, 192, 256, 320, 384}},
    {"transform", SETS(transforms), .n = N},
    {"inverse", SETS(transforms), .n = N},
    {"philox_words", SETS(counters), .n = 2 * N},
    {"normal", SETS(draws), .n = N},
    {"transpose", SETS(matrices), .n = LAYER_N / 19 * 19},
    {"layer_moments", SETS(layers), .n = 50, .pieces = 8, .stride = 64},
    {"layer_center", SETS(layers), .n = LAYER_N - LAYER_PADDING},
    {"layer_score", SETS(layers), .n = 64, .pieces = 8, .stride = 64, .centered = true},
    {"layer_psi", SETS(layers), .n = LAYER_N, .centered = true, .outputs_only = true},
    {"layer_spread", SETS(layers), .n = 50, .pieces = 11, .stride = 50},
    {"layer_affine", SETS(layers), .n = LAYER_N, .from = {0, 2, 3, 1}},
    {"layer_output", SETS(layers), .n = LAYER_N, .from = {0, 2, 3, 1}},
    {"layer_products", SETS(layers), .n = LAYER_N, .from = {0, 1, 2}},
    {"layer_terms", SETS(layers), .n = LAYER_N, .from = {0, 0, 0, 1}, .centered = true,
     .outputs_only = true},
    {"layer_gradient", SETS(layers), .n = LAYER_N, .from = {0, 1, 2}},
    {"layer_weights", SETS(layers), .n = 32, .pieces = 16, .stride = 32, .from = {0, 1, 2}},
    {"layer_collect", SETS(layers), .n = 50, .pieces = 8, .stride = 64, .from = {0, 1, 2},
     .last_only = true},
    {"across_moments", SETS(layers), .n = N / LAYER_PAD * LAYER_PAD},
    {"across_score", SETS(layers), .n = LAYER_N - LAYER_PAD},
    {"across_psi", SETS(layers), .n = LAYER_N - LAYER_PAD},
    {"across_spread", SETS(layers), .n = LAYER_N - LAYER_PAD},
    {"across_affine", SETS(layers), .n = LAYER_N, .from = {0, 1}},
    {"across_output", SETS(layers), .n = LAYER_N, .from = {0, 1}},
    {"across_terms", SETS(layers), .n = LAYER_N - LAYER_PAD, .from = {0, 1, 2}},
    {"across_gradient", SETS(layers), .n = LAYER_N, .from = {0, 1}},
};

/* The plan of a kernel, whose name may have an element type at its end. */
static struct plan plan_of(const struct kernel *k)
{
	struct plan plan = {.parameters = k->parameters, .sets = k->parameter_sets, .n = N};
	size_t length = strlen(k->name);

	if (length > 4 &&
	    (!strcmp(k->name + length - 4, "_f32") || !strcmp(k->name + length - 4, "_f64")))
		length -= 4;
	if (k->step)
		plan.n -= plan.n % k->step;
	for (size_t i = 0; i < COUNT(plans); i++)
		if (!strncmp(plans[i].kernel, k->name, length) && !plans[i].kernel[length])
			plan = plans[i];
	plan.pieces += !plan.pieces;
	return plan;
}

/* ---- calls ---- */

static uint64_t outputs[KERNEL_OUTPUTS][KERNEL_TABLE_ROWS * SKETCH_POWERS];
static uint64_t centered[KERNEL_OUTPUTS][LAYER_N];

static void make_centered(const struct backend *b, enum kernel_type type, struct kernel_call *c)
{
	bool f32 = type == KERNEL_F32;
	struct kernel_call center = {
	    .kernel = kernel_named(f32 ? "layer_center_f32" : "layer_center_f64"),
	    .parameters = layers,
	    .n = LAYER_N - LAYER_PADDING,
	    .in = {f32 ? (const void *)x32 : x64},
	    .out = {centered[0], centered[1]}};

	center.kernel->run(b, &center);
	c->in[0] = centered[0];
	c->in[1] = centered[1];
}

static void add_results(const struct kernel_call *c, bool outputs_only)
{
	struct kernel_result r[KERNEL_RESULTS];
	size_t n = kernel_results(c, r);

	for (size_t i = outputs_only; i < n; i++)
		add_result(&r[i]);
}

static void run(const struct backend *b, const struct plan *plan, struct kernel_call *c)
{
	const struct kernel *k = c->kernel;
	size_t size = kernel_type_size(k->type);
	const void *inputs = k->type == KERNEL_U16   ? (const void *)x16
			     : k->type == KERNEL_F32 ? (const void *)x32
						     : x64;
	const char *x = inputs;

	for (unsigned i = 0; i < k->inputs; i++)
		c->in[i] = i < kernel_inputs(k, c->parameters) ? x + plan->from[i] * size : NULL;
	if (plan->centered)
		make_centered(b, k->type, c);
	for (int i = 0; i < KERNEL_OUTPUTS; i++)
		c->out[i] = memset(outputs[i], 0, sizeof outputs[i]);
	for (size_t piece = 0; piece < plan->pieces; piece++) {
		k->run(b, c);
		if (!plan->last_only || piece + 1 == plan->pieces)
			add_results(c, plan->outputs_only);
		for (unsigned i = 0; i < k->inputs; i++)
			if (c->in[i])
				c->in[i] = (const char *)c->in[i] + plan->stride * size;
	}
}

static uint64_t hash_of(const struct kernel *k, const struct backend *b)
{
	const struct plan plan = plan_of(k);
	struct kernel_call c = {.kernel = k, .n = plan.n};

	hash = 0xcbf29ce484222325;
	for (size_t i = 0; i < plan.sets; i++) {
		c.parameters = &plan.parameters[i];
		run(b, &plan, &c);
	}
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
		for (size_t j = 0; j < kernel_count; j++) {
			const struct kernel *k = kernels[j];
			uint64_t value;

			cr_assert_eq(bell_backend_use(backend), BELL_OK);
			value = hash_of(k, bell_kernels());
			if (print && i == 0)
				printf("%s %016llx\n", k->name, (unsigned long long)value);
			if (print || (!strcmp(backend, "plain") && !strcmp(k->name, "score")))
				continue; /* test_backends.c says why */
			cr_expect_eq(value, golden(k->name), "%s on %s: %016llx", k->name, backend,
				     (unsigned long long)value);
		}
}
