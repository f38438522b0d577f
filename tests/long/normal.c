/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * normal.c - the longer checks of normal samples, on the backend in use and all CPUs.
 *
 *	long_normal map [STRIDE]      float32: every radius and angle, or one of STRIDE (odd)
 *	long_normal float64 [COUNT]   samples against long double
 *	long_normal statistics [COUNT] moments and tails of float32 samples
 *	long_normal words | phi      to standard output until it closes: words; Phi of samples
 *
 * Says what it finds; exits with 1 where a bound is exceeded.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bellshape/bellshape.h>
#include "normal_map.h"
#include "normal_reference.h"
#include "parallel.h"
#include "worst.h"

#define TABLE normal_map
#include "tables.inc"

static const struct normal_map *map;
/* ---- every word of float32 ---- */

enum { PARTS = 4096 };
enum { RADIUS, SINE, COSINE, RESULTS };

/*
 * In units of 2^-24 of the exact value, for so errors of factors add up in their product, whose
 * rounding is one more; an ulp is one unit or, just above a power of two, two: their sum is a bound
 * in ulp (normal_reference.h).
 */
static void judge(struct worst *w, double got, double exact, uint64_t at)
{
	put(w, fabs((got - exact) / exact) * 0x1p24, at);
}

struct words_task {
	uint64_t stride;
	struct worst part[PARTS][RESULTS];
};

static void words_part(void *context, size_t part)
{
	struct words_task *task = context;
	uint64_t length = (UINT64_C(1) << 32) / PARTS, first = part * length;
	struct worst *w = task->part[part];

	for (uint64_t i = 0; i < length; i += 2 * MAP_N * task->stride) {
		uint32_t words[MAP_N][4];
		float r[4 * MAP_N], z[4 * MAP_N];

		for (uint64_t j = 0; j < 2 * MAP_N; j++) {
			uint64_t at = i + j * task->stride;

			words[j / 2][j % 2 * 2] = words[j / 2][j % 2 * 2 + 1] =
			    (uint32_t)(first + (at < length ? at : length - 1));
		}
		map->radius_f32((const uint32_t(*)[4])words, r);
		map->angle_f32((const uint32_t(*)[4])words, z);
		for (int j = 0; j < 2 * MAP_N; j++) {
			uint32_t word = words[j / 2][j % 2 * 2];
			double angle[2];

			reference_angle_f32(word, angle);
			judge(&w[RADIUS], (double)r[2 * j], reference_radius_f32(word), word);
			judge(&w[SINE], (double)z[2 * j], angle[0], word);
			judge(&w[COSINE], (double)z[2 * j + 1], angle[1], word);
		}
	}
}

static void check_map(uint64_t stride)
{
	static struct words_task task;
	static const double bound[RESULTS] = {RADIUS_F32, ANGLE_F32, ANGLE_F32};
	static const char *const what[RESULTS] = {"float32 radius", "float32 sine",
						  "float32 cosine"};

	task.stride = stride ? stride : 1;
	bell_parallel(0, PARTS, words_part, &task);
	for (int k = 0; k < RESULTS; k++) {
		for (int i = 1; i < PARTS; i++)
			merge(&task.part[0][k], &task.part[i][k]);
		report(&task.part[0][k], what[k], "units of 2^-24", bound[k]);
	}
}

/* ---- float64 ---- */

enum { BLOCK = 1 << 14 };

struct float64_task {
	struct worst *part;
};

static void float64_part(void *context, size_t part)
{
	struct float64_task *task = context;
	uint32_t(*words)[4] = malloc(BLOCK / 2 * sizeof *words);
	double *z = malloc(BLOCK * sizeof *z);

	bell_normal_fill_f64(&(struct bell_normal_stream){SEED, STREAM, (uint64_t)part * BLOCK}, 0,
			     1, BLOCK, 1, z);
	bell_philox4x32(&(struct bell_normal_stream){SEED, STREAM, (uint64_t)part * BLOCK / 2},
			BLOCK / 2, 1, words[0]);
	for (uint64_t i = 0; i < BLOCK / 2; i++) {
		long double value[2];

		reference_f64(pair_f64(words[i]), value);
		for (uint64_t k = 0; k < 2; k++)
			put(&task->part[part], ulps(z[2 * i + k], value[k], 53),
			    part * BLOCK + 2 * i + k);
	}
	free(words);
	free(z);
}

static void check_float64(uint64_t count)
{
	size_t parts = (size_t)((count ? count : 100000000) / BLOCK + 1);
	struct float64_task task = {calloc(parts, sizeof *task.part)};

	bell_parallel(0, parts, float64_part, &task);
	for (size_t i = 1; i < parts; i++)
		merge(&task.part[0], &task.part[i]);
	report(&task.part[0], "float64 samples", "ulp", MAX_ULPS_F64);
	free(task.part);
}

/* ---- statistics ---- */

