/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * normal_reference.c - the samples of bellshape/normal.h computed a second time, slowly and
 * exactly.
 */
#include <math.h>
#include "normal_reference.h"

void reference_philox(uint64_t seed, uint64_t stream, uint64_t index, uint32_t words[4])
{
	uint32_t *c = words, k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);

	c[0] = (uint32_t)index, c[1] = (uint32_t)(index >> 32);
	c[2] = (uint32_t)stream, c[3] = (uint32_t)(stream >> 32);
	for (int round = 0; round < 10; round++) {
		uint64_t p = (uint64_t)0xd2511f53 * c[0], q = (uint64_t)0xcd9e8d57 * c[2];

		c[0] = (uint32_t)(q >> 32) ^ c[1] ^ k0;
		c[1] = (uint32_t)q;
		c[2] = (uint32_t)(p >> 32) ^ c[3] ^ k1;
		c[3] = (uint32_t)p;
		k0 += 0x9e3779b9;
		k1 += 0xbb67ae85;
	}
}

struct pair pair_f32(const uint32_t words[4], unsigned pair)
{
	return (struct pair){words[2 * pair], words[2 * pair + 1]};
}

struct pair pair_f64(const uint32_t words[4])
{
	return (struct pair){words[0] ^ (uint64_t)words[1] << 21,
			     words[2] ^ (uint64_t)words[3] << 21};
}

/* 33 bits: every u and every part of a quarter is a double. */
double reference_radius_f32(uint64_t a) { return sqrt(-2 * log(((double)a + 0.5) * 0x1p-32)); }

void reference_angle_f32(uint64_t c, double out[2])
{
	const double half_pi = 0x1.921fb54442d18p0;
	double quarters = ((double)c + 0.5) * 0x1p-30, q = floor(quarters + 0.5);
	double s = sin(half_pi * (quarters - q)), k = cos(half_pi * (quarters - q));
	int turn = (int)q % 4;

	out[0] = turn == 0 ? s : turn == 1 ? k : turn == 2 ? -s : -k;
	out[1] = turn == 0 ? k : turn == 1 ? -s : turn == 2 ? -k : s;
}

void reference_f32(struct pair p, double z[2])
{
	double r = reference_radius_f32(p.a);

	reference_angle_f32(p.c, z);
	z[0] *= r;
	z[1] *= r;
}

/* 54 bits: the same of long doubles. */
long double reference_radius_f64(uint64_t a)
{
	return sqrtl(-2 * logl(((long double)a + 0.5L) * 0x1p-53L));
}

void reference_angle_f64(uint64_t c, long double out[2])
{
	const long double half_pi = 1.570796326794896619231321691639751442L;
	long double quarters = ((long double)c + 0.5L) * 0x1p-51L, q = floorl(quarters + 0.5L);
	long double s = sinl(half_pi * (quarters - q)), k = cosl(half_pi * (quarters - q));
	int turn = (int)q % 4;

	out[0] = turn == 0 ? s : turn == 1 ? k : turn == 2 ? -s : -k;
	out[1] = turn == 0 ? k : turn == 1 ? -s : turn == 2 ? -k : s;
}

void reference_f64(struct pair p, long double z[2])
{
	long double r = reference_radius_f64(p.a);

	reference_angle_f64(p.c, z);
	z[0] *= r;
	z[1] *= r;
}

bool reference_is_precise(void)
{
	volatile long double one = 1, little = 0x1p-60L;

	return one + little != one;
}

/* A distance, less by what the reference may be off. */
static double beyond_doubt(long double distance, int digits)
{
	return (double)(digits > 24 && !reference_is_precise() ? fmaxl(0, distance - 3) : distance);
}

double ulps(double got, long double exact, int digits)
{
	int exponent;

	frexpl(exact, &exponent);
	return beyond_doubt(ldexpl(fabsl((long double)got - exact), digits - exponent), digits);
}

double units(double got, long double exact, int digits)
{
	return beyond_doubt(ldexpl(fabsl(((long double)got - exact) / exact), digits), digits);
}

/* ---- both types, by the same tests ---- */

const size_t sample_size[TYPES] = {sizeof(float), sizeof(double)}, per_counter[TYPES] = {4, 2};
const char *const type_name[TYPES] = {"float32", "float64"};

enum bell_status fill_samples(int type, uint64_t offset, double mean, double sd, unsigned threads,
			      void *y, size_t n)
{
	return type == F32
		   ? bell_normal_fill_f32(&(struct bell_normal_stream){SEED, STREAM, offset}, mean,
					  sd, n, threads, y)
		   : bell_normal_fill_f64(&(struct bell_normal_stream){SEED, STREAM, offset}, mean,
					  sd, n, threads, y);
}

enum bell_status add_samples(int type, uint64_t offset, const void *x, double sd, unsigned threads,
			     void *y, size_t n)
{
	return type == F32 ? bell_normal_add_f32(&(struct bell_normal_stream){SEED, STREAM, offset},
						 sd, x, n, threads, y)
			   : bell_normal_add_f64(&(struct bell_normal_stream){SEED, STREAM, offset},
						 sd, x, n, threads, y);
}

double element(int type, const void *y, size_t i)
{
	return type == F32 ? (double)((const float *)y)[i] : ((const double *)y)[i];
}

void set_element(int type, void *y, size_t i, double value)
{
	if (type == F32)
		((float *)y)[i] = (float)value;
	else
		((double *)y)[i] = value;
}

long double exact_sample(int type, uint64_t seed, uint64_t stream, uint64_t i)
{
	double z[2];
	long double z64[2];
	uint32_t words[4];

	reference_philox(seed, stream, i / per_counter[type], words);
	if (type == F64) {
		reference_f64(pair_f64(words), z64);
		return z64[i % 2];
	}
	reference_f32(pair_f32(words, i / 2 % 2), z);
	return z[i % 2];
}

double sample_ulps(int type, double z, long double value)
{
	return ulps(z, value, type == F32 ? 24 : 53);
}

const double max_ulps[TYPES] = {MAX_ULPS_F32, MAX_ULPS_F64};
