"""A desk in memory for properties, which want hundreds of fresh ones."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from support.db import Base, engine_for
from tests.cast import Cast, make_cast


@contextmanager
def fresh_desk() -> Iterator[tuple[Session, Cast]]:
    engine = engine_for("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session, make_cast(session)
    engine.dispose()
