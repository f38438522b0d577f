/* SPDX-License-Identifier: BSD-3-Clause */
/* test_normal_map.c - words to samples on every backend: any words, the extreme ones above all. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"
#include "golden.h"
#include "normal_map.h"
#include "normal_reference.h"

#define BACKEND(name) extern const struct normal_map bell_normal_map_##name;
#include "backends.def"
#undef BACKEND

static const struct normal_map *const maps[] = {
#define BACKEND(name) &bell_normal_map_##name,
#include "backends.def"
#undef BACKEND
};

static bool runs(const struct normal_map *m)
{
	const char *name;

	for (size_t i = 0; (name = bell_backend_name(i)); i++)
		if (!strcmp(name, m->backend))
			return true;
	return false;
}

/* The worst so far, and the bounds of |z|. */
struct worst {
	double ulps, sum, least, most;
	uint64_t n;
};

static void judge(struct worst *w, double z, long double exact, int digits, const uint32_t words[4])
{
	double error = ulps(z, exact, digits), bound = digits == 24 ? MOST_F32 : MOST_F64;

	cr_assert(error <= bound,
		  "float of %d bits from %08x %08x %08x %08x: %a is %g ulp from %La", digits,
		  words[0], words[1], words[2], words[3], z, error, exact);
	w->ulps = fmax(w->ulps, error);
	w->sum += error;
	w->least = fmin(w->least, fabs(z));
	w->most = fmax(w->most, fabs(z));
	w->n++;
}

/*
 * The samples of MAP_N counters on every backend that runs here: within their bound of the exact values, and of equal
 * bits but for plain.
 */
static void check(const uint32_t (*words)[4], struct worst *f32, struct worst *f64)
{
	double exact[4 * MAP_N];
	long double exact_f64[2 * MAP_N];
	float first_f32[4 * MAP_N];
	double first_f64[2 * MAP_N];
	bool first = true;

	for (unsigned i = 0; i < MAP_N; i++) {
		reference_f32(pair_f32(words[i], 0), exact + 4 * i);
		reference_f32(pair_f32(words[i], 1), exact + 4 * i + 2);
		reference_f64(pair_f64(words[i]), exact_f64 + 2 * i);
	}
	for (size_t m = 0; m < COUNT(maps); m++) {
		float z32[4 * MAP_N];
		double z64[2 * MAP_N];

		if (!runs(maps[m]))
			continue;
		maps[m]->f32(words, z32);
		maps[m]->f64(words, z64);
		for (unsigned i = 0; i < 4 * MAP_N; i++)
			judge(f32, (double)z32[i], exact[i], 24, words[i / 4]);
		for (unsigned i = 0; i < 2 * MAP_N; i++)
			judge(f64, z64[i], exact_f64[i], 53, words[i / 2]);
		if (!strcmp(maps[m]->backend, "plain"))
			continue;
		if (first) {
			memcpy(first_f32, z32, sizeof z32);
			memcpy(first_f64, z64, sizeof z64);
			first = false;
		}
		cr_assert(!memcmp(first_f32, z32, sizeof z32) &&
			      !memcmp(first_f64, z64, sizeof z64),
			  "%s has other bits than %s, from %08x ...", maps[m]->backend,
			  maps[0]->backend, words[0][0]);
	}
}

static void report(const char *what, const struct worst *w)
{
	cr_log_info("%s: %.3f ulp at most, %.3f in the mean of %zu, %a <= |z| <= %a", what, w->ulps,
		    w->sum / (double)w->n, (size_t)w->n, w->least, w->most);
}

#define NOTHING                   \
	{                         \
		.least = INFINITY \
	}

/* ---- extreme words ---- */

/* Numbers of `bits` bits: ends, powers of two and their neighbours, quarters and eighths of a turn. */
static size_t extremes(int bits, uint64_t *out)
{
	uint64_t mask = (UINT64_C(1) << bits) - 1;
	size_t n = 0;

	for (int k = 0; k < bits; k++)
		for (int d = -2; d <= 1; d++) {
			out[n++] = ((UINT64_C(1) << k) + (uint64_t)d) & mask;
			out[n++] = (0 - (UINT64_C(1) << k) + (uint64_t)d) & mask;
		}
	for (uint64_t e = 1; e < 16; e++)
		for (int d = -2; d <= 1; d++)
			out[n++] = ((e << (bits - 4)) + (uint64_t)d) & mask;
	return n;
}

/* Words of a and c, of 53 bits each; what xors away is anything. */
static void split(uint64_t a, uint64_t c, uint64_t anything, uint32_t words[4])
{
	words[0] = (uint32_t)(a & 0x1fffff) | (uint32_t)(anything & 0xffe00000);
	words[1] = (uint32_t)((a ^ words[0]) >> 21);
	words[2] = (uint32_t)(c & 0x1fffff) | (uint32_t)(anything >> 32 & 0xffe00000);
	words[3] = (uint32_t)((c ^ words[2]) >> 21);
}

