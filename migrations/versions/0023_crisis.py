"""crisis: when accounts were quieted, and the protocol for such days

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

RUNNING = 'ended_at IS NULL'


def upgrade() -> None:
    op.create_table('crises',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('begun_at', UtcDateTime(), nullable=False),
    sa.Column('begun_by_id', sa.Integer(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.Column('end_reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_crises_account_id_accounts')),
    sa.ForeignKeyConstraint(['begun_by_id'], ['agents.id'], name=op.f('fk_crises_begun_by_id_agents')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['agents.id'], name=op.f('fk_crises_ended_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crises'))
    )
    op.create_index('uq_crises_running', 'crises', ['account_id'], unique=True, sqlite_where=sa.text(RUNNING), postgresql_where=sa.text(RUNNING))
    op.create_index('ix_crises_account_id', 'crises', ['account_id', 'ended_at'])
    op.create_table('crisis_protocols',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('contacts', sa.String(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_crisis_protocols_made_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crisis_protocols')),
    sa.UniqueConstraint('version', name=op.f('uq_crisis_protocols_version'))
    )


def downgrade() -> None:
    op.drop_table('crisis_protocols')
    op.drop_table('crises')
