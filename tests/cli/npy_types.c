/* SPDX-License-Identifier: BSD-3-Clause */
/* npy_types.c - arrays of every type of numbers. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

TestSuite(cli_npy_types, .init = run_begin, .fini = run_end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { ROWS = 3000, COLUMNS = 2, HEAD = 128 };

/* The bytes of the numbers of a type, in the order of this machine; returns how many. */
typedef size_t encoder(int x, unsigned char *out);

#define ENCODER(name, type)                           \
	static size_t name(int x, unsigned char *out) \
	{                                             \
		type value = (type)x;                 \
                                                      \
		memcpy(out, &value, sizeof value);    \
		return sizeof value;                  \
	}

ENCODER(as_i1, int8_t)
ENCODER(as_i2, int16_t)
ENCODER(as_i4, int32_t)
ENCODER(as_i8, int64_t)
ENCODER(as_u1, uint8_t)
ENCODER(as_u2, uint16_t)
ENCODER(as_u4, uint32_t)
ENCODER(as_u8, uint64_t)
ENCODER(as_f4, float)
ENCODER(as_f8, double)

/* Whole numbers of up to 2^11 in size as binary16, by the logarithm. */
static size_t as_f2(int x, unsigned char *out)
{
	int exponent = x ? ilogb(abs(x)) : 0;
	uint16_t bits = (uint16_t)((x < 0) << 15);

	if (x)
		bits |=
		    (uint16_t)((exponent + 15) << 10 | (int)(ldexp(abs(x), 10 - exponent) - 1024));
	memcpy(out, &bits, sizeof bits);
	return sizeof bits;
}

/* Writes an array of small whole numbers, from `least` on. */
static void put_array(const char *name, const char *type, encoder *encode, bool swapped,
		      bool fortran, int least)
{
	static unsigned char file[HEAD + ROWS * COLUMNS * 8];
	size_t at = HEAD;

	memset(file, ' ', HEAD);
	memcpy(file, "\x93NUMPY\1\0\x76\0", 10);
	int n =
	    sprintf((char *)file + 10, "{'descr': '%s', 'fortran_order': %s, 'shape': (%d, %d), }",
		    type, fortran ? "True" : "False", ROWS, COLUMNS);
	file[10 + n] = ' ';
	file[HEAD - 1] = '\n';
	for (int k = 0; k < ROWS * COLUMNS; k++) {
		int i = fortran ? k % ROWS : k / COLUMNS, j = fortran ? k / ROWS : k % COLUMNS;
		size_t size = encode(least + (i * i + 3 * j) % 97, file + at);

		for (size_t b = 0; swapped && b < size / 2; b++) {
			unsigned char byte = file[at + b];

			file[at + b] = file[at + size - 1 - b];
			file[at + size - 1 - b] = byte;
		}
		at += size;
	}
	put(name, file, at);
}

