"""Batch compliance jobs, and what our app has read."""

import json
import secrets
from datetime import timedelta
from typing import cast

from flask import Response, g, request

from support.sandbox import bodies, jobs, numbering, parameters, problems
from support.sandbox.api.door import Answer, base, blueprint, endpoint
from support.sandbox.api.speaker import Speaker
from support.sandbox.ground import ground
from support.sandbox.jobs import Job
from support.sandbox.payloads import timestamp

KINDS = ("tweets", "users")
STATUSES = ("created", "in_progress", "failed", "complete", "expired")
PROJECT = "sandbox-project"
MONTHLY_CAP = 3_000_000


def _client_id() -> str:
    return cast(Speaker, g.speaker).app.client_id


@blueprint.post("/2/compliance/jobs")
@endpoint("compliance/jobs")
def create_job() -> Answer:
    given = bodies.json_object(request.get_data())
    kind, name = given.get("type"), given.get("name")
    if kind not in KINDS:
        raise problems.invalid(f"$.type: does not have a value in the enumeration {list(KINDS)}")
    if name is not None and (not isinstance(name, str) or len(name) > 64):
        raise problems.invalid("$.name: must be at most 64 characters long")
    now = ground().clock()
    with ground().store.writing() as db:
        number = numbering.next_id(db, now)
        ticket = secrets.token_hex(8)
        job = Job(number, _client_id(), str(kind), name, now, None, ticket)
        jobs.add(db, job)
    return {"data": _shown(job)}


@blueprint.get("/2/compliance/jobs")
@endpoint("compliance/jobs")
def list_jobs() -> Answer:
    parameters.only(request.args, frozenset(["type", "status", "compliance_job.fields"]))
    kind, status = request.args.get("type", ""), request.args.get("status", "")
    for name, value, known in (("type", kind, KINDS), ("status", status, (*STATUSES, ""))):
        if value not in known:
            raise problems.invalid_parameter(name, value, f"`{name}` is not one of {list(known)}")
    with ground().store.reading() as db:
        found = [_shown(job) for job in jobs.of(db, _client_id(), kind)]
    shown = [job for job in found if status in ("", job["status"])]
    meta: Answer = {"meta": {"result_count": len(shown)}}
    return ({"data": shown} if shown else {}) | meta


@blueprint.get("/2/compliance/jobs/<id>")
@endpoint("compliance/jobs")
def one_job(id: str) -> Answer:
    with ground().store.reading() as db:
        job = jobs.by_id(db, parameters.identifier("id", id))
    if job is None or job.client_id != _client_id():
        return {"errors": [problems.not_found("compliance_job", "id", id)]}
    return {"data": _shown(job)}


def _shown(job: Job) -> Answer:
    place = f"{base()}/sandbox/compliance/{job.id}/{job.ticket}"
    shown = {
        "id": str(job.id),
        "type": job.kind,
        "status": job.status(ground().clock()),
        "resumable": False,
        "created_at": timestamp(job.created_at),
        "upload_url": f"{place}/ids",
        "upload_expires_at": timestamp(job.created_at + jobs.UPLOAD_WITHIN),
        "download_url": f"{place}/results",
        "download_expires_at": timestamp(job.created_at + jobs.DOWNLOAD_WITHIN),
    }
    return shown | ({"name": job.name} if job.name else {})


@blueprint.put("/sandbox/compliance/<int:job_id>/<ticket>/ids")
def upload_ids(job_id: int, ticket: str) -> Response:
    """The address itself is the permission, as with X's signed ones."""
    with ground().store.writing() as db:
        job = _ticketed(jobs.by_id(db, job_id), ticket)
        if job.status(ground().clock()) != "created":
            raise problems.generic(400, "Bad Request", "This job takes no more ids.")
        jobs.take_ids(db, job.id, request.get_data(as_text=True))
    return Response(status=200)


@blueprint.get("/sandbox/compliance/<int:job_id>/<ticket>/results")
def results(job_id: int, ticket: str) -> Response:
    """A JSON object a line."""
    with ground().store.reading() as db:
        job = _ticketed(jobs.by_id(db, job_id), ticket)
        found = jobs.findings(db, job)
    at = {"created_at": timestamp(job.created_at), "redacted_at": timestamp(ground().clock())}
    lines = "".join(json.dumps(entry | at) + "\n" for entry in found)
    return Response(lines, mimetype="application/jsonl")


def _ticketed(job: Job | None, ticket: str) -> Job:
    if job is None or not secrets.compare_digest(job.ticket.encode(), ticket.encode()):
        raise problems.generic(404, "Not Found", "Not Found")
    return job


@blueprint.get("/2/usage/tweets")
@endpoint("usage/tweets")
def usage() -> Answer:
    parameters.only(request.args, frozenset(["days", "usage.fields"]))
    raw = request.args.get("days", "7")
    if not raw.isascii() or not raw.isdigit() or len(raw) > 2 or not 1 <= int(raw) <= 90:
        raise problems.invalid_parameter("days", raw, "`days` is not between 1 and 90")
    today = ground().clock().date()
    days = [today - timedelta(days=back) for back in range(int(raw))]
    daily = [
        {"date": f"{day:%Y-%m-%d}T00:00:00.000Z", "usage": ground().usage[day]} for day in days
    ]
    used = sum(ground().usage[day] for day in days if day.month == today.month)
    return {
        "data": {
            "cap_reset_day": 1,
            "daily_project_usage": {"project_id": 1, "usage": daily},
            "project_cap": MONTHLY_CAP,
            "project_id": PROJECT,
            "project_usage": used,
        }
    }
