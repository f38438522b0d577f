/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * csv.c - any bytes as a text table.
 *
 * However the bytes arrive, the same comes of them; and a table that was read and written is the
 * same table.  The first byte of an input chooses options.
 */
#include <string.h>
#include "fuzz.h"
#include "program.h"

/* Does the output begin with a mark of UTF-16 or UTF-32? */
static bool marked(const struct result *r)
{
	return r->written_size >= 2 &&
	       (!memcmp(r->written, "\xff\xfe", 2) || !memcmp(r->written, "\xfe\xff", 2) ||
		!memcmp(r->written, "\0\0", 2));
}

/*
 * Reads the table as `first` was read, writes it, and reads that again; unless its first bytes,
 * which stood elsewhere before, are now those of another format or encoding.
 */
static void check_again(const struct reading *how, const struct result *first)
{
	struct reading reading = *how;
	struct result one, two;

	reading.whole = first->kinds;
	reading.texts = false;
	one = read_table(&reading);
	REQUIRE(!one.failed && one.columns == first->columns);
	reading.bytes = one.written;
	reading.size = one.written_size;
	reading.delimiter = one.delimiter;
	reading.header = one.header ? 1 : 2;
	two = read_table(&reading);
	if (!two.foreign && !two.is_npy && !marked(&one)) {
		REQUIRE(!two.failed && two.columns == one.columns && two.cells == one.cells);
		REQUIRE(two.written_size == one.written_size);
		REQUIRE(!memcmp(two.written, one.written, one.written_size));
	}
	free_result(&two);
	free_result(&one);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int delimiters[] = {-1, -1, -1, -1, ',', ';', '\t', ' '};
	unsigned how = size ? data[0] : 0;
	struct reading reading = {.bytes = data + 1,
				  .size = size - 1,
				  .header = (int)(how & 3) % 3,
				  .delimiter = delimiters[how >> 2 & 7],
				  .missing = how & 32 ? "-" : NULL,
				  .texts = how & 1};
	struct result all, parts;

	if (!size)
		return 0;
	all = read_table(&reading);
	reading.piece = how & 128 ? 1 : 7;
	parts = read_table(&reading);
	REQUIRE(all.failed == parts.failed && all.digest == parts.digest);
	free_result(&parts);
	reading.piece = how & 64 ? 100 : 0;
	if (!all.failed && !all.is_npy)
		check_again(&reading, &all);
	free_result(&all);
	return 0;
}
