"""access: the audit log

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from support.audit.records import OFF_POSTGRESQL, ON_POSTGRESQL, ON_SQLITE
from support.db import UtcDateTime

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_entries',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('deed', sa.String(length=24), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('about', sa.String(length=16), nullable=False),
    sa.Column('about_id', sa.Integer(), nullable=True),
    sa.Column('address', sa.String(length=45), nullable=False),
    sa.Column('sign_in_id', sa.Integer(), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_audit_entries_agent_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries'))
    )
    for column in ('agent_id', 'at', 'deed'):
        op.create_index(op.f(f'ix_audit_entries_{column}'), 'audit_entries', [column])
    for statement in ON_SQLITE if op.get_bind().dialect.name == 'sqlite' else ON_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table('audit_entries')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(OFF_POSTGRESQL)
