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

enum { BODY_AT = 12, CHECKSUM = 8 };

/* Magic, version and checksum. */
static void repair(uint8_t *bytes, size_t size)
{
	uint64_t h = 0x9e3779b97f4a7c15 ^ (size - CHECKSUM);

	memcpy(bytes, "BELLSKCH\2\0\0\0", BODY_AT);
	for (size_t i = 0; i < size - CHECKSUM; i += 8) {
		uint64_t word = 0;

		for (size_t j = i; j < i + 8 && j < size - CHECKSUM; j++)
			word |= (uint64_t)bytes[j] << 8 * (j - i);
		h = (h ^ word) * 0xff51afd7ed558ccd;
		h ^= h >> 32;
	}
	for (int i = 0; i < CHECKSUM; i++)
		bytes[size - CHECKSUM + i] = (uint8_t)(h >> 8 * i);
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

/* Weights that came as bytes may add up to too much. */
static bool done(enum bell_status status)
{
	REQUIRE(status == BELL_OK || status == BELL_ESIZE);
	return status == BELL_OK;
}

/* What a program does with a sketch that it was sent. */
static void use(struct bell_sketch *s, const uint8_t *bytes, size_t size)
{
	const double more[] = {1, -2, 1e6, 0.5, -1e300, 5e-324};
	struct bell_sketch_summary summary;
	double value[8], weight[8];
	size_t nodes;
	struct bell_sketch *copy, *empty;
	void *again = bytes_of(s);

	(void)size; /* others may be written in fewer bytes */
	free(again);
	REQUIRE(bell_sketch_summary(s, &summary) == BELL_OK);
	REQUIRE(bell_sketch_nodes(s, 8, value, weight, &nodes) ==
		(nodes > 8 ? BELL_ESIZE : BELL_OK));
	use_fit(s);
	REQUIRE(bell_sketch_deserialize(bytes, size, &copy) == BELL_OK);
	REQUIRE(bell_sketch_create(NULL, &empty) == BELL_OK);
	REQUIRE(bell_sketch_merge(empty, s) == BELL_OK);
	done(bell_sketch_merge(s, copy));
	free(bytes_of(s));
	done(bell_sketch_update_f64(empty, more, NULL, 6, 1));
	done(bell_sketch_update_f64(copy, more, (const double[]){1, 2, 0.5, 0, 1e9, 1}, 6, 1));
	use_fit(copy);
	done(bell_sketch_merge(copy, empty));
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
	size_t room = size < BODY_AT + CHECKSUM ? BODY_AT + CHECKSUM : size;
	uint8_t *repaired = exactly(room);

	read_sketch(data, size);
	memset(repaired, 0, room);
	if (size)
		memcpy(repaired, data, size);
	repair(repaired, room);
	read_sketch(repaired, room);
	free(repaired);
	return 0;
}
