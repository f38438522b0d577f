/* SPDX-License-Identifier: BSD-3-Clause */
/* stream.c - the program on tables that are compressed, or in another encoding than UTF-8. */
#include <criterion/criterion.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef HAVE_BZIP2
#include <bzlib.h>
#endif
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "run.h"

TestSuite(cli_stream, .init = run_begin, .fini = run_end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A table of some 600 KB, and one of some 300 bytes. */
enum { MANY = 40000, FEW = 20, ROOM = 1 << 20 };

static size_t make_table(char *to, int rows)
{
	size_t n = (size_t)sprintf(to, "x,na\xc3\xafve\n");

	for (int i = 0; i < rows; i++)
		n += (size_t)sprintf(to + n, "%d.%d,%d\n", i * 37 % 1009, i % 7, i * i % 11 + 1);
	return n;
}

/* ---- compression: each function returns the size of what it made ---- */

typedef size_t compressor(const char *from, size_t n, char *to);

#ifdef HAVE_ZLIB
static size_t by_gzip(const char *from, size_t n, char *to)
{
	z_stream z = {.next_in = (unsigned char *)(size_t)from,
		      .avail_in = (unsigned)n,
		      .next_out = (unsigned char *)to,
		      .avail_out = ROOM};

	cr_assert_eq(deflateInit2(&z, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}
#endif

#ifdef HAVE_BZIP2
static size_t by_bzip2(const char *from, size_t n, char *to)
{
	unsigned size = ROOM;

	cr_assert_eq(
	    BZ2_bzBuffToBuffCompress(to, &size, (char *)(size_t)from, (unsigned)n, 9, 0, 0), BZ_OK);
	return size;
}
#endif

#ifdef HAVE_LZMA
static size_t by_xz(const char *from, size_t n, char *to)
{
	size_t size = 0;

	cr_assert_eq(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, NULL, (const uint8_t *)from, n,
					     (uint8_t *)to, &size, ROOM),
		     LZMA_OK);
	return size;
}
#endif

#ifdef HAVE_ZSTD
static size_t by_zstd(const char *from, size_t n, char *to)
{
	ZSTD_CCtx *z = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
	size_t size = ZSTD_compress2(z, to, ROOM, from, n);
	ZSTD_freeCCtx(z);
	cr_assert(!ZSTD_isError(size));
	return size;
}
#endif

static const struct {
	const char *name;
	compressor *compress;
} formats[] = {
#ifdef HAVE_ZLIB
    {"gzip", by_gzip},
#endif
#ifdef HAVE_BZIP2
    {"bzip2", by_bzip2},
#endif
#ifdef HAVE_LZMA
    {"xz", by_xz},
#endif
#ifdef HAVE_ZSTD
    {"Zstandard", by_zstd},
#endif
    {NULL, NULL},
};

static char table[ROOM], packed[2 * ROOM];

Test(cli_stream, compressed_tables)
{
	size_t n = make_table(table, MANY);

	put("t.csv", table, n);
	cr_assert_eq(run("$B fit t.csv --json -o m.json > plain.json && "
			 "$B transform -m m.json t.csv -o z.csv"),
		     0, "%s", err());
	for (size_t i = 0; formats[i].name; i++) {
		put("t.csv", packed, formats[i].compress(table, n, packed)); /* any name will do */
		cr_assert_eq(run("$B fit t.csv --json > a.json && $B fit - --json < t.csv > b.json "
				 "&& $B transform -m m.json t.csv -o y.csv"),
			     0, "%s: %s", formats[i].name, err());
		cr_expect(same_files("a.json", "plain.json"), "%s", formats[i].name);
		cr_expect(same_files("b.json", "plain.json"), "%s", formats[i].name);
		cr_expect(same_files("y.csv", "z.csv"), "%s", formats[i].name);
	}
}

/* Parts that were compressed alone and put together are one table; a tape adds zeros. */
Test(cli_stream, compressed_parts)
{
	size_t n = make_table(table, MANY), half = n / 2, size;

	put("t.csv", table, n);
	cr_assert_eq(run("$B fit t.csv --json > plain.json"), 0, "%s", err());
	for (size_t i = 0; formats[i].name; i++) {
		size = formats[i].compress(table, half, packed);
		memset(packed + size, 0, 1000);
		size += 1000;
		size += formats[i].compress(table + half, n - half, packed + size);
		memset(packed + size, 0, 1000);
		put("t.csv", packed, size + 1000);
		cr_assert_eq(run("$B fit t.csv --json > a.json"), 0, "%s: %s", formats[i].name,
			     err());
		cr_expect(same_files("a.json", "plain.json"), "%s", formats[i].name);
	}
}

/* Wherever a file is cut off, that is said, and there is no output. */
Test(cli_stream, compressed_tables_cut_off)
{
	size_t n = make_table(table, FEW);

	put("t.csv", table, n);
	cr_assert_eq(run("$B fit t.csv -o m.json"), 0, "%s", err());
	for (size_t i = 0; formats[i].name; i++) {
		size_t size = formats[i].compress(table, n, packed);

		for (size_t cut = 10; cut < size; cut += 11) {
			put("t.csv", packed, cut);
			cr_expect_eq(run("$B transform -m m.json t.csv -o z.csv"), 1);
			cr_expect(failed_with(", and ends too early: a part is missing"),
				  "%s, %zu of %zu bytes: %s", formats[i].name, cut, size, err());
			cr_expect_null(get("z.csv", NULL));
		}
	}
}

/*
 * A changed byte is found by the check sums that all these formats have; where it is no part of
 * what they guard, such as the time in a head of gzip, the table is as it was.
 */
Test(cli_stream, compressed_tables_damaged, .timeout = 120)
{
	size_t n = make_table(table, FEW);

	put("t.csv", table, n);
	cr_assert_eq(run("$B fit t.csv -o m.json && $B transform -m m.json t.csv -o good.csv"), 0,
		     "%s", err());
	for (size_t i = 0; formats[i].name; i++) {
		size_t size = formats[i].compress(table, n, packed);

		for (size_t at = 0; at < size; at += 3) {
			packed[at] ^= (char)(1 << at % 8);
			put("t.csv", packed, size);
			packed[at] ^= (char)(1 << at % 8);
			int status = run("rm -f z.csv; $B transform -m m.json t.csv -o z.csv");

			cr_expect(status == 0 ? same_files("z.csv", "good.csv")
					      : status == 1 && !get("z.csv", NULL),
				  "%s, byte %zu of %zu: status %d, %s", formats[i].name, at, size,
				  status, err());
		}
	}
}

Test(cli_stream, what_follows_a_compressed_table)
{
	size_t n = make_table(table, FEW);

	for (size_t i = 0; formats[i].name; i++) {
		size_t size = formats[i].compress(table, n, packed);

		memcpy(packed + size, "1,2\n3,4\n5,6\n7,8\n9,10\n", 21);
		put("t.csv", packed, size + 21);
		cr_expect_eq(run("$B fit t.csv"), 1);
		cr_expect(failed_with(", and damaged"), "%s: %s", formats[i].name, err());
	}
}

/* ---- encodings ---- */

/* Puts the table as text of another encoding; returns its size. */
static size_t put_encoded(const char *name, const char *encoding, size_t n)
{
	iconv_t to = iconv_open(encoding, "UTF-8");
	char *from = table, *out = packed;
	size_t left = n, room = sizeof packed;

	cr_assert_neq(to, (iconv_t)-1);
	cr_assert_neq(iconv(to, &from, &left, &out, &room), (size_t)-1);
	iconv_close(to);
	put(name, packed, sizeof packed - room);
	return sizeof packed - room;
}

Test(cli_stream, encodings)
{
	static const struct {
		const char *name, *option;
	} cases[] = {
	    {"UTF-16", ""}, /* iconv writes a mark */
	    {"UTF-32", ""},
	    {"UTF-16LE", "--encoding UTF-16LE"},
	    {"UTF-16BE", "--encoding utf16be"},
	    {"UTF-32BE", "--encoding UTF-32BE"},
	    {"ISO-8859-1", "--encoding latin1"},
	    {"CP1252", "--encoding CP1252"},
	    {"UTF-8", "--encoding UTF-8"},
	};
	size_t n = make_table(table, MANY);

	put("plain.csv", table, n);
	cr_assert_eq(run("$B fit plain.csv --json > plain.json && $B fit plain.csv -o m.json && "
			 "$B transform -m m.json plain.csv -o plain.z"),
		     0, "%s", err());
	for (size_t i = 0; i < COUNT(cases); i++) {
		put_encoded("t.csv", cases[i].name, n);
		cr_assert_eq(run("$B fit %s t.csv --json > t.json && "
				 "$B transform %s -m m.json t.csv -o t.z",
				 cases[i].option, cases[i].option),
			     0, "%s: %s", cases[i].name, err());
		cr_expect(same_files("t.json", "plain.json"), "%s", cases[i].name);
		cr_expect(same_files("t.z", "plain.z"), "%s", cases[i].name);
	}
}

Test(cli_stream, wrong_encodings)
{
	size_t n = make_table(table, MANY);

	put("t.csv", table, n);
	cr_expect_eq(run("$B fit --encoding klingon t.csv"), 2);
	cr_expect(failed_with("t.csv: no encoding \"klingon\"; iconv -l lists"), "%s", err());
	cr_expect_eq(run("$B fit --encoding ASCII t.csv"), 1);
	cr_expect(failed_with("t.csv: byte 5 begins nothing that \"ASCII\" has"), "%s", err());
	put("t.csv", packed, put_encoded("t.csv", "UTF-16", n) - 1);
	cr_expect_eq(run("$B fit t.csv"), 1);
	cr_expect(failed_with("t.csv: ends within a character of \"UTF-16\""), "%s", err());
}
