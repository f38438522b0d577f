/* SPDX-License-Identifier: BSD-3-Clause */
/* test_state_bytes.c - a state as bytes and back; damage never passes. */
#include <math.h>
#include "states.h"

/* The places of the format, and its checksum. */
enum { VERSION_AT = 8, BODY_AT = 12, CHECKSUM = 8 };

static void seal(struct bytes *b)
{
	size_t n = b->size - CHECKSUM;
	uint64_t h = 0x9e3779b97f4a7c15 ^ n;

	for (size_t i = 0; i < n; i += 8) {
		uint64_t word = 0;

		for (size_t j = i; j < i + 8 && j < n; j++)
			word |= (uint64_t)b->data[j] << 8 * (j - i);
		h = (h ^ word) * 0xff51afd7ed558ccd;
		h ^= h >> 32;
	}
	for (int i = 0; i < CHECKSUM; i++)
		b->data[n + (size_t)i] = (unsigned char)(h >> 8 * i);
}

/* A state of a column of values, of one of bins and of one that is empty. */
static struct bell_state *example(size_t rows)
{
	static const char *const names[] = {"few", NULL, "Gr\xc3\xb6\xc3\x9f\xff"};
	struct bell_state *s = new_state(3, names);

	for (size_t i = 0; i < rows; i++)
		add_rows(s, (double[]){(double)(i % 3), exp(sin((double)i)), NAN}, 1);
	return s;
}

/* What reading says; a status other than BELL_OK must leave *out alone. */
static enum bell_status status_of(const unsigned char *data, size_t size)
{
	struct bell_state *s = NULL;
	enum bell_status status = bell_state_deserialize(data, size, &s);

	cr_assert_eq(status == BELL_OK, s != NULL);
	bell_state_free(s);
	return status;
}

Test(state_bytes, round_trip)
{
	static const size_t rows[] = {0, 1, 2000};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bell_state *s = example(rows[i]), *back;
		struct bytes b = bytes_of_state(s);

		CHECK_STATUS(bell_state_serialize(s, b.data, b.size - 1), BELL_ESIZE);
		CHECK(bell_state_deserialize(b.data, b.size, &back));
		cr_expect(same_state(s, back));
		cr_expect_eq(bell_state_rows(back), rows[i]);
		cr_expect_eq(bell_state_columns(back), 3);
		for (size_t j = 0; j < 3; j++) {
			const char *p = bell_state_name(s, j), *q = bell_state_name(back, j);

			cr_expect(p ? q && !strcmp(p, q) : !q);
		}
		/* and it goes on as the first one does */
		add_rows(s, (double[]){7, -8, 9}, 1);
		add_rows(back, (double[]){7, -8, 9}, 1);
		cr_expect(same_state(s, back));
		bell_state_free(s), bell_state_free(back);
		free(b.data);
	}
}

/* The bytes of a version never change: order, width and checksum of the fields. */
Test(state_bytes, fixed_order)
{
	static const char *const names[] = {"ab", NULL};
	struct bell_state *s = new_state(2, names);
	struct bell_sketch *const *sketch = bell_state_sketches(s);
	struct bytes b, first, second;
	size_t n = 0;

	for (int i = 0; i < 300; i++)
		add_rows(s, (double[]){1, 2}, 1);
	b = bytes_of_state(s);
	first = bytes_of(sketch[0]);
	second = bytes_of(sketch[1]);
	cr_assert_lt(second.size, 128);
	cr_expect_arr_eq(b.data, "BELLSTAT\1\0\0\0\xac\2\2\3ab", 18);
	n = 18;
	cr_expect_eq(b.data[n++], first.size);
	cr_expect_arr_eq(b.data + n, first.data, first.size);
	n += first.size;
	cr_expect_eq(b.data[n++], 0, "no name");
	cr_expect_eq(b.data[n++], second.size);
	cr_expect_arr_eq(b.data + n, second.data, second.size);
	cr_expect_eq(n + second.size + CHECKSUM, b.size);
	free(first.data);
	first = bytes_of_state(s);
	seal(&first);
	cr_expect_arr_eq(first.data, b.data, b.size, "the checksum is this one");
	free(first.data), free(second.data), free(b.data);
	bell_state_free(s);
}

static enum bell_status expected_status(size_t at)
{
	return at < VERSION_AT ? BELL_EFORMAT : at < BODY_AT ? BELL_EVERSION : BELL_EDAMAGED;
}

Test(state_bytes, every_altered_byte_is_found)
{
	struct bell_state *s = example(1200);
	struct bytes b = bytes_of_state(s);

	for (size_t i = 0; i < b.size; i++)
		for (int flip = 1; flip < 256; flip *= 2) {
			b.data[i] ^= (unsigned char)flip;
			cr_assert_eq(status_of(b.data, b.size), expected_status(i), "byte %zu", i);
			b.data[i] ^= (unsigned char)flip;
		}
	cr_expect_eq(status_of(b.data, b.size), BELL_OK);
	bell_state_free(s);
	free(b.data);
}

