/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * arrow.c - any bytes as an Arrow stream, if they begin as one does, or as an Arrow file.
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

	if (size < 8 ||
	    (memcmp(data, "\xff\xff\xff\xff", 4) != 0 && memcmp(data, "ARROW1\0\0", 8) != 0))
		return 0;
	all = read_table(&reading);
	reading.piece = size % 2 ? 1 : 13;
	parts = read_table(&reading);
	REQUIRE(all.failed == parts.failed && all.digest == parts.digest);
	free_result(&parts);
	free_result(&all);
	return 0;
}
