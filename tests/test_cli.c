/* SPDX-License-Identifier: BSD-3-Clause */
/* test_cli.c - the program, run as its users run it. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"

TestSuite(cli, .init = run_begin, .fini = run_end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

Test(cli, fit_reaches_lambdas_far_outside)
{
	cr_assert_eq(run("$B fit --json $D/breast_cancer.csv"), 0, "%s", err());
	cJSON *root = json(), *c = column(root, "fractal_dimension_error");

	cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(root, "columns")), 30);
	cr_expect_float_eq(value(c, "lambda"), -279.8, 0.05);
	cr_expect_float_eq(value(c, "skewness_before"), 3.9136, 1e-3);
	cr_expect(fabs(value(c, "skewness_after")) < 0.3);
	cr_expect_eq(value(c, "n"), 569);
	cJSON *skipped = cJSON_GetObjectItem(root, "skipped");
	cr_expect_eq(cJSON_GetArraySize(skipped), 1);
	cr_expect_str_eq(cJSON_GetStringValue(cJSON_GetArrayItem(skipped, 0)), "diagnosis");
	cr_expect_str_empty(err(), "with --json all is in the JSON");
	cJSON_Delete(root);
}

/* The keys of an object, in their order. */
static const char *keys(const cJSON *object)
{
	static char text[400];
	cJSON *item;

	*text = 0;
	cJSON_ArrayForEach(item, object) strcat(strcat(text, item->string), " ");
	return text;
}

Test(cli, json_has_the_promised_keys)
{
	cr_assert_eq(run("$B fit --json $D/penguins.csv"), 0, "%s", err());
	cJSON *root = json();
	cr_expect_str_eq(keys(root), "bellshape columns skipped ");
	cr_expect_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(root, "bellshape")), "0.1.0");
	cr_expect_str_eq(
	    keys(column(root, "year")),
	    "name n missing status lambda ci95 log_likelihood lr_vs_identity mean sd "
	    "skewness_before skewness_after kurtosis_before kurtosis_after "
	    "qq_correlation_before qq_correlation_after a2_before a2_after collapsed flags notes "
	    "verdicts ");
	cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(column(root, "year"), "ci95")), 2);
	cJSON_Delete(root);

	cr_assert_eq(run("$B stats --json $D/penguins.csv"), 0, "%s", err());
	root = json();
	cr_expect_str_eq(keys(root), "bellshape columns skipped ");
	cr_expect_str_eq(keys(column(root, "year")),
			 "name n missing infinite mean sd skewness kurtosis min max ");
	cJSON *mass = column(root, "body_mass_g");
	cr_expect_eq(value(mass, "n"), 342);
	cr_expect_eq(value(mass, "missing"), 2);
	cr_expect_eq(value(mass, "min"), 2700);
	cr_expect_eq(value(mass, "max"), 6300);
	cr_expect_float_eq(value(mass, "mean"), 4201.754385964912, 1e-9);
	cr_expect_float_eq(value(mass, "sd"), 800.7812292384522, 1e-9);
	cJSON_Delete(root);
}

Test(cli, degenerate_columns_have_a_status_and_null)
{
	static const struct {
		const char *name, *status;
	} cases[] = {{"constant", "constant"},
		     {"empty", "empty"},
		     {"one", "one_value"},
		     {"inf", "infinite"},
		     {"fine", "ok"}};

	put_text("t.csv", "constant,empty,one,inf,fine\n2,,,1,1\n2,NA,7,-inf,5\n2,,?,3,2\n");
	cr_assert_eq(run("$B fit --json t.csv -o m.json"), 0, "%s", err());
	cJSON *root = json();
	for (size_t i = 0; i < COUNT(cases); i++) {
		cJSON *c = column(root, cases[i].name);
		const char *status = cJSON_GetStringValue(cJSON_GetObjectItem(c, "status"));
		bool ok = !strcmp(cases[i].status, "ok");

		cr_expect_str_eq(status, cases[i].status, "%s: %s", cases[i].name, status);
		cr_expect_eq(isnan(value(c, "log_likelihood")), !ok, "%s", cases[i].name);
		cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(c, "notes")) > 0, true);
	}
	cJSON_Delete(root);
	cr_assert_eq(run("$B fit t.csv"), 0);
	cr_expect(strstr(out(), "1 infinite value"));
	cr_assert_eq(run("$B transform -m m.json t.csv | $B inverse -m m.json -"), 0, "%s", err());
	put_text("back.csv", out());
	cr_expect(same_tables("t.csv", "back.csv", 1e-12));
}

/* The flags of a column of a fit by name, in their order. */
static const char *flags(const cJSON *column)
{
	static char text[200];
	cJSON *item;

	*text = 0;
	cJSON_ArrayForEach(item, cJSON_GetObjectItem(column, "flags"))
	    strcat(strcat(text, cJSON_GetStringValue(item)), " ");
	return text;
}

