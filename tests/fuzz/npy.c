/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * npy.c - any bytes as an .npy file, whose magic is put before them.
 *
 * However the bytes arrive, the same comes of them; and a table that is written has the bytes that
 * it was read from.
 */
#include <string.h>
#include "fuzz.h"
#include "program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char magic[] = "\x93NUMPY";
	uint8_t *bytes = exactly(size + sizeof magic);
	struct reading reading = {.bytes = bytes, .size = size + sizeof magic - 1, .delimiter = -1};
	struct result all, parts, written;

	memcpy(bytes, magic, sizeof magic - 1);
	if (size)
		memcpy(bytes + sizeof magic - 1, data, size);
	all = read_table(&reading);
	reading.piece = size % 2 ? 1 : 13;
	parts = read_table(&reading);
	REQUIRE(all.failed == parts.failed && all.digest == parts.digest);
	if (!all.failed) {
		reading.whole = all.kinds;
		written = read_table(&reading);
		REQUIRE(!written.failed && written.written_size == reading.size);
		REQUIRE(!memcmp(written.written, bytes, reading.size));
		free_result(&written);
	}
	free_result(&parts);
	free_result(&all);
	free(bytes);
	return 0;
}
