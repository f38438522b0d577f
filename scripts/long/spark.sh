# shellcheck shell=bash disable=SC2154 # $long is set by common.sh
# spark: fits and transforms by Spark, a worker that exits, pipelines, and the speed beside counting.

step() {
	local venv=$long/spark wheel
	need default-jre-headless || return
	wheel=$(scripts/wheel 2>"$long/wheel.log") || { bad "spark: scripts/wheel" && return; }
	[ -x "$venv/bin/python" ] || check "spark: makes $venv" python3 -m venv "$venv" || return
	check "spark: installs the packages" "$venv/bin/pip" install -q "pyspark>=4.1" pyarrow pandas scikit-learn pytest &&
		check "spark: installs $wheel" "$venv/bin/pip" install -q --no-deps --force-reinstall "$wheel" ||
		return
	shown "spark: jobs" "$long/spark.log" "$venv/bin/python" -m pytest -q -s -p no:cacheprovider tests/long/spark_jobs.py
}