Test(cli, flags_have_the_names_of_the_library)
{
	put_text("t.csv", "constant,empty,one,inf,few\n2,,,1,1\n2,NA,7,-inf,5\n2,,?,3,2\n");
	cr_assert_eq(run("$B fit --json t.csv"), 0, "%s", err());
	cJSON *root = json();
	cr_expect_str_eq(flags(column(root, "constant")), "constant ");
	cr_expect_str_eq(flags(column(root, "empty")), "empty ");
	cr_expect_str_eq(flags(column(root, "one")), "one_value ");
	cr_expect_str_eq(flags(column(root, "inf")), "infinite two_values ");
	cr_expect_str_eq(flags(column(root, "few")), "not_identified ");
	cJSON_Delete(root);
	cr_assert_eq(run("$B fit --json --bounds 0.5,0.6 --columns few t.csv"), 0, "%s", err());
	root = json();
	cr_expect_str_eq(flags(column(root, "few")), "bound ");
	cJSON_Delete(root);
	/* The first rows tell nothing of the scale of the rest. */
	cr_assert_eq(
	    run("{ $B sample -n 1100 --seed 5 | awk '{ print 5 + 10 * exp($1) }';"
		"$B sample -n 60000 --seed 6 | awk '{ printf \"%%.17g\\n\", 5 + 1e-4 * $1 }';"
		"} | $B fit --json -"),
	    0, "%s", err());
	root = json();
	cr_expect_str_eq(flags(column(root, "column_1")), "ill_conditioned collapsed ");
	cJSON_Delete(root);
}

/* Whether a column of a fit has a note of these words. */
static bool has_note(const cJSON *column, const char *words)
{
	cJSON *item;

	cJSON_ArrayForEach(
	    item, cJSON_GetObjectItem(column, "notes")) if (!strcmp(cJSON_GetStringValue(item),
								    words)) return true;
	return false;
}

/* The power transform takes no heavy tails away: the note has both numbers, and the flags none. */
Test(cli, heavy_tails_are_told)
{
	char note[100];

	cr_assert_eq(run("$B sample -n 2000 --seed 3 | awk '"
			 "BEGIN { print \"normal,heavy,skewed\" }"
			 "{ printf \"%%.17g,%%.17g,%%.17g\\n\", $1, $1 ^ 5, exp($1) }' >t.csv"),
		     0);
	cr_assert_eq(run("$B fit --json t.csv"), 0, "%s", err());
	cJSON *root = json(), *heavy = column(root, "heavy");
	cr_expect(value(heavy, "kurtosis_after") > 20);
	cr_expect(value(column(root, "skewed"), "kurtosis_before") > 20);
	snprintf(note, sizeof note, "heavy tails: kurtosis %.1f -> %.1f",
		 value(heavy, "kurtosis_before"), value(heavy, "kurtosis_after"));
	cr_expect(has_note(heavy, note), "%s", out());
	cr_expect_null(strstr(strstr(out(), "\"skewed\""), "heavy tails"), "%s", out());
	cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(column(root, "normal"), "notes")), 1);
	cJSON_Delete(root);
	cr_assert_eq(run("$B fit t.csv"), 0, "%s", err());
	cr_expect(strstr(out(), note), "%s", out());
}

/* What collapses is told in the table and in JSON, and a model keeps it; so are two values. */
Test(cli, collapse_and_two_values_are_told)
{
	cr_assert_eq(run("awk 'BEGIN { print \"far,two,even\";"
			 " for (i = 0; i < 100; i++)"
			 " printf \"%%.17g,%%d,%%d\\n\", i < 98 ? 0 : 8000 * i, i %% 3 == 0, i }'"
			 " >t.csv"),
		     0);
	cr_assert_eq(run("$B fit --json t.csv -o m.json"), 0, "%s", err());
	cJSON *root = json(), *far = column(root, "far");
	cr_expect_str_eq(flags(far), "collapsed ");
	cr_expect_eq(value(far, "collapsed"), 0.02);
	cr_expect(has_note(far, "2 of 100 values collapse"));
	cr_expect_eq(value(column(root, "even"), "collapsed"), 0);
	cr_expect(strstr(flags(column(root, "two")), "two_values"));
	cr_expect(has_note(column(root, "two"), "two values"));
	cJSON_Delete(root);
	cr_assert_eq(run("$B fit t.csv"), 0, "%s", err());
	cr_expect(strstr(out(), "2 of 100 values collapse"), "%s", out());
	cr_assert_eq(run("cat m.json"), 0);
	cr_expect(strstr(out(), "\"collapsed\":\t0.02"), "%s", out());
}

