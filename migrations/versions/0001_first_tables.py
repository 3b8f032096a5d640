"""first tables

Revision ID: 0001
Revises: 
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('agents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('family_name', sa.String(length=40), nullable=False),
    sa.Column('given_name', sa.String(length=40), nullable=False),
    sa.Column('initials', sa.String(length=4), nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('locale', sa.String(length=2), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('suspended_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agents')),
    sa.UniqueConstraint('email', name=op.f('uq_agents_email'))
    )
    op.create_table('calendars',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('zone', sa.String(length=60), nullable=False),
    sa.Column('weekly', sa.JSON(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('year_end', sa.Boolean(), nullable=False),
    sa.Column('closed', sa.JSON(), nullable=False),
    sa.Column('special', sa.JSON(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendars')),
    sa.UniqueConstraint('name', 'version', name=op.f('uq_calendars_name_version'))
    )
    op.create_table('customers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('x_id', sa.String(length=19), nullable=False),
    sa.Column('username', sa.String(length=50), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('bio', sa.String(), nullable=False),
    sa.Column('followers', sa.BigInteger(), nullable=True),
    sa.Column('joined_at', UtcDateTime(), nullable=True),
    sa.Column('memo', sa.String(), nullable=False),
    sa.Column('first_seen_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customers')),
    sa.UniqueConstraint('x_id', name=op.f('uq_customers_x_id'))
    )
    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customers_username'), ['username'], unique=False)

    op.create_table('heartbeats',
    sa.Column('process', sa.String(length=120), nullable=False),
    sa.Column('duty', sa.String(length=20), nullable=False),
    sa.Column('beat_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('process', name=op.f('pk_heartbeats'))
    )
    op.create_table('service_levels',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('first_reply_seconds', sa.Integer(), nullable=True),
    sa.Column('next_reply_seconds', sa.Integer(), nullable=True),
    sa.Column('resolution_seconds', sa.Integer(), nullable=True),
    sa.Column('warn_share', sa.Double(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_levels')),
    sa.UniqueConstraint('name', 'version', name=op.f('uq_service_levels_name_version'))
    )
    op.create_table('accounts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('x_id', sa.String(length=19), nullable=False),
    sa.Column('handle', sa.String(length=15), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('signature_form', sa.String(length=60), nullable=False),
    sa.Column('persona', sa.String(length=40), nullable=False),
    sa.Column('undo_seconds', sa.Integer(), nullable=False),
    sa.Column('calendar_id', sa.Integer(), nullable=False),
    sa.Column('service_level_id', sa.Integer(), nullable=False),
    sa.Column('token_sealed', sa.String(), nullable=False),
    sa.Column('stopped_at', UtcDateTime(), nullable=True),
    sa.Column('stopped_reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendars.id'], name=op.f('fk_accounts_calendar_id_calendars')),
    sa.ForeignKeyConstraint(['service_level_id'], ['service_levels.id'], name=op.f('fk_accounts_service_level_id_service_levels')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts')),
    sa.UniqueConstraint('x_id', name=op.f('uq_accounts_x_id'))
    )
    op.create_table('sign_ins',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_digest', sa.String(length=64), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('browser', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_sign_ins_agent_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_ins')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_sign_ins_token_digest'))
    )
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_ins_agent_id'), ['agent_id'], unique=False)

    op.create_table('conversations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=6), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_conversations_account_id_accounts')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_conversations_customer_id_customers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversations')),
    sa.UniqueConstraint('customer_id', 'account_id', 'channel', name=op.f('uq_conversations_customer_id_account_id_channel'))
    )
    op.create_table('cursors',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('stream', sa.String(length=10), nullable=False),
    sa.Column('since_id', sa.String(length=19), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=True),
    sa.Column('not_before', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_cursors_account_id_accounts')),
    sa.PrimaryKeyConstraint('account_id', 'stream', name=op.f('pk_cursors'))
    )
    op.create_table('intake_refusals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('stream', sa.String(length=10), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('raw', sa.String(), nullable=False),
    sa.Column('refused_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_intake_refusals_account_id_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_intake_refusals')),
    sa.UniqueConstraint('digest', name=op.f('uq_intake_refusals_digest'))
    )
    op.create_table('tickets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('thread_x_id', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('assignee_id', sa.Integer(), nullable=True),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('resolved_at', UtcDateTime(), nullable=True),
    sa.Column('snoozed_until', UtcDateTime(), nullable=True),
    sa.Column('last_message_at', UtcDateTime(), nullable=False),
    sa.Column('latest_message_id', sa.Integer(), nullable=True),
    sa.Column('leading_promise_id', sa.Integer(), nullable=True),
    sa.Column('warn_at', UtcDateTime(), nullable=True),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['assignee_id'], ['agents.id'], name=op.f('fk_tickets_assignee_id_agents')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_tickets_conversation_id_conversations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tickets'))
    )
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.create_index('ix_tickets_counts', ['state', 'assignee_id', 'warn_at'], unique=False, sqlite_where=sa.text("state <> 'resolved'"), postgresql_where=sa.text("state <> 'resolved'"))
        batch_op.create_index('ix_tickets_due', ['due_at', 'id'], unique=False, sqlite_where=sa.text("state <> 'resolved'"), postgresql_where=sa.text("state <> 'resolved'"))
        batch_op.create_index('ix_tickets_opened_at', ['opened_at'], unique=False)
        batch_op.create_index('ix_tickets_resolved', ['resolved_at', 'id'], unique=False, sqlite_where=sa.text("state = 'resolved'"), postgresql_where=sa.text("state = 'resolved'"))
        batch_op.create_index('ix_tickets_snoozed', ['snoozed_until'], unique=False, sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))
        batch_op.create_index('ix_tickets_thread', ['conversation_id', 'thread_x_id'], unique=False)
        batch_op.create_index('ix_tickets_undue', ['last_message_at', 'id'], unique=False, sqlite_where=sa.text("state <> 'resolved' AND due_at IS NULL"), postgresql_where=sa.text("state <> 'resolved' AND due_at IS NULL"))

    op.create_table('messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('x_id', sa.String(length=19), nullable=False),
    sa.Column('channel', sa.String(length=6), nullable=False),
    sa.Column('by_us', sa.Boolean(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('thread_x_id', sa.String(length=60), nullable=False),
    sa.Column('in_reply_to_x_id', sa.String(length=19), nullable=False),
    sa.Column('posted_at', UtcDateTime(), nullable=False),
    sa.Column('received_at', UtcDateTime(), nullable=False),
    sa.Column('raw', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_messages_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_messages_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages')),
    sa.UniqueConstraint('x_id', 'channel', name=op.f('uq_messages_x_id_channel'))
    )
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_messages_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index('ix_messages_ticket_id_posted_at', ['ticket_id', 'posted_at'], unique=False)
        batch_op.create_index('ix_messages_posted_at', ['posted_at'], unique=False)

    op.create_table('notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('written_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_notes_agent_id_agents')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_notes_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notes'))
    )
    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notes_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('pauses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('reason', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_pauses_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pauses'))
    )
    with op.batch_alter_table('pauses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pauses_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('happened_at', UtcDateTime(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_ticket_events_agent_id_agents')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_events_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_events'))
    )
    with op.batch_alter_table('ticket_events', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_events_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_tags',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=30), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_tags_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('ticket_id', 'name', name=op.f('pk_ticket_tags'))
    )
    with op.batch_alter_table('ticket_tags', schema=None) as batch_op:
        batch_op.create_index('ix_ticket_tags_name', ['name'], unique=False)

    op.create_table('promises',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=True),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('received_at', UtcDateTime(), nullable=False),
    sa.Column('target_seconds', sa.Integer(), nullable=False),
    sa.Column('calendar_id', sa.Integer(), nullable=False),
    sa.Column('service_level_id', sa.Integer(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.Column('warn_at', UtcDateTime(), nullable=True),
    sa.Column('breach_at', UtcDateTime(), nullable=True),
    sa.Column('kept_at', UtcDateTime(), nullable=True),
    sa.Column('kept_by_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.Column('withdrawn_reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendars.id'], name=op.f('fk_promises_calendar_id_calendars')),
    sa.ForeignKeyConstraint(['kept_by_id'], ['agents.id'], name=op.f('fk_promises_kept_by_id_agents')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_promises_message_id_messages')),
    sa.ForeignKeyConstraint(['service_level_id'], ['service_levels.id'], name=op.f('fk_promises_service_level_id_service_levels')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_promises_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promises'))
    )
    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.create_index('ix_promises_kind_started_at', ['kind', 'started_at'], unique=False)
        batch_op.create_index('ix_promises_open_warn_at', ['warn_at'], unique=False, sqlite_where=sa.text('kept_at IS NULL AND withdrawn_at IS NULL'), postgresql_where=sa.text('kept_at IS NULL AND withdrawn_at IS NULL'))
        batch_op.create_index('ix_promises_ticket_id', ['ticket_id'], unique=False)

    op.create_table('replies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('answers_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('signature', sa.String(length=80), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('pressed_at', UtcDateTime(), nullable=False),
    sa.Column('held_until', UtcDateTime(), nullable=False),
    sa.Column('rung_at', UtcDateTime(), nullable=True),
    sa.Column('settled_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_replies_agent_id_agents')),
    sa.ForeignKeyConstraint(['answers_id'], ['messages.id'], name=op.f('fk_replies_answers_id_messages')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_replies_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_replies_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replies')),
    sa.UniqueConstraint('key', name=op.f('uq_replies_key'))
    )
    with op.batch_alter_table('replies', schema=None) as batch_op:
        batch_op.create_index('ix_replies_conversation_live', ['conversation_id', 'id'], unique=False, sqlite_where=sa.text('settled_at IS NULL'), postgresql_where=sa.text('settled_at IS NULL'))
        batch_op.create_index('ix_replies_ticket_id', ['ticket_id'], unique=False)
        batch_op.create_index('uq_replies_live_answer', ['answers_id'], unique=True, sqlite_where=sa.text('settled_at IS NULL'), postgresql_where=sa.text('settled_at IS NULL'))

    op.create_table('picks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reply_id', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.String(length=80), nullable=False),
    sa.Column('place', sa.Integer(), nullable=True),
    sa.Column('picked_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_picks_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_picks'))
    )
    with op.batch_alter_table('picks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_picks_answer_id'), ['answer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_picks_reply_id'), ['reply_id'], unique=False)

    op.create_table('reply_parts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reply_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('x_id', sa.String(length=19), nullable=True),
    sa.Column('posted_at', UtcDateTime(), nullable=True),
    sa.Column('not_before', UtcDateTime(), nullable=True),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('lease_owner', sa.String(length=80), nullable=False),
    sa.Column('attempted_at', UtcDateTime(), nullable=True),
    sa.Column('absent_count', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_reply_parts_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_parts')),
    sa.UniqueConstraint('reply_id', 'position', name=op.f('uq_reply_parts_reply_id_position')),
    sa.UniqueConstraint('x_id', 'reply_id', name=op.f('uq_reply_parts_x_id_reply_id'))
    )
    with op.batch_alter_table('reply_parts', schema=None) as batch_op:
        batch_op.create_index('ix_reply_parts_moving', ['state', 'lease_until'], unique=False, sqlite_where=sa.text("state IN ('held', 'queued', 'posting', 'unknown')"), postgresql_where=sa.text("state IN ('held', 'queued', 'posting', 'unknown')"))
        batch_op.create_index('ix_reply_parts_x_id', ['x_id'], unique=False)
        batch_op.create_index('ix_reply_parts_posted_at', ['posted_at'], unique=False)

    op.create_table('attempts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('part_id', sa.Integer(), nullable=False),
    sa.Column('happened_at', UtcDateTime(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('detail', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['part_id'], ['reply_parts.id'], name=op.f('fk_attempts_part_id_reply_parts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempts'))
    )
    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attempts_part_id'), ['part_id'], unique=False)


    # Tickets point at their newest message and leading promise, which point back: added last.
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.create_foreign_key(batch_op.f('fk_tickets_latest_message_id_messages'), 'messages', ['latest_message_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_tickets_leading_promise_id_promises'), 'promises', ['leading_promise_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_tickets_leading_promise_id_promises'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_tickets_latest_message_id_messages'), type_='foreignkey')

    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attempts_part_id'))

    op.drop_table('attempts')
    with op.batch_alter_table('reply_parts', schema=None) as batch_op:
        batch_op.drop_index('ix_reply_parts_x_id')
        batch_op.drop_index('ix_reply_parts_posted_at')
        batch_op.drop_index('ix_reply_parts_moving', sqlite_where=sa.text("state IN ('held', 'queued', 'posting', 'unknown')"), postgresql_where=sa.text("state IN ('held', 'queued', 'posting', 'unknown')"))

    op.drop_table('reply_parts')
    with op.batch_alter_table('picks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_picks_reply_id'))
        batch_op.drop_index(batch_op.f('ix_picks_answer_id'))

    op.drop_table('picks')
    with op.batch_alter_table('replies', schema=None) as batch_op:
        batch_op.drop_index('uq_replies_live_answer', sqlite_where=sa.text('settled_at IS NULL'), postgresql_where=sa.text('settled_at IS NULL'))
        batch_op.drop_index('ix_replies_ticket_id')
        batch_op.drop_index('ix_replies_conversation_live', sqlite_where=sa.text('settled_at IS NULL'), postgresql_where=sa.text('settled_at IS NULL'))

    op.drop_table('replies')
    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.drop_index('ix_promises_ticket_id')
        batch_op.drop_index('ix_promises_open_warn_at', sqlite_where=sa.text('kept_at IS NULL AND withdrawn_at IS NULL'), postgresql_where=sa.text('kept_at IS NULL AND withdrawn_at IS NULL'))
        batch_op.drop_index('ix_promises_kind_started_at')

    op.drop_table('promises')
    with op.batch_alter_table('ticket_tags', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_tags_name')

    op.drop_table('ticket_tags')
    with op.batch_alter_table('ticket_events', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_events_ticket_id'))

    op.drop_table('ticket_events')
    with op.batch_alter_table('pauses', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pauses_ticket_id'))

    op.drop_table('pauses')
    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notes_ticket_id'))

    op.drop_table('notes')
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_index('ix_messages_ticket_id_posted_at')
        batch_op.drop_index('ix_messages_posted_at')
        batch_op.drop_index(batch_op.f('ix_messages_conversation_id'))

    op.drop_table('messages')
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_index('ix_tickets_undue', sqlite_where=sa.text("state <> 'resolved' AND due_at IS NULL"), postgresql_where=sa.text("state <> 'resolved' AND due_at IS NULL"))
        batch_op.drop_index('ix_tickets_thread')
        batch_op.drop_index('ix_tickets_snoozed', sqlite_where=sa.text("state = 'held'"), postgresql_where=sa.text("state = 'held'"))
        batch_op.drop_index('ix_tickets_resolved', sqlite_where=sa.text("state = 'resolved'"), postgresql_where=sa.text("state = 'resolved'"))
        batch_op.drop_index('ix_tickets_opened_at')
        batch_op.drop_index('ix_tickets_due', sqlite_where=sa.text("state <> 'resolved'"), postgresql_where=sa.text("state <> 'resolved'"))
        batch_op.drop_index('ix_tickets_counts', sqlite_where=sa.text("state <> 'resolved'"), postgresql_where=sa.text("state <> 'resolved'"))

    op.drop_table('tickets')
    op.drop_table('intake_refusals')
    op.drop_table('cursors')
    op.drop_table('conversations')
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_ins_agent_id'))

    op.drop_table('sign_ins')
    op.drop_table('accounts')
    op.drop_table('service_levels')
    op.drop_table('heartbeats')
    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customers_username'))

    op.drop_table('customers')
    op.drop_table('calendars')
    op.drop_table('agents')
