/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_inference.c - the methods of Sketches that ask the likelihood of lambda. */
#include "_core.h"

/* What one lambda costs, in values of other jobs: some microseconds. */
#define PROFILE_VALUES 65536

/* As many lambdas are evaluated before signals are handled. */
#define PROFILE_LAMBDAS 64

static PyObject *profile_locked(struct sketches *s, const struct bell_fit_options *options,
				const struct array *lambdas, const struct array *out)
{
	const double *lambda = lambdas->view.buf;
	double *value = out->view.buf;
	size_t n = array_size(lambdas);
	struct released r = {0};
	enum bell_status status = BELL_OK;

	if (!s->columns || lambdas->type != BELL_F64 || out->type != BELL_F64 ||
	    !array_contiguous(lambdas) || !array_contiguous(out) || n != array_size(out))
		return raise_status(BELL_EINVAL, "profile");
	gil_release(&r);
	for (size_t i = 0; status == BELL_OK && i < n; i += PROFILE_LAMBDAS) {
		size_t count = n - i < PROFILE_LAMBDAS ? n - i : PROFILE_LAMBDAS;

		status = bell_profile_sketch(s->sketch[0], options, lambda + i, count, value + i);
		if (gil_pause(&r, count * PROFILE_VALUES))
			break;
	}
	gil_take(&r);
	if (r.interrupted)
		return NULL;
	return status == BELL_OK ? Py_NewRef(Py_None) : raise_rows(status, "profile");
}

/*
 * profile(lambdas, out, method, weight_type = 0, unit = NaN, robust = 0): log-likelihoods of column
 * 0, at that unit if the method has one; float64, both in C order
 */
PyObject *sketches_profile(PyObject *self, PyObject *args)
{
	PyObject *lambdas, *out, *result = NULL;
	struct bell_fit_options options;
	struct array from, to;
	struct sketches *s;
	int method, weight_type = BELL_FREQUENCY_WEIGHTS, robust = 0;

	bell_fit_options_default(&options);
	if (!PyArg_ParseTuple(args, "OOi|idp", &lambdas, &out, &method, &weight_type, &options.unit,
			      &robust) ||
	    !array_get(lambdas, "lambdas", &from))
		return NULL;
	options.method = (enum bell_method)method;
	options.weight_type = (enum bell_weight_type)weight_type;
	options.robust = robust;
	if (array_get_out(out, &to)) {
		s = sketches_lock(self);
		if (s) {
			result = profile_locked(s, &options, &from, &to);
			sketches_unlock(s);
		}
		array_release(&to);
	}
	array_release(&from);
	return result;
}

/*
 * infer(column, level, lower, upper, method, weight_type, unit, robust) -> the greatest
 * log-likelihood, the ends of the interval, the standard error and the rounded lambda
 */
PyObject *sketches_infer(PyObject *self, PyObject *args)
{
	enum bell_status status = BELL_EINVAL;
	struct bell_fit_options options;
	struct bell_inference found;
	struct sketches *s;
	int method, weight_type, robust;
	Py_ssize_t column;
	double level;

	bell_fit_options_default(&options);
	if (!PyArg_ParseTuple(args, "ndddiidp", &column, &level, &options.lower, &options.upper,
			      &method, &weight_type, &options.unit, &robust))
		return NULL;
	options.method = (enum bell_method)method;
	options.weight_type = (enum bell_weight_type)weight_type;
	options.robust = robust;
	s = sketches_lock(self);
	if (!s)
		return NULL;
	if (column >= 0 && (size_t)column < s->columns) {
		Py_BEGIN_ALLOW_THREADS;
		status = bell_infer_sketch(s->sketch[column], &options, level, &found);
		Py_END_ALLOW_THREADS;
	}
	sketches_unlock(s);
	if (status != BELL_OK)
		return raise_rows(status, "infer");
	return Py_BuildValue("ddddd", found.log_likelihood, found.interval[0], found.interval[1],
			     found.standard_error, found.rounded);
}
