/* SPDX-License-Identifier: BSD-3-Clause */
/* arrow.c - the program on Arrow streams and files, which PyArrow wrote (make_arrow.py). */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "run.h"

#define ARROWS "$D/../tests/fuzz/corpus/arrow"

TestSuite(cli_arrow, .init = run_begin, .fini = run_end);

/* x is 1.5, missing, 3, 4 and b true, missing, false, true, in batches of three rows. */
static void check_plain(const char *file)
{
	cJSON *root = json();

	cr_expect_eq(value(column(root, "x"), "n"), 3, "%s", file);
	cr_expect_eq(value(column(root, "x"), "missing"), 1, "%s", file);
	cr_expect_float_eq(value(column(root, "x"), "mean"), 8.5 / 3, 1e-15, "%s", file);
	cr_expect_float_eq(value(column(root, "b"), "mean"), 2.0 / 3, 1e-15, "%s", file);
	cJSON_Delete(root);
}

Test(cli_arrow, streams_and_files)
{
	static const char *const files[] = {"plain.arrows", "plain.arrow", "old.arrow",
#ifdef HAVE_ZSTD
					    "zstd.arrows"
#endif
	};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		cr_assert_eq(run("$B stats --json " ARROWS "/%s", files[i]), 0, "%s", err());
		check_plain(files[i]);
		cr_assert_eq(run("cat " ARROWS "/%s | $B stats --json -", files[i]), 0, "%s",
			     err());
		check_plain(files[i]);
	}
	cr_assert_eq(run("gzip -c " ARROWS "/plain.arrow | $B stats --json -"), 0, "%s", err());
	check_plain("plain.arrow.gz");
	cr_assert_eq(run("$B stats --json " ARROWS "/plain.arrows " ARROWS "/plain.arrow --na 4"),
		     0, "%s", err());
	cr_expect_eq(printed_value("x", "n"), 4);
	/* in float32, 99.9 is what is nearest to it */
	cr_assert_eq(run("$B stats --json " ARROWS "/decimals.arrows --na 99.9"), 0, "%s", err());
	cJSON *root = json();
	cr_expect_eq(value(column(root, "f8"), "n"), 3);
	cr_expect_eq(value(column(root, "f4"), "n"), 3);
	cJSON_Delete(root);
}

Test(cli_arrow, types)
{
	static const char *const names[] = {"f8", "f4", "f2", "i1", "i2", "i4",
					    "i8", "u1", "u2", "u4", "u8"};

	cr_assert_eq(run("$B stats --json " ARROWS "/types.arrows"), 0, "%s", err());
	cJSON *root = json();
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		cr_expect_eq(value(column(root, names[i]), "min"), *names[i] == 'u' ? 1 : -7, "%s",
			     names[i]);
		cr_expect_eq(value(column(root, names[i]), "max"), 100, "%s", names[i]);
	}
	cr_expect_eq(value(column(root, "big"), "max"), 0x1p63);
	cJSON_Delete(root);
	cr_expect(strstr(err(), "1 whole number beyond 2^53 was rounded"), "%s", err());
}

/* The buffers of other columns are passed over, and these columns are named with their types. */
Test(cli_arrow, other_columns)
{
	cr_assert_eq(run("$B stats " ARROWS "/others.arrows"), 0, "%s", err());
	cr_expect(strstr(err(), "\"s\" (of Arrow's type text), \"v\" (of Arrow's type text view)"));
	cr_expect(strstr(err(), "\"d\" (of Arrow's type dictionary; decode it"), "%s", err());
	cr_assert_eq(run("$B stats --json " ARROWS "/others.arrows"), 0, "%s", err());
	cr_expect_eq(printed_value("x", "mean"), 1.5);
	cr_expect_eq(run("$B stats --columns d " ARROWS "/others.arrows"), 1);
	cr_expect(strstr(err(), "column \"d\" is of Arrow's type dictionary, where numbers can be "
				"read: decode the dictionary"));
	cr_expect_eq(run("$B stats --by s " ARROWS "/others.arrows"), 1);
	cr_expect(strstr(err(), "column \"s\" is of Arrow's type text"), "%s", err());
	cr_assert_eq(run("$B stats --json --by b --columns x " ARROWS "/plain.arrow"), 0, "%s",
		     err());
}

Test(cli_arrow, what_is_refused)
{
	cr_expect_eq(run("$B stats " ARROWS "/lz4.arrows"), 1);
	cr_expect(strstr(err(), "is compressed by LZ4, which is not read here"), "%s", err());
	cr_expect_eq(run("$B fit " ARROWS "/plain.arrow -o m.json >fits &&"
			 "$B transform -m m.json " ARROWS "/plain.arrow -o z.arrow"),
		     1);
	cr_expect(strstr(err(), "is Arrow, which this program reads and does not write"));
	put("t.arrow", "ARROW1\0\0", 8);
	cr_expect_eq(run("$B stats t.arrow"), 1);
	cr_expect(failed_with("t.arrow: is Arrow, but does not begin with a schema"), "%s", err());
	put("t.arrow", "\xff\xff\xff\xff\xff\xff\xff\x7f", 8);
	cr_expect_eq(run("$B stats t.arrow"), 1);
	cr_expect(strstr(err(), "t.arrow: is damaged"), "%s", err());
}

/* A stream that is cut or altered anywhere is refused or read, and nothing worse. */
Test(cli_arrow, damage)
{
	enum { STEP = 5 };
	char changed[4096];
	size_t size;

	cr_assert_eq(run("cp " ARROWS "/plain.arrows t.arrows"), 0);
	const char *bytes = get("t.arrows", &size);
	cr_assert_lt(size, sizeof changed);
	for (size_t at = 0; at < size; at += STEP) {
		int status;

		memcpy(changed, bytes, size);
		changed[at] ^= (char)(1 << at % 8);
		put("flipped.arrows", changed, size);
		status = run("$B stats --json flipped.arrows >found");
		cr_expect(status == 0 || status == 1, "byte %zu: %d, %s", at, status, err());
		put("cut.arrows", bytes, at);
		status = run("$B stats --json cut.arrows >found");
		/* the end of a stream may be missing */
		cr_expect(status == 1 || (status == 0 && at > size / 2), "cut at %zu: %s", at,
			  err());
	}
}