Test(cli_npy_types, every_type_is_as_float64)
{
	static const struct {
		const char *type;
		encoder *encode;
		bool swapped;
		int least;
	} cases[] = {
	    {"|i1", as_i1, false, -40}, {"<i2", as_i2, false, -40}, {">i2", as_i2, true, -40},
	    {"<i4", as_i4, false, -40}, {">i4", as_i4, true, -40},  {"<i8", as_i8, false, -40},
	    {">i8", as_i8, true, -40},  {"|u1", as_u1, false, 150}, {"<u2", as_u2, false, 3},
	    {">u2", as_u2, true, 3},    {"<u4", as_u4, false, 3},   {">u4", as_u4, true, 3},
	    {"<u8", as_u8, false, 3},   {">u8", as_u8, true, 3},    {">f8", as_f8, true, -40},
	    {"=f8", as_f8, false, -40},
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		for (int fortran = 0; fortran < 2; fortran++) {
			const char *type = cases[i].type;

			put_array("x.npy", type, cases[i].encode, cases[i].swapped, fortran,
				  cases[i].least);
			put_array("d.npy", "<f8", as_f8, false, fortran, cases[i].least);
			cr_assert_eq(run("$B fit --json x.npy -o m.json > x.json && "
					 "$B fit --json d.npy > d.json && "
					 "$B transform -m m.json x.npy -o x.out && "
					 "$B transform -m m.json d.npy -o d.out"),
				     0, "%s: %s", type, err());
			cr_expect(same_files("x.json", "d.json"), "%s", type);
			/* behind the heads, which may have other blanks */
			cr_expect_eq(run("tail -c %d x.out > x.tail && tail -c %d d.out > d.tail",
					 ROWS * COLUMNS * 8, ROWS * COLUMNS * 8),
				     0);
			cr_expect(same_files("x.tail", "d.tail"), "%s", type);
			cr_expect_eq(run("$B stats x.out"), 0, "%s: %s", type, err());
		}
}

/* Short floats are read as float32, which holds them all. */
Test(cli_npy_types, short_floats_are_as_float32)
{
	for (int big = 0; big < 2; big++) {
		put_array("x.npy", big ? ">f2" : "<f2", as_f2, big, false, -40);
		put_array("y.npy", big ? ">f4" : "<f4", as_f4, big, false, -40);
		put_array("s.npy", "<f4", as_f4, false, false, -40);
		cr_assert_eq(run("$B stats --json x.npy > x.json && $B stats --json y.npy > y.json "
				 "&& $B stats --json s.npy > s.json"),
			     0, "%s", err());
		cr_expect(same_files("x.json", "s.json"));
		cr_expect(same_files("y.json", "s.json"));
	}
}

/* NumPy has these bits for these values of float16. */
Test(cli_npy_types, values_of_float16)
{
	static const struct {
		uint16_t bits;
		double value;
	} cases[] = {
	    {0x3c00, 1},
	    {0xc000, -2},
	    {0x7bff, 65504},
	    {0x0001, 0x1p-24},
	    {0x03ff, 1023 * 0x1p-24},
	    {0x0400, 0x1p-14},
	    {0x3555, 0.333251953125},
	    {0x8001, -0x1p-24},
	};
	unsigned char file[HEAD + 2 * COUNT(cases) + 6];
	const uint16_t others[] = {0x7c00, 0xfc00, 0x7e00}; /* infinities, NaN */
	double least = INFINITY, greatest = -INFINITY, sum = 0;

	memset(file, ' ', HEAD);
	memcpy(file, "\x93NUMPY\1\0\x76\0", 10);
	int n = sprintf((char *)file + 10,
			"{'descr': '<f2', 'fortran_order': False, 'shape': (%zu,), }",
			COUNT(cases) + 3);
	file[10 + n] = ' ';
	file[HEAD - 1] = '\n';
	for (size_t i = 0; i < COUNT(cases); i++) {
		memcpy(file + HEAD + 2 * i, &cases[i].bits, 2);
		least = fmin(least, cases[i].value);
		greatest = fmax(greatest, cases[i].value);
		sum += cases[i].value;
	}
	memcpy(file + HEAD + 2 * COUNT(cases), others, sizeof others);
	put("x.npy", file, sizeof file);
	cr_assert_eq(run("$B stats --json x.npy"), 0, "%s", err());
	cJSON *root = json(), *c = column(root, "column_1");
	cr_expect_eq(value(c, "n"), COUNT(cases));
	cr_expect_eq(value(c, "missing"), 1);
	cr_expect_eq(value(c, "infinite"), 2);
	cr_expect_eq(value(c, "min"), least);
	cr_expect_eq(value(c, "max"), greatest);
	cr_expect_float_eq(value(c, "mean"), sum / COUNT(cases), 1e-9);
	cJSON_Delete(root);
}

Test(cli_npy_types, truths_and_large_whole_numbers)
{
	unsigned char file[HEAD + 8 * 4];
	const int64_t large[] = {INT64_MAX, -5, (int64_t)1 << 53, ((int64_t)1 << 53) + 2};

	memset(file, ' ', HEAD);
	memcpy(file, "\x93NUMPY\1\0\x76\0", 10);
	memcpy(file + 10, "{'descr': '<i8', 'fortran_order': False, 'shape': (4,), }", 57);
	file[HEAD - 1] = '\n';
	memcpy(file + HEAD, large, sizeof large);
	put("x.npy", file, sizeof file);
	cr_assert_eq(run("$B stats --json x.npy"), 0, "%s", err());
	cr_expect(strstr(err(), "2 whole numbers beyond 2^53 were rounded"), "%s", err());
	cJSON *root = json();
	cr_expect_eq(value(column(root, "column_1"), "max"), 0x1p63);
	cJSON_Delete(root);
	memcpy(file + 10, "{'descr': '|b1', 'fortran_order': False, 'shape': (4,), }", 57);
	memcpy(file + HEAD, "\0\1\1\1", 4);
	put("x.npy", file, HEAD + 4);
	cr_assert_eq(run("$B stats --json x.npy"), 0, "%s", err());
	root = json();
	cr_expect_eq(value(column(root, "column_1"), "mean"), 0.75);
	cJSON_Delete(root);
}
