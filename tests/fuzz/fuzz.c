/* SPDX-License-Identifier: BSD-3-Clause */
/* fuzz.c - bytes of an input as numbers. */
#include <float.h>
#include <math.h>
#include <string.h>
#include "fuzz.h"

static const double specials[] = {
    NAN,
    INFINITY,
    -INFINITY,
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    DBL_MIN,
    -DBL_MIN,
    DBL_MAX,
    -DBL_MAX,
    0x1p1023,
    0x1.fffffffffffffp1000,
    FLT_MAX,
    -FLT_MAX,
    FLT_MIN,
    1e-45,
    DBL_EPSILON,
    -DBL_EPSILON,
    1e16,
    0x1p52,
    0x1p53,
    1e300,
    -1e300,
    1e-300,
    -1e-300,
    709,
    -710,
    1e9,
    -1e9,
    1.5,
    2,
};

unsigned feed_byte(struct feed *f)
{
	if (!f->left)
		return 0;
	f->left--;
	return *f->at++;
}

static void take(struct feed *f, void *out, size_t n)
{
	size_t here = f->left < n ? f->left : n;

	memset(out, 0, n);
	if (here)
		memcpy(out, f->at, here);
	f->at += here;
	f->left -= here;
}

double feed_bits(struct feed *f)
{
	double x;

	take(f, &x, sizeof x);
	return x;
}

float feed_bits_f32(struct feed *f)
{
	float x;

	take(f, &x, sizeof x);
	return x;
}

double feed_number(struct feed *f)
{
	unsigned kind = feed_byte(f);

	if (kind < 32)
		return specials[kind];
	if (kind < 128)
		return ldexp((double)kind - 80, -3);
	if (kind < 192) {
		unsigned low = feed_byte(f);

		return ldexp((double)(kind << 8 | low) - 0xa000, -8);
	}
	if (kind < 224) { /* near one value: a narrow column far from zero */
		unsigned low = feed_byte(f);

		return 1e6 + ldexp((double)low, 4 - (int)(kind - 192) * 2);
	}
	return feed_bits(f);
}

bool same_number(double a, double b) { return (isnan(a) && isnan(b)) || !memcmp(&a, &b, sizeof a); }

void *exactly(size_t n)
{
	void *p = malloc(n ? n : 1);

	REQUIRE(p);
	return p;
}

void *copy_of(const void *bytes, size_t n)
{
	void *p = exactly(n);

	if (n)
		memcpy(p, bytes, n);
	return p;
}
