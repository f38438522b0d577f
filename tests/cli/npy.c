/* SPDX-License-Identifier: BSD-3-Clause */
/* npy.c - the program on .npy files. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

TestSuite(cli_npy, .init = run_begin, .fini = run_end);

enum { ROWS = 20000, COLUMNS = 3 };

/* Values that a float holds exactly. */
static float element(size_t i, size_t j)
{
	return i % 1000 == 7 ? NAN : (float)((i * (7 + j) + j) % 1009) / 16 - (float)(8 * (j == 2));
}

/* Writes a header as NumPy does; returns its size. */
static size_t head(unsigned char *out, int version, const char *text)
{
	size_t start = version == 1 ? 10 : 12,
	       length = (start + strlen(text) + 1 + 63) / 64 * 64 - start;

	memcpy(out, "\x93NUMPY", 6);
	out[6] = (unsigned char)version;
	for (size_t i = 7; i < start; i++)
		out[i] = (unsigned char)(i < 8 ? 0 : length >> 8 * (i - 8));
	memset(out + start, ' ', length);
	memcpy(out + start, text, strlen(text));
	out[start + length - 1] = '\n';
	return start + length;
}

static void write_array(const char *path, int version, bool f4, bool fortran, size_t columns)
{
	static unsigned char file[256 + ROWS * COLUMNS * 8];
	char text[150], shape[40];

	snprintf(shape, sizeof shape, columns == 1 ? "(%d,)" : "(%d, %zu)", ROWS, columns);
	snprintf(text, sizeof text, "{'descr': '<f%d', 'fortran_order': %s, 'shape': %s, }",
		 f4 ? 4 : 8, fortran ? "True" : "False", shape);
	size_t n = head(file, version, text);
	for (size_t k = 0; k < ROWS * columns; k++) {
		size_t i = fortran ? k % ROWS : k / columns, j = fortran ? k / ROWS : k % columns;
		float x = element(i, j);
		double wide = x;

		memcpy(file + n, f4 ? (void *)&x : (void *)&wide, f4 ? 4 : 8);
		n += f4 ? 4 : 8;
	}
	put(path, file, n);
}

static void write_csv(const char *path)
{
	FILE *file = fopen(path, "w");

	for (size_t i = 0; i < ROWS; i++)
		fprintf(file, "%.9g,%.9g,%.9g\n", element(i, 0), element(i, 1), element(i, 2));
	fclose(file);
}

/* Is b the array a, with its header, type and order, and its numbers within `tolerance` relative?
 */
static bool same_arrays(const char *a, const char *b, bool f4, double tolerance)
{
	size_t n, m, start, size = f4 ? 4 : 8;
	char *x = get(a, &n), *y = get(b, &m);
	bool same = x && y && n == m;

	start = same ? 10 + (unsigned char)x[8] + (size_t)(x[6] > 1 ? 2 : 0) : 0;
	same = same && !memcmp(x, y, start);
	for (size_t at = start; same && at < n; at += size) {
		float s[2];
		double d[2];

		memcpy(f4 ? (void *)s : (void *)d, x + at, size);
		memcpy(f4 ? (void *)(s + 1) : (void *)(d + 1), y + at, size);
		if (f4)
			d[0] = (double)s[0], d[1] = (double)s[1];
		same = isnan(d[0]) ? isnan(d[1])
				   : fabs(d[0] - d[1]) <= tolerance * fmax(1, fabs(d[0]));
	}
	return same;
}

/* Version, type and order of a file change nothing, and CSV says the same. */
Test(cli_npy, all_forms_agree)
{
	write_csv("t.csv");
	cr_assert_eq(run("$B fit --json --no-header t.csv >want.json"), 0, "%s", err());
	cr_assert_eq(run("$B stats --json --no-header t.csv >stats.json"), 0, "%s", err());
	for (int form = 0; form < 12; form++) {
		bool f4 = form & 1, fortran = form & 2;
		int version = form / 4 + 1;

		write_array("t.npy", version, f4, fortran, COLUMNS);
		cr_assert_eq(run("$B fit --json t.npy -o m.json >got.json"), 0, "%s", err());
		cr_expect(same_files("want.json", "got.json"), "fit, form %d", form);
		cr_assert_eq(run("$B stats --json - <t.npy >got.json"), 0, "%s", err());
		cr_expect(same_files("stats.json", "got.json"), "stats, form %d", form);
		cr_assert_eq(run("$B transform -m m.json t.npy -o z.npy &&"
				 "$B inverse -m m.json - <z.npy >back.npy"),
			     0, "%s", err());
		cr_expect(same_arrays("t.npy", "back.npy", f4, f4 ? 1e-5 : 1e-12), "form %d", form);
		cr_expect_not(same_arrays("t.npy", "z.npy", f4, 0.1), "form %d", form);
	}
}

Test(cli_npy, one_dimension_is_one_column)
{
	write_array("t.npy", 1, false, false, 1);
	cr_assert_eq(run("$B fit --json t.npy"), 0, "%s", err());
	cJSON *root = json();
	cr_expect_eq(value(column(root, "column_1"), "n"), ROWS - ROWS / 1000);
	cr_expect_eq(value(column(root, "column_1"), "missing"), ROWS / 1000);
	cJSON_Delete(root);
}

