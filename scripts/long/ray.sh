# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# ray: fits and transforms by Ray Data, a worker that exits, chains, and the speed beside counting.

step() {
	local venv=$long/ray wheel
	wheel=$(scripts/wheel 2>"$long/wheel.log") || { bad "ray: scripts/wheel" && return; }
	[ -x "$venv/bin/python" ] || check "ray: makes $venv" python3 -m venv "$venv" || return
	check "ray: installs the packages" "$venv/bin/pip" install -q "ray[data]" scikit-learn pytest &&
		check "ray: installs $wheel" "$venv/bin/pip" install -q --no-deps --force-reinstall "$wheel" ||
		return
	shown "ray: jobs" "$long/ray.log" "$venv/bin/python" -m pytest -q -s -p no:cacheprovider tests/long/ray_jobs.py
}