Test(normal_map, extreme_words_f32)
{
	struct worst f32 = NOTHING, f64 = NOTHING;
	uint64_t extreme[600];
	size_t n = extremes(32, extreme);
	uint32_t words[MAP_N][4] = {{0}};

	for (size_t i = 0; i < n * n; i++) {
		words[i % MAP_N][0] = (uint32_t)extreme[i / n];
		words[i % MAP_N][1] = (uint32_t)extreme[i % n];
		words[i % MAP_N][2] = (uint32_t)extreme[i % n];
		words[i % MAP_N][3] = (uint32_t)extreme[(i / n + i) % n];
		if (i % MAP_N == MAP_N - 1)
			check((const uint32_t(*)[4])words, &f32, &f64);
	}
	check((const uint32_t(*)[4])words, &f32, &f64);
	report("float32", &f32);
	cr_expect(1.1e-14 < f32.least && f32.least < 1.2e-14, "%a", f32.least);
	cr_expect(6.7637 < f32.most && f32.most < 6.7638, "%a", f32.most);
}

Test(normal_map, extreme_words_f64)
{
	struct worst f32 = NOTHING, f64 = NOTHING;
	struct rng rng = {5};
	uint64_t extreme[600];
	size_t n = extremes(53, extreme);
	uint32_t words[MAP_N][4] = {{0}};

	for (size_t i = 0; i < n * n; i++) {
		split(extreme[i / n], extreme[i % n], rng_bits(&rng), words[i % MAP_N]);
		if (i % MAP_N == MAP_N - 1)
			check((const uint32_t(*)[4])words, &f32, &f64);
	}
	check((const uint32_t(*)[4])words, &f32, &f64);
	report("float64", &f64);
	cr_expect(3.6e-24 < f64.least && f64.least < 3.7e-24, "%a", f64.least);
	cr_expect(8.6521 < f64.most && f64.most < 8.6522, "%a", f64.most);
}

/* ---- all over ---- */

Test(normal_map, strided_words)
{
	struct worst f32 = NOTHING, f64 = NOTHING;
	struct rng rng = {6};
	uint32_t words[MAP_N][4];

	for (uint64_t w = 0; w < UINT64_C(1) << 32; w += 8191 * MAP_N) {
		for (uint64_t i = 0; i < MAP_N; i++) {
			uint64_t other = rng_bits(&rng);

			words[i][0] = (uint32_t)(w + 8191 * i);
			words[i][1] = (uint32_t)other;
			words[i][2] = (uint32_t)(other >> 32);
			words[i][3] = (uint32_t)(w + 8191 * i);
		}
		check((const uint32_t(*)[4])words, &f32, &f64);
	}
	report("float32", &f32);
	report("float64", &f64);
}

/* Random bits after random leading bits: each scale of u next to 0 and 1, and of v next to a quarter's end. */
Test(normal_map, words_of_every_scale)
{
	struct worst f32 = NOTHING, f64 = NOTHING;
	struct rng rng = {7};
	uint32_t words[MAP_N][4];

	for (int n = 0; n < 20000; n++) {
		for (int i = 0; i < MAP_N; i++) {
			uint64_t b[2], at = rng_bits(&rng);

			for (int k = 0; k < 2; k++, at >>= 16) {
				b[k] = rng_bits(&rng) >> 11 >> at % 53;
				b[k] = at >> 8 & 1 ? ~b[k] : b[k];
				b[k] = (b[k] ^ (at >> 9 & 7) << 50) & 0x1fffffffffffff;
			}
			split(b[0], b[1], n % 2 ? 0 : rng_bits(&rng), words[i]);
			if (n % 4 > 1)
				for (int k = 0; k < 4; k++)
					words[i][k] = (uint32_t)(b[k / 2] >> (k % 2 ? 0 : 21));
		}
		check((const uint32_t(*)[4])words, &f32, &f64);
	}
	report("float32", &f32);
	report("float64", &f64);
}

/* ---- against 60 digits ---- */

static long double number(const cJSON *o, const char *name, int i)
{
	return strtold(cJSON_GetArrayItem(cJSON_GetObjectItem(o, name), i)->valuestring, NULL);
}

Test(normal_map, golden_words)
{
	cJSON *file = golden_file("normal.json");
	const cJSON *o;
	size_t points = 0;

	cJSON_ArrayForEach(o, cJSON_GetObjectItem(file, "words"))
	{
		uint32_t words[MAP_N][4];
		struct worst f32 = NOTHING, f64 = NOTHING;
		long double reference[2];

		for (int i = 0; i < 4 * MAP_N; i++)
			words[i / 4][i % 4] = (uint32_t)strtoull(
			    cJSON_GetArrayItem(cJSON_GetObjectItem(o, "words"), i % 4)->valuestring,
			    NULL, 16);
		reference_f64(pair_f64(words[0]), reference);
		for (size_t m = 0; m < COUNT(maps); m++) {
			float z32[4 * MAP_N];
			double z64[2 * MAP_N];

			if (!runs(maps[m]))
				continue;
			maps[m]->f32((const uint32_t(*)[4])words, z32);
			maps[m]->f64((const uint32_t(*)[4])words, z64);
			for (int i = 0; i < 4 * MAP_N; i++)
				judge(&f32, (double)z32[i], number(o, "f32", i % 4), 24, words[0]);
			for (int i = 0; i < 2 * MAP_N; i++) {
				long double exact = number(o, "f64", i % 2);

				judge(&f64, z64[i], exact, 53, words[0]);
				cr_assert(!reference_is_precise() ||
					      fabsl(reference[i % 2] - exact) <=
						  0x1p-60L * fabsl(exact),
					  "the reference: %La not %La", reference[i % 2], exact);
			}
		}
		points++;
	}
	cr_assert_eq(points, 130);
	cJSON_Delete(file);
}
