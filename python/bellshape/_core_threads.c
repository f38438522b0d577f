/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_threads.c - the threads of torch in place of the library's, for bellshape.nn. */
#include "_core.h"

/* Functions of libtorch since 2.10, of its stable interface in C.  They return 0, or an error. */
typedef int32_t parallel_for(int64_t begin, int64_t end, int64_t grain,
			     void (*run)(int64_t begin, int64_t end, void *context), void *context);
typedef int32_t get_num_threads(uint32_t *threads);

static struct {
	parallel_for *parallel_for;
	get_num_threads *get_num_threads;
} torch;

struct shares {
	void (*work)(void *argument);
	void *argument;
};

/* Torch may give several shares to one thread. */
static void run_shares(int64_t begin, int64_t end, void *context)
{
	struct shares *s = context;

	for (; begin < end; begin++)
		s->work(s->argument);
}

/*
 * A bell_threads_run.  A layer never asks for more threads than torch has, but other functions may:
 * for them the library has its own.
 */
static int run(void *context, void (*work)(void *argument), void *argument, unsigned times)
{
	struct shares s = {work, argument};
	uint32_t threads;

	(void)context;
	if (torch.get_num_threads(&threads) != 0 || threads < times)
		return -1;
	return torch.parallel_for(0, times, 1, run_shares, &s);
}

/* threads_use(parallel_for, get_num_threads): their addresses, or 0 and 0 for our own threads. */
static PyObject *threads_use(PyObject *module, PyObject *args)
{
	unsigned long long first, second;

	(void)module;
	if (!PyArg_ParseTuple(args, "KK", &first, &second))
		return NULL;
	if (first && second) {
		torch.parallel_for = (parallel_for *)(uintptr_t)first;
		torch.get_num_threads = (get_num_threads *)(uintptr_t)second;
		bell_threads_use(run, NULL);
	} else {
		bell_threads_use(NULL, NULL);
	}
	Py_RETURN_NONE;
}

PyMethodDef threads_methods[] = {
    {"threads_use", threads_use, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
