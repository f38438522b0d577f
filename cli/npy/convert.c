/* SPDX-License-Identifier: BSD-3-Clause */
/* convert.c - numbers of any type of NumPy as float32 or float64. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "convert.h"
#include "header.h"

bool npy_is_plain(const struct npy_header *h)
{
	return h->number.kind == 'f' && !h->number.swapped &&
	       h->number.size == bell_type_size(h->type);
}

/* The bytes of a number, the least of value first in the result. */
static uint64_t bits_of(const struct npy_number *n, const unsigned char *raw)
{
	const bool big = (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) != n->swapped;
	uint64_t bits = 0;

	for (size_t i = 0; i < n->size; i++)
		bits |= (uint64_t)raw[big ? n->size - 1 - i : i] << 8 * i;
	return bits;
}

/* IEEE 754 binary16: a sign, five bits of exponent and ten of fraction. */
static float half(uint64_t bits)
{
	enum { FRACTION = 10, EXPONENT = 31, BIAS = 15 };
	int exponent = bits >> FRACTION & EXPONENT, fraction = bits & ((1 << FRACTION) - 1);
	float size;

	if (exponent == EXPONENT)
		size = fraction ? NAN : INFINITY;
	else if (exponent)
		size = ldexpf((float)(fraction | 1 << FRACTION), exponent - BIAS - FRACTION);
	else
		size = ldexpf((float)fraction, 1 - BIAS - FRACTION);
	return bits >> 15 & 1 ? -size : size;
}

static float to_f32(const struct npy_number *n, uint64_t bits)
{
	uint32_t low = (uint32_t)bits;
	float value;

	if (n->size == 2)
		return half(bits);
	memcpy(&value, &low, sizeof value);
	return value;
}

static double to_f64(const struct npy_number *n, uint64_t bits)
{
	uint64_t sign = (uint64_t)1 << (8 * n->size - 1);
	double value;

	switch (n->kind) {
	case 'i': /* the sign bit counts negative */
		return (double)((int64_t)((bits ^ sign) - sign));
	case 'u':
		return (double)bits;
	case 'b':
		return bits != 0;
	default:
		memcpy(&value, &bits, sizeof value);
		return value;
	}
}

size_t npy_convert(const struct npy_header *h, const unsigned char *raw, size_t count, void *out)
{
	const struct npy_number *n = &h->number;
	size_t rounded = 0;

	for (size_t i = 0; i < count; i++, raw += n->size) {
		uint64_t bits = bits_of(n, raw);

		if (h->type == BELL_F32) {
			((float *)out)[i] = to_f32(n, bits);
		} else {
			double value = to_f64(n, bits);

			((double *)out)[i] = value;
			rounded += n->kind != 'f' && fabs(value) > 0x1p53;
		}
	}
	return rounded;
}
