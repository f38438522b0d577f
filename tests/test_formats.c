/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * test_formats.c - the test vectors of docs/formats.md: models, sketches and states that were
 * written once stay readable.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common.h"

/* The text of a file of tests/golden, ended by a 0, to be freed. */
static char *golden_text(const char *name)
{
	const char *directory = getenv("BELLSHAPE_GOLDEN");
	char path[4096], *text = calloc(1, 1 << 16);
	FILE *f;

	cr_assert_not_null(directory, "BELLSHAPE_GOLDEN must name the directory tests/golden");
	snprintf(path, sizeof path, "%s/%s", directory, name);
	f = fopen(path, "r");
	cr_assert_not_null(f, "%s", path);
	cr_assert_lt(fread(text, 1, (1 << 16) - 1, f), (1 << 16) - 1);
	fclose(f);
	return text;
}

/* ---- models ---- */

/* One fit of each kind, of numbers that show what the text does with them. */
static const char *const vector_name[] = {"Gr\xc3\xb6\xc3\x9f"
					  "e",
					  NULL, "price"};

static const struct bell_fit vector_fit[] = {
    {
	.transform = {.side = {{0, 0, 0.1, 6.666666666666666, -0.4444444444444444},
			       {0, 0, 1.9, -0.3508771929824562, -0.4444444444444444}},
		      .min = -17,
		      .max = 1e22},
	.lambda = 0.1,
	.unit = 1,
	.ci95 = {-0.5, INFINITY},
	.log_likelihood = -1234.5,
	.lr_vs_identity = 7.25,
	.mean = 2.0 / 3,
	.sd = 1.5,
	.skewness_before = 3,
	.skewness_after = -0.0,
	.kurtosis_before = 40,
	.kurtosis_after = 5e-324,
	.count = 9007199254740992,
	.missing = 3,
	.infinite = 0,
	.weight = 9007199254740992,
	.min = -17,
	.max = 1e22,
	.evaluations = 12,
	.flags = BELL_FIT_BOUND | BELL_FIT_COARSE,
    },
    {
	.transform = {.side = {{.power = 1, .scale = 1}, {.power = 1, .scale = -1}},
		      .min = -INFINITY,
		      .max = INFINITY},
	.lambda = 1,
	.unit = 1,
	.ci95 = {NAN, NAN},
	.log_likelihood = NAN,
	.lr_vs_identity = NAN,
	.sd = 1,
	.skewness_before = NAN,
	.skewness_after = NAN,
	.kurtosis_before = NAN,
	.kurtosis_after = NAN,
	.missing = 5,
	.min = NAN,
	.max = NAN,
	.collapsed = NAN,
	.flags = BELL_FIT_EMPTY,
    },
    {
	.transform = {.side = {{1013.25, 0.015625, -2, -31.677067075779863, 1.0385041236877441}},
		      .min = 980,
		      .max = 1040,
		      .method = BELL_BOX_COX},
	.lambda = -2,
	.ci95 = {-2.5, -1.5},
	.log_likelihood = -10,
	.lr_vs_identity = 0.5,
	.mean = 0.4999995125,
	.sd = 0x1p-26,
	.skewness_before = 0.125,
	.skewness_after = 0.0625,
	.kurtosis_before = -0.5,
	.kurtosis_after = -0.25,
	.count = 40,
	.weight = 39.5,
	.min = 980,
	.max = 1040,
	.evaluations = 7,
    },
};

/*
 * model-1.json and model-2.json were written by the versions that wrote these formats; the first
 * has no Box-Cox.
 */
Test(formats, models)
{
	static const char *const file[] = {"model-1.json", "model-2.json", "model-3.json"};
	static const size_t columns[] = {2, 3, 3};

	for (size_t i = 0; i < COUNT(file); i++) {
		char *text = golden_text(file[i]);
		struct bell_model *m;

		CHECK(bell_model_from_json(text, strlen(text), &m));
		cr_assert_eq(bell_model_columns(m), columns[i], "%s", file[i]);
		for (size_t j = 0; j < columns[i]; j++) {
			const char *name = bell_model_name(m, j);

			cr_expect(same_words(bell_model_fit(m, j), &vector_fit[j],
					     sizeof(struct bell_fit)),
				  "%s, column %zu", file[i], j);
			cr_expect(name && vector_name[j] ? !strcmp(name, vector_name[j])
							 : name == vector_name[j]);
		}
		bell_model_free(m);
		free(text);
	}
}

/*
 * Models of data/penguins.csv as the versions before format 3 wrote them, whose last column has no
 * mean that a double can hold: they still standardize that column.
 */
Test(formats, models_of_old_versions)
{
	static const char *const file[] = {"penguins-1.json", "penguins-2.json"};

	for (size_t i = 0; i < COUNT(file); i++) {
		char *text = golden_text(file[i]);
		double year[] = {2007, 2008, 2009}, z[3];
		struct bell_model *m;

		CHECK(bell_model_from_json(text, strlen(text), &m));
		cr_assert_eq(bell_model_columns(m), 5);
		cr_expect_str_eq(bell_model_name(m, 4), "year");
		CHECK(bell_transform_apply_f64(&bell_model_fit(m, 4)->transform, year, 3, 1, z));
		/* so many rows have each year */
		cr_expect(
		    fabs(110 * z[0] + 114 * z[1] + 120 * z[2]) < 1e-8 * 344 &&
			near(110 * z[0] * z[0] + 114 * z[1] * z[1] + 120 * z[2] * z[2], 344, 1e-8),
		    "%s: %g %g %g", file[i], z[0], z[1], z[2]);
		bell_model_free(m);
		free(text);
	}
}

