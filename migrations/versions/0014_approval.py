"""approval: rules, what had to wait for it, who was told

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

OPEN = "outcome = ''"


def upgrade() -> None:
    op.create_table('approval_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('tag', sa.String(length=30), nullable=False),
    sa.Column('clean', sa.Integer(), nullable=False),
    sa.Column('joined_since', UtcDateTime(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_approval_rules_account_id_accounts')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['agents.id'], name=op.f('fk_approval_rules_ended_by_id_agents')),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_approval_rules_made_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval_rules'))
    )
    op.create_table('approvals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reply_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=True),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('before', sa.String(), nullable=False),
    sa.Column('word', sa.String(length=500), nullable=False),
    sa.Column('seen_reply_id', sa.Integer(), nullable=True),
    sa.Column('told_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_approvals_agent_id_agents')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['agents.id'], name=op.f('fk_approvals_decided_by_id_agents')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_approvals_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approvals')),
    sa.UniqueConstraint('reply_id', name=op.f('uq_approvals_reply_id'))
    )
    op.create_index('ix_approvals_open', 'approvals', ['due_at'], sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))
    op.create_index('ix_approvals_agent_id', 'approvals', ['agent_id', 'outcome'])
    op.create_index('ix_approvals_decided_at', 'approvals', ['decided_at'])
    op.create_table('approval_notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('approval_id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=9), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_approval_notices_agent_id_agents')),
    sa.ForeignKeyConstraint(['approval_id'], ['approvals.id'], name=op.f('fk_approval_notices_approval_id_approvals')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_approval_notices_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval_notices')),
    sa.UniqueConstraint('approval_id', 'agent_id', 'kind', name=op.f('uq_approval_notices_approval_id_agent_id_kind'))
    )
    op.create_index('ix_approval_notices_agent_id', 'approval_notices', ['agent_id', 'seen_at'])


def downgrade() -> None:
    for table in ('approval_notices', 'approvals', 'approval_rules'):
        op.drop_table(table)
