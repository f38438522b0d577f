/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * normal_reference.h - the samples of bellshape/normal.h computed a second time, slowly, one by one
 * and exactly enough to judge the library by.
 */
#ifndef TESTS_NORMAL_REFERENCE_H
#define TESTS_NORMAL_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <bellshape/normal.h>

/*
 * MAX_ULPS_* are the largest errors of samples, in ulp.  RADIUS_* and ANGLE_* are those of their
 * two factors, in units of 2^-24 (float32) or 2^-53 (float64) of the exact value.  The error of a
 * product is the sum of the errors of its factors and one unit for its own rounding; what the two
 * errors add as a product is some 2^-20 of a unit.  An ulp is one unit or more.  long/normal.c
 * tries all factors of float32, so a sample is within RADIUS_F32 + ANGLE_F32 + 1 <= MAX_ULPS_F32.
 * There are too many of float64 to try all; the worst sample found is 3.3 ulp off.
 */
#define MAX_ULPS_F32 6
#define RADIUS_F32   2.766
#define ANGLE_F32    2.23
#define MAX_ULPS_F64 5
#define RADIUS_F64   2.6
#define ANGLE_F64    1.5

/* The words of a counter, computed as the paper of Philox writes it. */
void reference_philox(uint64_t seed, uint64_t stream, uint64_t index, uint32_t words[4]);

/*
 * The words of which samples 2 pair and 2 pair + 1 of a counter are made: a gives the radius, c the
 * angle.
 */
struct pair {
	uint64_t a, c;
};
struct pair pair_f32(const uint32_t words[4], unsigned pair);
struct pair pair_f64(const uint32_t words[4]);

/*
 * The radius of a word a, the sine and cosine of the angle of a word c, and both samples of a pair,
 * within 0.01 ulp of the type, as long double has 64 bits or more.
 */
double reference_radius_f32(uint64_t a);
long double reference_radius_f64(uint64_t a);
void reference_angle_f32(uint64_t c, double out[2]);
void reference_angle_f64(uint64_t c, long double out[2]);
void reference_f32(struct pair p, double z[2]);
void reference_f64(struct pair p, long double z[2]);

/* False where an emulator, such as valgrind, computes long double in double. */
bool reference_is_precise(void);

/*
 * The distance of `got` from the exact value: ulps() in units of the last place that a number of
 * `digits` bits has there, units() in units of 2^-digits of the value.  Where the reference is not
 * precise, its own error is subtracted.
 */
double ulps(double got, long double exact, int digits);
double units(double got, long double exact, int digits);

/* ---- both types, by the same tests ---- */

enum { F32, F64, TYPES };
extern const size_t sample_size[TYPES], per_counter[TYPES];
extern const double max_ulps[TYPES];
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

/*
 * The exact value of a sample, made of the reference's own words, and the distance of z from it in
 * ulp.
 */
long double exact_sample(int type, uint64_t seed, uint64_t stream, uint64_t i);
double sample_ulps(int type, double z, long double value);

#endif
