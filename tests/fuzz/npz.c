/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * npz.c - any bytes as an .npz file, if they begin as a zip file does.
 *
 * However the bytes arrive, the same comes of them.
 */
#include <string.h>
#include "fuzz.h"
#include "program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading reading = {.bytes = data, .size = size, .delimiter = -1};
	struct result all, parts;

	if (size < 4 || memcmp(data, "PK\3\4", 4) != 0)
		return 0;
	all = read_table(&reading);
	reading.piece = size % 2 ? 1 : 13;
	parts = read_table(&reading);
	REQUIRE(all.failed == parts.failed && all.digest == parts.digest);
	free_result(&parts);
	free_result(&all);
	return 0;
}
