/* SPDX-License-Identifier: BSD-3-Clause */
/* test_parallel_host.c - a host's threads in place of the library's. */
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "common.h"
#include "parallel.h"

/* ---- hosts ---- */

/* What the context of each host counts. */
struct record {
	atomic_uint runs, calls;
};

struct share {
	struct record *record;
	void (*work)(void *);
	void *argument;
};

static void *run_share(void *argument)
{
	struct share *s = argument;

	s->record->calls++;
	s->work(s->argument);
	return NULL;
}

/* A pool of the host: here each share is a thread. */
static int pool(void *context, void (*work)(void *), void *argument, unsigned times)
{
	struct share s = {context, work, argument};
	pthread_t thread[64];

	s.record->runs++;
	if (times < 2 || times > COUNT(thread))
		abort();
	for (unsigned i = 0; i < times; i++)
		if (pthread_create(&thread[i], NULL, run_share, &s) != 0)
			abort();
	for (unsigned i = times; i--;)
		pthread_join(thread[i], NULL);
	return 0;
}

static int one_after_the_other(void *context, void (*work)(void *), void *argument, unsigned times)
{
	struct share s = {context, work, argument};

	s.record->runs++;
	while (times--)
		run_share(&s);
	return 0;
}

static int fewer(void *context, void (*work)(void *), void *argument, unsigned times)
{
	return one_after_the_other(context, work, argument, times / 2);
}

static int more(void *context, void (*work)(void *), void *argument, unsigned times)
{
	return one_after_the_other(context, work, argument, 3 * times);
}

static int none(void *context, void (*work)(void *), void *argument, unsigned times)
{
	(void)times;
	return one_after_the_other(context, work, argument, 0);
}

/* On another thread than the caller's, and on that alone. */
static int elsewhere(void *context, void (*work)(void *), void *argument, unsigned times)
{
	struct share s = {context, work, argument};
	pthread_t thread;

	(void)times;
	s.record->runs++;
	if (pthread_create(&thread, NULL, run_share, &s) != 0)
		abort();
	pthread_join(thread, NULL);
	return 0;
}

static int refuses(void *context, void (*work)(void *), void *argument, unsigned times)
{
	none(context, work, argument, times);
	return 1;
}

static int gives_up_half_way(void *context, void (*work)(void *), void *argument, unsigned times)
{
	fewer(context, work, argument, times);
	return -1;
}

#ifdef _OPENMP
static int openmp(void *context, void (*work)(void *), void *argument, unsigned times)
{
	struct share s = {context, work, argument};

	s.record->runs++;
#pragma omp parallel for num_threads(times)
	for (unsigned i = 0; i < times; i++)
		run_share(&s);
	return 0;
}
#endif

static const struct host {
	const char *name;
	bell_threads_run *run;
} hosts[] = {
    {"pool", pool},       {"one after the other", one_after_the_other},
    {"fewer", fewer},     {"more", more},
    {"none", none},       {"elsewhere", elsewhere},
    {"refuses", refuses}, {"gives up half way", gives_up_half_way},
#ifdef _OPENMP
    {"OpenMP", openmp},
#endif
};

/* ---- results ---- */

enum { N = 100003, CHANNELS = 12, SAMPLES = 40, POSITIONS = 50 };

/* Results of all kinds of functions that use threads. */
struct results {
	double transformed[N], samples[N];
	float layer[SAMPLES * CHANNELS * POSITIONS];
	struct bell_layer_statistics statistics[CHANNELS];
	struct bell_moments moments;
	struct bell_fit fit;
};

static void run_layer(const double *x, struct results *r)
{
	enum { LAYER_N = SAMPLES * CHANNELS * POSITIONS };
	float *u = narrowed(x, LAYER_N);
	struct bell_layer_options options;
	struct bell_layer_shape shape = bell_layer_shape_batch(SAMPLES, CHANNELS, POSITIONS);

	bell_layer_options_default(&shape, &options);
	options.seed = 5;
	options.threads = 4;
	CHECK(
	    bell_layer_forward_f32(u, NULL, NULL, &shape, &options, r->layer, r->statistics, NULL));
	free(u);
}

static struct results *compute(void)
{
	struct results *r = calloc(1, sizeof *r);
	double *x = column(GAMMA_MIXED, N);

	CHECK(bell_fit_f64(x, NULL, N, NULL, 4, &r->fit));
	CHECK(bell_transform_apply_f64(&r->fit.transform, x, N, 4, r->transformed));
	CHECK(bell_moments_f64(x, N, 4, &r->moments));
	CHECK(bell_normal_fill_f64(&(struct bell_normal_stream){1, 2, 3}, 0, 1, N, 4, r->samples));
	run_layer(x, r);
	free(x);
	return r;
}

