/* SPDX-License-Identifier: BSD-3-Clause */
/* team.h - threads that stay from one call to the next, or those of the host. */
#ifndef BELL_TEAM_H
#define BELL_TEAM_H

/*
 * bell_team_run() calls work(argument) on the thread of the caller and on up to `others` other
 * threads, fewer than BELL_MAX_THREADS, and returns when all these calls have returned.  The work
 * must get done however few threads there are: others may be busy, or the host may lend none.  For
 * callers at the same time the team grows to at most `most` threads, or `others` if these are more.
 */
void bell_team_run(void (*work)(void *argument), void *argument, unsigned others, unsigned most);

#endif
