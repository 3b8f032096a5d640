"""Names X knows in its query parameters (specification 2.166), and those 2.167 renamed."""


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

SHAPE = _words("""
    expansions tweet.fields post.fields user.fields media.fields poll.fields place.fields
""")
WINDOW = _words("since_id until_id start_time end_time max_results pagination_token")
DM_LIST = _words("""
    max_results pagination_token event_types dm_event.fields expansions media.fields user.fields
    tweet.fields post.fields
""")

# Accepted beside the old names; answers keep the old ones.
RENAMED = {
    "referenced_posts": "referenced_tweets",
    "note_post": "note_tweet",
    "edit_history_post_ids": "edit_history_tweet_ids",
}
RENAMED_EXPANSIONS = {
    "referenced_posts": "referenced_tweets.id",
    "edit_history_post_ids": "edit_history_tweet_ids",
}
