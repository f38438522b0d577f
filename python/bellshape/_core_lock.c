/* SPDX-License-Identifier: BSD-3-Clause */
/* _core_lock.c - the lock of Sketches, and what its methods say of errors. */
#include "_core.h"

#include <unistd.h>

const char sketches_failed[] = "an earlier error has left this sketch incomplete";
const char sketches_stopped[] = "an interrupt has left this sketch incomplete";
static const char torn[] = "another thread was changing this sketch when the process was forked";

/*
 * After a fork, a lock that another thread held is held for ever: that thread is not in the child.
 * What it was about to change is torn; what it was reading is whole.
 */
static bool renew(struct sketches *s)
{
	if (!PyThread_acquire_lock(s->lock, NOWAIT_LOCK)) {
		/* Nobody can free a lock that is held. */
		PyThread_type_lock fresh = PyThread_allocate_lock();

		if (!fresh)
			return PyErr_NoMemory(), false;
		s->lock = fresh;
		s->incomplete = s->changing ? torn : s->incomplete;
	} else
		PyThread_release_lock(s->lock);
	s->changing = false;
	s->pid = (long)getpid();
	return true;
}

struct sketches *sketches_lock(PyObject *self)
{
	struct sketches *s = (struct sketches *)self;

	if (s->pid != (long)getpid() && !renew(s))
		return NULL;
	Py_BEGIN_ALLOW_THREADS;
	PyThread_acquire_lock(s->lock, WAIT_LOCK);
	Py_END_ALLOW_THREADS;
	if (!s->incomplete)
		return s;
	sketches_unlock(s);
	PyErr_SetString(PyExc_ValueError, s->incomplete);
	return NULL;
}

void sketches_unlock(struct sketches *s) { PyThread_release_lock(s->lock); }

PyObject *raise_sum(enum bell_status status, const char *what)
{
	if (status != BELL_ESIZE)
		return raise_status(status, what);
	PyErr_Format(PyExc_ValueError,
		     "%s: weights, or rows, would add up to more than a sketch can keep, 2**60; "
		     "multiply all weights by one power of two",
		     what);
	return NULL;
}
