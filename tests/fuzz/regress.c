/* SPDX-License-Identifier: BSD-3-Clause */
/* regress.c - runs a fuzz target without a fuzzer, over files and over the files of folders. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include "fuzz.h"

/* The name is printed first: after a crash it is the last line. */
static void run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat status;
	size_t size;
	void *data;

	printf("%s\n", path);
	fflush(stdout);
	REQUIRE(file && !fstat(fileno(file), &status));
	size = (size_t)status.st_size;
	data = exactly(size);
	REQUIRE(fread(data, 1, size, file) == size);
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
}

static int visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static int run_folder(const char *path)
{
	struct dirent **entry;
	int n = scandir(path, &entry, visible, alphasort);

	for (int i = 0; i < n; i++) {
		size_t size = strlen(path) + strlen(entry[i]->d_name) + 2;
		char *file = exactly(size);

		snprintf(file, size, "%s/%s", path, entry[i]->d_name);
		run_file(file);
		free(file);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	return n;
}

int main(int argc, char **argv)
{
	int files = 0;

	for (int i = 1; i < argc; i++) {
		struct stat status;

		if (!stat(argv[i], &status) && S_ISDIR(status.st_mode)) {
			files += run_folder(argv[i]);
		} else {
			run_file(argv[i]);
			files++;
		}
	}
	printf("%d inputs\n", files);
	return files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