/* The same to the byte, but for the version of the library. */
Test(formats, model_is_written_so)
{
	char *text = golden_text("model-3.json"), *written;
	struct bell_model *m;

	CHECK(bell_model_create(COUNT(vector_fit), &m));
	for (size_t j = 0; j < COUNT(vector_fit); j++)
		CHECK(bell_model_set(m, j, vector_name[j], &vector_fit[j]));
	CHECK(bell_model_to_json(m, &written));
	cr_assert_not_null(strstr(written, "\"format\""));
	text[strlen(text) - 1] = 0; /* the end of the last line */
	cr_expect_str_eq(strstr(written, "\"format\""), strstr(text, "\"format\""));
	bell_model_free(m);
	free(written);
	free(text);
}

/* ---- sketches ---- */

static struct bytes golden_bytes(const char *name)
{
	char *text = golden_text(name), *p = text;
	struct bytes b = {.data = malloc(strlen(text) / 2 + 1)};

	for (int used; sscanf(p, "%2hhx %n", &b.data[b.size], &used) == 1; p += used)
		b.size++;
	cr_assert_eq(*p, 0, "%s", name);
	free(text);
	return b;
}

/* The vector is this sketch, and is read as such. */
static void check_sketch(const char *name, const struct bell_sketch *expected)
{
	struct bytes vector = golden_bytes(name), written = bytes_of(expected), again;
	struct bell_sketch *s;

	/* "plain" may differ in last bits. */
	cr_expect(
	    !strcmp(bell_backend(), "plain") ||
		(vector.size == written.size && !memcmp(vector.data, written.data, vector.size)),
	    "%s: other bytes are written", name);
	CHECK(bell_sketch_deserialize(vector.data, vector.size, &s));
	again = bytes_of(s);
	cr_expect(vector.size == again.size && !memcmp(vector.data, again.data, vector.size),
		  "%s: not read back", name);
	bell_sketch_free(s);
	free(vector.data), free(written.data), free(again.data);
}

Test(formats, sketch_of_values)
{
	const double x[] = {-1.5, 0, 2, NAN, 2, INFINITY, 7}, w[] = {1, 1, 0.5, 1, 3, 1, 0};
	struct bell_sketch *s = sketch_of(x, w, COUNT(x), NULL);

	check_sketch("sketch-2-values.hex", s);
	bell_sketch_free(s);
}

/* Weights of 2^-30 and so on. */
Test(formats, sketch_of_scaled_weights)
{
	const double x[] = {1, 2, 4}, w[] = {3 * 0x1p-30, 0x1p-30, 0x1p-31};
	struct bell_sketch *s;

	CHECK(bell_sketch_create(NULL, &s));
	CHECK(bell_sketch_scale_weights(s, 30));
	CHECK(bell_sketch_update_f64(s, x, w, 3, 1));
	check_sketch("sketch-2-weights.hex", s);
	bell_sketch_free(s);
}

/* i/64 for i from -550 to 550, and 1e300. */
Test(formats, sketch_of_bins)
{
	const struct bell_sketch_options grid = {
	    .width = 0x1p-3, .anchor = {0.5, 1.5}, .top = {1, 2}};
	double x[1102];
	struct bell_sketch *s;

	for (size_t i = 0; i < COUNT(x); i++)
		x[i] = i >= 1101 ? 1e300 : ((double)i - 550) / 64;
	s = sketch_of(x, NULL, COUNT(x), &grid);
	check_sketch("sketch-2-bins.hex", s);
	bell_sketch_free(s);
}

/* 1000 + i/1024 for i from 0 to 1199. */
Test(formats, sketch_about_a_center)
{
	const struct bell_sketch_options grid = {.width = 0x1p-10, .center = 1000};
	double x[1200];
	struct bell_sketch *s;

	for (size_t i = 0; i < COUNT(x); i++)
		x[i] = 1000 + (double)i / 1024;
	s = sketch_of(x, NULL, COUNT(x), &grid);
	check_sketch("sketch-2-center.hex", s);
	bell_sketch_free(s);
}

/* ---- states ---- */

/* Three rows of a column with a name and of one without, and a row of weight 0. */
Test(formats, state)
{
	static const char *const names[] = {"Gr\xc3\xb6\xc3\x9f"
					    "e",
					    NULL};
	const double x[] = {1.5, NAN, -2, NAN, 1.5, INFINITY, 9, 9}, w[] = {1, 1, 1, 0};
	const struct bell_table t = {(void *)x, BELL_F64, 4, 2, 2, 1};
	struct bytes vector = golden_bytes("state-1.hex"), written;
	struct bell_state *s, *read;

	CHECK(bell_state_create(2, names, &s));
	CHECK(bell_state_update(s, &t, w, 1));
	CHECK(bell_state_deserialize(vector.data, vector.size, &read));
	for (int i = 0; i < 2; i++) {
		const struct bell_state *state = i ? read : s;

		written = (struct bytes){malloc(vector.size), bell_state_size(state)};
		cr_assert_eq(written.size, vector.size);
		CHECK(bell_state_serialize(state, written.data, written.size));
		cr_expect_arr_eq(written.data, vector.data, vector.size, "%s",
				 i ? "not read back" : "other bytes are written");
		free(written.data);
	}
	bell_state_free(s), bell_state_free(read);
	free(vector.data);
}

/* Format 1 has bins in another coordinate. */
Test(formats, sketch_of_version_1)
{
	struct bytes b = golden_bytes("sketch-1-values.hex");
	struct bell_sketch *s;

	CHECK_STATUS(bell_sketch_deserialize(b.data, b.size, &s), BELL_EVERSION);
	free(b.data);
}
