# shellcheck shell=bash
# common.sh - what the steps of scripts/check-long share. A step builds in $long and counts in
# $passed and $failed.
long=$PWD/build-long passed=0 failed=0 tested=0

ok() { passed=$((passed + 1)) && echo "ok: $*"; }
bad() { failed=$((failed + 1)) && echo "FAILED: $*"; }

# check NAME COMMAND...: counts a command as one check, which passes if its status is 0.
check() {
	local name=$1 log
	shift
	if log=$("$@" 2>&1); then ok "$name"; else bad "$name" && tail -n 60 <<<"$log" && false; fi
}

# shown NAME FILE COMMAND...: the same for a command whose output is shown, and kept in FILE.
shown() {
	local name=$1 file=$2
	shift 2
	if "$@" | tee "$file"; then ok "$name"; else bad "$name" && false; fi
}

# need PACKAGE...: installs the packages that a step needs. Without root it fails and names them.
need() {
	local package missing=()
	for package; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' ||
			missing+=("$package")
	done
	[ ${#missing[@]} -eq 0 ] && return
	if [ "$(id -u)" -ne 0 ]; then
		bad "packages are missing: sudo apt-get install --no-install-recommends ${missing[*]}"
		return 1
	fi
	DEBIAN_FRONTEND=noninteractive check "installs ${missing[*]}" \
		sh -c 'apt-get update -qq && apt-get install -qq -y --no-install-recommends "$@"' sh "${missing[@]}"
}

# built FOLDER OPTIONS...: makes a build in $long, with these options of Meson.
built() {
	local build=$long/$1
	shift
	[ -f "$build/build.ninja" ] || check "${build##*/}: meson setup $*" meson setup "$build" "$@" || return
	check "${build##*/}: builds" ninja -C "$build"
}

# names BUILD [BACKEND...]: prints the suites of a build but for the program's. Of the suites that
# run once on each backend, it prints those of the named backends only.
names() {
	local build=$1 backend
	shift
	meson test -C "$build" --list 2>/dev/null | sed -n 's/^\(.* - \)\?bellshape:\(.* \/ \)\?//p' | grep -v '^cli' |
		while read -r name; do
			[[ $name == *" on "* ]] || echo "$name"
			for backend; do [[ $name == *" on $backend" ]] && echo "$name"; done
		done
}

# totals FILE...: prints "tested passed crashed suites", the sums over what Criterion says of each
# suite.
totals() {
	LC_ALL=C awk -F'[:|]' '/Synthesis: Tested/ {t += $3; g += $5; c += $9; n++}
		END {print t + 0, g + 0, c + 0, n + 0}' "$@"
}

# suites BUILD NAME ARGUMENTS...: runs suites under meson test, and counts them as one check. Sets
# $tested to how many tests ran.
suites() {
	local build=$1 name=$2 good status logs=$1/meson-logs/${2//[ ,]/_}.log
	shift 2
	rm -f "$logs"*
	meson test -C "$build" --no-rebuild --timeout-multiplier 20 --logbase "${logs##*/}" "$@" >"$logs.out" 2>&1
	status=$?
	read -r tested good _ < <(totals "$logs"*.txt)
	if [ $status -eq 0 ] && [ "$tested" -gt 0 ] && [ "$tested" -eq "$good" ]; then
		ok "$name: $good tests"
	else
		bad "$name: $good of $tested tests"
		grep -ahE '\[(FAIL|CRASH|ERR)|^ *[0-9]+/[0-9]+ .*(FAIL|TIMEOUT|ERROR)' "$logs"* | sort -u | head -n 60
		false
	fi
}
