/* SPDX-License-Identifier: BSD-3-Clause */
/* normal_map.c - one backend's words to samples: built once a backend with SIMD and BACKEND set. */
#include SIMD
#include "kernels/elementary.inc"
#include "kernels/box_muller.inc"
#include "join.h"
#include "normal_map.h"

/* Loads the words of WIDTH counters as philox() leaves them: the high halves hold anything. */
static void load(const uint32_t (*words)[4], ivec c[4])
{
	static const uint64_t counters[] = {INTERLEAVE_ORDER};

	for (int k = 0; k < 4; k++) {
		uint64_t lane[WIDTH];

		for (int i = 0; i < WIDTH; i++)
			lane[i] = words[counters[i]][k] |
				  (UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)(i + k)) << 32;
		c[k] = i_load(lane);
	}
}

/* A function of any words; `make` sets pair from the words c. */
#define MAP(name, type, elem, make)                                                  \
	static void name(const uint32_t(*words)[4], elem *z)                         \
	{                                                                            \
		for (int i = 0; i < MAP_N; i += WIDTH) {                             \
			ivec c[4];                                                   \
			sample_##type pair[2];                                       \
			load(words + i, c);                                          \
			make;                                                        \
			spread_##type(pair, NULL, 0, 1, z + PER_COUNTER_##type * i); \
		}                                                                    \
	}
MAP(both_f32, f32, float, angle_f32(c, radius_f32(c), pair))
MAP(radius_alone_f32, f32, float, f_interleave(radius_f32(c), radius_f32(c), pair))
MAP(angle_alone_f32, f32, float, angle_f32(c, f_set1(1), pair))
MAP(both_f64, f64, double, angle_f64(c, radius_f64(c), pair))
MAP(radius_alone_f64, f64, double, v_interleave(radius_f64(c), radius_f64(c), pair))
MAP(angle_alone_f64, f64, double, angle_f64(c, v_set1(1), pair))

const struct normal_map JOIN(normal_map, BACKEND) = {
    .backend = TEXT(BACKEND),
    .f32 = both_f32,
    .radius_f32 = radius_alone_f32,
    .angle_f32 = angle_alone_f32,
    .f64 = both_f64,
    .radius_f64 = radius_alone_f64,
    .angle_f64 = angle_alone_f64,
};
