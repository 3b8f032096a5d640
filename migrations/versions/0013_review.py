"""review: what leads say of replies, what is answered, who was told

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reviews',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reply_id', sa.Integer(), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('verdict', sa.String(length=4), nullable=False),
    sa.Column('good', sa.String(), nullable=False),
    sa.Column('idea', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('edited_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_reviews_agent_id_agents')),
    sa.ForeignKeyConstraint(['lead_id'], ['agents.id'], name=op.f('fk_reviews_lead_id_agents')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_reviews_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reviews')),
    sa.UniqueConstraint('reply_id', 'lead_id', name=op.f('uq_reviews_reply_id_lead_id'))
    )
    op.create_index('ix_reviews_agent_id', 'reviews', ['agent_id', 'id'])
    op.create_index('ix_reviews_at', 'reviews', ['at'])
    op.create_table('review_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_review_answers_agent_id_agents')),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], name=op.f('fk_review_answers_review_id_reviews')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_answers'))
    )
    op.create_index(op.f('ix_review_answers_review_id'), 'review_answers', ['review_id'])
    op.create_table('review_notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_review_notices_agent_id_agents')),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], name=op.f('fk_review_notices_review_id_reviews')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_notices')),
    sa.UniqueConstraint('review_id', 'agent_id', name=op.f('uq_review_notices_review_id_agent_id'))
    )
    op.create_index('ix_review_notices_agent_id', 'review_notices', ['agent_id', 'seen_at'])


def downgrade() -> None:
    op.drop_index('ix_review_notices_agent_id', table_name='review_notices')
    op.drop_table('review_notices')
    op.drop_index(op.f('ix_review_answers_review_id'), table_name='review_answers')
    op.drop_table('review_answers')
    op.drop_index('ix_reviews_at', table_name='reviews')
    op.drop_index('ix_reviews_agent_id', table_name='reviews')
    op.drop_table('reviews')
