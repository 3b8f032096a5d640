"""What we ask X to show of a post, a message, a person: in the old words or in the new ones.

X is in the middle of a renaming (tweet → post). `legacy` are the names of its document 2.166,
which the wire mostly speaks; `new` those of 2.167. What comes back is read in either.
"""

from dataclasses import dataclass

_USER = (
    "id,name,username,description,public_metrics,created_at,verified_type,profile_image_url,"
    "protected,receives_your_dm"
)
_MEDIA = "media_key,type,url,preview_image_url,alt_text,width,height,variants"
_POST = (
    "id,text,created_at,conversation_id,entities,lang,reply_settings,display_text_range,attachments"
)
_DM = "id,text,event_type,created_at,dm_conversation_id,attachments"
_BESIDE = {"user.fields": _USER, "media.fields": _MEDIA}


@dataclass(frozen=True)
class Shapes:
    """Query parameters by what is asked for."""

    post: dict[str, str]
    dm: dict[str, str]
    user: dict[str, str]


SHAPES = {
    "legacy": Shapes(
        post={
            **_BESIDE,
            "tweet.fields": f"{_POST},author_id,in_reply_to_user_id,referenced_tweets,note_tweet,"
            "edit_history_tweet_ids",
            "expansions": "author_id,in_reply_to_user_id,referenced_tweets.id,"
            "attachments.media_keys",
        },
        dm={
            **_BESIDE,
            "dm_event.fields": f"{_DM},sender_id",
            "event_types": "MessageCreate",
            "expansions": "sender_id,attachments.media_keys",
        },
        user={"user.fields": _USER},
    ),
    "new": Shapes(
        post={
            **_BESIDE,
            "post.fields": f"{_POST},note_post",
            "expansions": "author_id,in_reply_to_user_id,referenced_posts,attachments.media_keys",
        },
        dm={
            **_BESIDE,
            "dm_event.fields": _DM,
            "event_types": "MessageCreate",
            "expansions": "sender_id,attachments.media_keys",
        },
        user={"user.fields": _USER},
    ),
}
