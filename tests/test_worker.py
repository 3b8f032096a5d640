"""What a background process is before it works."""

import os
from concurrent.futures import ThreadPoolExecutor

import worker


def nice():
    return os.getpriority(os.PRIO_PROCESS, 0)


def test_workers_stand_back_behind_the_pages_and_never_forward_again():
    """In a thread of its own: on Linux each has its own niceness."""
    here = nice()

    def stand():
        found = []
        for behind in (here + 3, here + 1):
            worker.stand_back(behind)
            found.append(nice())
        return found

    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(stand).result() == [here + 3] * 2
    assert nice() == here
