/* SPDX-License-Identifier: BSD-3-Clause */
/* npz.c - the program on .npz files, which Python's zipfile makes. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "run.h"

#ifdef HAVE_ZLIB

/* make.py FILE METHOD FORM: arrays x (float64), f (float32, swapped), i (int16) and others. */
static const char make[] =
    "import io, struct, sys, zipfile\n"
    "def npy(descr, form, values, shape=None, fortran=False):\n"
    "    head = str({'descr': descr, 'fortran_order': fortran, 'shape': shape or (len(values),)})\n"
    "    head = head.encode().ljust(117) + b'\\n'\n"
    "    body = b''.join(struct.pack(form, v) for v in values)\n"
    "    return b'\\x93NUMPY\\1\\0' + struct.pack('<H', len(head)) + head + body\n"
    "n = 3000\n"
    "arrays = {'x': npy('<f8', '<d', [k * k % 1009 / 8 for k in range(n)]),\n"
    "          'f': npy('>f4', '>f', [k % 77 / 4 for k in range(n)]),\n"
    "          'i': npy('<i2', '<h', [k % 100 - 50 for k in range(n)])}\n"
    "path, method, form = sys.argv[1:]\n"
    "if form == 'zip64': zipfile.ZIP64_LIMIT = 10\n"
    "if form == 'one': arrays = {'t': npy('<f8', '<d', range(1, 2001), (1000, 2))}\n"
    "if form == 'mixed': arrays['m'] = npy('<f8', '<d', range(1, 7), (3, 2))\n"
    "if form == 'short': arrays = {'a': npy('<f8', '<d', [1, 2]), 'b': npy('<f4', '<f', [3, 4])}\n"
    "if form == 'long': arrays = {'a': npy('<f8', '<d', [1, 2]) + b'!'}\n"
    "class Pipe(io.RawIOBase):\n"
    "    def __init__(self): self.bytes = b''\n"
    "    def writable(self): return True\n"
    "    def write(self, b): self.bytes += bytes(b); return len(b)\n"
    "pipe = Pipe()\n"
    "with zipfile.ZipFile(pipe if form == 'pipe' else path, 'w', int(method)) as z:\n"
    "    for name, array in arrays.items():\n"
    "        with z.open(name + '.npy', 'w', force_zip64=form != 'small') as f: f.write(array)\n"
    "    if form == 'comment': z.comment = b'PK\\5\\6' * 9; z.writestr('read.me', 'hello')\n"
    "if form == 'pipe': open(path, 'wb').write(pipe.bytes)\n";

static void begin(void)
{
	run_begin();
	put_text("make.py", make);
}

TestSuite(cli_npz, .init = begin, .fini = run_end);

enum { STORED = 0, DEFLATED = 8 };

static void make_npz(const char *path, int method, const char *form)
{
	cr_assert_eq(run("python3 make.py %s %d %s", path, method, form), 0, "%s", err());
}

/* Checks what stats found in the arrays x, f and i. */
static void check_columns(const char *what)
{
	cJSON *root = json();

	cr_expect_eq(value(column(root, "x"), "n"), 3000, "%s", what);
	cr_expect_eq(value(column(root, "x"), "max"), 126, "%s", what);
	cr_expect_eq(value(column(root, "f"), "max"), 19, "%s", what);
	cr_expect_float_eq(value(column(root, "i"), "mean"), -0.5, 1e-9, "%s", what);
	cJSON_Delete(root);
}

/* Arrays of one dimension are columns, however they lie in the file and however that arrives. */
Test(cli_npz, arrays_are_columns)
{
	static const char *const forms[] = {"large", "small", "pipe", "comment", "zip64"};

	for (int method = STORED; method <= DEFLATED; method += DEFLATED)
		for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
			make_npz("t.npz", method, forms[i]);
			cr_assert_eq(run("$B stats --json t.npz"), 0, "%s: %s", forms[i], err());
			check_columns(forms[i]);
			cr_assert_eq(run("cat t.npz | $B stats --json -"), 0, "%s", err());
			check_columns(forms[i]);
			cr_assert_eq(run("gzip -f t.npz && $B stats --json t.npz.gz"), 0, "%s",
				     err());
			check_columns(forms[i]);
		}
	make_npz("t.npz", STORED, "large");
	cr_assert_eq(run("$B fit --columns i,x t.npz >fits && $B stats --json --na 0 t.npz t.npz"),
		     0, "%s", err());
	cr_expect_eq(printed_value("i", "missing"), 60);
}

