"""The bell of a cloud: who waits is woken by what ends, also by what ended while one looked."""

import time
from threading import Thread, Timer

from rehearsal.bell import Bell


def test_who_waits_is_woken_by_a_ring():
    bell = Bell()
    Timer(0.05, bell.ring).start()
    began = time.monotonic()
    bell.wait(bell.rings, 30)
    assert time.monotonic() - began < 20
    assert bell.rings == 1


def test_a_ring_between_a_look_and_the_wait_is_not_missed():
    bell = Bell()
    looked_at = bell.rings
    bell.ring()
    began = time.monotonic()
    bell.wait(looked_at, 30)
    assert time.monotonic() - began < 20


def test_without_a_ring_the_wait_is_over_in_its_time():
    bell = Bell()
    bell.wait(bell.rings, 0.01)
    assert bell.rings == 0


def test_one_ring_wakes_everybody():
    bell = Bell()
    waiting = [Thread(target=bell.wait, args=(0, 30)) for _ in range(5)]
    for each in waiting:
        each.start()
    bell.ring()
    for each in waiting:
        each.join(20)
    assert not any(each.is_alive() for each in waiting)
