/* SPDX-License-Identifier: BSD-3-Clause */
/* progress.c - how far a long job has come. */
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

static bool shown;

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void show_left(double left)
{
	if (left < 90)
		fprintf(stderr, ", %.0f s left", left);
	else if (left < 5400)
		fprintf(stderr, ", %.0f min left", left / 60);
	else
		fprintf(stderr, ", %.1f h left", left / 3600);
}

void progress_show(uint64_t done, uint64_t total)
{
	static double start, last;
	static int terminal = -1;

	if (terminal < 0) {
		terminal = isatty(STDERR_FILENO);
		start = seconds();
	}
	double now = terminal ? seconds() : 0, rate = (double)done / (now - start);
	if (!terminal || now - start < 1 || now - last < 0.2)
		return;
	last = now;
	shown = true;
	fprintf(stderr, "\r\033[K%.0f MB, %.0f MB/s", (double)done * 1e-6, rate * 1e-6);
	if (total > done) {
		fprintf(stderr, ", %.0f %%", 100 * (double)done / (double)total);
		show_left((double)(total - done) / rate);
	}
	(void)fflush(stderr);
}

void progress_clear(void)
{
	if (!shown)
		return;
	fputs("\r\033[K", stderr);
	shown = false;
}
