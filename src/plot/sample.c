/* SPDX-License-Identifier: BSD-3-Clause */
/* sample.c - a sample of the rows of a column that is read once. */
#include <math.h>
#include <stdlib.h>
#include <bellshape/plot.h>

#define MAX_CAPACITY ((size_t)1 << 32)

/* A row of the sample. */
struct row {
	double value;
	uint64_t number;
};

/*
 * Rows come into an array of up to twice the capacity.  When it is full, those of the least numbers
 * stay, and none of a number above theirs comes in any more.
 */
struct bell_plot_sample {
	size_t capacity, rows, room;
	uint64_t seed, next;
	uint64_t limit;
	struct row *row;
	double *value;
};

/* The last step of SplitMix64 (Steele, Lea and Flood 2014), which is a bijection. */
static uint64_t number_of(uint64_t seed, uint64_t place)
{
	uint64_t z = seed + (place + 1) * 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

enum bell_status bell_plot_sample_create(size_t capacity, uint64_t seed,
					 struct bell_plot_sample **out)
{
	if (!out || !capacity)
		return BELL_EINVAL;
	if (capacity > MAX_CAPACITY)
		return BELL_ESIZE;
	struct bell_plot_sample *s = malloc(sizeof *s);
	if (!s)
		return BELL_ENOMEM;
	*s = (struct bell_plot_sample){.capacity = capacity, .seed = seed, .limit = UINT64_MAX};
	*out = s;
	return BELL_OK;
}

void bell_plot_sample_free(struct bell_plot_sample *sample)
{
	if (!sample)
		return;
	free(sample->row);
	free(sample->value);
	free(sample);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = ((const struct row *)a)->number, y = ((const struct row *)b)->number;

	return (x > y) - (x < y);
}

/* Leaves the rows of the least numbers, as many as there is a capacity for. */
static void shrink(struct bell_plot_sample *s)
{
	if (s->rows <= s->capacity)
		return;
	qsort(s->row, s->rows, sizeof *s->row, by_number);
	s->rows = s->capacity;
	s->limit = s->row[s->rows - 1].number;
}

/* Makes room for one row more. */
static enum bell_status make_room(struct bell_plot_sample *s)
{
	enum { FIRST = 64 };
	size_t most = 2 * s->capacity, wanted = s->room ? 2 * s->room : FIRST;
	struct row *row;

	if (s->rows < s->room)
		return BELL_OK;
	if (s->room == most) {
		shrink(s);
		return BELL_OK;
	}
	wanted = wanted < most ? wanted : most;
	row = realloc(s->row, wanted * sizeof *row);
	if (!row)
		return BELL_ENOMEM;
	s->row = row;
	s->room = wanted;
	return BELL_OK;
}

enum bell_status bell_plot_sample_f64(struct bell_plot_sample *sample, const double *x, size_t n)
{
	if (!sample || (!x && n))
		return BELL_EINVAL;
	for (size_t i = 0; i < n; i++) {
		uint64_t number = number_of(sample->seed, sample->next++);

		if (number > sample->limit || !isfinite(x[i]))
			continue;
		if (make_room(sample) != BELL_OK)
			return BELL_ENOMEM;
		sample->row[sample->rows++] = (struct row){x[i], number};
	}
	return BELL_OK;
}

enum bell_status bell_plot_sample_values(struct bell_plot_sample *sample, const double **values,
					 size_t *n)
{
	double *value;

	if (!sample || !values || !n)
		return BELL_EINVAL;
	shrink(sample);
	value = realloc(sample->value, (sample->rows + 1) * sizeof *value);
	if (!value)
		return BELL_ENOMEM;
	for (size_t i = 0; i < sample->rows; i++)
		value[i] = sample->row[i].value;
	*values = sample->value = value;
	*n = sample->rows;
	return BELL_OK;
}
