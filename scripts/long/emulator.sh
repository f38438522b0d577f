# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# emulator.sh - suites on a processor that this machine does not have, emulated by qemu.

# program FOLDER NAME PROGRAM EMULATOR: runs the suite of the program, which itself is native, on a
# program that starts in the emulator. The emulator takes more memory than the suite allows the
# program, so the test of memory is left out, and the check says so.
program() {
	local folder=$1 name=$2 tested good
	printf '#!/bin/sh\nexec %s %s "$@"\n' "$4" "$3" >"$folder/bellshape"
	chmod +x "$folder/bellshape"
	BELLSHAPE_PROGRAM=$folder/bellshape BELLSHAPE_DATA=$PWD/data "$long/native/tests/test_cli" \
		--filter '*/!(memory_does_not_grow)' >"$folder/cli.log" 2>&1
	read -r tested good _ < <(totals "$folder/cli.log")
	if [ "$tested" -gt 0 ] && [ "$tested" -eq "$good" ]; then
		ok "$name: the program, $good tests (not memory_does_not_grow)"
	else
		bad "$name: the program, $good of $tested tests"
		grep -aE '\[(FAIL|CRASH|ERR|----)' "$folder/cli.log" | head -n 60
	fi
}

# emulated BUILD NAME EMULATOR EXPECTED SUITES COMPILER...: runs suites in an emulator. EXPECTED is
# what each process must write down of its processor (tests/emulate.c), so that a process which ran
# natively is a failure.
emulated() {
	local build=$1 name=$2 emulator=$3 expected=$4 folder=$long/emulated-${2//,/_} wrapper=() suites strange workers
	mapfile -t suites <<<"$5"
	shift 5
	mkdir -p "$folder" && rm -f "$folder/processes"
	"$@" -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -fPIC -shared -o "$folder/emulate.so" tests/emulate.c || return
	# In a cross build, the cross file names the emulator.
	[ "$emulator" = qemu-x86_64 ] && wrapper=(--wrapper "$emulator")
	EMULATOR=$(command -v "$emulator") EMULATE_LOG=$folder/processes QEMU_SET_ENV=LD_PRELOAD=$folder/emulate.so \
		suites "$build" "$name" "${wrapper[@]}" "${suites[@]}"
	touch "$folder/processes"
	strange=$(grep -vcE "^(first|worker) $expected\$" "$folder/processes")
	workers=$(grep -cE "^worker $expected\$" "$folder/processes")
	if [ "$strange" -eq 0 ] && [ "$workers" -gt 0 ] && [ "$workers" -ge "$tested" ]; then
		ok "$name: each of $workers workers saw $expected"
	else
		bad "$name: of $tested tests $workers saw $expected; $strange processes something else"
		sort "$folder/processes" | uniq -c
	fi
	program "$folder" "$name" "$build/cli/bellshape" "$emulator"
}

# can_run TEXT COMMAND...: the program names these backends, the one in use first.
can_run() {
	local said want="backend ${1%% *} (this machine can run: ${1// /, })"
	shift
	said=$("$@" version)
	echo "$said"
	[[ $said == *"$want"* ]]
}

# dies INSTRUCTION: an emulated program that executes the instruction ends with SIGILL.
dies() {
	local program
	program=$(mktemp) || return
	gcc -x c -o "$program" - <<<"int main(void) { __asm__ volatile(\"$1\"); return 0; }" || return
	qemu-x86_64 "$program"
	[ $? -eq 132 ] && rm "$program"
}

# x86 CPU INSTRUCTION EXPECTED BACKENDS: runs the native build on another x86 processor, one that
# lacks INSTRUCTION.
x86() {
	local cpu=$1 instruction=$2 expected=$3 backends=$4 warned=-pcid,-x2apic,-tsc-deadline,-hle,-invpcid,-rtm
	[ "$(uname -m)" = x86_64 ] || { echo "$cpu: not on this machine" && return; }
	need qemu-user && built native || return
	export QEMU_CPU=$cpu
	# The emulator would complain on standard error of what it lacks itself.
	[[ $cpu == Haswell* ]] && QEMU_CPU+=,$warned
	check "$cpu: an instruction that it lacks is noticed ($instruction)" dies "$instruction"
	check "$cpu: runs $backends" can_run "$backends" qemu-x86_64 "$long/native/cli/bellshape"
	emulated "$long/native" "$cpu" qemu-x86_64 "TCGTCGTCGTCG $expected" "$(names "$long/native" "${backends%% *}")" gcc
	unset QEMU_CPU
}
