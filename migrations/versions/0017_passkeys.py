"""passkeys: what signs in beside a password, and whom another provider knows

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('passkeys',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('key_id', sa.String(length=1400), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('handle', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.Column('doubted_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_passkeys_agent_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkeys')),
    sa.UniqueConstraint('key_id', name=op.f('uq_passkeys_key_id'))
    )
    op.create_index(op.f('ix_passkeys_agent_id'), 'passkeys', ['agent_id'])
    op.create_table('spent_challenges',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('spent_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_spent_challenges'))
    )
    op.create_index(op.f('ix_spent_challenges_spent_at'), 'spent_challenges', ['spent_at'])
    op.create_table('known_elsewhere',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('issuer', sa.String(length=300), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('bound_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_known_elsewhere_agent_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_elsewhere')),
    sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_known_elsewhere_issuer_subject')),
    sa.UniqueConstraint('agent_id', 'issuer', name=op.f('uq_known_elsewhere_agent_id_issuer'))
    )


def downgrade() -> None:
    op.drop_table('known_elsewhere')
    op.drop_table('spent_challenges')
    op.drop_table('passkeys')
