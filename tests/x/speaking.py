"""A process that speaks for every account with four threads: `python -m tests.x.speaking DB X`."""

import sys
import threading

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from support.agents import records as _agents  # noqa: F401
from support.db import engine_for
from support.settings import load_settings
from support.sla import records as _sla  # noqa: F401
from support.x.door import XDoor
from support.x.records import Account
from tests.cast import SECRET
from tests.fakes import StandingClock


def main(database_url: str, x_url: str) -> None:
    settings = load_settings({"DESK_X_BASE_URL": x_url, "DESK_SECRET_KEY": SECRET})
    engine = engine_for(database_url)
    door = XDoor(settings, StandingClock(), sessionmaker(engine))
    with Session(engine) as session:
        account = session.scalars(select(Account)).one()
        clients = [door.for_account(account) for _ in range(4)]
    threads = [threading.Thread(target=lambda c=c: print(c.me().username)) for c in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
