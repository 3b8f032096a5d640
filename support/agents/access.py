"""Who may do what: roles as a table."""

from enum import StrEnum


class Role(StrEnum):
    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"


ROLES = frozenset(Role)


class Deed(StrEnum):
    """What a page or a button asks leave for."""

    ANSWER = "answer"
    SEE_REPORTS = "see_reports"
    SEE_FAULTS = "see_faults"
    SET_CAP = "set_cap"
    LOOK_AFTER_INTAKE = "look_after_intake"
    """Mute people, take up what the rules passed over, note what X did not show."""
    CORRECT_PROMISES = "correct_promises"
    """Say that a clock stood or ran at another time than the desk noted."""
    EDIT_ANSWERS = "edit_answers"
    """Write, move, take away and bring in prepared answers; everybody reads them."""
    APPROVE = "approve"
    """Agree to what colleagues wrote before it goes, and say when that is asked for."""
    OFFER_HELP = "offer_help"
    """Approve and hand off what is offered to people who did not ask, or skip them."""
    RUN_OUTREACH = "run_outreach"
    """Say what is listened for and in which words help is offered."""
    RUN_INCIDENTS = "run_incidents"
    """Open incidents, announce, answer everybody, close them."""
    CALM_CRISES = "calm_crises"
    """Hold an account's scheduled posts and have every public word approved."""
    EDIT_WORDS = "edit_words"
    """Say what the guard looks for in drafts, and what it lets pass."""
    REVIEW = "review"
    """Look after what was sent, and say to whoever wrote it what was good and what to try."""
    EDIT_RULES = "edit_rules"
    """Write the house rules, and see who has confirmed which version."""
    HAND_OVER = "hand_over"
    """See what anybody leaves to the next shift; everybody sees their own."""
    SHARE_VIEWS = "share_views"
    """Save filters of the queue for everybody, and change those that are shared."""
    MANAGE_DESK = "manage_desk"
    MANAGE_PEOPLE = "manage_people"
    """Invite, suspend, say who has which role, end anybody's sign-ins."""
    READ_AUDIT = "read_audit"
    HANDLE_PERSONAL_DATA = "handle_personal_data"
    """Hand out what is held about a customer, erase it, or have it kept."""


MAY: dict[Role, frozenset[Deed]] = {
    Role.AGENT: frozenset({Deed.ANSWER, Deed.OFFER_HELP}),
    Role.LEAD: frozenset(Deed) - {Deed.MANAGE_DESK, Deed.MANAGE_PEOPLE, Deed.READ_AUDIT},
    Role.ADMIN: frozenset(Deed),
}


class StepPolicy(StrEnum):
    """Who must confirm a sign-in with a second step; anybody may."""

    OFF = "off"
    LEADS = "leads"
    EVERYBODY = "everybody"


def needs_second_step(policy: str, role: str) -> bool:
    """Whether the desk insists; an unknown policy insists for all."""
    if policy == StepPolicy.OFF:
        return False
    return policy != StepPolicy.LEADS or role != Role.AGENT


def may(role: str, deed: Deed) -> bool:
    """Whether someone with this role may do this; an unknown role may do nothing."""
    return role in MAY and deed in MAY[Role(role)]