/* Only some columns: the rest keeps every bit. */
Test(cli_npy, columns_are_selected)
{
	for (int fortran = 0; fortran < 2; fortran++) {
		write_array("t.npy", 1, false, fortran, COLUMNS);
		cr_assert_eq(run("$B fit --json t.npy -o all.json >all && $B fit --json --columns "
				 "3 t.npy -o m.json"),
			     0);
		cJSON *root = json(), *all = cJSON_Parse(get("all", NULL));
		cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(root, "columns")), 1);
		cr_expect_eq(value(column(root, "column_3"), "lambda"),
			     value(column(all, "column_3"), "lambda"));
		cJSON_Delete(root);
		cJSON_Delete(all);
		cr_assert_eq(run("$B transform -m m.json t.npy -o z.npy &&"
				 "$B inverse -m m.json z.npy -o back.npy &&"
				 "$B transform -m all.json --columns column_3 t.npy -o z2.npy &&"
				 "$B transform -m all.json --text 1,2,3 t.npy -o same.npy"),
			     0, "%s", err());
		cr_expect(same_arrays("t.npy", "back.npy", false, 1e-12));
		cr_expect(same_files("z.npy", "z2.npy"));
		cr_expect(same_files("t.npy", "same.npy"));
		double before[3], after[3];
		if (!fortran) {
			memcpy(before, get("t.npy", NULL) + 128, sizeof before);
			memcpy(after, get("z.npy", NULL) + 128, sizeof after);
			cr_expect_eq(before[0], after[0]);
			cr_expect_eq(before[1], after[1]);
			cr_expect_neq(before[2], after[2]);
		}
	}
}

Test(cli_npy, bad_files)
{
	static const struct {
		const char *head, *message;
		size_t bytes; /* behind the head */
	} cases[] = {
	    {"{'descr': '<f16', 'fortran_order': False, 'shape': (2,), }",
	     "x.npy: its numbers are of type \"<f16\", where real numbers of at most 8 bytes can "
	     "be read: save it as array.astype('<f8')",
	     32},
	    {"{'descr': '<i3', 'fortran_order': False, 'shape': (2,), }", "of type \"<i3\"", 6},
	    {"{'descr': '|b2', 'fortran_order': False, 'shape': (2,), }", "of type \"|b2\"", 4},
	    {"{'descr': '>f1', 'fortran_order': False, 'shape': (2,), }", "of type \">f1\"", 2},
	    {"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,), }",
	     "its elements are structs of one field: save array[array.dtype.names[0]]", 16},
	    {"{'descr': [('a]', '<f8', (2,))], 'fortran_order': False, 'shape': (2,), }",
	     "structs of one field", 32},
	    {"{'descr': [(('T', 'a'), '<f8'), ('s', [('x', '<f4'), (\"y'\", '<f4')])], "
	     "'fortran_order': False, 'shape': (2,), }",
	     "structs of 2 fields: save numpy.lib.recfunctions.structured_to_unstructured(array",
	     32},
	    {"{'descr': [('a', '<f8'", "structs of one field", 16},
	    {"{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }",
	     "its numbers are complex, of type \"<c16\", where real numbers can be read: save "
	     "its "
	     "parts, such as array.real",
	     16},
	    {"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
	     "its elements are objects of Python, of type \"|O\"", 16},
	    {"{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (1,), }",
	     "its elements are dates, of type \"<M8[ns]\"", 8},
	    {"{'descr': '<m8[s]', 'fortran_order': False, 'shape': (1,), }",
	     "its elements are times, of type \"<m8[s]\"", 8},
	    {"{'descr': '<U3', 'fortran_order': False, 'shape': (1,), }",
	     "its elements are texts, of type \"<U3\"", 12},
	    {"{'descr': '|V8', 'fortran_order': False, 'shape': (1,), }",
	     "its elements are bytes without a meaning, of type \"|V8\"", 8},
	    {"{'descr': '<f8', 'fortran_order': False, 'shape': (), }", "has 0 dimensions", 8},
	    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 2), }", "has 3 dimensions",
	     16},
	    {"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 2), }", "x.npy: no rows", 0},
	    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 0), }", "x.npy: no columns", 0},
	    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", "the file ends too early",
	     15},
	    {"{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }",
	     "the file ends too early", 31},
	    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }",
	     "the file goes on behind its 2 rows", 17},
	    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }",
	     "the file goes on behind its 1 row", 9},
	    {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999, 99999999), }",
	     "shape", 0},
	    {"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 99999999), }",
	     "99999999 columns, where at most", 0},
	    {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999999999,), }",
	     "broken .npy header", 0},
	    {"{'descr': '<f8', 'fortran_order': False, }", "it lacks descr, fortran_order or shape",
	     16},
	    {"{'descr': '<f8', 'fortran_order': 1, 'shape': (2,), }",
	     "broken .npy header at \"1, 'shape'", 16},
	    {"{'descr': '<f8', 'color': 1, 'shape': (2,), }", "unknown key \"color\"", 16},
	    {"{'descr': '<f8", "broken .npy header", 16},
	    {"", "broken .npy header", 16},
	};
	unsigned char file[256] = {0};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		put("x.npy", file, head(file, 1, cases[i].head) + cases[i].bytes);
		cr_expect_eq(run("$B stats x.npy"), 1, "case %zu", i);
		cr_expect(failed_with(cases[i].message), "case %zu: %s%s", i, out(), err());
		memset(file, 0, sizeof file);
	}
	put("x.npy", "\x93NUMPY\x01", 7);
	cr_expect_eq(run("$B stats x.npy"), 1);
	cr_expect(failed_with("x.npy: the file ends too early"), "%s", err());
	put("x.npy", "\x93NUMPY\x09\0\0\0\0\0\0\0\0\0", 16);
	cr_expect_eq(run("$B stats x.npy"), 1);
	cr_expect(failed_with("x.npy: .npy format 9.0 is unknown"), "%s", err());
	put("x.npy", "\x93NUMPY\x02\0\xff\xff\xff\x7f\0\0\0\0", 16);
	cr_expect_eq(run("$B stats x.npy"), 1);
	cr_expect(failed_with("x.npy: broken .npy header: a length of 2147483647 bytes"), "%s",
		  err());
}