static void expect_same(const struct results *a, const struct results *b, const char *what)
{
	cr_expect(same_words(a->transformed, b->transformed, sizeof a->transformed), "%s", what);
	cr_expect(same_words(a->samples, b->samples, sizeof a->samples), "%s", what);
	cr_expect(same_moments(&a->moments, &b->moments), "%s", what);
	cr_expect(same(a->fit.lambda, b->fit.lambda), "%s", what);
	cr_expect_eq(memcmp(a->layer, b->layer, sizeof a->layer), 0, "%s", what);
	cr_expect(same_words(a->statistics, b->statistics, sizeof a->statistics), "%s", what);
}

Test(parallel_host, results_have_the_same_bits)
{
	struct results *own = compute();

	for (size_t i = 0; i < COUNT(hosts); i++) {
		struct record record = {0};
		struct results *r;

		bell_threads_use(hosts[i].run, &record);
		r = compute();
		expect_same(r, own, hosts[i].name);
		cr_expect_gt(record.runs, 0, "%s: it was not asked", hosts[i].name);
		free(r);
	}
	free(own);
}

/* ---- tasks ---- */

#define TASKS 200

static void count(void *context, size_t i) { ((atomic_uint *)context)[i]++; }

static bool each_runs_once(void)
{
	atomic_uint counts[TASKS] = {0};
	bool once = true;

	bell_parallel(5, TASKS, count, counts);
	for (size_t i = 0; i < TASKS; i++)
		once &= counts[i] == 1;
	return once;
}

Test(parallel_host, each_task_runs_once)
{
	for (size_t i = 0; i < COUNT(hosts); i++) {
		struct record record = {0};

		bell_threads_use(hosts[i].run, &record);
		for (int round = 0; round < 20; round++)
			cr_assert(each_runs_once(), "%s", hosts[i].name);
		cr_expect_eq(record.runs, 20, "%s", hosts[i].name);
	}
}

static unsigned threads_of_process(void)
{
	DIR *folder = opendir("/proc/self/task");
	unsigned n = 0;

	for (struct dirent *entry; (entry = readdir(folder));)
		n += entry->d_name[0] != '.';
	closedir(folder);
	return n;
}

Test(parallel_host, the_library_starts_no_threads_beside)
{
	unsigned before = threads_of_process();
	struct record record = {0};

	bell_threads_use(pool, &record);
	cr_assert(each_runs_once());
	cr_expect_eq(record.calls, 5);
	cr_expect_eq(threads_of_process(), before);
}

Test(parallel_host, the_team_does_what_a_host_refuses)
{
	unsigned before = threads_of_process();
	struct record record = {0};

	bell_threads_use(refuses, &record);
	cr_assert(each_runs_once());
	cr_expect_eq(record.runs, 1);
	cr_expect_eq(threads_of_process(), before + 4);
}

Test(parallel_host, null_goes_back_to_the_team)
{
	unsigned before = threads_of_process();
	struct record record = {0};

	bell_threads_use(pool, &record);
	bell_threads_use(NULL, &record);
	cr_assert(each_runs_once());
	cr_expect_eq(record.runs, 0);
	cr_expect_eq(threads_of_process(), before + 4);
}

Test(parallel_host, a_single_thread_asks_no_host)
{
	struct record record = {0};
	atomic_uint counts[TASKS] = {0};

	bell_threads_use(pool, &record);
	bell_parallel(1, TASKS, count, counts);
	bell_parallel(4, 1, count, counts);
	cr_expect_eq(record.runs, 0);
}

Test(parallel_host, a_child_begins_with_its_own_threads)
{
	struct record record = {0};
	pid_t child;
	int status;

	bell_threads_use(pool, &record);
	child = fork();
	if (child == 0) {
		atomic_uint counts[TASKS] = {0};

		bell_parallel(5, TASKS, count, counts);
		_exit(record.runs ? 1 : 0);
	}
	waitpid(child, &status, 0);
	cr_expect_eq(status, 0);
	cr_assert(each_runs_once());
	cr_expect_eq(record.runs, 1);
}

/* ---- a change while others compute ---- */

static atomic_bool enough;

/* Returns NULL if all went well. */
static void *keep_calling(void *argument)
{
	bool well = true;

	while (!enough)
		well &= each_runs_once();
	return well ? NULL : argument;
}

Test(parallel_host, may_change_at_any_time)
{
	static struct record record;
	pthread_t caller[2];

	for (size_t k = 0; k < COUNT(caller); k++)
		cr_assert_eq(pthread_create(&caller[k], NULL, keep_calling, &record), 0);
	for (int round = 0; round < 2000; round++) {
		bell_threads_use(round % 3 ? hosts[(size_t)round % COUNT(hosts)].run : NULL,
				 &record);
		if (round % 16 == 0)
			cr_assert(each_runs_once());
	}
	enough = true;
	for (size_t k = 0; k < COUNT(caller); k++) {
		void *wrong;

		pthread_join(caller[k], &wrong);
		cr_expect_null(wrong);
	}
}
