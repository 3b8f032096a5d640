"""report mail: who wants the weekly report, and what was sent

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

OPEN = 'kept_at IS NULL AND withdrawn_at IS NULL'
UNSENT = 'done_at IS NULL AND given_up_at IS NULL AND handed_at IS NULL'


def upgrade() -> None:
    op.create_index('ix_promises_overdue', 'promises', ['breach_at', 'ticket_id'], sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))
    op.create_table('digest_orders',
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('hour', sa.Integer(), nullable=False),
    sa.Column('locale', sa.String(length=2), nullable=False),
    sa.Column('ordered_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_digest_orders_agent_id_agents')),
    sa.PrimaryKeyConstraint('agent_id', name=op.f('pk_digest_orders'))
    )
    op.create_table('digest_sendings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('week', sa.Date(), nullable=True),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('locale', sa.String(length=2), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('not_before', UtcDateTime(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('handed_at', UtcDateTime(), nullable=True),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.Column('given_up_at', UtcDateTime(), nullable=True),
    sa.Column('problem', sa.String(length=200), nullable=False),
    sa.Column('code', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_digest_sendings_agent_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_sendings')),
    sa.UniqueConstraint('agent_id', 'week', name=op.f('uq_digest_sendings_agent_id_week'))
    )
    op.create_index('ix_digest_sendings_unsent', 'digest_sendings', ['not_before'], sqlite_where=sa.text(UNSENT), postgresql_where=sa.text(UNSENT))


def downgrade() -> None:
    op.drop_table('digest_sendings')
    op.drop_table('digest_orders')
    op.drop_index('ix_promises_overdue', table_name='promises')
