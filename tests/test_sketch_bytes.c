/* SPDX-License-Identifier: BSD-3-Clause */
/* test_sketch_bytes.c - a sketch as bytes and back; damage never passes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"

/* The places of the format, and its checksum. */
enum { VERSION_AT = 8, BODY_AT = 12, CHECKSUM = 8 };

static uint64_t checksum(const unsigned char *p, size_t n)
{
	uint64_t h = 0x9e3779b97f4a7c15 ^ n;

	for (size_t i = 0; i < n; i += 8) {
		uint64_t word = 0;

		for (size_t j = i; j < i + 8 && j < n; j++)
			word |= (uint64_t)p[j] << 8 * (j - i);
		h = (h ^ word) * 0xff51afd7ed558ccd;
		h ^= h >> 32;
	}
	return h;
}

static void seal(struct bytes *b)
{
	uint64_t h = checksum(b->data, b->size - CHECKSUM);

	for (size_t i = 0; i < CHECKSUM; i++)
		b->data[b->size - CHECKSUM + i] = (unsigned char)(h >> 8 * i);
}

static struct bytes bytes_of_column(enum kind kind, size_t n)
{
	double *x = column(kind, n);
	struct bell_sketch *s = sketch_of(x, NULL, n, NULL);
	struct bytes b = bytes_of(s);

	bell_sketch_free(s);
	free(x);
	return b;
}

/* What reading says; a status other than BELL_OK must leave *out alone. */
static enum bell_status status_of(const unsigned char *data, size_t size)
{
	struct bell_sketch *s = NULL;
	enum bell_status status = bell_sketch_deserialize(data, size, &s);

	cr_assert_eq(status == BELL_OK, s != NULL);
	bell_sketch_free(s);
	return status;
}

Test(sketch_bytes, round_trip)
{
	static const size_t sizes[] = {0, 1, 1024, 1025, 20000};

	for (enum kind k = 0; k <= WIDE; k++)
		for (size_t i = 0; i < COUNT(sizes); i++) {
			double *x = column(k, sizes[i] + 500);
			struct bell_sketch *s = sketch_of(x, NULL, sizes[i], NULL), *back;
			struct bytes b = bytes_of(s);

			CHECK(bell_sketch_deserialize(b.data, b.size, &back));
			cr_expect(same_bytes(s, back), "%s, %zu", kind_name[k], sizes[i]);
			/* and it goes on as the first one does */
			CHECK(bell_sketch_update_f64(s, x + sizes[i], NULL, 500, 1));
			CHECK(bell_sketch_update_f64(back, x + sizes[i], NULL, 500, 1));
			cr_expect(same_bytes(s, back), "%s, %zu and more", kind_name[k], sizes[i]);
			bell_sketch_free(s), bell_sketch_free(back);
			free(b.data), free(x);
		}
}

/* The bytes of a version never change: order, width and checksum of the fields. */
Test(sketch_bytes, fixed_order)
{
	const double x[] = {1.5, NAN, -2};
	struct bell_sketch *s = sketch_of(x, NULL, 3, NULL);
	struct bytes b = bytes_of(s);
	/* flags, count, missing, infinite, seen, far, min, max; values, shift, and -2 before 1.5 */
	const unsigned char all[] =
	    "BELLSKCH\2\0\0\0\0\2\1\0\0\0\0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\xf8\x3f"
	    "\2\30\0\0\0\0\0\0\0\xc0\1\0\0\0\0\0\0\xf8\x3f\1";

	cr_expect_eq(b.size, sizeof all - 1 + CHECKSUM);
	cr_expect_arr_eq(b.data, all, sizeof all - 1);
	seal(&b);
	cr_expect_eq(status_of(b.data, b.size), BELL_OK, "the checksum is this one");
	free(b.data);
	bell_sketch_free(s);
}

static enum bell_status expected_status(size_t at)
{
	return at < VERSION_AT ? BELL_EFORMAT : at < BODY_AT ? BELL_EVERSION : BELL_EDAMAGED;
}

static void check_every_byte(struct bytes b, int step)
{
	for (size_t i = 0; i < b.size; i++)
		for (int flip = 1; flip < 256; flip += step) {
			enum bell_status status;

			b.data[i] ^= (unsigned char)flip;
			status = status_of(b.data, b.size);
			cr_assert_eq(status, expected_status(i), "byte %zu of %zu, %#x: %s", i,
				     b.size, flip, bell_status_text(status));
			b.data[i] ^= (unsigned char)flip;
		}
	cr_assert_eq(status_of(b.data, b.size), BELL_OK);
	free(b.data);
}

