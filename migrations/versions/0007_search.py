"""search: what was said, noted and known can be found again

The index is filled by the workers once the desk is up, newest first; nothing waits for it here.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime
from support.search.records import CREATE_GRAMS, DROP_GRAMS

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

ORIGINALS = {'message': 'messages', 'reply': 'replies', 'note': 'notes', 'customer': 'customers'}


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == 'postgresql'
    op.create_table('search_entries',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('ref_id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('channel', sa.String(length=6), nullable=False),
    sa.Column('by_us', sa.Boolean(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('grams', sa.ARRAY(sa.Integer()) if on_postgresql else sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_entries')),
    sa.UniqueConstraint('kind', 'ref_id', name=op.f('uq_search_entries_kind_ref_id'))
    )
    if on_postgresql:
        op.create_index('ix_search_entries_grams', 'search_entries', ['grams'], postgresql_using='gin')
    else:
        op.execute(CREATE_GRAMS)
    op.create_table('search_fillings',
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('up_to', sa.Integer(), nullable=False),
    sa.Column('began_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('kind', name=op.f('pk_search_fillings'))
    )
    for kind, table in ORIGINALS.items():
        op.execute(f"INSERT INTO search_fillings (kind, up_to) SELECT '{kind}', coalesce(max(id), 0) FROM {table}")


def downgrade() -> None:
    op.drop_table('search_fillings')
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(DROP_GRAMS)
    op.drop_table('search_entries')
