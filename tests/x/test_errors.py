"""X's refusals are known by their texts, and an unknown 403 stops one item only."""

import pytest

from support.x.errors import Meaning, meaning_of, reason_for_agents

SAID = [
    (429, "Too Many Requests", Meaning.NOT_SENT),
    (503, "Service Unavailable", Meaning.NOT_SENT),
    (500, "Internal", Meaning.NO_ANSWER),
    (502, "Bad Gateway", Meaning.NO_ANSWER),
    (401, "Unauthorized", Meaning.ACCOUNT),
    (402, "CreditsDepleted", Meaning.ACCOUNT),
    (403, "You are not allowed to create a Tweet with duplicate content.", Meaning.DUPLICATE),
    (
        403,
        "Reply to this conversation is not allowed because you have not been mentioned or "
        "otherwise engaged by the author of the post you are replying to.",
        Meaning.BY_HAND,
    ),
    (
        403,
        "You can only reply to or quote posts where you are mentioned or are the author.",
        Meaning.BY_HAND,
    ),
    (
        403,
        "Quoting this post is not allowed because you have not been mentioned or are not part of "
        "the conversation thread of the post you are quoting.",
        Meaning.BY_HAND,
    ),
    (403, "You are not permitted to reply to this conversation.", Meaning.BY_HAND),
    (403, "You do not have permission to DM one or more participants.", Meaning.REFUSED),
    (403, "Your account is suspended and is not permitted to access this feature", Meaning.ACCOUNT),
    (403, "A sentence nobody has seen before", Meaning.REFUSED),
    (400, "One or more parameters to your request was invalid.", Meaning.REFUSED),
    (404, "Not Found", Meaning.REFUSED),
]


@pytest.mark.parametrize(("status", "detail", "meaning"), SAID, ids=[s[1][:30] for s in SAID])
def test_what_x_says_means_one_thing_to_do(status, detail, meaning):
    assert meaning_of(status, detail) is meaning


@pytest.mark.parametrize(("status", "detail", "meaning"), SAID)
def test_every_refusal_has_a_reason_an_agent_can_read(status, detail, meaning):
    reason = reason_for_agents(detail)
    assert reason.endswith("。")


def test_both_wordings_of_the_summoned_rule_give_the_same_advice():
    first, second = (reason_for_agents(SAID[n][1]) for n in (7, 8))
    assert first == second
    assert "メンション" in first


def test_an_unknown_refusal_is_quoted():
    assert "nobody has seen" in reason_for_agents("A sentence nobody has seen before")
