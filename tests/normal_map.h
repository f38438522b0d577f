/* SPDX-License-Identifier: BSD-3-Clause */
/* normal_map.h - words to normal samples, as a function of any words. */
#ifndef TESTS_NORMAL_MAP_H
#define TESTS_NORMAL_MAP_H

#include <stdint.h>

/* Counters at a time, a multiple of every WIDTH. */
#define MAP_N 16

/* Each for the words of MAP_N counters, results in the order of samples. */
struct normal_map {
	const char *backend;
	void (*f32)(const uint32_t (*words)[4], float *z);  /* 4 MAP_N */
	void (*f64)(const uint32_t (*words)[4], double *z); /* 2 MAP_N */
	/* The radius alone, twice; and the angle alone, its sine and cosine. */
	void (*radius_f32)(const uint32_t (*words)[4], float *r);
	void (*angle_f32)(const uint32_t (*words)[4], float *z);
};

#endif