Test(cli, fit_transform_inverse_return_the_table)
{
	static const struct {
		const char *name, *outside;
	} tables[] = {
	    {"breast_cancer", "error"},
	    {"penguins", "error"},
	    /* Ones so rare among zeros that their transform rounds to the end of the image. */
	    {"randhie", "clip"}};

	for (size_t i = 0; i < COUNT(tables); i++) {
		char path[300];

		snprintf(path, sizeof path, "%s/%s.csv", getenv("D"), tables[i].name);
		cr_assert_eq(run("$B fit %s -o m.json && $B transform -m m.json %s -o z.csv &&"
				 "$B inverse --outside %s -m m.json z.csv -o back.csv",
				 path, path, tables[i].outside),
			     0, "%s", err());
		cr_expect(same_tables(path, "back.csv", 1e-12));
		cr_expect_not(same_files(path, "z.csv"));
		cr_assert_eq(run("$B stats --json z.csv"), 0);
		cJSON *root = json(), *c;
		cJSON_ArrayForEach(c, cJSON_GetObjectItem(root, "columns"))
		{
			cr_expect_float_eq(value(c, "mean"), 0, 1e-9);
			cr_expect_float_eq(value(c, "sd"), 1, 1e-9);
		}
		cJSON_Delete(root);
	}
}

Test(cli, plain_transform_is_yeo_johnson)
{
	put_text("t.csv", "x\n0.5\n1\n2\n4\n9\n-0.5\n");
	cr_assert_eq(run("$B fit --no-standardize --bounds 0.25,0.75 t.csv -o m.json --json"), 0);
	cJSON *root = json();
	double lambda = value(column(root, "x"), "lambda"), y;
	cJSON_Delete(root);
	cr_expect(lambda >= 0.25 && lambda <= 0.75);
	cr_assert_eq(run("$B transform -m m.json t.csv"), 0);
	cr_assert_eq(sscanf(out(), "x %*g %*g %lg", &y), 1);
	cr_expect_float_eq(y, expm1(lambda * log1p(2)) / lambda, 1e-13);
}

Test(cli, usage_errors)
{
	static const struct {
		const char *command, *message;
	} cases[] = {
	    {"", "which command?"},
	    {"fitt t.csv", "no command \"fitt\""},
	    {"fit", "fit: which table?"},
	    {"sample -n 1 u.csv", "sample: one argument too many: \"u.csv\""},
	    {"fit --frob t.csv", "fit: no option \"--frob\""},
	    {"fit -x t.csv", "fit: no option \"-x\""},
	    {"fit --outside nan t.csv", "fit: no option \"--outside\""},
	    {"fit t.csv -o", "fit: \"-o\" needs a value"},
	    {"fit t.csv --threads 4x", "--threads \"4x\": want a number from 0 to 1024"},
	    {"fit t.csv --threads 1025", "--threads \"1025\""},
	    {"fit t.csv --bounds 2,1", "--bounds \"2,1\": want two numbers"},
	    {"fit t.csv --bounds 2", "--bounds \"2\": want two numbers"},
	    {"fit t.csv --bounds nan,2", "--bounds \"nan,2\""},
	    {"fit t.csv --delimiter ab", "--delimiter \"ab\""},
	    {"fit t.csv --delimiter 1", "--delimiter \"1\""},
	    {"fit t.csv --columns lenght", "t.csv has no column \"lenght\"; is it \"length\"?"},
	    {"fit t.csv --columns 3",
	     "t.csv has no column \"3\"; its 2 columns: \"length\", \"b\""},
	    {"fit $D/penguins.csv --columns nothing_like_it",
	     "has no column \"nothing_like_it\"; its 8 columns: \"species\", \"island\", "},
	    {"fit t.csv --text q", "--text: t.csv has no column \"q\""},
	    {"transform t.csv", "transform: which model?"},
	    {"inverse -m m.json t.csv --outside maybe",
	     "--outside \"maybe\": want nan, clip or error"},
	    {"transform -m - -", "only one of model and table"},
	    {"transform -m m.json --columns b t.csv", "the model m.json has no column \"b\""},
	    {"version 1", "one argument too many"},
	};

	put_text("t.csv", "length,b\n1,2\n3,4\n9,1\n");
	cr_assert_eq(run("$B fit t.csv --columns length -o m.json"), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		int status = run("$B %s", cases[i].command);

		cr_expect_eq(status, 2, "case %zu: status %d", i, status);
		cr_expect(failed_with(cases[i].message), "case %zu: %s%s", i, out(), err());
	}
	cr_expect_eq(run("BELLSHAPE_BACKEND=abacus $B fit t.csv"), 2);
	cr_expect(failed_with("BELLSHAPE_BACKEND=abacus: no such backend here; there are: "));
}

Test(cli, version_and_help)
{
	static const char *const commands[] = {"fit",   "transform", "inverse",
					       "stats", "sample",    "version"};

	cr_assert_eq(run("$B version"), 0);
	cr_expect_eq(strncmp(out(), "bellshape 0.1.0\nbackend ", 24), 0, "%s", out());
	cr_expect(strstr(out(), "\nSLEEF 3."));
	cr_assert_eq(run("$B --help"), 0);
	cr_expect_eq(strncmp(out(), "Example:\n  bellshape fit", 24), 0);
	for (size_t i = 0; i < COUNT(commands); i++) {
		cr_assert_eq(run("$B %s -h", commands[i]), 0);
		cr_expect_eq(strncmp(out(), "Example:\n  ", 11), 0, "%s", commands[i]);
		cr_expect(strstr(out(), commands[i]) && !*err());
	}
}
