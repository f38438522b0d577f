/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernels.c - every kernel of kernels.def on every backend that runs here.
 *
 * tests/kernel_calls.c says how a kernel is called; its first parameters are the ones measured.  A
 * step runs a kernel on elements first .. first + n - 1, n <= BELL_CHUNK, as the library does.  The
 * bytes of a value are those that the kernel moves between memory and its registers, tables and the
 * like aside.
 */
#include <math.h>
#include <string.h>
#include "../tests/kernel_calls.h"
#include "cases.h"

/*
 * The arrays of a kernel lie in the pools of bench.h, each in a window of its own.  A window is not
 * a multiple of a page, and outputs begin half a page off, so that the first bytes of two arrays do
 * not share a place in the caches.
 */
#define MAX_WINDOWS   4
#define OUTPUT_OFFSET 2176

static size_t window(const struct data *data)
{
	return data->capacity / MAX_WINDOWS / 128 * 128 - 192;
}

/* Window i of a pool whose elements have `size` bytes; NULL while --list has made no pools. */
static char *window_of(const struct data *data, void *pool, size_t i, size_t size)
{
	return pool ? (char *)pool + i * window(data) * size : NULL;
}

/* What a kernel writes elsewhere: tables, and the elements outside them. */
static uint64_t aside[2][KERNEL_TABLE_ROWS * SKETCH_POWERS];

/* The values of a likelihood, and the moments of bins. */
#define VALUES BELL_CHUNK
static double node[KERNEL_INPUTS + KERNEL_OUTPUTS][VALUES];
static double moment[SKETCH_POWERS - 1][VALUES];

/* The number of kernels. */
enum {
	KERNELS = 0
#define KERNEL(type, name, params) +1
#include "kernels/kernels.def"
#undef KERNEL
};

/* A kernel's call, and where element 0 is of those arrays that a step moves along. */
struct arrays {
	struct kernel_call call;
	unsigned inputs, outputs;
	const char *in[KERNEL_INPUTS];
	char *out[KERNEL_OUTPUTS];
	size_t in_size, out_size[KERNEL_OUTPUTS]; /* bytes a value */
	size_t piece;                             /* values that the kernel takes at a time */
};

static void step(const struct bench *b, size_t first, size_t n)
{
	struct arrays *a = b->arrays;
	struct kernel_call *c = &a->call;

	for (unsigned i = 0; i < a->outputs; i++)
		c->out[i] = a->out[i] + first * a->out_size[i];
	for (size_t end = first + n; first < end; first += c->n) {
		for (unsigned i = 0; i < a->inputs; i++)
			c->in[i] = a->in[i] + first * a->in_size;
		c->n = end - first < a->piece ? end - first : a->piece;
		c->kernel->run(b->kernels, c);
	}
}

/* ---- the cases ---- */

static void run_chunks(const struct bench *b, size_t first)
{
	for (size_t i = 0; i < b->n; i += BELL_CHUNK)
		step(b, first + i, b->n - i < BELL_CHUNK ? b->n - i : BELL_CHUNK);
}

static void run_hot(const struct bench *b) { run_chunks(b, 0); }

/* Arrays beyond the first begin a window further on, and so do their laps. */
static void run_cold(const struct bench *b)
{
	static size_t cursor;

	if (cursor + b->n > window(b->data))
		cursor = 0;
	run_chunks(b, cursor);
	cursor += b->n;
}

static void prepare_nodes(void)
{
	for (size_t i = 0; i < VALUES; i++) {
		node[0][i] = (double)i / VALUES * 6;
		node[1][i] = 1;
		for (int j = 2; j < KERNEL_INPUTS; j++)
			node[j][i] = 1.0 / (j + 3);
	}
}

/* Values that lie evenly over half of a bin, somewhere in it. */
static void prepare_moments(void)
{
	for (size_t i = 0; i < VALUES; i++) {
		double low = (double)i / VALUES - 1, high = low + 1;

		for (int j = 0; j < SKETCH_POWERS - 1; j++)
			moment[j][i] = (pow(high, j + 2) - pow(low, j + 2)) / (j + 2);
	}
}

static bool of_bins(const struct bench *b) { return !strcmp(b->what, "quadrature"); }

static bool of_nodes(const struct bench *b) { return !strncmp(b->what, "score", 5); }

/* Values that take no more than `bytes`, all arrays together. */
static size_t fitting(const struct bench *b, size_t bytes)
{
	size_t n = 16 * BELL_CHUNK;

	while (n * (b->reads + b->writes) > bytes)
		n /= 2;
	return n;
}

/* Of L1, three quarters of the usual 32 KiB; of L2, half of 512 KiB. */
static void add_places(struct list *list, struct bench *b, bool quick)
{
	b->place = "L1";
	b->run = run_hot;
	/* nodes and bins are never more than a few caches hold */
	if (of_nodes(b) || of_bins(b)) {
		b->n = VALUES;
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

/* Sets the arrays of a call, and the bytes a value that it reads and writes. */
static void set_arrays(struct bench *b)
{
	struct arrays *a = b->arrays;
	const struct kernel *k = a->call.kernel;
	void *in = k->type == KERNEL_F32 ? (void *)b->data->pool32 : (void *)b->data->pool64;
	void *out = b->data->out ? (char *)b->data->out + OUTPUT_OFFSET : NULL;

	a->piece = k->max ? k->max : SIZE_MAX;
	a->in_size = kernel_type_size(k->type);
	a->inputs = kernel_inputs(k, a->call.parameters);
	for (unsigned i = 0; i < a->inputs; i++)
		a->in[i] = of_nodes(b)  ? (char *)node[i]
			   : of_bins(b) ? (char *)moment[i]
					: window_of(b->data, in, i, a->in_size);
	b->reads = a->inputs * (unsigned)a->in_size;
	for (unsigned i = 0; i < KERNEL_OUTPUTS; i++) {
		const struct kernel_output *o = &k->output[i];
		size_t size = o->each * kernel_type_size(o->type);

		if (o->aside)
			a->call.out[i] = aside[i];
		if (o->aside || !o->each)
			continue;
		a->out[i] = of_nodes(b) ? (char *)node[KERNEL_INPUTS + i]
					: window_of(b->data, out, i, size);
		a->out_size[i] = size;
		a->outputs = i + 1;
		b->writes += (unsigned)size;
		b->reads += o->adds ? (unsigned)size : 0;
	}
}

static void add_kernel(struct list *list, const struct data *data, struct arrays *a, bool quick)
{
	const struct kernel *k = a->call.kernel;
	struct bench b = {.group = "kernel", .threads = 1, .data = data, .arrays = a};

	snprintf(b.what, sizeof b.what, "%s", k->name);
	set_arrays(&b);
	for (size_t i = 0; (b.backend = bell_backend_name(i)); i++) {
		expect(bell_backend_use(b.backend), b.backend);
		b.kernels = bell_kernels();
		add_places(list, &b, quick);
	}
}

void add_kernels(struct list *list, const struct data *data, bool quick)
{
	static struct arrays all[KERNELS];

	prepare_nodes();
	prepare_moments();
	for (size_t i = 0; i < kernel_count; i++)
		all[i].call = (struct kernel_call){.kernel = kernels[i],
						   .parameters = kernels[i]->parameters};
	for (size_t i = 0; i < kernel_count; i++)
		add_kernel(list, data, &all[i], quick);
	expect(bell_backend_use(NULL), "BELLSHAPE_BACKEND");
}
