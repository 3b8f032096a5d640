"""what X really does: apps, pushes, versions, tombstones, costs

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('seen_posts',
    sa.Column('x_id', sa.String(length=19), nullable=False),
    sa.Column('author_x_id', sa.String(length=19), nullable=False),
    sa.Column('username', sa.String(length=50), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('posted_at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.Column('emptied_at', UtcDateTime(), nullable=True),
    sa.Column('emptied_reason', sa.String(length=12), nullable=False),
    sa.PrimaryKeyConstraint('x_id', name=op.f('pk_seen_posts'))
    )
    with op.batch_alter_table('seen_posts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_seen_posts_author_x_id'), ['author_x_id'], unique=False)

    op.create_table('tallies',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('what', sa.String(length=40), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'what', name=op.f('pk_tallies'))
    )
    op.create_table('x_apps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('client_id', sa.String(length=100), nullable=False),
    sa.Column('client_secret_sealed', sa.String(), nullable=False),
    sa.Column('consumer_key', sa.String(length=100), nullable=False),
    sa.Column('consumer_secret_sealed', sa.String(), nullable=False),
    sa.Column('bearer_sealed', sa.String(), nullable=False),
    sa.Column('webhook_x_id', sa.String(length=19), nullable=False),
    sa.Column('webhook_url', sa.String(length=200), nullable=False),
    sa.Column('webhook_valid', sa.Boolean(), nullable=False),
    sa.Column('webhook_checked_at', UtcDateTime(), nullable=True),
    sa.Column('webhook_problem', sa.String(length=300), nullable=False),
    sa.Column('webhook_sound_at', UtcDateTime(), nullable=True),
    sa.Column('crc_key', sa.String(length=8), nullable=False),
    sa.Column('pushed_at', UtcDateTime(), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_x_apps'))
    )
    op.create_table('deliveries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('app_id', sa.Integer(), nullable=True),
    sa.Column('received_at', UtcDateTime(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('event_type', sa.String(length=60), nullable=False),
    sa.Column('tried_at', UtcDateTime(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['app_id'], ['x_apps.id'], name=op.f('fk_deliveries_app_id_x_apps')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries'))
    )
    with op.batch_alter_table('deliveries', schema=None) as batch_op:
        batch_op.create_index('ix_deliveries_new', ['id'], unique=False, sqlite_where=sa.text("state = 'new'"), postgresql_where=sa.text("state = 'new'"))
        batch_op.create_index('ix_deliveries_state', ['state', 'received_at'], unique=False)

    op.create_table('intake_policies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('rules', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_intake_policies_made_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_intake_policies'))
    )
    op.create_table('holes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('stream', sa.String(length=10), nullable=False),
    sa.Column('from_at', UtcDateTime(), nullable=True),
    sa.Column('until_at', UtcDateTime(), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('found_at', UtcDateTime(), nullable=False),
    sa.Column('noted_by_id', sa.Integer(), nullable=True),
    sa.Column('noted_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_holes_account_id_accounts')),
    sa.ForeignKeyConstraint(['noted_by_id'], ['agents.id'], name=op.f('fk_holes_noted_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holes'))
    )
    op.create_table('passed_posts',
    sa.Column('x_id', sa.String(length=19), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('author_x_id', sa.String(length=19), nullable=False),
    sa.Column('username', sa.String(length=50), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('in_reply_to_x_id', sa.String(length=19), nullable=False),
    sa.Column('thread_x_id', sa.String(length=60), nullable=False),
    sa.Column('posted_at', UtcDateTime(), nullable=False),
    sa.Column('decided_at', UtcDateTime(), nullable=False),
    sa.Column('raw', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_passed_posts_account_id_accounts')),
    sa.PrimaryKeyConstraint('x_id', name=op.f('pk_passed_posts'))
    )
    with op.batch_alter_table('passed_posts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passed_posts_author_x_id'), ['author_x_id'], unique=False)
        batch_op.create_index('ix_passed_posts_decided_at', ['decided_at'], unique=False)
        batch_op.create_index('ix_passed_posts_in_reply_to_x_id', ['in_reply_to_x_id'], unique=False)
        batch_op.create_index('ix_passed_posts_thread_x_id', ['thread_x_id'], unique=False)

    op.create_table('subscriptions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('app_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('event_type', sa.String(length=40), nullable=False),
    sa.Column('subject_x_id', sa.String(length=19), nullable=False),
    sa.Column('x_id', sa.String(length=40), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=True),
    sa.Column('checked_at', UtcDateTime(), nullable=True),
    sa.Column('problem', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_subscriptions_account_id_accounts')),
    sa.ForeignKeyConstraint(['app_id'], ['x_apps.id'], name=op.f('fk_subscriptions_app_id_x_apps')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscriptions')),
    sa.UniqueConstraint('app_id', 'event_type', 'subject_x_id', name=op.f('uq_subscriptions_app_id_event_type_subject_x_id'))
    )
    op.create_table('attachments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('media_key', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=14), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('preview_url', sa.String(), nullable=False),
    sa.Column('alt', sa.String(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_attachments_message_id_messages')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachments')),
    sa.UniqueConstraint('message_id', 'media_key', name=op.f('uq_attachments_message_id_media_key'))
    )
    op.create_table('compliance_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=7), nullable=False),
    sa.Column('x_id', sa.String(length=19), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('message_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=12), nullable=False),
    sa.Column('noticed_by', sa.String(length=8), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('noticed_at', UtcDateTime(), nullable=False),
    sa.Column('emptied_at', UtcDateTime(), nullable=False),
    sa.Column('items', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_compliance_entries_account_id_accounts')),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_compliance_entries_agent_id_agents')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_compliance_entries_message_id_messages')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_compliance_entries'))
    )
    with op.batch_alter_table('compliance_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_compliance_entries_message_id'), ['message_id'], unique=False)
        batch_op.create_index('ix_compliance_entries_noticed_at', ['noticed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_compliance_entries_x_id'), ['x_id'], unique=False)

    op.create_table('compliance_checks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('began_at', UtcDateTime(), nullable=False),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.Column('stage', sa.String(length=8), nullable=False),
    sa.Column('place', sa.String(length=19), nullable=False),
    sa.Column('not_before', UtcDateTime(), nullable=True),
    sa.Column('leased_until', UtcDateTime(), nullable=True),
    sa.Column('posts', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('gone', sa.Integer(), nullable=False),
    sa.Column('problem', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_compliance_checks_account_id_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_compliance_checks'))
    )
    with op.batch_alter_table('compliance_checks', schema=None) as batch_op:
        batch_op.create_index('ix_compliance_checks_account_id_began_at', ['account_id', 'began_at'], unique=False)

    op.create_table('message_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('x_id', sa.String(length=19), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('written_at', UtcDateTime(), nullable=False),
    sa.Column('received_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_message_versions_message_id_messages')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_versions')),
    sa.UniqueConstraint('x_id', name=op.f('uq_message_versions_x_id'))
    )
    with op.batch_alter_table('message_versions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_versions_message_id'), ['message_id'], unique=False)

    op.create_table('charges',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('happened_at', UtcDateTime(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('items', sa.Integer(), nullable=False),
    sa.Column('micros', sa.BigInteger(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('reply_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_charges_account_id_accounts')),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_charges_agent_id_agents')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_charges_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_charges'))
    )
    with op.batch_alter_table('charges', schema=None) as batch_op:
        batch_op.create_index('ix_charges_account_id_day', ['account_id', 'day'], unique=False)
        batch_op.create_index('ix_charges_reply_id', ['reply_id'], unique=False)

    op.create_table('reply_images',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reply_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('mime', sa.String(length=20), nullable=False),
    sa.Column('alt', sa.String(length=1000), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('x_media_id', sa.String(length=40), nullable=False),
    sa.Column('uploaded_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_reply_images_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_images')),
    sa.UniqueConstraint('reply_id', 'position', name=op.f('uq_reply_images_reply_id_position'))
    )
    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('app_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('auth', sa.String(length=7), nullable=False, server_default='bearer'))
        batch_op.add_column(sa.Column('refresh_sealed', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('token_expires_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('refreshing_until', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('scopes', sa.String(length=300), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('plan', sa.String(length=10), nullable=False, server_default='self_serve'))
        batch_op.add_column(sa.Column('owns_app', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('monthly_cap_micros', sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_accounts_app_id_x_apps'), 'x_apps', ['app_id'], ['id'])

    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('receives_dm', sa.Boolean(), nullable=True))

    with op.batch_alter_table('cursors', schema=None) as batch_op:
        batch_op.add_column(sa.Column('first_id', sa.String(length=19), nullable=False, server_default=''))

    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('avatar_url', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('protected', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('hidden_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('hidden_reason', sa.String(length=12), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('muted_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('muted_by_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_customers_muted_by_id_agents'), 'agents', ['muted_by_id'], ['id'])

    with op.batch_alter_table('intake_refusals', schema=None) as batch_op:
        batch_op.add_column(sa.Column('settled_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('tries', sa.Integer(), nullable=False, server_default='0'))

    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('author_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('latest_x_id', sa.String(length=19), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('edited_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('kind', sa.String(length=9), nullable=False, server_default='text'))
        batch_op.add_column(sa.Column('emptied_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('emptied_reason', sa.String(length=12), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('quoted_x_id', sa.String(length=19), nullable=False, server_default=''))
        batch_op.create_index('ix_messages_author_id', ['author_id'], unique=False)
        batch_op.create_index('ix_messages_thread_x_id', ['thread_x_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_messages_author_id_customers'), 'customers', ['author_id'], ['id'])

    with op.batch_alter_table('reply_parts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('handed_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('deleted_at', UtcDateTime(), nullable=True))

    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('came_from_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_tickets_came_from_id_tickets'), 'tickets', ['came_from_id'], ['id'])

    # Until now whoever a conversation is with had written all of it that is not ours.
    op.execute(
        "UPDATE messages SET author_id = (SELECT customer_id FROM conversations"
        " WHERE conversations.id = messages.conversation_id) WHERE NOT by_us"
    )



def downgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_tickets_came_from_id_tickets'), type_='foreignkey')
        batch_op.drop_column('came_from_id')

    with op.batch_alter_table('reply_parts', schema=None) as batch_op:
        batch_op.drop_column('deleted_at')
        batch_op.drop_column('handed_at')

    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_messages_author_id_customers'), type_='foreignkey')
        batch_op.drop_index('ix_messages_thread_x_id')
        batch_op.drop_index('ix_messages_author_id')
        batch_op.drop_column('quoted_x_id')
        batch_op.drop_column('emptied_reason')
        batch_op.drop_column('emptied_at')
        batch_op.drop_column('kind')
        batch_op.drop_column('edited_at')
        batch_op.drop_column('latest_x_id')
        batch_op.drop_column('author_id')

    with op.batch_alter_table('intake_refusals', schema=None) as batch_op:
        batch_op.drop_column('tries')
        batch_op.drop_column('settled_at')

    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_customers_muted_by_id_agents'), type_='foreignkey')
        batch_op.drop_column('muted_by_id')
        batch_op.drop_column('muted_at')
        batch_op.drop_column('hidden_reason')
        batch_op.drop_column('hidden_at')
        batch_op.drop_column('protected')
        batch_op.drop_column('avatar_url')

    with op.batch_alter_table('cursors', schema=None) as batch_op:
        batch_op.drop_column('first_id')

    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.drop_column('receives_dm')

    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_accounts_app_id_x_apps'), type_='foreignkey')
        batch_op.drop_column('monthly_cap_micros')
        batch_op.drop_column('owns_app')
        batch_op.drop_column('plan')
        batch_op.drop_column('scopes')
        batch_op.drop_column('refreshing_until')
        batch_op.drop_column('token_expires_at')
        batch_op.drop_column('refresh_sealed')
        batch_op.drop_column('auth')
        batch_op.drop_column('app_id')

    op.drop_table('reply_images')
    with op.batch_alter_table('charges', schema=None) as batch_op:
        batch_op.drop_index('ix_charges_reply_id')
        batch_op.drop_index('ix_charges_account_id_day')

    op.drop_table('charges')
    with op.batch_alter_table('message_versions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_versions_message_id'))

    op.drop_table('message_versions')
    with op.batch_alter_table('compliance_checks', schema=None) as batch_op:
        batch_op.drop_index('ix_compliance_checks_account_id_began_at')

    op.drop_table('compliance_checks')
    with op.batch_alter_table('compliance_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_compliance_entries_x_id'))
        batch_op.drop_index('ix_compliance_entries_noticed_at')
        batch_op.drop_index(batch_op.f('ix_compliance_entries_message_id'))

    op.drop_table('compliance_entries')
    op.drop_table('attachments')
    op.drop_table('subscriptions')
    with op.batch_alter_table('passed_posts', schema=None) as batch_op:
        batch_op.drop_index('ix_passed_posts_thread_x_id')
        batch_op.drop_index('ix_passed_posts_in_reply_to_x_id')
        batch_op.drop_index('ix_passed_posts_decided_at')
        batch_op.drop_index(batch_op.f('ix_passed_posts_author_x_id'))

    op.drop_table('passed_posts')
    op.drop_table('holes')
    op.drop_table('intake_policies')
    with op.batch_alter_table('deliveries', schema=None) as batch_op:
        batch_op.drop_index('ix_deliveries_state')
        batch_op.drop_index('ix_deliveries_new', sqlite_where=sa.text("state = 'new'"), postgresql_where=sa.text("state = 'new'"))

    op.drop_table('deliveries')
    op.drop_table('x_apps')
    op.drop_table('tallies')
    with op.batch_alter_table('seen_posts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_seen_posts_author_x_id'))

    op.drop_table('seen_posts')