/* The other arrays would be gone. */
Test(cli_npz, is_not_replaced_by_an_array)
{
	make_npz("t.npz", STORED, "large");
	cr_assert_eq(run("$B fit t.npz --member x -o m.json && cp t.npz same"), 0, "%s", err());
	cr_expect_eq(run("$B transform -m m.json t.npz --member x --in-place"), 2);
	cr_expect(failed_with("--in-place: the file is an .npz file, and the result would be one "
			      "array; use -o"),
		  "%s", err());
	cr_expect_eq(run("cmp t.npz same"), 0);
}

/* One array is a table as if it stood alone. */
Test(cli_npz, one_array)
{
	make_npz("t.npz", DEFLATED, "one");
	cr_assert_eq(
	    run("$B fit t.npz -o m.json >fits && $B transform -m m.json t.npz -o z.npy &&"
		"$B inverse -m m.json z.npy -o back.npy &&"
		"python3 -m zipfile -e t.npz . && $B transform -m m.json t.npy -o same.npy &&"
		"$B stats --json --weights 1 back.npy"),
	    0, "%s", err());
	cr_expect(same_files("z.npy", "same.npy"));
	cr_expect_float_eq(printed_value("column_2", "max"), 2000, 1e-6);
	make_npz("t.npz", STORED, "mixed");
	cr_assert_eq(run("$B stats --json --member m t.npz"), 0, "%s", err());
	cr_expect_eq(printed_value("column_2", "mean"), 4);
	cr_assert_eq(
	    run("$B fit --member f t.npz -o m.json >fits &&"
		"$B transform --member f -m m.json t.npz -o z.npy && $B stats --json z.npy"),
	    0, "%s", err());
	cr_expect_float_eq(printed_value("column_1", "sd"), 1, 1e-5);
}

Test(cli_npz, what_is_refused)
{
	static const struct {
		const char *form, *command;
		int status;
		const char *message;
	} cases[] = {
	    {"mixed", "stats", 1, "t.npz: array \"m\": is (3, 2), where the columns"},
	    {"mixed", "stats --member y", 2, "--member: t.npz has no array \"y\""},
	    {"mixed", "stats --member xx", 2, "no array \"xx\""},
	    {"large", "fit --by x", 1, "has one column after the other"},
	    {"large", "fit --columns 1 -o m.json t.npz >/dev/null; $B transform -m m.json", 2,
	     "holds 3 arrays, and one at a time can be written: --member \"x\" takes one"},
	    {"long", "stats", 1, "array \"a\": the file goes on behind its 2 rows"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		make_npz("t.npz", STORED, cases[i].form);
		cr_expect_eq(run("$B %s t.npz", cases[i].command), cases[i].status, "case %zu", i);
		cr_expect(strstr(err(), cases[i].message), "case %zu: %s", i, err());
	}
	put_text("t.csv", "x\n1\n");
	cr_expect_eq(run("$B stats --member x t.csv"), 2);
	cr_expect(failed_with("--member: t.csv is no .npz file"));
	cr_expect_eq(run("python3 -c \"import zipfile as z; "
			 "z.ZipFile('t.npz', 'w', z.ZIP_BZIP2).writestr('x.npy', 'abc')\" &&"
			 "$B stats t.npz"),
		     1);
	cr_expect(failed_with("is compressed by method 12 of zip"), "%s", err());
}

/* A file that is cut or altered anywhere is refused, or has the same numbers. */
Test(cli_npz, damage)
{
	enum { STEP = 7 };
	char changed[4096];
	size_t size, refused = 0, tried = 0;

	for (int method = STORED; method <= DEFLATED; method += DEFLATED) {
		make_npz("t.npz", method, "short");
		const char *bytes = get("t.npz", &size);
		cr_assert_lt(size, sizeof changed);
		cr_assert_eq(run("$B stats --json t.npz >right"), 0, "%s", err());
		for (size_t at = 0; at < size; at += STEP) {
			memcpy(changed, bytes, size);
			changed[at] ^= (char)(1 << at % 8);
			put("flipped.npz", changed, size);
			put("cut.npz", bytes, at);
			cr_expect_eq(run("$B stats --json cut.npz"), 1, "cut at %zu", at);
			int status = run("$B stats --json flipped.npz >found");
			cr_expect(status == 1 || (status == 0 && *err() == 0), "byte %zu: %d, %s",
				  at, status, err());
			tried++;
			refused += status == 1;
		}
	}
	/* the rest is times, versions and what stands in the list once more */
	cr_expect_gt(3 * refused, tried, "%zu of %zu", refused, tried);
}

#endif