Test(sketch_bytes, every_altered_byte_is_found)
{
	check_every_byte(bytes_of_column(NORMAL, 0), 1);
	check_every_byte(bytes_of_column(NORMAL, 3), 1);
	check_every_byte(bytes_of_column(ZEROS, 2000), 127);
}

Test(sketch_bytes, every_cut_is_found)
{
	static const size_t sizes[] = {0, 5, 1500};

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct bytes b = bytes_of_column(NORMAL, sizes[i]);
		unsigned char *more = calloc(1, b.size + 16);

		for (size_t n = 0; n < b.size; n++) {
			unsigned char *exact =
			    malloc(n + !n); /* so that reading beyond it is seen */

			memcpy(exact, b.data, n);
			cr_expect_eq(status_of(exact, n),
				     n < VERSION_AT ? BELL_EFORMAT : BELL_EDAMAGED,
				     "%zu of %zu bytes", n, b.size);
			free(exact);
		}
		memcpy(more, b.data, b.size);
		for (size_t n = 1; n <= 16; n++)
			cr_expect_eq(status_of(more, b.size + n), BELL_EDAMAGED,
				     "%zu bytes too many", n);
		free(more);
		free(b.data);
	}
}

Test(sketch_bytes, foreign_bytes)
{
	const unsigned char text[64] = "lambda,0.25\n", zeros[256] = {0};
	struct bytes b = bytes_of_column(NORMAL, 10);

	cr_expect_eq(status_of(text, sizeof text), BELL_EFORMAT);
	cr_expect_eq(status_of(zeros, sizeof zeros), BELL_EFORMAT);
	for (int version = 0; version < 4; version++) { /* sound in themselves */
		b.data[VERSION_AT] = (unsigned char)version;
		seal(&b);
		cr_expect_eq(status_of(b.data, b.size), version == 2 ? BELL_OK : BELL_EVERSION);
	}
	free(b.data);
}

/* Bytes with a right checksum and wrong contents: refused, or a sketch that nothing can crash. */
static void use(const unsigned char *data, size_t size)
{
	struct bell_sketch *s = NULL, *other;
	const double x[] = {1, -1, 1e300, 0, 1000};
	struct bell_sketch_summary m;
	struct bell_fit fit;

	if (bell_sketch_deserialize(data, size, &s) != BELL_OK)
		return;
	CHECK(bell_sketch_summary(s, &m));
	CHECK(bell_fit_sketch(s, NULL, &fit));
	CHECK(bell_sketch_update_f64(s, x, NULL, COUNT(x), 1));
	other = sketch_of(x, NULL, COUNT(x), NULL);
	CHECK(bell_sketch_merge(other, s));
	CHECK(bell_sketch_merge(s, other));
	CHECK(bell_fit_sketch(s, NULL, &fit));
	bell_sketch_free(other);
	bell_sketch_free(s);
}

static void corrupt_and_use(enum kind kind, size_t n, int rounds)
{
	static const unsigned char bytes[] = {0, 1, 2, 0x7f, 0x80, 0xff, 0xf0, 0x40};
	struct bytes b = bytes_of_column(kind, n);
	unsigned char *copy = malloc(b.size);
	struct rng rng = {n};

	memcpy(copy, b.data, b.size);
	for (int round = 0; round < rounds; round++) {
		size_t body = b.size - BODY_AT - CHECKSUM,
		       most = rng_bits(&rng) & 1 && body > 120 ? 120 : body;

		for (uint64_t k = rng_bits(&rng) % 4 + 1; k; k--) {
			size_t at = BODY_AT + rng_bits(&rng) % most, run = rng_bits(&rng) % 8 + 1;

			for (; run && at < b.size - CHECKSUM; run--)
				b.data[at++] = rng_bits(&rng) & 1
						   ? bytes[rng_bits(&rng) % COUNT(bytes)]
						   : (unsigned char)rng_bits(&rng);
		}
		seal(&b);
		use(b.data, b.size);
		memcpy(b.data, copy, b.size);
	}
	free(copy);
	free(b.data);
}

Test(sketch_bytes, sealed_nonsense_does_no_harm)
{
	corrupt_and_use(NORMAL, 3, 6000);
	corrupt_and_use(PRESSURE, 1500, 2000);
	corrupt_and_use(GAMMA_MIXED, 1500, 2000);
}

/* An ordinary column is small as bytes; one that crosses zero, or is wide, takes twice that. */
Test(sketch_bytes, sizes)
{
	static const bool large[KINDS] = {[NORMAL] = true,   [GAMMA_MIXED] = true, [CAUCHY] = true,
					  [LATITUDE] = true, [BIMODAL] = true,     [SIZES] = true};

	for (enum kind k = 0; k < KINDS; k++) {
		struct bytes b = bytes_of_column(k, 100000);

		cr_expect_leq(b.size, large[k] ? 16 * 1024 : 8 * 1024, "%s: %zu bytes",
			      kind_name[k], b.size);
		free(b.data);
	}
}

