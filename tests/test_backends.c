/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_backends.c - every kernel has the same bits on every backend, whatever its data and wherever
 * they lie.
 *
 * kernel_calls.c says how a kernel is called.  The backend "scalar" is the measure.
 */
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include <criterion/parameterized.h> /* after criterion.h */
#include "kernel_calls.h"

/* Elements of the longest arrays, and what some kernels write beyond. */
#define MAX_N    (2 * BELL_CHUNK + 1)
#define CAPACITY ((MAX_N + 64) * sizeof(uint64_t))

/* The memory of a test: inputs, and the outputs of both backends. */
struct memory {
	struct guarded in[KERNEL_INPUTS], out[2][KERNEL_OUTPUTS];
	struct rng rng;
};

static struct memory memory_make(uint64_t seed)
{
	struct memory m = {.rng = {seed}};

	for (int i = 0; i < KERNEL_INPUTS; i++)
		m.in[i] = guarded_make(CAPACITY);
	for (int i = 0; i < KERNEL_OUTPUTS; i++)
		for (int j = 0; j < 2; j++)
			m.out[j][i] = guarded_make(CAPACITY);
	return m;
}

static void memory_free(struct memory *m)
{
	for (int i = 0; i < KERNEL_INPUTS; i++)
		guarded_free(&m->in[i]);
	for (int i = 0; i < KERNEL_OUTPUTS; i++)
		for (int j = 0; j < 2; j++)
			guarded_free(&m->out[j][i]);
}

static void fill(struct rng *rng, enum kernel_type type, void *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double v = rng_hostile(rng);

		if (type == KERNEL_U16)
			((uint16_t *)x)[i] = (uint16_t)rng_bits(rng);
		else if (type == KERNEL_F32)
			((float *)x)[i] = (float)v;
		else
			((double *)x)[i] = v;
	}
}

/* Where the inputs lie: they begin at an unmapped page, or end so many elements before one. */
#define AT_THE_START SIZE_MAX

static void place_inputs(struct memory *m, const struct kernel *k, size_t n, size_t place,
			 const void *in[KERNEL_INPUTS])
{
	size_t size = kernel_type_size(k->type);

	for (unsigned i = 0; i < k->inputs; i++) {
		unsigned char *x =
		    place == AT_THE_START ? m->in[i].low : m->in[i].high - (n + place) * size;

		fill(&m->rng, k->type, x, n);
		in[i] = x;
	}
}

/* Outputs end at an unmapped page; output 0 is an input if `in_place`. */
static void place_outputs(const struct guarded *out, bool in_place, struct kernel_call *c)
{
	const struct kernel *k = c->kernel;

	for (unsigned i = 0; i < KERNEL_OUTPUTS; i++) {
		size_t size = kernel_output_elements(k, c->parameters, c->n, i) *
			      kernel_type_size(k->output[i].type);

		c->out[i] =
		    size ? memset(out[i].high - size, k->output[i].adds ? 0 : 0x55, size) : NULL;
	}
	if (in_place) {
		const void **x = &c->in[k->in_place - 1];

		*x = memcpy(c->out[0], *x, c->n * kernel_type_size(k->type));
	}
}

struct pair {
	const struct backend *measure, *other;
};

/* Calls a kernel on both backends with the same data and compares what they wrote. */
static void compare(const struct pair *p, struct memory *m, const struct kernel_call *data,
		    bool in_place)
{
	const struct kernel *k = data->kernel;
	struct kernel_call a = *data, b = *data;
	size_t where;

	for (unsigned i = kernel_inputs(k, data->parameters); i < k->inputs; i++)
		a.in[i] = b.in[i] = NULL;
	place_outputs(m->out[0], in_place, &a);
	place_outputs(m->out[1], in_place, &b);
	k->run(p->measure, &a);
	k->run(p->other, &b);
	/* SLEEF's expm1 rounds in other places where there is no fused multiply-add. */
	if (!strcmp(k->name, "score") && !strcmp(p->other->name, "plain"))
		return;
	cr_assert(kernel_same_results(&a, &b, &where),
		  "%s on %s: n = %zu, parameters %zu%s: word %zu differs", k->name, p->other->name,
		  data->n, (size_t)(data->parameters - k->parameters), in_place ? ", in place" : "",
		  where);
}

static void compare_all(const struct pair *p, struct memory *m, const struct kernel *k, size_t n,
			size_t place)
{
	struct kernel_call c = {.kernel = k, .n = n};

	place_inputs(m, k, n, place, c.in);
	for (size_t i = 0; i < k->parameter_sets; i++) {
		c.parameters = &k->parameters[i];
		compare(p, m, &c, false);
		if (k->in_place && k->in_place <= kernel_inputs(k, c.parameters))
			compare(p, m, &c, true);
	}
}

/*
 * Every n that a kernel takes up to two blocks, and some around one and two chunks; data that begin
 * and that end at an unmapped page, and short ones at every place in a cache line.
 */
static void sweep(const struct pair *p, const struct kernel *k)
{
	static const size_t large[] = {BELL_CHUNK - 16, BELL_CHUNK - 8, BELL_CHUNK - 1, BELL_CHUNK,
				       BELL_CHUNK + 1,  BELL_CHUNK + 8, MAX_N};
	const size_t small = 2 * BLOCK + 3, places = 64 / kernel_type_size(k->type);
	size_t step = k->step ? k->step : 1, max = k->max ? k->max : SIZE_MAX;
	struct memory m = memory_make(kernel_type_size(k->type));

	for (size_t i = 1; i <= small + COUNT(large); i++) {
		size_t n = i <= small ? i : large[i - small - 1];

		if (n > max || n % step)
			continue;
		for (size_t place = 0; place < (i <= small ? places : 2); place++)
			compare_all(p, &m, k, n, place);
		compare_all(p, &m, k, n, AT_THE_START);
	}
	memory_free(&m);
}

/* ---- every kernel on every backend ---- */

struct work {
	size_t kernel, backend;
};

#define MAX_BACKENDS 8

ParameterizedTestParameters(backends, every_kernel)
{
	struct work *work = cr_malloc(kernel_count * MAX_BACKENDS * sizeof *work);
	size_t n = 0;

	for (size_t b = 0; bell_backend_name(b) && b < MAX_BACKENDS; b++)
		for (size_t k = 0; k < kernel_count && strcmp(bell_backend_name(b), "scalar"); k++)
			work[n++] = (struct work){k, b};
	return cr_make_param_array(struct work, work, n);
}

static const struct backend *named(const char *name)
{
	CHECK(bell_backend_use(name));
	return bell_kernels();
}

ParameterizedTest(const struct work *work, backends, every_kernel)
{
	const char *name = bell_backend_name(work->backend);
	const char *measure = bell_backend_use("scalar") == BELL_OK ? "scalar" : name;
	struct pair p = {named(measure), named(name)};

	cr_log_info("%s on %s", kernels[work->kernel]->name, name);
	sweep(&p, kernels[work->kernel]);
}
