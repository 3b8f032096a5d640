"""What the first set-up makes: the administrator, the business hours and what is promised."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import EmailField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from support.agents.access import Role
from support.agents.records import Agent
from support.agents.signing_in import SHORTEST_PASSWORD, Leaked, enrol
from support.db import storable
from support.sla.records import Calendar, ServiceLevel

NAME = "標準"


@dataclass(frozen=True)
class Preset:
    """Hours to begin with; `days` are weekdays, Monday is 0."""

    name: Any
    words: Any
    days: range
    spans: list[list[str]]
    country: str = ""
    year_end: bool = False

    @property
    def weekly(self) -> dict[str, list[list[str]]]:
        return {str(day): self.spans for day in self.days}


PRESETS: dict[str, Preset] = {
    "weekdays": Preset(
        _l("平日の日中"),
        _l("月–金 9:45–18:00、祝日と年末年始は休業"),
        days=range(5),
        spans=[["09:45", "18:00"]],
        country="JP",
        year_end=True,
    ),
    "every_day": Preset(
        _l("土日も営業"),
        _l("毎日 10:00–19:00、年中無休"),
        days=range(7),
        spans=[["10:00", "19:00"]],
    ),
    "always": Preset(
        _l("24時間"),
        _l("昼も夜も、年中無休"),
        days=range(7),
        spans=[["00:00", "24:00"]],
    ),
}
FIRST_REPLY_MINUTES = (15, 30, 60, 120, 240)


class SetUpForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF carries no types
    family_name = StringField(
        validators=[
            DataRequired(_l("姓を入力してください。")),
            Length(max=40, message=_l("40文字までで入力してください。")),
        ]
    )
    given_name = StringField(
        validators=[Length(max=40, message=_l("40文字までで入力してください。"))]
    )
    email = EmailField(
        validators=[
            DataRequired(_l("メールアドレスを入力してください。")),
            Length(max=254, message=_l("254文字までで入力してください。")),
        ]
    )
    password = PasswordField(
        validators=[
            Length(min=SHORTEST_PASSWORD, message=_l("パスワードは10文字以上にしてください。")),
            Length(max=200, message=_l("200文字までで入力してください。")),
        ]
    )


class HoursForm(FlaskForm):  # type: ignore[misc]
    hours = RadioField(
        choices=list(PRESETS),  # type: ignore[arg-type]  # the stubs know tuples only
        default="weekdays",
    )
    first_reply = SelectField(
        choices=[str(minutes) for minutes in FIRST_REPLY_MINUTES],  # type: ignore[misc]
        default="60",
    )


class TokenForm(FlaskForm):  # type: ignore[misc]
    token = StringField(
        validators=[
            DataRequired(_l("トークンを入力してください。")),
            Length(max=1000, message=_l("トークンが長すぎます。コピーし直してください。")),
        ]
    )


def enrol_admin(
    session: Session, form: SetUpForm, *, now: datetime, leaked: Leaked | None = None
) -> Agent:
    """The first person at the desk; raises Refused, naming the field."""
    return enrol(
        session,
        email=storable(form.email.data or ""),
        family_name=storable(form.family_name.data or ""),
        given_name=storable(form.given_name.data or ""),
        initials="",
        role=Role.ADMIN,
        password=form.password.data or "",
        now=now,
        leaked=leaked,
    )


def choose_hours(session: Session, form: HoursForm, *, zone: str, now: datetime) -> None:
    first_reply = timedelta(minutes=int(form.first_reply.data))
    session.add(calendar(PRESETS[form.hours.data], zone=zone, now=now))
    session.add(service_level(first_reply, now=now))
    session.flush()


def calendar(preset: Preset, *, zone: str, now: datetime) -> Calendar:
    return Calendar(
        name=NAME,
        zone=zone,
        weekly=preset.weekly,
        country=preset.country,
        year_end=preset.year_end,
        made_at=now,
    )


def service_level(first_reply: timedelta, *, now: datetime) -> ServiceLevel:
    """A next reply may take as long as a first one, a resolution eight times as long."""
    seconds = int(first_reply.total_seconds())
    return ServiceLevel(
        name=NAME,
        first_reply_seconds=seconds,
        next_reply_seconds=seconds,
        resolution_seconds=8 * seconds,
        made_at=now,
    )
