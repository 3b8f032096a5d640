"""Names X knows in its query parameters and answers: specification 2.166, and what 2.167 renamed.

Inside, the old names are used. `Names` says which ones are read; `renamed` writes the new ones.
"""

from dataclasses import dataclass
from typing import Any


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


POST_FIELDS = _words("""
    article attachments author_id card_uri community_id context_annotations conversation_id
    created_at display_text_range edit_controls edit_history_tweet_ids entities geo id
    in_reply_to_user_id lang matched_media_notes media_metadata non_public_metrics
    note_request_suggestions note_tweet organic_metrics paid_partnership possibly_sensitive
    promoted_metrics public_metrics referenced_tweets reply_settings scopes source
    suggested_source_links suggested_source_links_with_counts text withheld
""")
USER_FIELDS = _words("""
    affiliation confirmed_email connection_status created_at description entities id
    is_identity_verified location most_recent_tweet_id name parody pinned_tweet_id
    profile_banner_url profile_image_url protected public_metrics receives_your_dm subscription
    subscription_type url username verified verified_followers_count verified_type withheld
""")
DM_FIELDS = _words("""
    attachments created_at dm_conversation_id entities event_type id participant_ids
    referenced_tweets sender_id text
""")
POST_EXPANSIONS = _words("""
    article.cover_media article.media_entities attachments.media_keys
    attachments.media_source_tweet attachments.poll_ids author_id edit_history_tweet_ids
    entities.mentions.username geo.place_id in_reply_to_user_id entities.note.mentions.username
    referenced_tweets.id referenced_tweets.id.attachments.media_keys
    referenced_tweets.id.author_id
""")
USER_EXPANSIONS = _words("affiliation.user_id most_recent_tweet_id pinned_tweet_id")
DM_EXPANSIONS = _words("attachments.media_keys participant_ids referenced_tweets.id sender_id")
DM_EVENT_TYPES = _words("MessageCreate ParticipantsJoin ParticipantsLeave")

MEDIA_FIELDS = _words("""
    alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url
    promoted_metrics public_metrics type url variants width
""")

WINDOW = _words("since_id until_id start_time end_time max_results pagination_token")
COUNTING = _words("query granularity next_token search_count.fields")
_BESIDE = _words("expansions user.fields media.fields poll.fields place.fields")
_DM_LIST = _words("max_results pagination_token event_types")
_DM_SHAPE = _words("dm_event.fields expansions media.fields user.fields")

# New name → old one.
RENAMED = {
    "referenced_posts": "referenced_tweets",
    "note_post": "note_tweet",
    "edit_history_post_ids": "edit_history_tweet_ids",
    "most_recent_post_id": "most_recent_tweet_id",
    "pinned_post_id": "pinned_tweet_id",
}
RENAMED_EXPANSIONS = RENAMED | {"referenced_posts": "referenced_tweets.id"}


@dataclass(frozen=True)
class Names:
    """What may be asked for, in the words of one vocabulary or of both."""

    post_parameters: frozenset[str]
    post_fields: frozenset[str]
    user_fields: frozenset[str]
    dm_fields: frozenset[str]
    post_expansions: frozenset[str]
    user_expansions: frozenset[str]
    dm_expansions: frozenset[str]

    @property
    def shape(self) -> frozenset[str]:
        """Parameters of every answer that holds posts or users."""
        return _BESIDE | self.post_parameters

    @property
    def dm_shape(self) -> frozenset[str]:
        return _DM_SHAPE | self.post_parameters

    @property
    def dm_list(self) -> frozenset[str]:
        return _DM_LIST | self.dm_shape


_NEW_ONLY_EXPANDED = _words("author_id in_reply_to_user_id referenced_tweets sender_id")
"""Fields that 2.167 gives only to who asks for the expansion of the same name."""


def _new(names: frozenset[str], renamed: dict[str, str]) -> frozenset[str]:
    old = {value: key for key, value in renamed.items()}
    return frozenset(old.get(name, name) for name in names)


NEW = Names(
    post_parameters=_words("post.fields"),
    post_fields=_new(POST_FIELDS - _NEW_ONLY_EXPANDED - {"edit_history_tweet_ids"}, RENAMED),
    user_fields=USER_FIELDS - {"affiliation", "most_recent_tweet_id", "pinned_tweet_id"},
    dm_fields=DM_FIELDS - _NEW_ONLY_EXPANDED - {"participant_ids"},
    post_expansions=frozenset(
        name
        for name in _new(POST_EXPANSIONS, RENAMED_EXPANSIONS)
        if not name.startswith(("referenced_tweets", "entities.note"))
    ),
    user_expansions=_words("affiliation most_recent_post_id pinned_post_id"),
    dm_expansions=_new(DM_EXPANSIONS, RENAMED_EXPANSIONS),
)
LEGACY = Names(
    post_parameters=_words("tweet.fields post.fields"),
    post_fields=POST_FIELDS | NEW.post_fields,
    user_fields=USER_FIELDS,
    dm_fields=DM_FIELDS,
    post_expansions=POST_EXPANSIONS | NEW.post_expansions,
    user_expansions=USER_EXPANSIONS | NEW.user_expansions,
    dm_expansions=DM_EXPANSIONS | NEW.dm_expansions,
)
"""Reads both, as X is seen to do."""

_KEYS = {old: new for new, old in RENAMED.items()} | {
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
    "total_tweet_count": "total_post_count",
    "tweets": "posts",
}
_OLD_HOST, _NEW_HOST = "https://api.twitter.com/2/problems/", "https://api.x.com/2/problems/"


def renamed(answer: Any) -> Any:
    """An answer in the words of 2.167."""
    if isinstance(answer, dict):
        return {_KEYS.get(key, key): renamed(value) for key, value in answer.items()}
    if isinstance(answer, list):
        return [renamed(item) for item in answer]
    if isinstance(answer, str) and answer.startswith(_OLD_HOST):
        return answer.replace(_OLD_HOST, _NEW_HOST, 1)
    return answer
