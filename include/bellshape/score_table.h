/* SPDX-License-Identifier: BSD-3-Clause */
/* score_table.h - the table of a transform to normal scores. */
#ifndef BELLSHAPE_SCORE_TABLE_H
#define BELLSHAPE_SCORE_TABLE_H

#include <stddef.h>
#include <bellshape/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most points that a table has. */
#define BELL_MAX_SCORES 1536

/*
 * A table of points (x, z), between which z is a straight line, with a slope beyond each end: an
 * increasing function of all numbers, whose inverse is of the same kind.  docs/numerics.md says
 * which points a fit of BELL_NORMAL_SCORES makes.
 *
 * A table never changes once it is made, and any number of threads may use it at a time.  It may be
 * shared: it counts its owners, and is freed when the last of them releases it.  It takes 16 bytes
 * for each point, their number rounded up to a power of two: at most 33 KB.
 */
struct bell_score_table;

/*
 * bell_score_table_create() sets *out to a new table of the points (x[i], z[i]) for i < points,
 * whose one owner is the caller: bell_score_table_release() is to be called for it.  slope[0] is
 * dz/dx below x[0], and slope[1] above the last x.
 *
 * It returns BELL_OK, BELL_EINVAL (a NULL pointer; less than 2 points or more than BELL_MAX_SCORES;
 * x or z is not finite or does not rise from each point to the next; two neighbors are so far apart
 * in x that their difference exceeds a double; a slope is not finite or not above 0) or
 * BELL_ENOMEM.  After an error *out is not written.
 */
BELL_API enum bell_status bell_score_table_create(const double *x, const double *z, size_t points,
						  const double slope[2],
						  const struct bell_score_table **out);

/*
 * bell_score_table_share() makes one more owner of a table, which has to release it, too, and
 * returns the table.  bell_score_table_release() takes an owner away, and frees the table if it was
 * the last.  NULL is fine for both, and nothing happens.
 */
BELL_API const struct bell_score_table *bell_score_table_share(
    const struct bell_score_table *table);
BELL_API void bell_score_table_release(const struct bell_score_table *table);

/*
 * bell_score_table_points() returns the number of points of a table, and 0 for NULL, for which
 * nothing else happens.  *x and *z are set to the points, which are valid as long as the table is,
 * and slope[0] and slope[1] to the slopes below and above them.  Each of these three may be NULL.
 */
BELL_API size_t bell_score_table_points(const struct bell_score_table *table, const double **x,
					const double **z, double slope[2]);

#ifdef __cplusplus
}
#endif
#endif
