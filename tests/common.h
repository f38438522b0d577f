/* SPDX-License-Identifier: BSD-3-Clause */
/* common.h - what the tests share: numbers, columns, sketches, guarded memory. */
#ifndef TESTS_COMMON_H
#define TESTS_COMMON_H

#include <criterion/criterion.h>
#include <bellshape/bellshape.h>

#define CHECK_STATUS(call, expected)                                                         \
	do {                                                                                 \
		enum bell_status status_ = (call);                                           \
		cr_assert_eq(status_, expected, "%s: %s", #call, bell_status_text(status_)); \
	} while (0)
#define CHECK(call) CHECK_STATUS(call, BELL_OK)

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- numbers ---- */

/* Equal bits, or both NaN. */
bool same(double a, double b);

/* The same for memory that holds doubles and 64-bit integers. */
bool same_words(const void *a, const void *b, size_t size);

/* Within `tolerance`, or the same infinity; never true of a NaN. */
bool near(double a, double b, double tolerance);

/* Results as 64-bit words, doubles or integers, to be held against others. */
struct words {
	size_t n;
	double word[16384];
};
void words_put(struct words *w, const void *words, size_t n);

struct rng {
	uint64_t state;
};
uint64_t rng_bits(struct rng *rng);
double rng_unit(struct rng *rng);    /* in (0, 1) */
double rng_normal(struct rng *rng);  /* nearly: sum of 12 uniforms */
double rng_hostile(struct rng *rng); /* half of them special, the rest of any size */

/* ---- columns: the same values at every call ---- */

enum kind {
	LOGNORMAL,
	NORMAL,
	GAMMA_MIXED, /* both signs, skewed */
	CAUCHY,
	NEGATIVE,
	PRESSURE, /* of air, in hPa: far from zero, narrow */
	DEPTH,    /* the same below zero */
	KELVIN,
	PRICE,
	UNIX_TIME,
	PH,
	LATITUDE,
	COUNTS, /* small integers, many zeros */
	ZEROS,  /* 90 % zeros */
	UNIFORM,
	BIMODAL, /* two bells, on both sides of zero */
	PERCENT, /* skewed to the left, below 100 */
	SIZES,   /* positive, over many powers of ten */
	TINY,    /* about 1e-12 */
	ROUNDED, /* amounts of money, many of them equal */
	KINDS,
	WIDE = KINDS /* 1e-300 to 1e300, both signs: no ordinary column */
};
extern const char *const kind_name[KINDS + 1];

/* n values, to be freed. */
double *column(enum kind kind, size_t n);
float *narrowed(const double *x, size_t n);
void shuffle(double *x, size_t n);
void sort(double *x, size_t n); /* ascending */

/* ---- sketches ---- */

/* Of n values, to be freed with bell_sketch_free(). */
struct bell_sketch *sketch_of(const double *x, const double *weights, size_t n,
			      const struct bell_sketch_options *options);

struct bytes {
	unsigned char *data;
	size_t size;
};
struct bytes bytes_of(const struct bell_sketch *sketch); /* data: to be freed */
bool same_bytes(const struct bell_sketch *a, const struct bell_sketch *b);

/* ---- moments ---- */

struct bell_moments moments_of(const double *x, size_t n);
bool same_moments(const struct bell_moments *a, const struct bell_moments *b); /* in every bit */

/* ---- the inverse ---- */

/*
 * Whether a standardized z returns as x, to 1e-12 or to what z can tell: some columns hold values
 * so close together in z (1 beside 1e300, the upper end of a saturated tail) that the rounding of z
 * is more of x than that.
 */
bool returns_as(const struct bell_transform *t, double z, double x);

/* ---- memory with unmapped pages on both sides ---- */

struct guarded {
	unsigned char *map;
	size_t length;
	unsigned char *low, *high; /* the usable part: [low, high) */
};
struct guarded guarded_make(size_t size);
void guarded_free(struct guarded *g);

#endif
