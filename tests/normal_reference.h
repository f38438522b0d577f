/* SPDX-License-Identifier: BSD-3-Clause */
/* normal_reference.h - bellshape/normal.h once more: slow, scalar, exact enough to judge by; and by type. */
#ifndef TESTS_NORMAL_REFERENCE_H
#define TESTS_NORMAL_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/normal.h>

/*
 * Most errors of samples, in ulp; and of their factors, in units of 2^-24 and 2^-53 of the exact value.  A product of two
 * factors is off by their errors and one such unit for its own rounding (what the errors have as a product is some 2^-20
 * of a unit); and an ulp is a unit or more: hence samples of float32, all of whose factors long/normal.c tries, are within
 * RADIUS + ANGLE + 1 <= MOST ulp.  Of float64 there are too many; the worst sample found is 3.3 ulp off.
 */
#define MOST_F32   6
#define RADIUS_F32 2.766
#define ANGLE_F32  2.23
#define MOST_F64   5
#define RADIUS_F64 2.6
#define ANGLE_F64  1.5

/* The words of a counter, in the words of the paper. */
void reference_philox(uint64_t seed, uint64_t stream, uint64_t index, uint32_t words[4]);

/* The words a and c of samples 2 pair, 2 pair + 1 of a counter's. */
struct pair {
	uint64_t a, c;
};
struct pair pair_f32(const uint32_t words[4], unsigned pair);
struct pair pair_f64(const uint32_t words[4]);

/*
 * The radius of a word a, and sine and cosine of the angle of a word c; and both samples of a pair.  Within 0.01 ulp of the
 * type: long double has 64 bits or more.
 */
double reference_radius_f32(uint64_t a);
long double reference_radius_f64(uint64_t a);
void reference_angle_f32(uint64_t c, double out[2]);
void reference_angle_f64(uint64_t c, long double out[2]);
void reference_f32(struct pair p, double z[2]);
void reference_f64(struct pair p, long double z[2]);

/* Not where an emulator (valgrind) computes with doubles instead. */
bool reference_is_precise(void);

/*
 * Distance from the exact value in units of the last place of a number of `digits` bits there, and in units of
 * 2^-digits of the value; where the reference is not precise, less by what that may be.
 */
double ulps(double got, long double exact, int digits);
double units(double got, long double exact, int digits);

/* ---- both types, by the same tests ---- */

enum { F32, F64, TYPES };
extern const size_t sample_size[TYPES], per_counter[TYPES];
extern const double most_ulps[TYPES]; /* MOST_ */
extern const char *const type_name[TYPES];

/* The stream that most tests use. */
#define SEED   UINT64_C(0x123456789abcdef0)
#define STREAM UINT64_C(0xfedcba9876543210)

enum bell_status fill_samples(int type, uint64_t offset, double mean, double sd, unsigned threads,
			      void *y, size_t n);
enum bell_status add_samples(int type, uint64_t offset, const void *x, double sd, unsigned threads,
			     void *y, size_t n);

double element(int type, const void *y, size_t i);
void set_element(int type, void *y, size_t i, double value);

/* The exact value of a sample, by words of the reference; and the distance from it in ulp. */
long double exact_sample(int type, uint64_t seed, uint64_t stream, uint64_t i);
double sample_ulps(int type, double z, long double value);

#endif
