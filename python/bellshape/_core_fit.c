/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_fit.c - the methods of Sketches that estimate. */
#include "_core.h"

#include <math.h>

/* What the sketches have seen, if it is still there: table NULL means that it is not. */
struct seen {
	const struct bell_table *table;
	const double *weights;
};

/* Fits column j of a model from its values. */
static enum bell_status refit(struct bell_model *model, size_t j, const struct seen *seen,
			      const struct bell_fit_options *options, unsigned threads)
{
	struct bell_table column = *seen->table;
	struct bell_model *alone;
	enum bell_status status;

	column.columns = 1;
	column.data = (char *)column.data +
		      (ptrdiff_t)j * column.column_stride * (ptrdiff_t)bell_type_size(column.type);
	status = bell_table_fit(&column, seen->weights, options, threads, &alone);
	if (status != BELL_OK)
		return status;
	status = column_copy(model, j, NULL, alone, 0);
	bell_model_free(alone);
	return status;
}

/* As many columns are fitted before signals are handled; each takes some milliseconds at most. */
#define BLOCK_COLUMNS 64

/* Fits columns first .. first + count - 1 of a model from their sketches. */
static enum bell_status fit_block(const struct sketches *s, const struct bell_fit_options *options,
				  unsigned threads, size_t first, size_t count,
				  struct bell_model *model)
{
	struct bell_model *part;
	enum bell_status status =
	    bell_model_fit_sketches(s->sketch + first, count, options, threads, &part);

	if (status != BELL_OK)
		return status;
	for (size_t j = 0; status == BELL_OK && j < count; j++)
		status = column_copy(model, first + j, NULL, part, j);
	bell_model_free(part);
	return status;
}

/*
 * The sketches of some columns cannot tell their values apart: these columns are read once more.
 * One criterion needs the values of all.
 */
static enum bell_status fit_all(struct sketches *s, const struct bell_fit_options *options,
				unsigned threads, const struct seen *seen, struct released *r,
				struct bell_model **model)
{
	size_t most = BLOCK_COLUMNS * (threads > 1 ? threads : 1);
	bool held_out = options->method == BELL_BEST && options->criterion == BELL_HELDOUT;
	enum bell_status status = bell_model_create(s->columns, model);

	if (status != BELL_OK)
		return status;
	for (size_t j = 0; !held_out && status == BELL_OK && j < s->columns; j += most) {
		size_t count = s->columns - j < most ? s->columns - j : most;

		status = fit_block(s, options, threads, j, count, *model);
		if (gil_pause(r, SIZE_MAX))
			break;
	}
	for (size_t j = 0; seen->table && status == BELL_OK && j < s->columns; j++) {
		if (r->interrupted || gil_pause(r, 1))
			break;
		if (held_out || bell_model_fit(*model, j)->flags & BELL_FIT_ILL_CONDITIONED) {
			status = refit(*model, j, seen, options, threads);
			gil_pause(r, SIZE_MAX);
		}
	}
	if (status != BELL_OK || r->interrupted)
		bell_model_free(*model);
	return status;
}

/*
 * Fits the columns again whose lambda is fixed: those of lambda[] that are no NaN.  After an error
 * or a signal the model is free.
 */
static enum bell_status fix(const struct sketches *s, const struct bell_fit_options *options,
			    const double *lambda, struct released *r, struct bell_model *model)
{
	enum bell_status status = BELL_OK;

	for (size_t j = 0; status == BELL_OK && j < s->columns; j++) {
		struct bell_fit_options own = *options;
		struct bell_fit fit;

		own.lambda = lambda[j];
		if (isnan(own.lambda))
			continue;
		status = bell_fit_sketch(s->sketch[j], &own, &fit);
		if (status == BELL_OK)
			status = bell_model_set(model, j, NULL, &fit);
		if (gil_pause(r, SIZE_MAX))
			break;
	}
	if (status != BELL_OK || r->interrupted)
		bell_model_free(model);
	return status;
}

