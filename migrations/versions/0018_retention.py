"""retention: erasures, what is kept whatever the rules say, the rules and their runs

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('no_contacts',
    sa.Column('x_id', sa.String(length=19), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('x_id', name=op.f('pk_no_contacts'))
    )
    op.create_table('erasures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('x_id', sa.String(length=19), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('leased_until', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_erasures_agent_id_agents')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_erasures_customer_id_customers')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasures'))
    )
    op.create_index(op.f('ix_erasures_customer_id'), 'erasures', ['customer_id'])
    unfinished = sa.text('finished_at IS NULL')
    op.create_index('ix_erasures_open', 'erasures', ['id'], sqlite_where=unfinished, postgresql_where=unfinished)
    op.create_table('holds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('lifted_at', UtcDateTime(), nullable=True),
    sa.Column('lifted_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_holds_agent_id_agents')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_holds_customer_id_customers')),
    sa.ForeignKeyConstraint(['lifted_by_id'], ['agents.id'], name=op.f('fk_holds_lifted_by_id_agents')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_holds_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holds'))
    )
    in_force = sa.text('lifted_at IS NULL')
    op.create_index('ix_holds_in_force', 'holds', ['customer_id'], sqlite_where=in_force, postgresql_where=in_force)
    op.create_table('retention_policies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rules', sa.JSON(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_retention_policies_made_by_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retention_policies'))
    )
    op.create_table('retention_runs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('began_at', UtcDateTime(), nullable=False),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('leased_until', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retention_runs'))
    )
    op.create_index('ix_retention_runs_began_at', 'retention_runs', ['began_at'])


def downgrade() -> None:
    for table in ('retention_runs', 'retention_policies', 'holds', 'erasures', 'no_contacts'):
        op.drop_table(table)
