/* SPDX-License-Identifier: BSD-3-Clause */
/* fuzz.h - what the fuzz targets share: bytes as parameters, and what must hold. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Every target is this one function; it returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program by a crash, so that a fuzzer keeps the input. */
#define REQUIRE(condition)                                                                      \
	do {                                                                                    \
		if (!(condition)) {                                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                                \
		}                                                                               \
	} while (0)

/* An input that is used up from its front.  Behind its end everything reads as 0. */
struct feed {
	const uint8_t *at;
	size_t left;
};

unsigned feed_byte(struct feed *f);
double feed_bits(struct feed *f); /* eight bytes are the bits of a double */
float feed_bits_f32(struct feed *f);

/* Takes one to nine bytes for a special value, a small fraction, or any bits. */
double feed_number(struct feed *f);

/* Are both the same number, or both NaN? */
bool same_number(double a, double b);

/* Allocates exactly n bytes, so that a sanitizer sees an access beyond them. */
void *exactly(size_t n);
void *copy_of(const void *bytes, size_t n);

#endif
