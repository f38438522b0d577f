/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * state.c - a state from any bytes: refused, or a state with which everything can be done.
 *
 * The bytes are read as they are, and again with their frame repaired, so that the fuzzer need not
 * guess a checksum.
 */
#include <string.h>
#include <bellshape/bellshape.h>
#include "fuzz.h"

enum { BODY_AT = 12, CHECKSUM = 8 };

/* Magic, version and checksum. */
static void repair(uint8_t *bytes, size_t size)
{
	uint64_t h = 0x9e3779b97f4a7c15 ^ (size - CHECKSUM);

	memcpy(bytes, "BELLSTAT\1\0\0\0", BODY_AT);
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

static void use(struct bell_state *s)
{
	size_t size = bell_state_size(s), column;
	struct bell_state *like, *back;
	struct bell_model *model;
	void *bytes = exactly(size);

	REQUIRE(bell_state_serialize(s, bytes, size - 1) == BELL_ESIZE);
	REQUIRE(bell_state_serialize(s, bytes, size) == BELL_OK);
	REQUIRE(bell_state_deserialize(bytes, size, &back) == BELL_OK);
	REQUIRE(bell_state_compare(s, back, &column) == BELL_STATES_MATCH);
	REQUIRE(bell_state_like(s, &like) == BELL_OK);
	REQUIRE(bell_state_merge(like, s) == BELL_OK);
	REQUIRE(bell_state_rows(like) == bell_state_rows(s));
	enum bell_status status = bell_state_merge(s, back);
	REQUIRE(status == BELL_OK || status == BELL_ESIZE);
	REQUIRE(bell_state_settle(s) == BELL_OK);
	if (bell_state_fit(s, NULL, 1, &model) == BELL_OK)
		bell_model_free(model);
	bell_state_free(like);
	bell_state_free(back);
	free(bytes);
}

static void read_state(const uint8_t *bytes, size_t size)
{
	uint8_t *own = copy_of(bytes, size);
	struct bell_state *s = NULL;

	if (bell_state_deserialize(own, size, &s) == BELL_OK)
		use(s);
	else
		REQUIRE(!s);
	bell_state_free(s);
	free(own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t room = size < BODY_AT + CHECKSUM ? BODY_AT + CHECKSUM : size;
	uint8_t *repaired = exactly(room);

	read_state(data, size);
	memset(repaired, 0, room);
	if (size)
		memcpy(repaired, data, size);
	repair(repaired, room);
	read_state(repaired, room);
	free(repaired);
	return 0;
}
