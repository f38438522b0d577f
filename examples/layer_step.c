/* SPDX-License-Identifier: BSD-3-Clause */
/* layer_step.c - a batch layer: steps of training on skewed data, then evaluation. */
#include <math.h>
#include <stdio.h>
#include <bellshape/bellshape.h>

enum { SAMPLES = 64, CHANNELS = 2, POSITIONS = 10, N = SAMPLES * CHANNELS * POSITIONS };

int main(void)
{
	static float target[N], u[N], out[N], g[N], du[N];
	float weight[CHANNELS] = {1, 1}, bias[CHANNELS] = {0, 0};
	double dweight[CHANNELS], dbias[CHANNELS];
	struct bell_layer_statistics batch[CHANNELS];
	struct bell_layer_statistics running[] = {{.variance = 1, .lambda = 1},
						  {.variance = 1, .lambda = 1}};
	struct bell_layer_shape shape = bell_layer_shape_batch(SAMPLES, CHANNELS, POSITIONS);
	struct bell_layer_options options;
	enum bell_status status = BELL_OK;
	double error = 0;

	bell_layer_options_default(&shape, &options);
	for (uint64_t step = 0; step < 100 && status == BELL_OK; step++) {
		/* The input has a long right tail; what is wanted of the layer is normal. */
		bell_normal_fill_f32(&(struct bell_normal_stream){.stream = step}, 3, 2, N, 1,
				     target);
		for (int i = 0; i < N; i++)
			u[i] = expf(target[i] / 4);
		/* Each step has noise of its own. */
		options.seed = 1;
		options.stream = step;
		status =
		    bell_layer_forward_f32(u, weight, bias, &shape, &options, out, batch, NULL);
		/* The loss is half the sum of (out - target)^2, and g its gradient. */
		for (int i = 0; i < N; i++)
			g[i] = out[i] - target[i];
		if (status == BELL_OK)
			status = bell_layer_backward_f32(u, weight, batch, g, &shape, &options, du,
							 dweight, dbias);
		if (status == BELL_OK)
			status =
			    bell_layer_track(running, batch, CHANNELS, SAMPLES * POSITIONS, 0.1);
		for (int c = 0; c < CHANNELS && status == BELL_OK; c++) {
			weight[c] -= 1e-4f * (float)dweight[c];
			bias[c] -= 1e-4f * (float)dbias[c];
		}
	}
	if (status == BELL_OK)
		status = bell_layer_evaluate_f32(u, weight, bias, running, &shape, &options, out);
	if (status != BELL_OK) {
		fprintf(stderr, "%s\n", bell_status_text(status));
		return 1;
	}
	for (int i = 0; i < N; i++)
		error += (out[i] - target[i]) * (out[i] - target[i]) / N;
	printf("lambda %.2f, weight %.2f, bias %.2f, mean squared error %.2f\n", running[0].lambda,
	       weight[0], bias[0], error);
	/* An ordinary layer is left with an error of 0.5, as it cannot bend the tail. */
	return !(running[0].lambda < 1 && error < 0.1);
}
