/* SPDX-License-Identifier: BSD-3-Clause */
/* flags.c - the flags of a fit in words. */
#include <bellshape/fit.h>

const char *bell_fit_flag_name(enum bell_fit_flag flag)
{
	switch (flag) {
	case BELL_FIT_EMPTY:
		return "empty";
	case BELL_FIT_ONE_VALUE:
		return "one_value";
	case BELL_FIT_CONSTANT:
		return "constant";
	case BELL_FIT_INFINITE:
		return "infinite";
	case BELL_FIT_BOUND:
		return "bound";
	case BELL_FIT_NOT_IDENTIFIED:
		return "not_identified";
	case BELL_FIT_ILL_CONDITIONED:
		return "ill_conditioned";
	case BELL_FIT_COARSE:
		return "coarse";
	case BELL_FIT_COLLAPSED:
		return "collapsed";
	case BELL_FIT_TWO_VALUES:
		return "two_values";
	case BELL_FIT_ROUNDED:
		return "rounded";
	case BELL_FIT_ROBUST:
		return "robust";
	case BELL_FIT_NOT_ROBUST:
		return "not_robust";
	}
	return NULL;
}
