/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * team.c - threads that stay from one call to the next (docs/threads.md).
 *
 * A call offers seats to the team, works itself, withdraws the seats that nobody took, and waits
 * for those who sit.  It waits for nobody else, so callers at the same time, and tasks that are
 * callers themselves, cannot block each other.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include <bellshape/backend.h>
#include <bellshape/threads.h>
#include "team.h"

/*
 * How long a thread looks for work, or for the end of others' work, before it sleeps.  A sleeper
 * takes some 5 us to wake, or 50 where a virtual machine has to bring its CPU back, and the steps
 * of a layer follow each other within a few.  docs/threads.md has the measurements.
 */
#define SPIN_NS 20000

/* The clock is read once in so many looks. */
#define LOOKS 16

/* Sanitizers take a multiple of what the functions need, and pages cost when they are touched. */
#define STACK_BYTES ((size_t)8 * BELL_STACK_SIZE)

/*
 * How many sleepers a thread wakes.  Each of them does the same while there are seats, so that 15
 * threads are awake after 4 rounds, and the caller of a short job pays for 2.
 */
#define WAKES 2

/* A call under way.  It lies on the stack of its caller. */
struct call {
	void (*work)(void *);
	void *argument;
	unsigned seats;     /* that are free */
	atomic_uint inside; /* threads of the team that work on it */
	bool waiting;       /* the caller sleeps until `inside` is 0 */
	pthread_cond_t left;
	struct call *next;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t wanted; /* there are seats, or the threads shall end */
	struct call *calls;    /* those with free seats, the oldest first */
	atomic_uint seats;     /* in all of these; written under the lock, read anywhere */
	unsigned size;         /* threads that were started */
	unsigned busy, spinning, sleeping;
	bool growing; /* a caller is starting threads; only this one writes to `thread` */
	bool ending;  /* the threads shall end */
	bool closed;  /* none are started any more */
	pthread_t thread[BELL_MAX_THREADS];
	bell_threads_run *host; /* or NULL */
	void *context;
} team = {.lock = PTHREAD_MUTEX_INITIALIZER, .wanted = PTHREAD_COND_INITIALIZER};

static void lock(void) { pthread_mutex_lock(&team.lock); }

static void unlock(void) { pthread_mutex_unlock(&team.lock); }

/* ---- waiting ---- */

static unsigned long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (unsigned long long)t.tv_sec * 1000000000 + (unsigned long long)t.tv_nsec;
}

/* Lets the other thread of the core work. */
static inline void relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/* Looks at *word until it is 0, or is not 0 if `set`, for SPIN_NS.  Returns whether it is. */
static bool spin(const atomic_uint *word, bool set)
{
	unsigned long long end = now() + SPIN_NS;

	do
		for (int look = 0; look < LOOKS; look++) {
			if ((atomic_load_explicit(word, memory_order_acquire) != 0) == set)
				return true;
			relax();
		}
	while (now() < end);
	return false;
}

/* Returns how many sleepers to wake for the free seats that the spinning leave.  Locked. */
static unsigned wakes(void)
{
	unsigned seats = team.seats;
	unsigned n = seats > team.spinning ? seats - team.spinning : 0;

	n = n < team.sleeping ? n : team.sleeping;
	return n < WAKES ? n : WAKES;
}

/* Not locked, or those who wake would sleep again at once. */
static void wake(unsigned n)
{
	while (n--)
		pthread_cond_signal(&team.wanted);
}

/* ---- the threads of the team ---- */

/* Waits for a free seat.  Returns false if the thread shall end.  Locked, but not all the time. */
static bool wait_for_seat(void)
{
	if (!team.calls && !team.ending) {
		team.spinning++;
		unlock();
		spin(&team.seats, true);
		lock();
		team.spinning--;
	}
	while (!team.calls && !team.ending) {
		team.sleeping++;
		pthread_cond_wait(&team.wanted, &team.lock);
		team.sleeping--;
	}
	return !team.ending;
}

/* Locked, and there is a free seat. */
static struct call *sit(void)
{
	struct call *c = team.calls;

	if (--c->seats == 0)
		team.calls = c->next;
	team.seats--;
	team.busy++;
	c->inside++;
	return c;
}

/* Locked.  The caller may return as soon as nobody is inside: that is written last. */
static void leave(struct call *c)
{
	team.busy--;
	if (c->waiting && c->inside == 1)
		pthread_cond_signal(&c->left);
	atomic_fetch_sub_explicit(&c->inside, 1, memory_order_release);
}

static void *serve(void *unused)
{
	lock();
	while (wait_for_seat()) {
		struct call *c = sit();
		unsigned more = wakes();

		unlock();
		wake(more);
		c->work(c->argument);
		lock();
		leave(c);
	}
	unlock();
	return unused;
}

/* ---- starting and ending threads ---- */

/*
 * Returns how many threads to start for the free seats: as many as the idle ones are short of, as
 * long as the team gets no larger than `most`.  Counts them as started and lets nobody else start
 * any.  Locked.
 */
