/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * runnable.c - skips a suite whose BELLSHAPE_BACKEND this machine cannot run: Meson reads 77 as
 * skipped.
 */
#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <stdio.h>
#include <stdlib.h>
#include <bellshape/backend.h>

ReportHook(PRE_ALL)(struct criterion_test_set *set)
{
	(void)set;
	if (!bell_backend()) {
		printf("skipped: this machine cannot run %s\n", getenv("BELLSHAPE_BACKEND"));
		exit(77);
	}
}
