"""access: the audit log, invitations, second steps, how often a door was tried in vain

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from support.audit.records import OFF_POSTGRESQL, ON_POSTGRESQL, ON_SQLITE
from support.db import UtcDateTime

revision = '0011'
down_revision = '0010'
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
    for column, length in (('address', 45), ('waits_for', 9)):
        op.add_column('sign_ins', sa.Column(column, sa.String(length=length), nullable=False, server_default=''))
    op.create_table('invitations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.Column('token_digest', sa.String(length=64), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_invitations_made_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_invitations_token_digest'))
    )
    op.create_table('second_steps',
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('secret_sealed', sa.String(length=300), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('confirmed_at', UtcDateTime(), nullable=True),
    sa.Column('last_counter', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_second_steps_agent_id_agents')),
    sa.PrimaryKeyConstraint('agent_id', name=op.f('pk_second_steps'))
    )
    op.create_table('recovery_codes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_recovery_codes_agent_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_codes')),
    sa.UniqueConstraint('digest', name=op.f('uq_recovery_codes_digest'))
    )
    op.create_index(op.f('ix_recovery_codes_agent_id'), 'recovery_codes', ['agent_id'])
    op.create_table('sign_in_failures',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('last_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_sign_in_failures'))
    )
    op.create_index(op.f('ix_sign_in_failures_last_at'), 'sign_in_failures', ['last_at'])


def downgrade() -> None:
    for table in ('sign_in_failures', 'recovery_codes', 'second_steps', 'invitations'):
        op.drop_table(table)
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.drop_column('waits_for')
        batch_op.drop_column('address')
    op.drop_table('audit_entries')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(OFF_POSTGRESQL)