static unsigned plan_growth(unsigned most)
{
	unsigned idle = team.size - team.busy, n;

	if (team.growing || team.seats <= idle || team.size >= most)
		return 0;
	n = team.seats - idle;
	n = n < most - team.size ? n : most - team.size;
	team.growing = true;
	team.size += n;
	return n;
}

/*
 * Blocks what is sent to the process, whose threads are to handle it.  What a fault raises goes to
 * the thread at fault, and must reach the handler of a sanitizer or of the host.
 */
static void block_signals(sigset_t *old)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
	sigset_t set;

	sigfillset(&set);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		sigdelset(&set, faults[i]);
	pthread_sigmask(SIG_SETMASK, &set, old);
}

/*
 * Starts the last n threads of those that were counted.  Not locked, because an allocator may have
 * locks of its own, which it takes in another order when the process forks.
 */
static void grow(unsigned n)
{
	pthread_t *thread = team.thread + team.size - n;
	unsigned started = 0;
	pthread_attr_t attributes;
	sigset_t old;

	block_signals(&old);
	if (pthread_attr_init(&attributes) == 0) {
		pthread_attr_setstacksize(&attributes, STACK_BYTES);
		while (started < n &&
		       pthread_create(&thread[started], &attributes, serve, NULL) == 0)
			started++;
		pthread_attr_destroy(&attributes);
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	lock();
	team.size -= n - started;
	team.growing = false;
	unlock();
}

/* Ends all threads of the team, unless one is at work or being started.  Locked at both ends. */
static void end_idle(void)
{
	if (team.busy || team.growing || team.ending)
		return;
	team.ending = true;
	pthread_cond_broadcast(&team.wanted);
	unlock();
	for (unsigned i = 0; i < team.size; i++)
		pthread_join(team.thread[i], NULL);
	lock();
	team.size = 0;
	team.ending = false;
}

/* ---- fork and unloading ---- */

/* A child has the thread that forked alone.  Idle threads end, so that it misses none of them. */
static void before_fork(void)
{
	lock();
	end_idle();
}

static void after_fork(void) { unlock(); }

/* Other threads may have been at work: the child forgets them, and their calls. */
static void after_fork_in_child(void)
{
	team.wanted = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
	team.calls = NULL;
	team.seats = 0;
	team.size = team.busy = team.spinning = team.sleeping = 0;
	team.growing = team.ending = false;
	team.host = NULL;
	unlock();
}

/* Here and not at the first call: a fork meanwhile would find the lock held, and no handler. */
__attribute__((constructor)) static void load(void)
{
	team.closed = pthread_atfork(before_fork, after_fork, after_fork_in_child) != 0;
}

/*
 * Runs at dlclose(), after which threads must not run this code, and at exit.  A thread that is at
 * work then belongs to a call that the process does not wait for, and ends with it.
 */
__attribute__((destructor)) static void unload(void)
{
	lock();
	end_idle();
	team.closed = true;
	unlock();
}

/* ---- calls ---- */

void bell_threads_use(bell_threads_run *run, void *context)
{
	lock();
	team.host = run;
	team.context = context;
	unlock();
}

static void append(struct call *c)
{
	struct call **end = &team.calls;

	while (*end)
		end = &(*end)->next;
	*end = c;
	team.seats += c->seats;
}

static void withdraw(const struct call *c)
{
	struct call **place = &team.calls;

	while (*place && *place != c)
		place = &(*place)->next;
	if (!*place)
		return;
	*place = c->next;
	team.seats -= c->seats;
}

static void wait_for_others(struct call *c)
{
	if (spin(&c->inside, false))
		return;
	lock();
	c->waiting = true;
	while (c->inside)
		pthread_cond_wait(&c->left, &team.lock);
	unlock();
}

/* The threads of the team, and that of the caller.  Locked at first. */
static void run_on_team(struct call *c, unsigned most)
{
	unsigned missing, sleepers;

	append(c);
	missing = plan_growth(most > c->seats ? most : c->seats);
	sleepers = wakes();
	unlock();
	wake(sleepers);
	if (missing)
		grow(missing);
	c->work(c->argument);
	lock();
	withdraw(c);
	unlock();
	wait_for_others(c);
	pthread_cond_destroy(&c->left);
}

void bell_team_run(void (*work)(void *argument), void *argument, unsigned others, unsigned most)
{
	struct call c = {work, argument, others, .left = PTHREAD_COND_INITIALIZER};
	bell_threads_run *host;
	void *context;

	if (!others) {
		work(argument);
		return;
	}
	lock();
	host = team.host, context = team.context;
	if (host) {
		unlock();
		/* What a host leaves undone is done below. */
		if (host(context, work, argument, others + 1) == 0) {
			work(argument);
			return;
		}
		lock();
	}
	if (!team.ending && !team.closed) {
		run_on_team(&c, most);
		return;
	}
	unlock();
	work(argument);
}