/* Sets the ValueError for the first column that suits no candidate, or holds too few values. */
static PyObject *raise_choice(const struct sketches *s, const struct bell_fit_options *options)
{
	struct bell_fit_options aic = *options;

	aic.criterion = BELL_AIC;
	/* these take any values, but have no AIC */
	aic.candidates &= ~(1u << BELL_NORMAL_SCORES);
	for (size_t j = 0; j < s->columns; j++) {
		struct bell_sketch_summary summary;
		struct bell_fit fit;
		bool unsuited = bell_fit_sketch(s->sketch[j], &aic, &fit) == BELL_EDOMAIN;

		if (bell_sketch_summary(s->sketch[j], &summary) != BELL_OK)
			continue;
		if (unsuited)
			return PyErr_Format(PyExc_ValueError,
					    "candidates: none takes the values of column %zu, some "
					    "of which are not above 0; add 'yeo-johnson'",
					    j);
		if (options->criterion == BELL_HELDOUT && summary.min < summary.max &&
		    !summary.infinite && summary.count / options->folds < 3)
			return PyErr_Format(PyExc_ValueError,
					    "criterion: 'heldout' parts the values in %u, and "
					    "column %zu has %llu of them; use 'aic'",
					    options->folds, j, (unsigned long long)summary.count);
	}
	return raise_status(BELL_EDOMAIN, "fit");
}

static PyObject *fit_locked(struct sketches *s, struct state *state,
			    struct bell_fit_options *options, unsigned threads,
			    const struct seen *seen, const double *lambda)
{
	struct released r = {0};
	struct bell_model *model;
	enum bell_status status;

	options->method = s->method;
	gil_release(&r);
	status = fit_all(s, options, threads, seen, &r, &model);
	if (status == BELL_OK && !r.interrupted && lambda)
		status = fix(s, options, lambda, &r, model);
	gil_take(&r);
	if (r.interrupted)
		return NULL;
	if (status == BELL_EDOMAIN && options->method == BELL_BEST)
		return raise_choice(s, options);
	return status == BELL_OK ? model_object(state, model) : raise_rows(status, "fit");
}

/*
 * fit(lower, upper, standardize, threads, x or None, weights or None, weight_type = 0, criterion =
 * 0, margin = NaN, candidates = 0, robust = 0, round_level = 0, lambdas = None) -> Model
 * x, if given, holds just what the sketches have seen; BELL_HELDOUT cannot do without.  lambdas has
 * the bytes of one double a column, NaN where lambda is not fixed.
 */
PyObject *sketches_fit(PyObject *self, PyObject *args)
{
	PyObject *x, *weights, *result = NULL;
	struct bell_fit_options options;
	struct bell_table t;
	struct weights w;
	struct array a;
	struct sketches *s;
	unsigned threads;
	int standardize, weight_type = BELL_FREQUENCY_WEIGHTS, criterion = BELL_AIC, robust = 0;
	const char *lambdas = NULL;
	Py_ssize_t size = 0;

	bell_fit_options_default(&options);
	if (!PyArg_ParseTuple(args, "ddpIOO|iidIpdz#", &options.lower, &options.upper, &standardize,
			      &threads, &x, &weights, &weight_type, &criterion, &options.margin,
			      &options.candidates, &robust, &options.round_level, &lambdas, &size))
		return NULL;
	options.standardize = standardize;
	options.robust = robust;
	options.weight_type = (enum bell_weight_type)weight_type;
	options.criterion = (enum bell_criterion)criterion;
	if (x != Py_None && !array_get(x, "x", &a))
		return NULL;
	if (weights_get(weights, "weights", x != Py_None && a.ndim ? (size_t)a.shape[0] : 0, &w)) {
		struct seen seen = {x != Py_None ? &t : NULL, w.values};

		s = sketches_lock(self);
		if (s && lambdas && (size_t)size != s->columns * sizeof(double))
			raise_status(BELL_EINVAL, "lambdas");
		else if (s && (x == Py_None || table_of(&a, s->columns, &t)))
			result = fit_locked(s, state_of(Py_TYPE(self)), &options, threads, &seen,
					    (const double *)(const void *)lambdas);
		if (s)
			sketches_unlock(s);
		weights_release(&w);
	}
	if (x != Py_None)
		array_release(&a);
	return result;
}
