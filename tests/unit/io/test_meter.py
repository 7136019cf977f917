import resource
import subprocess
import sys
import time

import numpy as np
import pytest

from diversify.io import meter
from diversify.io.meter import Meter, memory_free, memory_held, seconds_alive

MIB = 1 << 20


def test_the_peak_is_seen_though_it_passes():
    with Meter() as met:
        some = np.ones(32 * MIB)  # 256 MiB
        time.sleep(0.1)
        del some
    assert met.peak - met.before == pytest.approx(256 * MIB, rel=0.2)
    assert met.after < met.peak
    assert met.seconds >= 0.1


def test_a_block_that_fails_is_measured_too():
    failed = Meter()
    with pytest.raises(KeyError), failed:
        raise KeyError
    assert failed.seconds > 0
    assert failed.peak >= failed.after > 0


def test_this_process_lives_holds_something_and_may_have_more():
    assert seconds_alive() > 0
    assert memory_held() > 10 * MIB
    assert memory_free() > 0


@pytest.mark.parametrize("limit", ["RLIMIT_DATA", "RLIMIT_AS"])
def test_a_limit_of_the_shell_is_known(limit):
    code = "from diversify.io.meter import memory_free; print(memory_free())"
    most = 900 * MIB

    def limited():
        resource.setrlimit(getattr(resource, limit), (most, most))

    done = subprocess.run(
        [sys.executable, "-c", code], preexec_fn=limited, capture_output=True, check=True
    )
    assert 0 < int(done.stdout) < most


GROUP = {
    2: ("0::/jobs/mine", "", "memory.max", "memory.current"),
    1: ("4:memory:/jobs/mine", "memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
}


@pytest.mark.parametrize("version", GROUP)
def test_the_limit_of_a_group_above_counts_and_its_files_are_free(tmp_path, monkeypatch, version):
    line, kind, most, used = GROUP[version]
    (tmp_path / "mine").write_text(f"9:pids:/\n{line}\n")
    above = tmp_path / kind / "jobs"
    (above / "mine").mkdir(parents=True)
    (above / "mine" / most).write_text("max\n" if version == 2 else f"{1 << 62}\n")
    (above / "mine" / used).write_text("0\n")
    (above / most).write_text(f"{100 * MIB}\n")
    (above / used).write_text(f"{90 * MIB}\n")
    (above / "memory.stat").write_text(f"anon 5\nactive_file {MIB}\ninactive_file {4 * MIB}\n")
    monkeypatch.setattr(meter, "GROUPS", tmp_path)
    monkeypatch.setattr(meter, "MINE", tmp_path / "mine")
    assert memory_free() == 15 * MIB
