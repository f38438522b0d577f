/* SPDX-License-Identifier: BSD-3-Clause */
/* layers.c - normality-normalization layers, as they lie in a network. */
#include <stdlib.h>
#include "cases.h"

/* A layer on a tensor, after a forward pass. */
struct layer {
	const char *what, *place;
	struct bell_layer_shape shape;
	struct bell_layer_options options;
	void *out, *du;
	struct bell_layer_statistics *statistics;
	double *dweight, *dbias;
};

enum { LAYERS = 8 };
static struct layer layers[LAYERS];

static struct bell_layer_options options(const struct bench *b)
{
	struct bell_layer_options o = b->layer->options;

	o.threads = b->threads;
	return o;
}

static void forward(const struct bench *b)
{
	const struct layer *l = b->layer;
	struct bell_layer_options o = options(b);

	if (b->f32)
		expect(bell_layer_forward_f32(b->data->pool32, b->data->pool32, b->data->pool32,
					      &l->shape, &o, l->out, l->statistics, NULL),
		       b->what);
	else
		expect(bell_layer_forward_f64(b->data->pool64, b->data->pool64, b->data->pool64,
					      &l->shape, &o, l->out, l->statistics, NULL),
		       b->what);
}

/* out stands for the gradient: numbers of an ordinary size. */
static void backward(const struct bench *b)
{
	const struct layer *l = b->layer;
	struct bell_layer_options o = options(b);

	if (b->f32)
		expect(bell_layer_backward_f32(b->data->pool32, b->data->pool32, l->statistics,
					       l->out, &l->shape, &o, l->du, l->dweight, l->dbias),
		       b->what);
	else
		expect(bell_layer_backward_f64(b->data->pool64, b->data->pool64, l->statistics,
					       l->out, &l->shape, &o, l->du, l->dweight, l->dbias),
		       b->what);
}

static void evaluate(const struct bench *b)
{
	const struct layer *l = b->layer;
	struct bell_layer_options o = options(b);

	if (b->f32)
		expect(bell_layer_evaluate_f32(b->data->pool32, b->data->pool32, b->data->pool32,
					       l->statistics, &l->shape, &o, l->out),
		       b->what);
	else
		expect(bell_layer_evaluate_f64(b->data->pool64, b->data->pool64, b->data->pool64,
					       l->statistics, &l->shape, &o, l->out),
		       b->what);
}

static void layer_make(struct layer *l, size_t value_bytes)
{
	size_t groups = bell_layer_shape_groups(&l->shape), n;
	size_t weights = l->shape.by_position ? l->shape.positions : l->shape.channels;

	n = l->shape.samples * l->shape.channels * l->shape.positions;
	bell_layer_options_default(&l->shape, &l->options);
	l->out = must(malloc(n * value_bytes));
	l->du = must(malloc(n * value_bytes));
	l->statistics = must(malloc(groups * sizeof *l->statistics));
	l->dweight = must(malloc(weights * sizeof *l->dweight));
	l->dbias = must(malloc(weights * sizeof *l->dbias));
}

void layers_free(void)
{
	for (size_t i = 0; i < LAYERS; i++) {
		free(layers[i].out);
		free(layers[i].du);
		free(layers[i].statistics);
		free(layers[i].dweight);
		free(layers[i].dbias);
	}
}

static void add(struct list *list, struct bench b, const char *pass,
		void (*run)(const struct bench *b))
{
	snprintf(b.what, sizeof b.what, "%s %s %s", b.layer->what, pass, b.f32 ? "f32" : "f64");
	b.run = run;
	add_on_threads(list, &b);
}

/* The order of the passes is that of a network: backward finds what forward has written. */
static void add_passes(struct list *list, const struct data *data, struct layer *l, bool f32)
{
	struct bench b = {.group = "job", .backend = bell_backend(), .data = data, .f32 = f32};

	b.layer = l;
	b.place = l->place;
	b.n = l->shape.samples * l->shape.channels * l->shape.positions;
	b.threads = 1;
	if (data->capacity) { /* else the cases are only listed */
		layer_make(l, f32 ? sizeof(float) : sizeof(double));
		forward(&b);
	}
	add(list, b, "forward", forward);
	add(list, b, "backward", backward);
	add(list, b, "evaluate", evaluate);
}

#define IMAGES "64x64x16x16"

void add_batch_layer(struct list *list, const struct data *data)
{
	layers[0] = (struct layer){
	    .what = "batch", .place = IMAGES, .shape = bell_layer_shape_batch(64, 64, 16 * 16)};
	add_passes(list, data, &layers[0], true);
}

void add_layers(struct list *list, const struct data *data, bool quick)
{
	const struct bell_layer_shape images = bell_layer_shape_batch(64, 64, 16 * 16);
	const struct layer all[LAYERS / 2] = {
	    {.what = "batch", .place = IMAGES, .shape = images},
	    {.what = "batch, last",
	     .place = IMAGES,
	     .shape = bell_layer_shape_channels_last(images)},
	    {.what = "batch", .place = "4096x256", .shape = bell_layer_shape_batch(4096, 256, 1)},
	    {.what = "layer", .place = "4096x256", .shape = bell_layer_shape_layer(4096, 256)},
	};

	if (quick) /* their tensors are as large as a pool */
		return;
	for (size_t i = 0; i < LAYERS; i++) {
		layers[i] = all[i / 2];
		add_passes(list, data, &layers[i], i % 2 == 0);
	}
}