enum { MOMENTS = 8, LANES = 8 };
#define PART (UINT64_C(1) << 23)
static const double tails[] = {3, 4, 5, 5.5, 6, 6.3, 6.5, 6.7};
#define TAILS (sizeof tails / sizeof *tails)

struct sums {
	double power[MOMENTS + 1], most;
	uint64_t beyond[TAILS];
};

static void statistics_part(void *context, size_t part)
{
	struct sums *s = (struct sums *)context + part;
	float *z = malloc(BLOCK * sizeof *z);

	for (uint64_t done = 0; done < PART; done += BLOCK) {
		double power[MOMENTS + 1][LANES] = {{0}};

		bell_normal_fill_f32(&(struct bell_normal_stream){SEED, STREAM, part * PART + done},
				     0, 1, BLOCK, 1, z);
		for (int i = 0; i < BLOCK; i += LANES) {
			double p[LANES];

			for (int k = 1; k <= MOMENTS; k++)
				for (int l = 0; l < LANES; l++) {
					p[l] = (double)z[i + l] * (k > 1 ? p[l] : 1);
					power[k][l] += p[l];
				}
		}
		for (int i = 0; i < BLOCK; i++) {
			if (fabsf(z[i]) > 3)
				for (size_t t = 0; t < TAILS && (double)fabsf(z[i]) > tails[t]; t++)
					s->beyond[t]++;
			if ((double)fabsf(z[i]) > s->most)
				s->most = (double)fabsf(z[i]);
		}
		for (int k = 1; k <= MOMENTS; k++)
			for (int l = 0; l < LANES; l++)
				s->power[k] += power[k][l];
	}
	free(z);
}

/* Of a sample beyond t, of either sign: over the words of radii above t the share of the angles. */
static double tail(double t)
{
	double sum = 0, r;

	for (uint64_t a = 0; (r = reference_radius_f32(a)) > t; a++)
		sum += 2 / M_PI * acos(t / r);
	return sum * 0x1p-32;
}

static void check_statistics(uint64_t count)
{
	size_t parts = (size_t)((count ? count : 10000000000) / PART + 1);
	struct sums *s = calloc(parts, sizeof *s);
	double n = (double)parts * (double)PART, expected[2 * MOMENTS + 1] = {1};

	for (int k = 2; k <= 2 * MOMENTS; k += 2)
		expected[k] = (k - 1) * expected[k - 2];
	bell_parallel(0, parts, statistics_part, s);
	for (size_t i = 1; i < parts; i++) {
		for (int k = 1; k <= MOMENTS; k++)
			s->power[k] += s[i].power[k];
		for (size_t t = 0; t < TAILS; t++)
			s->beyond[t] += s[i].beyond[t];
		s->most = fmax(s->most, s[i].most);
	}
	printf("%.0f float32 samples, |z| <= %.4f\n", n, s->most);
	for (int k = 1; k <= MOMENTS; k++) {
		double sd = sqrt((expected[2 * k] - expected[k] * expected[k]) / n),
		       sigma = (s->power[k] / n - expected[k]) / sd;

		printf("moment %d: %.7f, %+.2f sigma\n", k, s->power[k] / n, sigma);
		require(fabs(sigma) < 5, "moment");
	}
	for (size_t t = 0; t < TAILS; t++) {
		double mean = n * tail(tails[t]), d = (double)s->beyond[t] - mean;

		printf("beyond %.1f: %ju, expected %.1f, %+.2f sigma\n", tails[t],
		       (uintmax_t)s->beyond[t], mean, d / sqrt(mean));
		require(-5 * sqrt(mean) < d && d < 5 * sqrt(mean) + 4, "tail");
	}
	free(s);
}

/* ---- for other programs ---- */

static void write_words(bool phi)
{
	static uint32_t words[BLOCK];
	static double z[BLOCK];

	for (uint64_t i = 0;; i += BLOCK) {
		if (phi) {
			bell_normal_fill_f64(&(struct bell_normal_stream){SEED, STREAM, i}, 0, 1,
					     BLOCK, 1, z);
			for (int j = 0; j < BLOCK; j++)
				words[j] = (uint32_t)(erfc(-z[j] * M_SQRT1_2) * 0x1p31);
		} else {
			bell_philox4x32(&(struct bell_normal_stream){SEED, STREAM, i / 4},
					BLOCK / 4, 1, words);
		}
		if (fwrite(words, sizeof *words, BLOCK, stdout) != BLOCK)
			return;
	}
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	uint64_t number = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;

	for (size_t i = 0; bell_backend() && i < TABLES; i++)
		if (!strcmp(tables[i]->backend, bell_backend()))
			map = tables[i];
	if (!map)
		return 2;
	if (!strcmp(mode, "map"))
		check_map(number);
	else if (!strcmp(mode, "float64"))
		check_float64(number);
	else if (!strcmp(mode, "statistics"))
		check_statistics(number);
	else if (!strcmp(mode, "words") || !strcmp(mode, "phi"))
		write_words(!strcmp(mode, "phi"));
	else
		return 2;
	return failed;
}
