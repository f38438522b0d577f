/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sketch_bytes.c - a sketch from any bytes: refused, or a sketch with which everything can be done.
 *
 * The bytes are read as they are, and again with their frame repaired, so that the fuzzer need not
 * guess lengths and a checksum.
 */
#include <math.h>
#include <string.h>
#include <bellshape/bellshape.h>
#include "fuzz.h"

/* The places of the format. */
enum {
	VERSION_AT = 8,
	FLAGS_AT = 12,
	COUNT_AT = 16,
	MIN_AT = 40,
	VALUES_AT = 104,
	BINS_AT = 112,
	HEAD = 120,
	VALUE = 16,
	BIN = 152,
	CHECKSUM = 8
};

static void put(uint8_t *at, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (uint8_t)(v >> 8 * i);
}

static bool all_zero(const uint8_t *p, size_t n)
{
	while (n && !*p)
		p++, n--;
	return !n;
}

/* Magic, version, number of elements and checksum; *size becomes smaller where it does not fit. */
static void repair(uint8_t *bytes, size_t *size)
{
	size_t body = *size - HEAD - CHECKSUM;
	bool bins = !all_zero(bytes + BINS_AT, 8);
	uint64_t n = body / (bins ? BIN : VALUE), h = 0xcbf29ce484222325;

	memcpy(bytes, "BELLSKCH\1\0\0\0", FLAGS_AT);
	put(bytes + VALUES_AT, bins ? 0 : n, 8);
	put(bytes + BINS_AT, bins ? n : 0, 8);
	if (!bins || !n)
		put(bytes + COUNT_AT, n, 8);
	*size = HEAD + n * (bins ? BIN : VALUE) + CHECKSUM;
	for (size_t i = 0; i < *size - CHECKSUM; i++)
		h = (h ^ bytes[i]) * 0x100000001b3;
	put(bytes + *size - CHECKSUM, h, 8);
}

static void *bytes_of(const struct bell_sketch *s)
{
	size_t size = bell_sketch_size(s);
	void *bytes = exactly(size);

	REQUIRE(bell_sketch_serialize(s, bytes, size - 1) == BELL_ESIZE);
	REQUIRE(bell_sketch_serialize(s, bytes, size) == BELL_OK);
	return bytes;
}

static void use_fit(const struct bell_sketch *s)
{
	const double x[] = {-1e300, -1, 0, 1, 1e300};
	struct bell_fit_options options;
	struct bell_fit fit;
	double y[5];

	bell_fit_options_default(&options);
	for (int plain = 0; plain < 2; plain++) {
		options.standardize = !plain;
		if (bell_fit_sketch(s, &options, &fit) != BELL_OK)
			continue;
		bell_transform_apply_f64(&fit.transform, x, 5, 1, y);
		bell_transform_inverse_f64(&fit.transform, y, 5, BELL_OUTSIDE_CLIP, 1, y, NULL);
	}
}

/* What a program does with a sketch that it was sent. */
static void use(struct bell_sketch *s, const uint8_t *bytes, size_t size)
{
	double more[] = {1, -2, 1e6, 0.5, -1e300, 5e-324};
	struct bell_sketch_options method = {0};
	struct bell_sketch_summary summary;
	struct bell_sketch *copy, *empty;
	void *again = bytes_of(s);

	REQUIRE(bell_sketch_size(s) == size && !memcmp(again, bytes, size));
	free(again);
	REQUIRE(bell_sketch_summary(s, &summary) == BELL_OK);
	method.method = summary.grid.method;
	for (int i = 0; method.method == BELL_BOX_COX && i < 6; i++)
		more[i] = fabs(more[i]);
	use_fit(s);
	REQUIRE(bell_sketch_deserialize(bytes, size, &copy) == BELL_OK);
	REQUIRE(bell_sketch_create(&method, &empty) == BELL_OK);
	REQUIRE(bell_sketch_merge(empty, s) == BELL_OK);
	REQUIRE(bell_sketch_merge(s, copy) == BELL_OK);
	free(bytes_of(s));
	REQUIRE(bell_sketch_update_f64(empty, more, NULL, 6, 1) == BELL_OK);
	REQUIRE(bell_sketch_update_f64(copy, more, (const double[]){1, 2, 0.5, 0, 1e9, 1}, 6, 1) ==
		BELL_OK);
	use_fit(copy);
	REQUIRE(bell_sketch_merge(copy, empty) == BELL_OK);
	free(bytes_of(copy));
	bell_sketch_free(copy);
	bell_sketch_free(empty);
}

static void read_sketch(const uint8_t *bytes, size_t size)
{
	uint8_t *own = copy_of(bytes, size);
	struct bell_sketch *s = NULL;

	if (bell_sketch_deserialize(own, size, &s) == BELL_OK)
		use(s, own, size);
	else
		REQUIRE(!s);
	bell_sketch_free(s);
	free(own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t capacity = size < HEAD + CHECKSUM ? HEAD + CHECKSUM : size;
	uint8_t *repaired = exactly(capacity);

	read_sketch(data, size);
	memset(repaired, 0, capacity);
	if (size)
		memcpy(repaired, data, size);
	repair(repaired, &capacity);
	read_sketch(repaired, capacity);
	free(repaired);
	return 0;
}
