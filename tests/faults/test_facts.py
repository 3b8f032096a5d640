"""What is read of the desk while it works is one desk, not pieces of several."""

from contextlib import closing

from tests.faults.facts import connect, hold_still
from tests.machinery.desks import engine_beside, let_go

COUNT = "SELECT count(*) FROM heartbeats"
ONE_MORE = "INSERT INTO heartbeats VALUES ('send@{}', 'send', '2026-09-21 14:13:20')"


def test_all_that_is_read_is_of_one_moment(database_url):
    desk = engine_beside(database_url)
    with closing(connect(database_url)) as db:
        hold_still(db)
        seen = []
        for number in range(2):
            seen.append(db.execute(COUNT).fetchone()[0])
            with desk.begin() as beside:
                beside.exec_driver_sql(ONE_MORE.format(number))
        assert seen == [0, 0]
    with closing(connect(database_url)) as db:
        assert db.execute(COUNT).fetchone()[0] == 2
    let_go(desk)
