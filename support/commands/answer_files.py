"""`flask canned import` and `export`: answers from and to files."""

from pathlib import Path

import click

from support.canned import exchange, exports, imports, places, writing
from support.canned.exchange import Plan, RowFault
from support.clock import system_clock
from support.commands.answers import canned
from support.commands.sentences import in_english, sentences
from support.db import db
from support.desk import the_desk

WORDS = {"add": "new", "change": "changed", "same": "as it is"}
FILE = click.Path(dir_okay=False, path_type=Path)


@canned.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only says what would become of each row.")
@click.option("--folder", default="", help="Where new answers without a folder of their own go.")
@click.option("--yes", is_flag=True, help="Writes without asking.")
def import_answers(file: Path, dry_run: bool, folder: str, yes: bool) -> None:
    """Brings answers in from CSV, Excel, JSONL, or what Zendesk and Chatwoot give out.

    Says first what would be added, changed and left out, row by row, and then asks. Rows with a
    fault are left out; the command exits 1 if there was one.
    """
    if file.stat().st_size > imports.LARGEST:
        raise click.ClickException(f"{file} is larger than 5 MB; cut it into several files.")
    with sentences():
        folder = places.folder_from(folder)
    shelf = the_desk().shelf
    standing = {reply.id: reply for reply in shelf.replies}
    found = exchange.plan(*imports.read(file.name, file.read_bytes()), standing, folder)
    _tell(found)
    if not (dry_run or not found.to_write) and (yes or click.confirm("Write these?")):
        _write(found)
    raise SystemExit(1 if found.faults else 0)


@canned.command("export")
@click.argument("file", type=FILE)
def export_answers(file: Path) -> None:
    """Writes the whole shelf to FILE.csv, FILE.xlsx or FILE.jsonl."""
    made = exports.FORMATS.get(file.suffix.lower().lstrip("."))
    if made is None:
        raise click.ClickException("the file's name must end in .csv, .xlsx or .jsonl.")
    replies = the_desk().shelf.replies
    try:
        file.write_bytes(made[0](replies))
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
    click.echo(f"{len(replies)} answers written to {file}")


def _tell(found: Plan) -> None:
    for row in found.rows:
        if row.kind != "same":
            reply = row.reply
            where = f"{reply.category}/" if reply.category else ""
            click.echo(f"row {row.number}: {WORDS[row.kind]}: {where}{reply.id}  {reply.title}")
    for fault in found.faults:
        click.echo(_sentence(fault), err=True)
    counts = [f"{len(found.of(kind))} {words}" for kind, words in WORDS.items()]
    click.echo(f"{', '.join(counts)}, {len({it.number for it in found.faults})} with a fault")


def _sentence(fault: RowFault) -> str:
    where = f"row {fault.number}" + (f", {fault.field}" if fault.field else "")
    words = in_english(fault.sentence)
    return f"{where}: {words % dict(fault.values) if fault.values else words}"


def _write(found: Plan) -> None:
    number = 0
    with sentences():
        for batch in found.batches():
            edits, trouble = writing.save_all(
                db.session(), the_desk().shelf, batch, None, system_clock()
            )
            db.session.commit()
            number += len(edits)
            if trouble is not None:
                click.echo(f"{number} answers written")
                raise trouble
    click.echo(f"{number} answers written")
