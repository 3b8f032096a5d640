"""An app of ours that X tells how much is said."""

from datetime import timedelta

from support.x.volumes import Volume
from tests.fakes import THURSDAY


class Counting:
    """An app of ours that X tells how much is said: two posts an hour of a week."""

    def __init__(self):
        self.asked = []
        self.fails = None

    def counts(self, query):
        self.asked.append(query)
        if self.fails:
            raise self.fails
        begin = THURSDAY - timedelta(days=7)
        hours = [begin + timedelta(hours=n) for n in range(168)]
        return tuple(Volume(at, at + timedelta(hours=1), 2) for at in hours)
