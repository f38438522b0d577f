/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * npy.c - any bytes as an .npy file, whose magic is put before them.
 *
 * However the bytes arrive, the same comes of them.  A table that is written has the bytes that it
 * was read from, or if its numbers are of a type that is converted, the same numbers as one that is
 * not.
 */
#include <string.h>
#include "fuzz.h"
#include "program.h"

/* What was read and written holds the same when it is read and written once more. */
static void check_written(const struct reading *before, const struct result *all)
{
	struct reading reading = *before;
	struct result first, second;

	reading.whole = all->kinds;
	first = read_table(&reading);
	REQUIRE(!first.failed);
	if (first.written_size != before->size ||
	    memcmp(first.written, before->bytes, before->size) != 0) {
		reading.bytes = first.written;
		reading.size = first.written_size;
		second = read_table(&reading);
		REQUIRE(!second.failed && second.cells == first.cells);
		REQUIRE(second.written_size == first.written_size);
		REQUIRE(!memcmp(second.written, first.written, first.written_size));
		free_result(&second);
	}
	free_result(&first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char magic[] = "\x93NUMPY";
	uint8_t *bytes = exactly(size + sizeof magic);
	struct reading reading = {.bytes = bytes, .size = size + sizeof magic - 1, .delimiter = -1};
	struct result all, parts;

	memcpy(bytes, magic, sizeof magic - 1);
	if (size)
		memcpy(bytes + sizeof magic - 1, data, size);
	all = read_table(&reading);
	reading.piece = size % 2 ? 1 : 13;
	parts = read_table(&reading);
	REQUIRE(all.failed == parts.failed && all.digest == parts.digest);
	if (!all.failed) {
		check_written(&reading, &all);
	}
	free_result(&parts);
	free_result(&all);
	free(bytes);
	return 0;
}
