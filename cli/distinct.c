/* SPDX-License-Identifier: BSD-3-Clause */
/* distinct.c - an estimate of how many distinct values there are. */
#include <math.h>
#include <string.h>

#include "distinct.h"

enum { REGISTERS = 1 << DISTINCT_BITS, REST_BITS = 64 - DISTINCT_BITS };

void distinct_add(struct distinct *d, uint64_t hash)
{
	uint8_t *top = &d->top[hash >> REST_BITS];
	uint64_t rest = hash << DISTINCT_BITS;
	uint8_t rank = (uint8_t)(rest ? __builtin_clzll(rest) + 1 : REST_BITS + 1);

	if (rank > *top)
		*top = rank;
}

/*
 * What empty and full registers add to the sum of 2^-rank, as shares of all registers: the
 * functions sigma and tau of O. Ertl, "New cardinality estimation algorithms for HyperLogLog
 * sketches", arXiv:1702.01284.
 */
static double sigma(double x)
{
	double y = 1, z = x, before;

	if (x == 1)
		return INFINITY;
	do {
		before = z;
		x *= x;
		z += x * y;
		y *= 2;
	} while (z != before);
	return z;
}

static double tau(double x)
{
	double y = 1, z = 1 - x, before;

	if (x == 0 || x == 1)
		return 0;
	do {
		before = z;
		x = sqrt(x);
		y /= 2;
		z -= (1 - x) * (1 - x) * y;
	} while (z != before);
	return z / 3;
}

double distinct_estimate(const struct distinct *d)
{
	const double m = REGISTERS;
	double count[REST_BITS + 2] = {0}, z;

	for (size_t i = 0; i < REGISTERS; i++)
		count[d->top[i]]++;
	z = m * tau(1 - count[REST_BITS + 1] / m);
	for (int k = REST_BITS; k >= 1; k--)
		z = (z + count[k]) / 2;
	z += m * sigma(count[0] / m);
	return m * m / (2 * log(2) * z);
}

/* The finalizer of splitmix64 (Steele, Lea and Flood 2014). */
static uint64_t mix(uint64_t h)
{
	h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9;
	h = (h ^ h >> 27) * 0x94d049bb133111eb;
	return h ^ h >> 31;
}

uint64_t hash_number(double x)
{
	uint64_t bits;

	x = x == 0 ? 0 : x;
	memcpy(&bits, &x, sizeof bits);
	return mix(bits);
}

/* FNV-1a, mixed. */
uint64_t hash_text(const char *text, size_t length)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < length; i++)
		h = (h ^ (unsigned char)text[i]) * 0x100000001b3;
	return mix(h);
}