/* Right sums of what no column has: refused. */
Test(sketch_bytes, contradictions_are_found)
{
	const double x[] = {1.5, NAN, -2};
	struct bell_sketch *s = sketch_of(x, NULL, 3, NULL);
	struct bytes b = bytes_of(s);
	/* of a byte: what there is, and what cannot be */
	static const struct {
		size_t at;
		unsigned char wrong;
	} edits[] = {
	    {12, 2},    /* a grid that is fixed, but there is none */
	    {12, 4},    /* bins without a grid */
	    {13, 1},    /* fewer rows than values */
	    {17, 1},    /* rows far from the grid, none seen */
	    {25, 0},    /* min 0: not the first value */
	    {25, 0x40}, /* min 2, above max */
	    {34, 3},    /* three values */
	    {35, 0x7f}, /* weights of 2^127 */
	    {44, 0},    /* no weight */
	    {43, 0x40}, /* 2, then 1.5 */
	};

	for (size_t i = 0; i < COUNT(edits); i++) {
		unsigned char before = b.data[edits[i].at];

		b.data[edits[i].at] = edits[i].wrong;
		seal(&b);
		cr_expect_eq(status_of(b.data, b.size), BELL_EDAMAGED, "edit %zu", i);
		b.data[edits[i].at] = before;
	}
	seal(&b);
	cr_expect_eq(status_of(b.data, b.size), BELL_OK);
	free(b.data);
	bell_sketch_free(s);
}

/* Right sums of weights that no rows have: refused. */
Test(sketch_bytes, contradictory_weights_are_found)
{
	const double x[] = {1, 2, 4}, w[] = {3 * 0x1p-30, 0x1p-30, 0x1p-31};
	struct bell_sketch *s;
	struct bytes b;
	/* from the end of the body: what there is, and what cannot be */
	static const struct {
		size_t from_end;
		unsigned char wrong;
	} edits[] = {
	    {9, 0},    /* exponent 0 */
	    {9, 0xff}, /* a number that goes on */
	    {8, 0},    /* no bytes of squares */
	    {8, 22},   /* more than there can be */
	    {8, 6},    /* fewer than there are */
	    {1, 0},    /* 9 + 1 + 1/4 as 1/4, with a byte too many */
	    {1, 1},    /* as 1 + 1/4: less than equal weights would have */
	    {1, 0x7f}, /* as 127 + 1/4: more than a single weight would have */
	};

	CHECK(bell_sketch_create(NULL, &s));
	CHECK(bell_sketch_scale_weights(s, 30));
	CHECK(bell_sketch_update_f64(s, x, w, 3, 1));
	b = bytes_of(s);
	for (size_t i = 0; i < COUNT(edits); i++) {
		unsigned char *at = &b.data[b.size - CHECKSUM - edits[i].from_end], before = *at;

		*at = edits[i].wrong;
		seal(&b);
		cr_expect_eq(status_of(b.data, b.size), BELL_EDAMAGED, "edit %zu", i);
		*at = before;
	}
	b.data[b.size - CHECKSUM - 1] = 3, b.data[b.size - CHECKSUM - 2] = 0;
	seal(&b);
	cr_expect_eq(status_of(b.data, b.size), BELL_EDAMAGED,
		     "squares of weights 1 are not written");
	b.data[b.size - CHECKSUM - 1] = 0x0a, b.data[b.size - CHECKSUM - 2] = 0x40;
	seal(&b);
	cr_expect_eq(status_of(b.data, b.size), BELL_OK);
	free(b.data);
	bell_sketch_free(s);
}

Test(sketch_bytes, errors)
{
	const double x[] = {1, 2};
	struct bell_sketch *s = sketch_of(x, NULL, 2, NULL), *out = NULL;
	size_t size = bell_sketch_size(s);
	unsigned char *buffer = malloc(size);

	memset(buffer, 0x55, size);
	CHECK_STATUS(bell_sketch_serialize(NULL, buffer, size), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_serialize(s, NULL, size), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_serialize(s, buffer, size - 1), BELL_ESIZE);
	cr_expect(buffer[0] == 0x55, "an error writes nothing");
	CHECK(bell_sketch_serialize(s, buffer, size));
	CHECK_STATUS(bell_sketch_deserialize(NULL, size, &out), BELL_EINVAL);
	CHECK_STATUS(bell_sketch_deserialize(buffer, size, NULL), BELL_EINVAL);
	cr_expect_null(out);
	free(buffer);
	bell_sketch_free(s);
}
