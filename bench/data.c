/* SPDX-License-Identifier: BSD-3-Clause */
/* data.c - the values that the benchmarks run on, the same in every run. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bench.h"

#define LEAST_POOL ((size_t)1 << 25) /* three times LONG_N */
#define MOST_POOL  ((size_t)1 << 26)

void *must(void *pointer)
{
	if (!pointer) {
		fprintf(stderr, "bellshape-bench: out of memory\n");
		exit(1);
	}
	return pointer;
}

static void *room_for(size_t n, size_t size)
{
	return must(aligned_alloc(64, (n * size + 63) / 64 * 64));
}

/* Uniform in (0, 1): splitmix64. */
static double uniform(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	z ^= z >> 31;
	return ((double)(z >> 11) + 0.5) * 0x1p-53;
}

/* Normal by Box and Muller. */
static double normal(uint64_t *state)
{
	double radius = sqrt(-2 * log(uniform(state)));

	return radius * cos(6.283185307179586 * uniform(state));
}

/* Mixed sign: a gamma of shape 2, less 1.5. */
static double value(enum column c, uint64_t *state)
{
	if (c == LOGNORMAL)
		return exp(normal(state));
	return -log(uniform(state) * uniform(state)) - 1.5;
}

static void make_column(struct data *d, enum column c)
{
	uint64_t state = c + 1;

	d->column[c].f32 = room_for(JOB_N, sizeof(float));
	d->column[c].f64 = room_for(JOB_N, sizeof(double));
	d->column[c].z32 = room_for(JOB_N, sizeof(float));
	d->column[c].z64 = room_for(JOB_N, sizeof(double));
	for (size_t i = 0; i < JOB_N; i++) {
		d->column[c].f32[i] = (float)value(c, &state);
		d->column[c].f64[i] = d->column[c].f32[i];
	}
	expect(bell_fit_f64(d->column[c].f64, NULL, JOB_N, NULL, 1, &d->column[c].fit), "fit");
	expect(bell_transform_apply_f64(&d->column[c].fit.transform, d->column[c].f64, JOB_N, 1,
					d->column[c].z64),
	       "transform");
	for (size_t i = 0; i < JOB_N; i++)
		d->column[c].z32[i] = (float)d->column[c].z64[i];
}

/* Four times the last cache, which the machine may not tell: within bounds. */
static size_t pool_room(void)
{
	size_t room = LEAST_POOL;
#ifdef _SC_LEVEL3_CACHE_SIZE
	long cache = sysconf(_SC_LEVEL3_CACHE_SIZE);

	if (cache > 0)
		room = 4 * (size_t)cache / sizeof(double);
#endif
	room = room < LEAST_POOL ? LEAST_POOL : room;
	return room > MOST_POOL ? MOST_POOL : room;
}

void data_make(struct data *d, bool with_pool)
{
	for (int c = 0; c < COLUMNS; c++)
		make_column(d, (enum column)c);
	expect(bell_model_create(ROW_COLUMNS, &d->model), "model");
	for (size_t j = 0; j < ROW_COLUMNS; j++)
		expect(bell_model_set(d->model, j, NULL, &d->column[LOGNORMAL].fit), "model");
	d->room = with_pool ? pool_room() : JOB_N;
	d->pool32 = room_for(d->room, sizeof(float));
	d->pool64 = room_for(d->room, sizeof(double));
	d->out = room_for(d->room, sizeof(double));
	for (size_t i = 0; i < d->room; i += JOB_N) {
		size_t n = d->room - i < JOB_N ? d->room - i : JOB_N;

		memcpy(d->pool32 + i, d->column[MIXED].f32, n * sizeof(float));
		memcpy(d->pool64 + i, d->column[MIXED].f64, n * sizeof(double));
	}
	memset(d->out, 0, d->room * sizeof(double));
}

void data_free(struct data *d)
{
	for (int c = 0; c < COLUMNS; c++) {
		free(d->column[c].f32);
		free(d->column[c].f64);
		free(d->column[c].z32);
		free(d->column[c].z64);
	}
	bell_model_free(d->model);
	free(d->pool32);
	free(d->pool64);
	free(d->out);
}

size_t pool_next(const struct data *d, size_t n)
{
	static size_t cursor;
	size_t first;

	if (cursor + n > d->room)
		cursor = 0;
	first = cursor;
	cursor += (n + 63) / 64 * 64;
	return first;
}
