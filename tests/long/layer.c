/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * layer.c - long_layer: layers with threads, against one, for a sanitizer that the test suites
 * cannot run under.  Exits with 1 where bits differ.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/bellshape.h>

static bool failed;

/* All that the calls write, in one piece of memory. */
struct results {
	size_t n, size;
	float *out, *du, *evaluation;
	struct bell_layer_statistics *saved;
	struct bell_layer_sums *sums;
	double *dweight, *dbias;
};

static void require(enum bell_status status, const char *what)
{
	if (status == BELL_OK)
		return;
	printf("FAILED: %s: %s\n", what, bell_status_text(status));
	exit(1);
}

static struct results results_make(const struct bell_layer_shape *s)
{
	size_t n = s->samples * s->channels * s->positions, groups = bell_layer_shape_groups(s);
	struct results r = {.n = n};
	char *at;

	r.size = groups * (sizeof *r.saved + sizeof *r.sums) +
		 2 * (s->channels + s->positions) * sizeof(double) + 3 * n * sizeof(float);
	r.saved = calloc(1, r.size);
	r.sums = (void *)(r.saved + groups);
	r.dweight = (void *)(r.sums + groups);
	r.dbias = r.dweight + s->channels + s->positions;
	at = (void *)(r.dbias + s->channels + s->positions);
	r.out = (void *)at;
	r.du = r.out + n;
	r.evaluation = r.du + n;
	return r;
}

/* The three calls, and the sums of the steps of a shared batch on top. */
static void run(const struct bell_layer_shape *s, const struct bell_layer_options *o,
		const float *u, const float *g, const float *weight, struct results *r)
{
	require(bell_layer_forward_f32(u, weight, weight, s, o, r->out, r->saved, NULL), "forward");
	require(bell_layer_backward_f32(u, weight, r->saved, g, s, o, r->du, r->dweight, r->dbias),
		"backward");
	require(bell_layer_evaluate_f32(u, weight, weight, r->saved, s, o, r->evaluation),
		"evaluate");
	for (enum bell_layer_step step = 0; step <= BELL_LAYER_SPREAD; step++)
		require(bell_layer_measure_f32(u, r->saved, s, step, o, r->sums), "measure");
	require(bell_layer_measure_backward_f32(u, weight, r->saved, g, s, o, r->sums, r->dweight,
						r->dbias),
		"measure_backward");
	require(bell_layer_apply_backward_f32(u, weight, r->saved, g, r->sums, s, o, r->du),
		"apply_backward");
}

static void check(struct bell_layer_shape s, const char *what)
{
	struct bell_layer_options o;
	struct results one = results_make(&s), many = results_make(&s);
	float *u = malloc(one.n * sizeof *u), *g = malloc(one.n * sizeof *g);
	float *weight = malloc((s.channels + s.positions) * sizeof *weight);

	require(bell_normal_fill_f32(&(struct bell_normal_stream){1, 0, 0}, 0, 1, one.n, 1, u),
		"u");
	require(bell_normal_fill_f32(&(struct bell_normal_stream){2, 0, 0}, 0, 1, one.n, 1, g),
		"g");
	require(bell_normal_fill_f32(&(struct bell_normal_stream){3, 0, 0}, 0, 1,
				     s.channels + s.positions, 1, weight),
		"weight");
	bell_layer_options_default(&s, &o);
	o.threads = 1;
	run(&s, &o, u, g, weight, &one);
	for (o.threads = 2; o.threads < 8; o.threads += 2) {
		o.scratch_size = bell_layer_scratch_f32(&s, &o);
		o.scratch = o.threads == 4 ? malloc(o.scratch_size) : NULL;
		run(&s, &o, u, g, weight, &many);
		free(o.scratch);
		if (memcmp(one.saved, many.saved, one.size)) {
			printf("FAILED: %s, %u threads: other bits\n", what, o.threads);
			failed = true;
		}
	}
	free(one.saved);
	free(many.saved);
	free(u);
	free(g);
	free(weight);
}

/* Rows and channels last; groups of a batch with g = 2 channels each, and per sample. */
static void check_all(size_t samples, size_t channels, size_t positions)
{
	struct bell_layer_shape s[] = {
	    bell_layer_shape_batch(samples, channels, positions),
	    bell_layer_shape_instance(samples, channels, positions),
	    bell_layer_shape_group(samples, channels, positions, channels / 2),
	    bell_layer_shape_layer(samples, channels * positions)};
	static const char *const name[] = {"batch", "instance", "group", "layer"};

	for (int i = 0; i < 4; i++) {
		check(s[i], name[i]);
		check(bell_layer_shape_channels_last(s[i]), name[i]);
	}
	s[2].batch = true;
	check(s[2], "groups of a batch");
}

int main(void)
{
	/* many groups; few, of several parts each, whose threads are inside */
	check_all(40, 300, 3);
	check_all(3, 2, 33001);
	check_all(1, 2, 70001);
	return failed;
}
