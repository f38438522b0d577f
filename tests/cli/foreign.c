/* SPDX-License-Identifier: BSD-3-Clause */
/* foreign.c - files of formats that the program does not read. */
#include <criterion/criterion.h>
#include <string.h>

#include "run.h"

TestSuite(cli_foreign, .init = run_begin, .fini = run_end);

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define BYTES(text)  text, sizeof(text) - 1

Test(cli_foreign, formats_are_named)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *message;
	} cases[] = {
#ifndef HAVE_ZLIB
	    {BYTES("\x1f\x8b\x08xxxx"), "compressed by gzip: zcat it into bellshape"},
#endif
#ifndef HAVE_ZSTD
	    {BYTES("\x28\xb5\x2f\xfd\x04"), "compressed by Zstandard: zstdcat it"},
#endif
#ifndef HAVE_LZMA
	    {BYTES("\3757zXZ\0"), "compressed by xz: xzcat it"},
#endif
#ifndef HAVE_BZIP2
	    {BYTES("BZh91AY&SY"), "compressed by bzip2: bzcat it"},
	    {BYTES("BZh9\x17\x72\x45\x38\x50\x90"), "compressed by bzip2: bzcat it"},
#endif
	    {BYTES("\x5d\0\0\x80\0\xff"), "compressed by LZMA"},
	    {BYTES("\x04\x22\x4d\x18\x64"), "compressed by LZ4"},
	    {BYTES("PK\3\4xxxx"), "a zip file, such as .xlsx or .ods: take the table out"},
	    {BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an old file of Excel or the like: "},
	    {BYTES("PAR1\x15\4"),
	     "a Parquet file: python -m bellshape fit reads it; or save it as CSV or .npy, for "},
	    {BYTES("FEA1\0\0\0\0"), "a Feather file: save it as CSV"},
	    {BYTES("\x89HDF\r\n\x1a\n\0"), "an HDF5 file: save it as CSV"},
	    {BYTES("SQLite format 3\0"), "an SQLite database: take the table out"},
	    {BYTES("a\0,\0b\0\n\0\x31\0,\0\x32\0"),
	     "UTF-16 text without a mark: --encoding UTF-16LE reads it"},
	    {BYTES("\0a\0,\0\xe9\0\n\0\x31\0,\0\x32"), "--encoding UTF-16BE"},
	    {BYTES("\xb1\3,\0\xb2\3\n\0\x31\0,\0\x32\0\n\0"), "--encoding UTF-16LE"},
	    {BYTES("a\0\0\0\n\0\0\0\x31\0\0\0"), "--encoding UTF-32LE"},
	    {BYTES("\0\0\0a\0\0\0\n\0\0\0\x31"), "--encoding UTF-32BE"},
	    {BYTES("[{\"a\": 1}, {\"a\": 2}]"), "JSON: save it as CSV"},
	    {BYTES("\xef\xbb\xbf{\"a\":1}\n{\"a\":2}\n"), "JSON: save it as CSV"},
	    {BYTES("[\n 1,\n 2\n]\n"), "JSON: save it as CSV"},
	    {BYTES("[true, null]\r\n"), "JSON: save it as CSV"},
	    {BYTES(" {\n \"a,]}\": [1, 2"), "JSON: save it as CSV"},
	    {BYTES("[1,2]\n[3,4]\n"), "JSON: save it as CSV"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		put("t", cases[i].bytes, cases[i].size);
		cr_expect_eq(run("$B stats t"), 1, "case %zu", i);
		cr_expect(failed_with(cases[i].message), "case %zu: %s%s", i, out(), err());
		/* A pipe may bring a byte at a time. */
		cr_expect_eq(run("{ head -c 1 t; sleep 0.01; tail -c +2 t; } | $B fit -"), 1);
		cr_expect(failed_with(cases[i].message), "case %zu: %s%s", i, out(), err());
	}
}

/* The first letters of a format, or a bracket, may stand in a table. */
Test(cli_foreign, tables_that_look_like_it)
{
	static const char *const tables[] = {
	    "PAR1,PAR2\n1,2\n3,4\n", "ORC,FEA1\n1,2\n3,4\n",    "BZh9,x\n1,2\n3,4\n",
	    "[1],[2]\n1,2\n3,4\n",   "[kg],[true]\n1,2\n3,4\n", "{x},y\n1,2\n3,4\n",
	    "[],y\n1,2\n3,4\n",      "[\"a\"],b\n1,2\n3,4\n",   "{\"a\": 1},b\n1,2\n3,4\n",
	};

	for (size_t i = 0; i < COUNT(tables); i++) {
		put_text("t", tables[i]);
		cr_assert_eq(run("$B stats --json t"), 0, "case %zu: %s", i, err());
		cJSON *root = json();
		cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(root, "columns")), 2);
		cJSON_Delete(root);
	}
	/* Who names the delimiter knows better. */
	put_text("t", "[1,2]\n[3,4]\n");
	cr_expect_eq(run("$B stats --na x --delimiter , --text 1,2 t"), 1);
	cr_expect(failed_with("no column of numbers"), "%s", err());
}
