/* SPDX-License-Identifier: BSD-3-Clause */
/* normal_map.h - words to normal samples, as a function of any words. */
#ifndef TESTS_NORMAL_MAP_H
#define TESTS_NORMAL_MAP_H

#include <stdint.h>

/* The counters that a map takes at a time, a multiple of every WIDTH. */
#define MAP_N 16

/*
 * Each for the words of MAP_N counters, results in the order of samples: 4 MAP_N floats, 2 MAP_N
 * doubles.
 */
typedef void map_f32(const uint32_t (*words)[4], float *z);
typedef void map_f64(const uint32_t (*words)[4], double *z);

/*
 * The maps of one backend: to samples, and to their factors alone, which are the radius, twice, and
 * the sine and cosine of the angle.
 */
struct normal_map {
	const char *backend;
	map_f32 *f32, *radius_f32, *angle_f32;
	map_f64 *f64, *radius_f64, *angle_f64;
};

#endif
