import time

import numpy as np
import pytest

from diversify.io.meter import Meter, memory_free, memory_held, seconds_alive

MIB = 1 << 20


def test_the_peak_is_seen_though_it_passes():
    with Meter() as meter:
        some = np.ones(32 * MIB)  # 256 MiB
        time.sleep(0.1)
        del some
    assert meter.peak - meter.before == pytest.approx(256 * MIB, rel=0.2)
    assert meter.after < meter.peak
    assert meter.seconds >= 0.1


def test_a_block_that_fails_is_measured_too():
    meter = Meter()
    with pytest.raises(KeyError), meter:
        raise KeyError
    assert meter.seconds > 0
    assert meter.peak >= meter.after > 0


def test_this_process_lives_holds_something_and_may_have_more():
    assert seconds_alive() > 0
    assert memory_held() > 10 * MIB
    assert memory_free() > 0