/* A number that is asked to be missing is so in an array, too, and stays where it is. */
Test(cli_npy, missing_numbers)
{
	static const double table[] = {1, 2, -99, 3, 4, -99.9, -99.9, 7, 2, 0};
	static const char *const orders[] = {"False", "True"};
	enum { ROWS = 5, COLUMNS = 2, NUMBERS = ROWS * COLUMNS };

	for (int c = 0; c < 4; c++) {
		bool fortran = c & 1, narrow = c & 2;
		unsigned char file[512];
		char text[120];

		snprintf(text, sizeof text,
			 "{'descr': '<f%d', 'fortran_order': %s, 'shape': (5, 2), }",
			 narrow ? 4 : 8, orders[fortran]);
		size_t n = head(file, 1, text), size = narrow ? 4 : 8;
		for (size_t i = 0; i < NUMBERS; i++) {
			double x = table[fortran ? i % ROWS * COLUMNS + i / ROWS : i];
			float y = (float)x;

			memcpy(file + n + i * size, narrow ? (void *)&y : (void *)&x, size);
		}
		put("x.npy", file, n + NUMBERS * size);
		/* 1e-300 is no float, and 0 is not it. */
		cr_assert_eq(run("$B stats --json --na -99 --na -99.9 --na 1e-300 --na x x.npy"), 0,
			     "%s", err());
		cJSON *root = json();
		cr_expect_eq(value(column(root, "column_1"), "missing"), 2, "case %d", c);
		cr_expect_eq(value(column(root, "column_2"), "missing"), 1, "case %d", c);
		cr_expect_float_eq(value(column(root, "column_1"), "mean"), 7.0 / 3, 1e-12);
		cJSON_Delete(root);
		cr_assert_eq(run("$B fit --na -99 --na -99.9 --columns 1 x.npy -o m.json &&"
				 "$B transform --na -99 --na -99.9 -m m.json x.npy -o z.npy"),
			     0, "%s", err());
		const char *before = get("x.npy", NULL), *after = get("z.npy", NULL);
		for (size_t i = 0; i < NUMBERS; i++) {
			double x = table[fortran ? i % ROWS * COLUMNS + i / ROWS : i];
			bool second = fortran ? i >= ROWS : i % COLUMNS;

			cr_expect_eq(!memcmp(before + n + i * size, after + n + i * size, size),
				     second || x < 0, "case %d, number %zu", c, i);
		}
	}
}

/* Values outside the image are found by row; a model of names has nothing to say to an array. */
Test(cli_npy, errors_of_models)
{
	unsigned char file[256];
	double x[4] = {0.5, 1, 2, 30};
	size_t n = head(file, 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }");

	memcpy(file + n, x, sizeof x);
	put("x.npy", file, n + sizeof x);
	cr_assert_eq(run("$B fit x.npy -o m.json"), 0);
	x[2] = 1e3;
	memcpy(file + n, x, sizeof x);
	put("z.npy", file, n + sizeof x);
	cr_expect_eq(run("$B inverse --outside error -m m.json z.npy -o back.npy"), 1);
	cr_expect(failed_with("z.npy:row 3: column \"column_1\": \"1000\" lies outside the image"),
		  "%s", err());
	cr_expect_eq(run("$B fit $D/breast_cancer.csv -o m.json >/dev/null 2>&1; $B transform -m "
			 "m.json x.npy"),
		     1);
	cr_expect(failed_with("x.npy: has no column \"mean_radius\", which the model m.json wants; "
			      "it has no names and 1 column,"),
		  "%s", err());
	cr_expect_eq(run("command -v script >/dev/null || exit 2; $B fit x.npy -o m.json;"
			 "script -qec '$B transform -m m.json x.npy' /dev/null"),
		     2);
}
