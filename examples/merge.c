/* SPDX-License-Identifier: BSD-3-Clause */
/* merge.c - sketch two parts of a column apart, as two machines would, and fit them as one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/bellshape.h>

enum { N = 20000 };

static void require(enum bell_status status)
{
	if (status == BELL_OK)
		return;
	fprintf(stderr, "%s\n", bell_status_text(status));
	exit(1);
}

int main(void)
{
	static double x[N];
	struct bell_sketch *whole, *first, *second, *received;
	struct bell_sketch_summary summary;
	struct bell_fit of_whole, of_parts;
	size_t size;
	void *bytes;

	for (int i = 0; i < N; i++)
		x[i] = 1e4 / (double)(i + 3);
	require(bell_sketch_create(NULL, &whole));
	require(bell_sketch_update_f64(whole, x, NULL, N, 0));

	/* Parts with the same grid merge into the very sketch of the whole. */
	require(bell_sketch_summary(whole, &summary));
	require(bell_sketch_create(&summary.grid, &first));
	require(bell_sketch_create(&summary.grid, &second));
	require(bell_sketch_update_f64(first, x, NULL, N / 3, 0));
	require(bell_sketch_update_f64(second, x + N / 3, NULL, N - N / 3, 0));

	/* One of them travels as bytes. */
	size = bell_sketch_size(second);
	bytes = malloc(size);
	require(bytes ? bell_sketch_serialize(second, bytes, size) : BELL_ENOMEM);
	require(bell_sketch_deserialize(bytes, size, &received));
	require(bell_sketch_merge(first, received));

	require(bell_fit_sketch(whole, NULL, &of_whole));
	require(bell_fit_sketch(first, NULL, &of_parts));
	printf("%zu bytes; lambda %.6f of the whole, %.6f of the parts\n", size, of_whole.lambda,
	       of_parts.lambda);
	free(bytes);
	bell_sketch_free(whole);
	bell_sketch_free(first);
	bell_sketch_free(second);
	bell_sketch_free(received);
	return memcmp(&of_whole, &of_parts, sizeof of_whole) != 0;
}