Test(state_bytes, every_cut_is_found)
{
	struct bell_state *s = example(1200);
	struct bytes b = bytes_of_state(s);
	unsigned char *more = calloc(1, b.size + 16);

	for (size_t n = 0; n < b.size; n++) {
		unsigned char *exact = malloc(n + !n); /* so that reading beyond it is seen */

		memcpy(exact, b.data, n);
		cr_expect_eq(status_of(exact, n), n < VERSION_AT ? BELL_EFORMAT : BELL_EDAMAGED,
			     "%zu of %zu bytes", n, b.size);
		free(exact);
	}
	memcpy(more, b.data, b.size);
	for (size_t n = 1; n <= 16; n++)
		cr_expect_eq(status_of(more, b.size + n), BELL_EDAMAGED, "%zu bytes too many", n);
	bell_state_free(s);
	free(more), free(b.data);
}

/*
 * The same with the right checksum around it: an error, or a state that is written as it was read,
 * and never memory that is not the state's.  A number in more bytes than it needs is refused, too.
 */
Test(state_bytes, damage_behind_a_right_checksum)
{
	struct bell_state *s = example(40), *back;
	struct bytes b = bytes_of_state(s), again;
	size_t passed = 0;

	for (size_t i = BODY_AT; i < b.size - CHECKSUM; i++)
		for (int flip = 1; flip < 256; flip++) {
			b.data[i] ^= (unsigned char)flip;
			seal(&b);
			back = NULL;
			if (bell_state_deserialize(b.data, b.size, &back) == BELL_OK) {
				again = bytes_of_state(back);
				cr_assert(again.size == b.size &&
					      !memcmp(again.data, b.data, b.size),
					  "byte %zu ^ %d", i, flip);
				free(again.data);
				passed++;
			}
			bell_state_free(back);
			b.data[i] ^= (unsigned char)flip;
		}
	/* Free are the count of rows and the letters of names; the sketches have a checksum. */
	cr_expect_lt(passed, 12 * 255);
	cr_expect_gt(passed, 9 * 200);
	bell_state_free(s);
	free(b.data);
}

static enum bell_status sealed_status(const char *bytes, size_t size)
{
	struct bytes b = {malloc(size + CHECKSUM), size + CHECKSUM};
	enum bell_status status;

	memcpy(b.data, bytes, size);
	seal(&b);
	status = status_of(b.data, b.size);
	free(b.data);
	return status;
}
#define SEALED(text) sealed_status("BELLSTAT\1\0\0\0" text, sizeof text - 1 + BODY_AT)

Test(state_bytes, numbers_that_cannot_be)
{
	cr_expect_eq(SEALED("\0\0"), BELL_OK, "no rows and no columns");
	cr_expect_eq(SEALED("\xff\xff\xff\xff\xff\xff\xff\xff\x3f\0"), BELL_OK, "2^62 - 1 rows");
	cr_expect_eq(SEALED("\x80\x80\x80\x80\x80\x80\x80\x80\x40\0"), BELL_EDAMAGED, "2^62 rows");
	cr_expect_eq(SEALED("\x80\0\0"), BELL_EDAMAGED, "0 in two bytes");
	cr_expect_eq(SEALED("\0\xff\xff\xff\xff\x7f"), BELL_EDAMAGED, "columns without end");
	cr_expect_eq(SEALED("\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\2"), BELL_EDAMAGED, "2^65");
	cr_expect_eq(SEALED("\0\1\2a\0"), BELL_EDAMAGED, "an empty sketch");
	cr_expect_eq(SEALED("\0\1\2\0\0"), BELL_EDAMAGED, "a name of 0");
	cr_expect_eq(SEALED("\0\1\x7f"), BELL_EDAMAGED, "a name beyond the end");
	cr_expect_eq(SEALED("\0\1\0\x0c"
			    "BELLSKCH\3\0\0\0"),
		     BELL_EVERSION, "a later sketch");
	cr_expect_eq(SEALED("\0\1\0\x0c"
			    "BELLSKCX\2\0\0\0"),
		     BELL_EDAMAGED, "no sketch");
}

/* More values than rows cannot be, finite, missing and infinite together. */
Test(state_bytes, rows_bound_the_sketches)
{
	struct bell_state *s = new_state(1, NULL);
	struct bytes b;

	add_rows(s, (double[]){1, NAN, INFINITY, 2}, 4);
	b = bytes_of_state(s);
	cr_assert_eq(b.data[BODY_AT], 4);
	b.data[BODY_AT] = 3;
	seal(&b);
	cr_expect_eq(status_of(b.data, b.size), BELL_EDAMAGED);
	bell_state_free(s);
	free(b.data);
}

Test(state_bytes, wrong_arguments)
{
	struct bell_state *s = example(1);
	unsigned char byte;

	cr_expect_eq(bell_state_size(NULL), 0);
	CHECK_STATUS(bell_state_serialize(NULL, &byte, 1), BELL_EINVAL);
	CHECK_STATUS(bell_state_serialize(s, NULL, 1000), BELL_EINVAL);
	CHECK_STATUS(bell_state_deserialize(NULL, 1, &s), BELL_EINVAL);
	CHECK_STATUS(bell_state_deserialize(&byte, 1, NULL), BELL_EINVAL);
	bell_state_free(s);
}
