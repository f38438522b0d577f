/* SPDX-License-Identifier: BSD-3-Clause */
/* layer_step.c - one training step of a batch-normalization layer with normal outputs. */
#include <math.h>
#include <stdio.h>
#include <bellshape/bellshape.h>

enum { SAMPLES = 64, CHANNELS = 3, POSITIONS = 10, N = SAMPLES * CHANNELS * POSITIONS };

int main(void)
{
	static float u[N], out[N], g[N], du[N];
	float weight[CHANNELS] = {1, 1, 1}, bias[CHANNELS] = {0};
	double dweight[CHANNELS], dbias[CHANNELS];
	struct bell_layer_shape shape = bell_layer_shape_batch(SAMPLES, CHANNELS, POSITIONS);
	struct bell_layer_statistics statistics[CHANNELS];
	struct bell_layer_options options;
	struct bell_moments before, after;
	enum bell_status status;

	/* Normal samples, made skewed; the loss is half the sum of the squares of the output. */
	status = bell_normal_fill_f32(&(struct bell_normal_stream){.seed = 1}, 0, 0.5, N, 1, u);
	for (int i = 0; i < N; i++)
		u[i] = expf(u[i]);
	bell_layer_options_default(&shape, &options);
	options.noise = 0;
	if (status == BELL_OK)
		status = bell_layer_forward_f32(u, weight, bias, &shape, &options, out, statistics,
						NULL);
	for (int i = 0; i < N; i++)
		g[i] = out[i];
	if (status == BELL_OK)
		status = bell_layer_backward_f32(u, weight, statistics, g, &shape, &options, du,
						 dweight, dbias);
	if (status == BELL_OK)
		status = bell_moments_f32(u, N, 1, &before);
	if (status == BELL_OK)
		status = bell_moments_f32(out, N, 1, &after);
	if (status != BELL_OK) {
		fprintf(stderr, "%s\n", bell_status_text(status));
		return 1;
	}
	for (int c = 0; c < CHANNELS; c++) {
		weight[c] -= 1e-4f * (float)dweight[c];
		bias[c] -= 1e-4f * (float)dbias[c];
		/* The loss falls as the weight does. */
		if (!(statistics[c].lambda < 1 && dweight[c] > 0 && weight[c] < 1))
			return 1;
	}
	printf("lambda %.3f, skewness %.3f before and %.3f after\n", statistics[0].lambda,
	       bell_moments_skewness(&before, true), bell_moments_skewness(&after, true));
	return !(fabs(bell_moments_skewness(&after, true)) <
		 0.5 * bell_moments_skewness(&before, true));
}
