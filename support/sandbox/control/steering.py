"""How this X behaves: misfortunes laid, listed, cleared; switches read and turned."""

from dataclasses import asdict

from flask import Response, jsonify

from support.sandbox import steering
from support.sandbox.control.door import blueprint, body
from support.sandbox.ground import ground


@blueprint.get("/faults")
def list_faults() -> Response:
    return jsonify([asdict(fault) for fault in ground().faults.list()])


@blueprint.post("/faults")
def add_fault() -> tuple[Response, int]:
    ground().faults.add(steering.fault(body()))
    return list_faults(), 201


@blueprint.post("/faults/seed")
def draw_faults() -> tuple[Response, int]:
    """The same seed lays the same faults."""
    ground().faults.add(*steering.seed(body()))
    return list_faults(), 201


@blueprint.delete("/faults")
def clear_faults() -> Response:
    ground().faults.clear()
    return list_faults()


@blueprint.get("/switches")
def list_switches() -> Response:
    return jsonify(asdict(ground().switches))


@blueprint.post("/switches")
def turn_switches() -> Response:
    ground().switches = steering.switches(body(), ground().switches)
    return list_switches()
