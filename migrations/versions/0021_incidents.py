"""incidents: their course, their tickets, notices, staged answers, templates

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None
OPEN = sa.text("closed_at IS NULL")
HELD = sa.text("unlinked_at IS NULL AND let_go_at IS NULL")
LEAVING = sa.text('leaves_at IS NOT NULL AND unlinked_at IS NULL')
NOTICE_MOVING = sa.text("state IN ('queued', 'posting', 'unknown')")
WAVE_MOVING = sa.text("state IN ('waiting', 'pressed')")


def upgrade() -> None:
    op.create_table('incidents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('area', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=13), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('tags', sa.JSON(), nullable=False),
    sa.Column('links_new', sa.Boolean(), nullable=False),
    sa.Column('begun_at', UtcDateTime(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('next_update_at', UtcDateTime(), nullable=True),
    sa.Column('late_told_at', UtcDateTime(), nullable=True),
    sa.Column('late_seen_at', UtcDateTime(), nullable=True),
    sa.Column('rule_at', UtcDateTime(), nullable=True),
    sa.Column('looked_id', sa.Integer(), nullable=False),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_incidents_account_id_accounts')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['agents.id'], name=op.f('fk_incidents_closed_by_id_agents')),
    sa.ForeignKeyConstraint(['lead_id'], ['agents.id'], name=op.f('fk_incidents_lead_id_agents')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['agents.id'], name=op.f('fk_incidents_opened_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incidents'))
    )
    op.create_index('ix_incidents_open', 'incidents', ['account_id'], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table('incident_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('incident_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_incident_events_agent_id_agents')),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_incident_events_incident_id_incidents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_events'))
    )
    op.create_index(op.f('ix_incident_events_incident_id'), 'incident_events', ['incident_id'])
    op.create_table('incident_templates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('incident_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('retired_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_incident_templates_incident_id_incidents')),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_incident_templates_made_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_templates'))
    )
    op.create_table('notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('incident_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=8), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('follows_id', sa.Integer(), nullable=True),
    sa.Column('next_update_at', UtcDateTime(), nullable=True),
    sa.Column('drafted_by_id', sa.Integer(), nullable=False),
    sa.Column('drafted_at', UtcDateTime(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=True),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_at', UtcDateTime(), nullable=True),
    sa.Column('x_id', sa.String(length=19), nullable=True),
    sa.Column('posted_at', UtcDateTime(), nullable=True),
    sa.Column('not_before', UtcDateTime(), nullable=True),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('lease_owner', sa.String(length=80), nullable=False),
    sa.Column('attempted_at', UtcDateTime(), nullable=True),
    sa.Column('after_x_id', sa.String(length=19), nullable=False),
    sa.Column('absent_at', UtcDateTime(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('micros', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_notices_account_id_accounts')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['agents.id'], name=op.f('fk_notices_approved_by_id_agents')),
    sa.ForeignKeyConstraint(['drafted_by_id'], ['agents.id'], name=op.f('fk_notices_drafted_by_id_agents')),
    sa.ForeignKeyConstraint(['follows_id'], ['notices.id'], name=op.f('fk_notices_follows_id_notices')),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_notices_incident_id_incidents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices')),
    sa.UniqueConstraint('x_id', name=op.f('uq_notices_x_id'))
    )
    op.create_index(op.f('ix_notices_incident_id'), 'notices', ['incident_id'])
    op.create_index('ix_notices_moving', 'notices', ['state', 'lease_until'], sqlite_where=NOTICE_MOVING, postgresql_where=NOTICE_MOVING)
    op.create_table('waves',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('incident_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=8), nullable=False),
    sa.Column('per_minute', sa.Integer(), nullable=False),
    sa.Column('takes_new', sa.Boolean(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_at', UtcDateTime(), nullable=True),
    sa.Column('stopped_at', UtcDateTime(), nullable=True),
    sa.Column('stopped_by_id', sa.Integer(), nullable=True),
    sa.Column('stop_reason', sa.String(length=200), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['approved_by_id'], ['agents.id'], name=op.f('fk_waves_approved_by_id_agents')),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_waves_incident_id_incidents')),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_waves_made_by_id_agents')),
    sa.ForeignKeyConstraint(['stopped_by_id'], ['agents.id'], name=op.f('fk_waves_stopped_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waves'))
    )
    op.create_index(op.f('ix_waves_incident_id'), 'waves', ['incident_id'])
    op.create_table('incident_tickets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('incident_id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('batch', sa.String(length=40), nullable=False),
    sa.Column('linked_at', UtcDateTime(), nullable=False),
    sa.Column('linked_by_id', sa.Integer(), nullable=True),
    sa.Column('unlinked_at', UtcDateTime(), nullable=True),
    sa.Column('unlinked_by_id', sa.Integer(), nullable=True),
    sa.Column('let_go_at', UtcDateTime(), nullable=True),
    sa.Column('told_until_at', UtcDateTime(), nullable=True),
    sa.Column('leaves_at', UtcDateTime(), nullable=True),
    sa.Column('leaves_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_incident_tickets_incident_id_incidents')),
    sa.ForeignKeyConstraint(['leaves_by_id'], ['agents.id'], name=op.f('fk_incident_tickets_leaves_by_id_agents')),
    sa.ForeignKeyConstraint(['linked_by_id'], ['agents.id'], name=op.f('fk_incident_tickets_linked_by_id_agents')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_incident_tickets_ticket_id_tickets')),
    sa.ForeignKeyConstraint(['unlinked_by_id'], ['agents.id'], name=op.f('fk_incident_tickets_unlinked_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_tickets'))
    )
    op.create_index('ix_incident_tickets_incident_id', 'incident_tickets', ['incident_id', 'ticket_id'])
    op.create_index('ix_incident_tickets_leaving', 'incident_tickets', ['incident_id'], sqlite_where=LEAVING, postgresql_where=LEAVING)
    op.create_index('uq_incident_tickets_held', 'incident_tickets', ['ticket_id'], unique=True, sqlite_where=HELD, postgresql_where=HELD)
    op.create_table('wave_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['wave_id'], ['waves.id'], name=op.f('fk_wave_texts_wave_id_waves')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wave_texts'))
    )
    op.create_index(op.f('ix_wave_texts_wave_id'), 'wave_texts', ['wave_id'])
    op.create_table('wave_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('wave_id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('passed_why', sa.String(length=20), nullable=False),
    sa.Column('text_id', sa.Integer(), nullable=True),
    sa.Column('reply_id', sa.Integer(), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=True),
    sa.Column('included_at', UtcDateTime(), nullable=True),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_wave_answers_customer_id_customers')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_wave_answers_reply_id_replies')),
    sa.ForeignKeyConstraint(['text_id'], ['wave_texts.id'], name=op.f('fk_wave_answers_text_id_wave_texts')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_wave_answers_ticket_id_tickets')),
    sa.ForeignKeyConstraint(['wave_id'], ['waves.id'], name=op.f('fk_wave_answers_wave_id_waves')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wave_answers')),
    sa.UniqueConstraint('reply_id', name=op.f('uq_wave_answers_reply_id')),
    sa.UniqueConstraint('wave_id', 'customer_id', name=op.f('uq_wave_answers_wave_id_customer_id'))
    )
    op.create_index('ix_wave_answers_moving', 'wave_answers', ['wave_id', 'id'], sqlite_where=WAVE_MOVING, postgresql_where=WAVE_MOVING)
    op.create_index(op.f('ix_wave_answers_customer_id'), 'wave_answers', ['customer_id'])
    op.create_index(op.f('ix_wave_answers_ticket_id'), 'wave_answers', ['ticket_id'])


def downgrade() -> None:
    op.drop_table('wave_answers')
    op.drop_table('wave_texts')
    op.drop_table('incident_tickets')
    op.drop_table('waves')
    op.drop_table('notices')
    op.drop_table('incident_templates')
    op.drop_table('incident_events')
    op.drop_table('incidents')
