"""What is planted for the auditor to find: a fault each, in words of SQL and in what people say."""

from tests.faults.small import AT, OURS, YUUKI

AGAIN = f"(103, {OURS}, '確認します (1/2)', {AT + 99_000}, 100)"
POST = "INSERT INTO posts (id, author_id, text, created_at, in_reply_to) VALUES"
PART = "UPDATE reply_parts SET state = '{}', x_id = NULL, posted_at = NULL, reason = '{}' WHERE id"
RETRACTED = "INSERT INTO retractions VALUES (2, {}, '')"
REPLY = (
    "INSERT INTO replies (id, key, body, ticket_id, conversation_id, answers_id, settled_at)"
    " VALUES (4, '{}', '{}', 1, 1, 1, {})"
)

# What is planted: in X, in the desk, in what people say; the finding's kind and some of its words.
PLANTED = {
    "a part that is on X twice": (f"{POST} {AGAIN}", "", [], "duplicate", "101, 103"),
    "a message that was sent twice": (
        f"INSERT INTO messages VALUES (203, {OURS}, 8, '承りました', {AT + 99_000})",
        "",
        [],
        "duplicate",
        "201, 203",
    ),
    "a post of ours nobody pressed": (
        f"{POST} (103, {OURS}, '宣伝です', {AT}, NULL)",
        "",
        [],
        "wrong",
        "103 is on X and is no part",
    ),
    "a part that is out and counts as refused": (
        "",
        PART.format("rejected", "断られました") + " = 2",
        [],
        "lost",
        "102 is on X; part 2 of reply 1 counts as rejected",
    ),
    "a part that was taken back and is out": (
        "",
        PART.format("undone", "") + " = 4",
        [{"what": "undone", "reply": 3}],
        "lost",
        "202 is on X; part 4 of reply 3 counts as undone",
    ),
    "an id X never gave": (
        "DELETE FROM posts WHERE id = 102",
        "",
        [],
        "lost",
        "Part 2 of reply 1 counts as posted as '102', which X does not have",
    ),
    "two parts that are one post": (
        "DELETE FROM posts WHERE id = 102",
        "UPDATE reply_parts SET x_id = '101' WHERE id = 2",
        [],
        "lost",
        "both count as posted as 101",
    ),
    "a part in answer to another post": (
        "UPDATE posts SET in_reply_to = 100 WHERE id = 102",
        "",
        [],
        "wrong",
        "Part 2 of reply 1 is 102 on X, which answers 100",
    ),
    "words that were changed on the way": (
        "UPDATE posts SET text = '別の文面' WHERE id = 102",
        "",
        [],
        "wrong",
        "whose words are others",
    ),
    "a time that is not X's": (
        "",
        "UPDATE reply_parts SET posted_at = :at90 WHERE id = 2",
        [],
        "wrong",
        "Part 2 of reply 1 is 102 on X, posted at",
    ),
    "a post that was deleted unasked": (
        "UPDATE posts SET deleted = 1 WHERE id = 102",
        "",
        [],
        "wrong",
        "deleted, which nobody asked for",
    ),
    "a retracted post that still stands": (
        "",
        RETRACTED.format(":at90"),
        [],
        "wrong",
        "X still shows 102",
    ),
    "a retraction nothing came of": (
        "",
        RETRACTED.format("NULL"),
        [],
        "lost",
        "was to be deleted on X, and nothing came of it",
    ),
    "a part that waits and nobody is told": (
        "DELETE FROM messages WHERE id = 202",
        PART.format("queued", "") + " = 4",
        [],
        "lost",
        "Part 4 of reply 3 is queued, and nothing visible keeps it",
    ),
    "a part that is being posted for ever, of an account that stands still": (
        "DELETE FROM messages WHERE id = 202",
        PART.format("posting", "") + " = 4; UPDATE accounts SET stopped_at = :at90",
        [],
        "lost",
        "Part 4 of reply 3 is posting, and nothing visible keeps it",
    ),
    "a part that is being posted for ever, after a reply that asks": (
        "DELETE FROM messages WHERE id IN (201, 202)",
        PART.format("posting", "")
        + " = 4;"
        + PART.format("asking", "お客様から届きました")
        + " = 3; UPDATE replies SET settled_at = NULL WHERE id = 2",
        [],
        "lost",
        "Part 4 of reply 3 is posting, and nothing visible keeps it",
    ),
    "a part that stopped without a reason": (
        "DELETE FROM messages WHERE id = 202",
        PART.format("rejected", "") + " = 4",
        [],
        "wrong",
        "rejected without a reason",
    ),
    "a part in doubt without an attempt": (
        "DELETE FROM messages WHERE id = 202",
        PART.format("unknown", "") + " = 4",
        [],
        "wrong",
        "unknown, and no attempt is written down",
    ),
    "a part nobody gave up": (
        "DELETE FROM messages WHERE id = 202",
        PART.format("undone", "") + " = 4",
        [],
        "lost",
        "undone, and nobody took it back",
    ),
    "a confirmed press that is gone": (
        "",
        "",
        [{"what": "pressed", "key": "d"}],
        "lost",
        "The press d was confirmed",
    ),
    "a reply nobody pressed": (
        "",
        REPLY.format("d", "はい", ":at90"),
        [],
        "wrong",
        "Reply 4 has the key d, which nobody pressed",
    ),
    "a form that made two replies": (
        "",
        REPLY.format("d", "確認しますいたしました", ":at90"),
        [{"what": "pressed", "key": "d"}],
        "duplicate",
        "The replies [1, 4] answer message 1 with one text",
    ),
    "two agents who both answered": (
        "",
        REPLY.format("d", "はい", ":at90"),
        [{"what": "pressed", "key": "d"}, {"what": "race", "keys": ["a", "d"]}],
        "duplicate",
        "Two agents pressed at once",
    ),
    "two agents of whom neither answered": (
        "",
        "",
        [{"what": "race", "keys": ["d", "e"]}],
        "lost",
        "made the replies []",
    ),
    "two live replies to one message": (
        "",
        "UPDATE replies SET settled_at = NULL;" + REPLY.format("d", "はい", "NULL"),
        [{"what": "pressed", "key": "d"}],
        "duplicate",
        "Message 1 has the live replies [1, 4]",
    ),
    "parts that went out the wrong way round": (
        "UPDATE posts SET text = 'いたしました (2/2)', in_reply_to = 102 WHERE id = 101;"
        " UPDATE posts SET text = '確認します (1/2)', in_reply_to = 100 WHERE id = 102",
        "UPDATE reply_parts SET x_id = 203 - x_id WHERE reply_id = 1",
        [],
        "wrong",
        "The parts of reply 1 went out in the order [102, 101]",
    ),
    "replies that overtook each other": (
        "UPDATE messages SET text = '手配しました' WHERE id = 201;"
        " UPDATE messages SET text = '承りました' WHERE id = 202",
        "UPDATE reply_parts SET x_id = 403 - x_id WHERE id IN (3, 4)",
        [],
        "wrong",
        "In conversation 2 reply 3 went out before reply 2",
    ),
    "a customer's post that did not arrive": (
        f"{POST} (103, {YUUKI}, '@hikari_care まだですか', {AT}, NULL);"
        f" INSERT INTO mentions VALUES ({OURS}, 103)",
        "",
        [],
        "lost",
        "X has 103 (public), written to us",
    ),
    "a private message that did not arrive": (
        f"INSERT INTO messages VALUES (203, 8, {OURS}, 'まだですか', {AT})",
        "",
        [],
        "lost",
        "X has 203 (dm), written to us",
    ),
    "a customer's post that is two messages": (
        "",
        "INSERT INTO messages (id, ticket_id, x_id, channel, posted_at)"
        " VALUES (9, 1, '100', 'public', :at0)",
        [],
        "duplicate",
        "X's 100 (public) is 2 messages",
    ),
    "a post of ours that is a customer's message": (
        "",
        "INSERT INTO messages (id, ticket_id, x_id, channel, posted_at)"
        " VALUES (9, 1, '101', 'public', :at60)",
        [],
        "wrong",
        "101 (public), which no customer wrote",
    ),
    "a part that stands in the talk twice": (
        "",
        "INSERT INTO messages (id, ticket_id, x_id, channel, posted_at, by_us)"
        " VALUES (9, 1, '101', 'public', :at60, 1)",
        [],
        "wrong",
        "Message 9 is our own 101, which part 1 of reply 1 is already",
    ),
    "a promise that was kept by nothing": (
        "",
        "UPDATE promises SET kept_at = :at61 WHERE id = 1",
        [],
        "wrong",
        "The promise 1 (first_reply) of ticket 1 is kept at",
    ),
    "a promise that is open though we answered": (
        "",
        "UPDATE promises SET kept_at = NULL WHERE id = 2",
        [],
        "wrong",
        "The promise 2 (first_reply) of ticket 2 is open",
    ),
}
