/* SPDX-License-Identifier: BSD-3-Clause */
/* normal_map.c - one backend's words to samples: built once a backend with SIMD and BACKEND set. */
#include SIMD
#include "kernels/elementary.inc"
#include "kernels/box_muller.inc"
#include "normal_map.h"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b)  JOIN_(a, b)
#define TEXT_(a)    #a
#define TEXT(a)     TEXT_(a)

/* The words of WIDTH counters, as philox() leaves them: the high halves hold anything. */
static void load(const uint32_t (*words)[4], ivec c[4])
{
	static const uint64_t counters[] = COUNTERS;

	for (int k = 0; k < 4; k++) {
		uint64_t lane[WIDTH];

		for (int i = 0; i < WIDTH; i++)
			lane[i] = words[counters[i]][k] |
				  (UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)(i + k)) << 32;
		c[k] = i_load(lane);
	}
}

static void f32(const uint32_t (*words)[4], float *z)
{
	for (int i = 0; i < MAP_N; i += WIDTH) {
		ivec c[4];
		fvec pair[2];

		load(words + i, c);
		angle_f32(c, radius_f32(c), pair);
		spread_f32(pair, NULL, 0, 1, z + 4 * i);
	}
}

static void f64(const uint32_t (*words)[4], double *z)
{
	for (int i = 0; i < MAP_N; i += WIDTH) {
		ivec c[4];
		vec pair[2];

		load(words + i, c);
		angle_f64(c, radius_f64(c), pair);
		spread_f64(pair, NULL, 0, 1, z + 2 * i);
	}
}

static void radius(const uint32_t (*words)[4], float *r)
{
	for (int i = 0; i < MAP_N; i += WIDTH) {
		ivec c[4];
		fvec pair[2];

		load(words + i, c);
		f_zip(radius_f32(c), radius_f32(c), pair);
		spread_f32(pair, NULL, 0, 1, r + 4 * i);
	}
}

static void angle(const uint32_t (*words)[4], float *z)
{
	for (int i = 0; i < MAP_N; i += WIDTH) {
		ivec c[4];
		fvec pair[2];

		load(words + i, c);
		angle_f32(c, f_set1(1), pair);
		spread_f32(pair, NULL, 0, 1, z + 4 * i);
	}
}

const struct normal_map JOIN(bell_normal_map, BACKEND) = {
    .backend = TEXT(BACKEND), .f32 = f32, .f64 = f64, .radius_f32 = radius, .angle_f32 = angle};
