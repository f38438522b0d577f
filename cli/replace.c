/* SPDX-License-Identifier: BSD-3-Clause */
/* replace.c - a file that is written beside its place and takes it when it is whole. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "replace.h"

/*
 * The path of the unfinished file, or "".  A signal handler reads it, so that it is changed only
 * while signals are held.
 */
static char unfinished[PATH_MAX];

static void discard(void)
{
	if (*unfinished)
		unlink(unfinished);
	*unfinished = 0;
}

static void on_signal(int number)
{
	int error = errno;

	discard();
	signal(number, SIG_DFL);
	raise(number); /* it arrives when this function returns */
	errno = error;
}

/* Does the signal end the program unless something is done about it? */
static bool ends_program(int number)
{
	static const int others[] = {SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU,
				     SIGCONT, SIGCHLD, SIGURG,  SIGWINCH};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (number == others[i])
			return false;
	return true;
}

/* What is ignored stays so, and what has a handler, as a sanitizer sets them, keeps it. */
static void watch_signals(void)
{
	struct sigaction watch = {.sa_handler = on_signal}, old;

	sigfillset(&watch.sa_mask);
	for (int i = 1; i <= SIGRTMAX; i++)
		if (ends_program(i) && !sigaction(i, NULL, &old) && old.sa_handler == SIG_DFL)
			sigaction(i, &watch, NULL);
	atexit(discard);
}

static void hold_signals(int how)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(how, &all, NULL);
}

/* Names a file beside the target: with the same beginning, as far as a name can be long. */
static bool name_beside(const char *target, char path[PATH_MAX])
{
	static const char ending[] = ".XXXXXX";
	const char *slash = strrchr(target, '/'), *name = slash ? slash + 1 : target;
	size_t keep = strlen(name), most = NAME_MAX - (sizeof ending - 1);

	if (keep > most)
		keep = most;
	while (keep && keep < strlen(name) && ((unsigned char)name[keep] & 0xc0) == 0x80)
		keep--; /* half a character is left out */
	return snprintf(path, PATH_MAX, "%.*s%.*s%s", (int)(name - target), target, (int)keep, name,
			ending) < PATH_MAX;
}

/* Creates the file, and has it removed unless it is finished. */
static int create(const char *target, const char *label)
{
	static bool watching;
	char path[PATH_MAX];
	int descriptor;

	if (!name_beside(target, path))
		die(EXIT_DATA, "%s: %s", label, strerror(ENAMETOOLONG));
	if (!watching)
		watch_signals();
	watching = true;
	hold_signals(SIG_BLOCK);
	descriptor = mkostemp(path, O_CLOEXEC);
	if (descriptor >= 0)
		strcpy(unfinished, path);
	int error = errno;
	hold_signals(SIG_UNBLOCK);
	if (descriptor < 0)
		die(EXIT_DATA, "%s: cannot write a file beside it: %s", label, strerror(error));
	return descriptor;
}

/* Who may replace a file could also write over one that is protected against that. */
static void check_writable(const char *target, const struct stat *old, const char *label)
{
	if (!(old->st_mode & 0222))
		die(EXIT_DATA, "%s: is read-only (mode %04o): chmod u+w it first", label,
		    (unsigned)old->st_mode & 07777);
	if (faccessat(AT_FDCWD, target, W_OK, AT_EACCESS))
		die(EXIT_DATA, "%s: %s", label, strerror(errno));
}

int replace_begin(const char *target, const struct stat *old, const char *label)
{
	mode_t mask = umask(0);
	int descriptor;

	umask(mask);
	if (old)
		check_writable(target, old, label);
	descriptor = create(target, label);
	/* Only root can give a file away, and anybody to groups that he is in. */
	if (old && fchown(descriptor, old->st_uid, old->st_gid) &&
	    fchown(descriptor, (uid_t)-1, old->st_gid) && errno != EPERM)
		die(EXIT_DATA, "%s: %s", label, strerror(errno));
	if (fchmod(descriptor, old ? old->st_mode & 0777 : 0666 & ~mask))
		die(EXIT_DATA, "%s: %s", label, strerror(errno));
	if (old && old->st_nlink > 1)
		note("%s: note: the file has %ju names; only this one gets the new contents", label,
		     (uintmax_t)old->st_nlink);
	return descriptor;
}

/*
 * The name of a new file is stored with its folder.  The file is in its place by now, so that
 * nothing may fail here: a folder that cannot be stored is none of the user's concern.
 */
static void store_folder(const char *target)
{
	char folder[PATH_MAX] = ".";
	const char *slash = strrchr(target, '/');
	size_t length = slash == target ? 1 : slash ? (size_t)(slash - target) : 0;

	if (length) {
		memcpy(folder, target, length); /* it is shorter than the name of the file was */
		folder[length] = 0;
	}
	int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (descriptor >= 0) {
		fsync(descriptor);
		close(descriptor);
	}
}

void replace_store(int descriptor, const char *label)
{
	/* Some file systems know no fsync(). */
	if (fsync(descriptor) && errno != EINVAL && errno != ENOTSUP)
		die(EXIT_DATA, "%s: %s", label, strerror(errno));
	if (close(descriptor))
		die(EXIT_DATA, "%s: %s", label, strerror(errno));
}

void replace_end(const char *target, const char *label)
{
	hold_signals(SIG_BLOCK);
	int failed = rename(unfinished, target), error = errno;
	if (!failed)
		*unfinished = 0;
	hold_signals(SIG_UNBLOCK);
	if (failed)
		die(EXIT_DATA, "%s: %s", label, strerror(error));
	store_folder(target);
}

int temporary_file(void)
{
	const char *folder = getenv("TMPDIR");
	char path[PATH_MAX];
	int descriptor;

	if (!folder || !*folder)
		folder = "/tmp";
	if (snprintf(path, sizeof path, "%s/bellshape.XXXXXX", folder) >= (int)sizeof path)
		die(EXIT_DATA, "TMPDIR: %s", strerror(ENAMETOOLONG));
	hold_signals(SIG_BLOCK);
	descriptor = mkostemp(path, O_CLOEXEC);
	int error = errno;
	if (descriptor >= 0)
		unlink(path);
	hold_signals(SIG_UNBLOCK);
	if (descriptor < 0)
		die(EXIT_DATA, "a file for the output in %s: %s", folder, strerror(error));
	return descriptor;
}
