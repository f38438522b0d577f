/* SPDX-License-Identifier: BSD-3-Clause */
/* jobs.c - what users call, on a column of a million values or a table. */
#include "cases.h"

static const char *const column_name[COLUMNS] = {"lognormal", "mixed sign"};

static void moments_at(const struct bench *b, size_t first)
{
	struct bell_moments m;

	if (b->f32)
		expect(bell_moments_f32(b->data->pool32 + first, b->n, b->threads, &m), b->what);
	else
		expect(bell_moments_f64(b->data->pool64 + first, b->n, b->threads, &m), b->what);
}

static void run_moments(const struct bench *b) { moments_at(b, 0); }
static void run_moments_cold(const struct bench *b) { moments_at(b, pool_next(b->data, b->n)); }

static void run_fit(const struct bench *b)
{
	struct bell_fit fit;

	if (b->f32)
		expect(bell_fit_f32(b->data->column[b->column].f32, NULL, b->n, NULL, b->threads,
				    &fit),
		       b->what);
	else
		expect(bell_fit_f64(b->data->column[b->column].f64, NULL, b->n, NULL, b->threads,
				    &fit),
		       b->what);
}

static void run_table_fit(const struct bench *b)
{
	const struct bell_table table = {.data = b->f32 ? (void *)b->data->column[b->column].f32
							: b->data->column[b->column].f64,
					 .type = b->f32 ? BELL_F32 : BELL_F64,
					 .rows = TABLE_ROWS,
					 .columns = TABLE_COLUMNS,
					 .row_stride = TABLE_COLUMNS,
					 .column_stride = 1};
	struct bell_model *model;

	expect(bell_table_fit(&table, NULL, NULL, b->threads, &model), b->what);
	bell_model_free(model);
}

static void run_table_transform(const struct bench *b)
{
	const struct bell_table table = {.data = b->f32 ? (void *)b->data->column[b->column].f32
							: b->data->column[b->column].f64,
					 .type = b->f32 ? BELL_F32 : BELL_F64,
					 .rows = b->n / ROW_COLUMNS,
					 .columns = ROW_COLUMNS,
					 .row_stride = ROW_COLUMNS,
					 .column_stride = 1};
	struct bell_table out = table;

	out.data = b->data->out;
	expect(bell_table_transform(b->data->model, &table, b->threads, &out), b->what);
}

static void run_transform(const struct bench *b)
{
	const struct bell_transform *t = &b->data->column[b->column].fit.transform;

	if (b->f32)
		expect(bell_transform_apply_f32(t, b->data->column[b->column].f32, b->n, b->threads,
						b->data->out),
		       b->what);
	else
		expect(bell_transform_apply_f64(t, b->data->column[b->column].f64, b->n, b->threads,
						b->data->out),
		       b->what);
}

static void run_inverse(const struct bench *b)
{
	const struct bell_transform *t = &b->data->column[b->column].fit.transform;

	if (b->f32)
		expect(bell_transform_inverse_f32(t, b->data->column[b->column].z32, b->n,
						  BELL_OUTSIDE_CLIP, b->threads, b->data->out,
						  NULL),
		       b->what);
	else
		expect(bell_transform_inverse_f64(t, b->data->column[b->column].z64, b->n,
						  BELL_OUTSIDE_CLIP, b->threads, b->data->out,
						  NULL),
		       b->what);
}

static void run_normal(const struct bench *b)
{
	if (b->f32)
		expect(bell_normal_fill_f32(&(struct bell_normal_stream){1, 0, 0}, 0, 1, b->n,
					    b->threads, b->data->out),
		       b->what);
	else
		expect(bell_normal_fill_f64(&(struct bell_normal_stream){1, 0, 0}, 0, 1, b->n,
					    b->threads, b->data->out),
		       b->what);
}

static void run_noise(const struct bench *b)
{
	if (b->f32)
		expect(bell_normal_add_f32(&(struct bell_normal_stream){1, 0, 0}, 0.5,
					   b->data->column[b->column].f32, b->n, b->threads,
					   b->data->out),
		       b->what);
	else
		expect(bell_normal_add_f64(&(struct bell_normal_stream){1, 0, 0}, 0.5,
					   b->data->column[b->column].f64, b->n, b->threads,
					   b->data->out),
		       b->what);
}

static void run_fit_long(const struct bench *b)
{
	struct bell_fit fit;

	expect(bell_fit_f64(b->data->pool64, NULL, b->n, NULL, b->threads, &fit), b->what);
}

static void run_transform_long(const struct bench *b)
{
	expect(bell_transform_apply_f64(&b->data->column[MIXED].fit.transform, b->data->pool64,
					b->n, b->threads, b->data->out),
	       b->what);
}

/* Adds the case `b` on one thread, and again on several. */
static void add(struct list *list, struct bench b, void (*run)(const struct bench *b),
		const char *job)
{
	snprintf(b.what, sizeof b.what, "%s %s", job, b.f32 ? "f32" : "f64");
	b.run = run;
	add_on_threads(list, &b);
}

static void add_column(struct list *list, struct bench b)
{
	unsigned bytes = b.f32 ? sizeof(float) : sizeof(double);
	char job[32];

	snprintf(job, sizeof job, "fit %s", column_name[b.column]);
	b.reads = bytes;
	add(list, b, run_fit, job);
	b.writes = bytes;
	snprintf(job, sizeof job, "transform %s", column_name[b.column]);
	add(list, b, run_transform, job);
	snprintf(job, sizeof job, "inverse %s", column_name[b.column]);
	add(list, b, run_inverse, job);
}

/* Adds the jobs on a column that no cache holds. */
static void add_long(struct list *list, struct bench b)
{
	unsigned bytes = b.f32 ? sizeof(float) : sizeof(double);

	b.place = "1e7";
	b.n = LONG_N;
	b.reads = bytes;
	add(list, b, run_moments_cold, "moments");
	b.reads = 0;
	b.writes = bytes;
	add(list, b, run_normal, "normal");
}

static void add_type(struct list *list, struct bench b, bool quick)
{
	unsigned bytes = b.f32 ? sizeof(float) : sizeof(double);

	b.reads = bytes;
	add(list, b, run_moments, "moments");
	b.writes = bytes;
	add(list, b, run_noise, "noise");
	b.reads = 0;
	add(list, b, run_normal, "normal");
	b.writes = 0;
	for (int c = 0; c < COLUMNS; c++) {
		b.column = (enum column)c;
		add_column(list, b);
	}
	if (!quick)
		add_long(list, b);
	b.column = LOGNORMAL;
	b.reads = b.writes = bytes;
	add(list, b, run_table_transform, "transform 20 columns, rows");
	b.reads = b.writes = 0;
	b.n = (size_t)TABLE_ROWS * TABLE_COLUMNS;
	b.place = "1e5";
	add(list, b, run_table_fit, "fit 1000 columns");
}

void add_jobs(struct list *list, const struct data *data, bool quick)
{
	struct bench b = {
	    .group = "job", .backend = bell_backend(), .place = "1e6", .n = JOB_N, .data = data};

	for (int f32 = 1; f32 >= 0; f32--) {
		b.f32 = f32;
		add_type(list, b, quick);
	}
}

void add_long_jobs(struct list *list, const struct data *data)
{
	struct bench b = {
	    .group = "job", .backend = bell_backend(), .place = "1e7", .n = LONG_N, .data = data};

	b.reads = sizeof(double);
	add(list, b, run_moments_cold, "moments");
	add(list, b, run_fit_long, "fit mixed sign");
	b.writes = sizeof(double);
	add(list, b, run_transform_long, "transform mixed sign");
}
