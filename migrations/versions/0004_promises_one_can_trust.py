"""promises one can trust: versions, levels by condition, teams, merges, alerts

Revision ID: 0004
Revises: 0003
"""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from alembic import op
from support.db import UtcDateTime

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

OPEN = "kept_at IS NULL AND withdrawn_at IS NULL"
UNSENT = "done_at IS NULL AND given_up_at IS NULL"
TERMS = {
    'opened_calendar_id': 'calendars', 'opened_level_id': 'service_levels',
    'calendar_id': 'calendars', 'service_level_id': 'service_levels',
}
MERGED = "merged_into_id IS NOT NULL"
LIVE = "settled_at IS NULL"
LIVE_ANSWER = "settled_at IS NULL AND NOT automatic"


def upgrade() -> None:
    _new_tables()
    _calendars()
    _levels()
    _tickets()
    _promises()
    _replies()
    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('segment', sa.String(length=30), nullable=False, server_default=''))
    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.alter_column('segment', server_default=None)
    _first_ladder()


def _new_tables() -> None:
    op.create_table('alert_webhooks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('url_sealed', sa.String(), nullable=False),
    sa.Column('style', sa.String(length=5), nullable=False),
    sa.Column('problem', sa.String(length=300), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('retired_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_webhooks'))
    )
    op.create_table('calendar_feeds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('calendar_name', sa.String(length=80), nullable=False),
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('carry', sa.String(length=5), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=True),
    sa.Column('next_at', UtcDateTime(), nullable=False),
    sa.Column('problem', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feeds')),
    sa.UniqueConstraint('calendar_name', name=op.f('uq_calendar_feeds_calendar_name'))
    )
    op.create_table('alert_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('share', sa.Double(), nullable=False),
    sa.Column('kinds', sa.JSON(), nullable=False),
    sa.Column('deed', sa.String(length=12), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('priority', sa.String(length=6), nullable=False),
    sa.Column('webhook_id', sa.Integer(), nullable=True),
    sa.Column('any_time', sa.Boolean(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('retired_at', UtcDateTime(), nullable=True),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_alert_rules_agent_id_agents')),
    sa.ForeignKeyConstraint(['replaces_id'], ['alert_rules.id'], name=op.f('fk_alert_rules_replaces_id_alert_rules')),
    sa.ForeignKeyConstraint(['made_by_id'], ['agents.id'], name=op.f('fk_alert_rules_made_by_id_agents')),
    sa.ForeignKeyConstraint(['webhook_id'], ['alert_webhooks.id'], name=op.f('fk_alert_rules_webhook_id_alert_webhooks')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_rules'))
    )
    op.create_table('terms_edits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('carry', sa.String(length=5), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('flipped', sa.Integer(), nullable=False),
    sa.Column('reached_id', sa.Integer(), nullable=False),
    sa.Column('leased_until', UtcDateTime(), nullable=True),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_terms_edits_agent_id_agents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terms_edits'))
    )
    with op.batch_alter_table('terms_edits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_terms_edits_finished_at'), ['finished_at'], unique=False)

    op.create_table('teams',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('calendar_id', sa.Integer(), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendars.id'], name=op.f('fk_teams_calendar_id_calendars')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teams')),
    sa.UniqueConstraint('name', name=op.f('uq_teams_name'))
    )
    op.create_table('terms_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('from_calendar_id', sa.Integer(), nullable=False),
    sa.Column('from_level_id', sa.Integer(), nullable=False),
    sa.Column('calendar_id', sa.Integer(), nullable=False),
    sa.Column('service_level_id', sa.Integer(), nullable=False),
    sa.Column('carry', sa.String(length=5), nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('why', sa.String(length=12), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_terms_changes_agent_id_agents')),
    sa.ForeignKeyConstraint(['calendar_id'], ['calendars.id'], name=op.f('fk_terms_changes_calendar_id_calendars')),
    sa.ForeignKeyConstraint(['from_calendar_id'], ['calendars.id'], name=op.f('fk_terms_changes_from_calendar_id_calendars')),
    sa.ForeignKeyConstraint(['from_level_id'], ['service_levels.id'], name=op.f('fk_terms_changes_from_level_id_service_levels')),
    sa.ForeignKeyConstraint(['service_level_id'], ['service_levels.id'], name=op.f('fk_terms_changes_service_level_id_service_levels')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_terms_changes_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terms_changes'))
    )
    with op.batch_alter_table('terms_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_terms_changes_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('acknowledgements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('opens_at', UtcDateTime(), nullable=False),
    sa.Column('reply_id', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_acknowledgements_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_acknowledgements_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acknowledgements')),
    sa.UniqueConstraint('conversation_id', 'opens_at', name=op.f('uq_acknowledgements_conversation_id_opens_at'))
    )
    op.create_table('alerts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('promise_id', sa.Integer(), nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('level', sa.String(length=8), nullable=False),
    sa.Column('raised_at', UtcDateTime(), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['promise_id'], ['promises.id'], name=op.f('fk_alerts_promise_id_promises'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['rule_id'], ['alert_rules.id'], name=op.f('fk_alerts_rule_id_alert_rules')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_alerts_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts')),
    sa.UniqueConstraint('promise_id', 'rule_id', name=op.f('uq_alerts_promise_id_rule_id'))
    )
    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alerts_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('alert_notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alert_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_alert_notices_agent_id_agents')),
    sa.ForeignKeyConstraint(['alert_id'], ['alerts.id'], name=op.f('fk_alert_notices_alert_id_alerts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_notices')),
    sa.UniqueConstraint('alert_id', 'agent_id', name=op.f('uq_alert_notices_alert_id_agent_id'))
    )
    with op.batch_alter_table('alert_notices', schema=None) as batch_op:
        batch_op.create_index('ix_alert_notices_agent_id', ['agent_id', 'seen_at'], unique=False)

    op.create_table('alert_posts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alert_id', sa.Integer(), nullable=False),
    sa.Column('webhook_id', sa.Integer(), nullable=False),
    sa.Column('not_before', UtcDateTime(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.Column('given_up_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['alert_id'], ['alerts.id'], name=op.f('fk_alert_posts_alert_id_alerts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['webhook_id'], ['alert_webhooks.id'], name=op.f('fk_alert_posts_webhook_id_alert_webhooks')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_posts')),
    sa.UniqueConstraint('alert_id', 'webhook_id', name=op.f('uq_alert_posts_alert_id_webhook_id'))
    )
    with op.batch_alter_table('alert_posts', schema=None) as batch_op:
        batch_op.create_index('ix_alert_posts_unsent', ['not_before'], unique=False, sqlite_where=sa.text(UNSENT), postgresql_where=sa.text(UNSENT))


def _calendars() -> None:
    """Closed days were dates without a name; they become spells with one."""
    with op.batch_alter_table('calendars', schema=None) as batch_op:
        batch_op.add_column(sa.Column('closures', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('feed_days', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('partial', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('made_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('retired_at', UtcDateTime(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_calendars_made_by_id_agents'), 'agents', ['made_by_id'], ['id'])
    calendars = sa.table('calendars', sa.column('id'), sa.column('closed', sa.JSON), sa.column('closures', sa.JSON))
    for number, closed in op.get_bind().execute(sa.select(calendars.c.id, calendars.c.closed)).all():
        closures = [[day, day, ''] for day in closed or []]
        op.execute(calendars.update().where(calendars.c.id == number).values(closures=closures))
    with op.batch_alter_table('calendars', schema=None) as batch_op:
        batch_op.drop_column('closed')
        for column in ('closures', 'feed_days', 'partial'):
            batch_op.alter_column(column, server_default=None)


def _levels() -> None:
    """An account named its level; now the levels say whom they are for, the last is for all."""
    with op.batch_alter_table('service_levels', schema=None) as batch_op:
        batch_op.add_column(sa.Column('update_seconds', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('position', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('conditions', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('acknowledgement', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('made_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('retired_at', UtcDateTime(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_service_levels_made_by_id_agents'), 'agents', ['made_by_id'], ['id'])
    _put_levels_in_order()
    with op.batch_alter_table('service_levels', schema=None) as batch_op:
        for column in ('position', 'conditions', 'acknowledgement'):
            batch_op.alter_column(column, server_default=None)


def _put_levels_in_order() -> None:
    bind = op.get_bind()
    levels = sa.table(
        'service_levels', sa.column('id'), sa.column('position'), sa.column('conditions', sa.JSON),
        sa.column('retired_at', UtcDateTime()),
    )
    used: dict[int, list[int]] = {}
    for account, level in bind.execute(sa.text('SELECT id, service_level_id FROM accounts ORDER BY id')):
        used.setdefault(level, []).append(account)
    known = [row[0] for row in bind.execute(sa.text('SELECT id FROM service_levels ORDER BY id'))]
    order = sorted(used or known[-1:], key=lambda level: (len(used.get(level, ())), level))
    for level in known:
        values: dict[str, object] = {'retired_at': datetime.now(UTC)}
        if level in order:
            conditions = {} if level == order[-1] else {'accounts': used[level]}
            values = {'position': order.index(level), 'conditions': conditions}
        bind.execute(levels.update().where(levels.c.id == level).values(**values))


def _tickets() -> None:
    """A ticket's terms are those of its newest promise, or else its account's."""
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('team_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('priority', sa.String(length=6), nullable=False, server_default='normal'))
        for column in TERMS:
            batch_op.add_column(sa.Column(column, sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('terms_at', UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('took_over_at', UtcDateTime(), nullable=True))
    for column in ('calendar_id', 'service_level_id'):
        op.execute(
            f"UPDATE tickets SET {column} = coalesce("
            f"(SELECT p.{column} FROM promises p WHERE p.ticket_id = tickets.id"
            " ORDER BY p.started_at DESC, p.id DESC LIMIT 1),"
            f"(SELECT a.{column} FROM accounts a JOIN conversations c ON c.account_id = a.id"
            " WHERE c.id = tickets.conversation_id))"
        )
    op.execute('UPDATE tickets SET opened_calendar_id = calendar_id, opened_level_id = service_level_id')
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.alter_column('priority', server_default=None)
        for column, table in TERMS.items():
            batch_op.alter_column(column, existing_type=sa.Integer(), nullable=False)
            batch_op.create_foreign_key(batch_op.f(f'fk_tickets_{column}_{table}'), table, [column], ['id'])
        batch_op.create_index('ix_tickets_merged', ['merged_into_id'], unique=False, sqlite_where=sa.text(MERGED), postgresql_where=sa.text(MERGED))
        batch_op.create_foreign_key(batch_op.f('fk_tickets_team_id_teams'), 'teams', ['team_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_tickets_merged_into_id_tickets'), 'tickets', ['merged_into_id'], ['id'])
    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_accounts_service_level_id_service_levels'), type_='foreignkey')
        batch_op.drop_column('service_level_id')


def _promises() -> None:
    """What is due soon or broken already was seen by everybody: the ladder begins with the rest."""
    with op.batch_alter_table('pauses', schema=None) as batch_op:
        batch_op.add_column(sa.Column('runs', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('agent_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('noted_at', UtcDateTime(), nullable=True))
        batch_op.alter_column('reason', existing_type=sa.String(length=80), type_=sa.String(length=200), existing_nullable=False)
        batch_op.create_foreign_key(batch_op.f('fk_pauses_agent_id_agents'), 'agents', ['agent_id'], ['id'])
    with op.batch_alter_table('pauses', schema=None) as batch_op:
        batch_op.alter_column('runs', server_default=None)
    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.add_column(sa.Column('earlier_hours', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('alert_at', UtcDateTime(), nullable=True))
    op.execute(f"UPDATE promises SET alert_at = warn_at WHERE {OPEN} AND warned_at IS NULL")
    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.alter_column('earlier_hours', server_default=None)
        batch_op.create_index('ix_promises_alert', ['alert_at'], unique=False, sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))
        batch_op.create_index('ix_promises_open_ticket', ['ticket_id'], unique=False, sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))


def _replies() -> None:
    """What the desk sends by itself has nobody who pressed, and takes nobody's turn."""
    with op.batch_alter_table('replies', schema=None) as batch_op:
        batch_op.drop_index('uq_replies_live_answer', sqlite_where=sa.text(LIVE), postgresql_where=sa.text(LIVE))
        batch_op.add_column(sa.Column('automatic', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.alter_column('agent_id', existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table('replies', schema=None) as batch_op:
        batch_op.alter_column('automatic', server_default=None)
        batch_op.create_index('uq_replies_live_answer', ['answers_id'], unique=True, sqlite_where=sa.text(LIVE_ANSWER), postgresql_where=sa.text(LIVE_ANSWER))


def _first_ladder() -> None:
    """Due soon: whoever works on it. Broken: they and their leads."""
    rules = sa.table(
        'alert_rules', sa.column('share'), sa.column('kinds', sa.JSON), sa.column('deed'),
        sa.column('priority'), sa.column('any_time'), sa.column('made_at', UtcDateTime()),
    )
    for share, deed in ((0.75, 'assignee'), (1.0, 'assignee'), (1.0, 'leads')):
        op.execute(rules.insert().values(
            share=share, kinds=[], deed=deed, priority='', any_time=False, made_at=datetime.now(UTC),
        ))


def downgrade() -> None:
    """Goes back to what the earlier tables can say; names of closed days are lost."""
    _one_level_an_account()
    _closed_days_without_names()
    op.execute("UPDATE replies SET agent_id = (SELECT min(id) FROM agents) WHERE agent_id IS NULL")
    with op.batch_alter_table('replies', schema=None) as batch_op:
        batch_op.drop_index('uq_replies_live_answer', sqlite_where=sa.text(LIVE_ANSWER), postgresql_where=sa.text(LIVE_ANSWER))
        batch_op.alter_column('agent_id', existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column('automatic')
    with op.batch_alter_table('replies', schema=None) as batch_op:
        batch_op.create_index('uq_replies_live_answer', ['answers_id'], unique=True, sqlite_where=sa.text(LIVE), postgresql_where=sa.text(LIVE))
    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.drop_index('ix_promises_open_ticket', sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))
        batch_op.drop_index('ix_promises_alert', sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))
        batch_op.drop_column('alert_at')
        batch_op.drop_column('earlier_hours')
    op.execute("DELETE FROM pauses WHERE runs")
    op.execute("UPDATE pauses SET reason = substr(reason, 1, 80)")
    with op.batch_alter_table('pauses', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_pauses_agent_id_agents'), type_='foreignkey')
        batch_op.alter_column('reason', existing_type=sa.String(length=200), type_=sa.String(length=80), existing_nullable=False)
        batch_op.drop_column('noted_at')
        batch_op.drop_column('agent_id')
        batch_op.drop_column('runs')
    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.drop_column('segment')
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_tickets_merged_into_id_tickets'), type_='foreignkey')
        for column, table in TERMS.items():
            batch_op.drop_constraint(batch_op.f(f'fk_tickets_{column}_{table}'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_tickets_team_id_teams'), type_='foreignkey')
        batch_op.drop_index('ix_tickets_merged', sqlite_where=sa.text(MERGED), postgresql_where=sa.text(MERGED))
        for column in ('took_over_at', 'merged_into_id', 'terms_at', *TERMS, 'priority', 'team_id'):
            batch_op.drop_column(column)
    for table in ('alert_posts', 'alert_notices', 'alerts', 'acknowledgements', 'terms_changes', 'teams',
                  'terms_edits', 'alert_rules', 'calendar_feeds', 'alert_webhooks'):
        op.drop_table(table)


def _one_level_an_account() -> None:
    """Each account gets the level that named it, or else the last one in force."""
    bind = op.get_bind()
    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('service_level_id', sa.Integer(), nullable=True))
    levels = sa.table(
        'service_levels', sa.column('id'), sa.column('position'), sa.column('conditions', sa.JSON),
        sa.column('retired_at'),
    )
    in_force = sa.select(levels.c.id, levels.c.conditions).where(levels.c.retired_at.is_(None))
    order = bind.execute(in_force.order_by(levels.c.position, levels.c.id)).all()
    for (account,) in bind.execute(sa.text('SELECT id FROM accounts')).all():
        named = [level for level, asked in order if account in asked.get('accounts', [])]
        level = (named or [order[-1][0]])[0]
        bind.execute(sa.text('UPDATE accounts SET service_level_id = :l WHERE id = :a'), {'l': level, 'a': account})
    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.alter_column('service_level_id', existing_type=sa.Integer(), nullable=False)
        batch_op.create_foreign_key(batch_op.f('fk_accounts_service_level_id_service_levels'), 'service_levels', ['service_level_id'], ['id'])
    with op.batch_alter_table('service_levels', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_service_levels_made_by_id_agents'), type_='foreignkey')
        for column in ('retired_at', 'made_by_id', 'acknowledgement', 'conditions', 'position', 'update_seconds'):
            batch_op.drop_column(column)


def _closed_days_without_names() -> None:
    with op.batch_alter_table('calendars', schema=None) as batch_op:
        batch_op.add_column(sa.Column('closed', sa.JSON(), nullable=False, server_default='[]'))
    calendars = sa.table(
        'calendars', sa.column('id'), sa.column('closed', sa.JSON), sa.column('closures', sa.JSON),
        sa.column('feed_days', sa.JSON),
    )
    every = sa.select(calendars.c.id, calendars.c.closures, calendars.c.feed_days)
    for number, closures, feed_days in op.get_bind().execute(every).all():
        days = {*feed_days}
        for first, last, _name in closures:
            begins, ends = date.fromisoformat(first), date.fromisoformat(last)
            days |= {str(begins + timedelta(days=n)) for n in range((ends - begins).days + 1)}
        op.execute(calendars.update().where(calendars.c.id == number).values(closed=sorted(days)))
    with op.batch_alter_table('calendars', schema=None) as batch_op:
        batch_op.alter_column('closed', server_default=None)
        batch_op.drop_constraint(batch_op.f('fk_calendars_made_by_id_agents'), type_='foreignkey')
        for column in ('retired_at', 'made_by_id', 'partial', 'feed_days', 'closures'):
            batch_op.drop_column(column)
