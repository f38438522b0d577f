# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# tsan: the program, the threads, the layers and the benchmarks under the thread sanitizer.
# Criterion does not start under this sanitizer, so the suites cannot run.

# race FOLDER: runs a program with a race, which must leave a report in the folder, and removes it.
race() {
	local program=$1/race
	gcc -fsanitize=thread -x c -o "$program" - <<-END || return
		#include <pthread.h>
		static int n;
		static void *f(void *p) { n++; return p; }
		int main(void) { pthread_t t; pthread_create(&t, 0, f, 0); n++; return pthread_join(t, 0); }
	END
	"$program"
	rm "$program"
	[ -n "$(ls -A "$1")" ] && rm "$1"/*
}

# nothing FOLDER: the folder holds no file; otherwise prints what the files say.
nothing() { [ -z "$(ls -A "$1")" ] || { head -n 40 "$1"/* && false; }; }

step() {
	local reports=$long/tsan/reports program=$long/tsan/cli/bellshape
	built tsan -Dbuildtype=debugoptimized -Db_sanitize=thread || return
	rm -rf "$reports" && mkdir "$reports"
	export TSAN_OPTIONS=log_path=$reports/report
	check "thread sanitizer: notices a race" race "$reports"
	check "thread sanitizer: fit" "$program" fit --threads 7 data/randhie.csv -o "$long/tsan/model.json"
	check "thread sanitizer: transform" "$program" transform -m "$long/tsan/model.json" \
		data/randhie.csv -o "$long/tsan/z.csv"
	check "thread sanitizer: inverse" "$program" inverse -m "$long/tsan/model.json" \
		"$long/tsan/z.csv" -o "$long/tsan/back.csv"
	check "thread sanitizer: builds threads and layers" \
		ninja -C "$long/tsan" tests/long/long_threads tests/long/long_layer
	check "thread sanitizer: threads" "$long/tsan/tests/long/long_threads"
	check "thread sanitizer: layers" "$long/tsan/tests/long/long_layer"
	check "thread sanitizer: benchmarks" "$long/tsan/bench/bellshape-bench" --quick \
		--threads 2 --filter threads=2
	check "thread sanitizer: no report" nothing "$reports"
	unset TSAN_OPTIONS
}
