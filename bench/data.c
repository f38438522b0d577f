/* SPDX-License-Identifier: BSD-3-Clause */
/* data.c - the values that the benchmarks run on, the same in every run. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "data.h"

/* Elements of a large pool: at least three times LONG_N, and at most half a GiB of doubles. */
#define MIN_POOL ((size_t)1 << 25)
#define MAX_POOL ((size_t)1 << 26)

static void *allocate(size_t n, size_t size)
{
	return must(aligned_alloc(64, (n * size + 63) / 64 * 64));
}

/* A uniform number in (0, 1), by splitmix64. */
static double uniform(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	z ^= z >> 31;
	return ((double)(z >> 11) + 0.5) * 0x1p-53;
}

/* A normal number, by the method of Box and Muller. */
static double normal(uint64_t *state)
{
	double radius = sqrt(-2 * log(uniform(state)));

	return radius * cos(6.283185307179586 * uniform(state));
}

/* A value of the lognormal column, or of the mixed one: a gamma number of shape 2, less 1.5. */
static double value(enum column c, uint64_t *state)
{
	if (c == LOGNORMAL)
		return exp(normal(state));
	return -log(uniform(state) * uniform(state)) - 1.5;
}

static void make_column(struct data *d, enum column c)
{
	uint64_t state = c + 1;

	d->column[c].f32 = allocate(JOB_N, sizeof(float));
	d->column[c].f64 = allocate(JOB_N, sizeof(double));
	d->column[c].z32 = allocate(JOB_N, sizeof(float));
	d->column[c].z64 = allocate(JOB_N, sizeof(double));
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

/* Four times what the last cache holds, within the bounds above; some machines do not tell. */
static size_t pool_capacity(void)
{
	size_t capacity = MIN_POOL;
#ifdef _SC_LEVEL3_CACHE_SIZE
	long cache = sysconf(_SC_LEVEL3_CACHE_SIZE);

	if (cache > 0)
		capacity = 4 * (size_t)cache / sizeof(double);
#endif
	capacity = capacity < MIN_POOL ? MIN_POOL : capacity;
	return capacity > MAX_POOL ? MAX_POOL : capacity;
}

void data_make(struct data *d, bool large_pools)
{
	for (int c = 0; c < COLUMNS; c++)
		make_column(d, (enum column)c);
	expect(bell_model_create(ROW_COLUMNS, &d->model), "model");
	for (size_t j = 0; j < ROW_COLUMNS; j++)
		expect(bell_model_set(d->model, j, NULL, &d->column[LOGNORMAL].fit), "model");
	d->capacity = large_pools ? pool_capacity() : JOB_N;
	d->pool32 = allocate(d->capacity, sizeof(float));
	d->pool64 = allocate(d->capacity, sizeof(double));
	d->out = allocate(d->capacity, sizeof(double));
	for (size_t i = 0; i < d->capacity; i += JOB_N) {
		size_t n = d->capacity - i < JOB_N ? d->capacity - i : JOB_N;

		memcpy(d->pool32 + i, d->column[MIXED].f32, n * sizeof(float));
		memcpy(d->pool64 + i, d->column[MIXED].f64, n * sizeof(double));
	}
	memset(d->out, 0, d->capacity * sizeof(double));
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

	if (cursor + n > d->capacity)
		cursor = 0;
	first = cursor;
	cursor += (n + 63) / 64 * 64;
	return first;
}

void add_on_threads(struct list *list, const struct bench *b)
{
	struct bench on = *b;

	on.threads = 1;
	list_add(list, &on);
	for (on.threads = 2; b->data->each_count && on.threads < b->data->threads; on.threads *= 2)
		list_add(list, &on);
	on.threads = b->data->threads;
	if (on.threads > 1)
		list_add(list, &on);
}
