"""Misfortunes laid, listed, cleared."""

from flask import Response, jsonify

from support.sandbox import orders
from support.sandbox.control.door import blueprint, body
from support.sandbox.ground import ground


@blueprint.get("/faults")
def list_faults() -> Response:
    return jsonify([fault.__dict__ for fault in ground().faults.list()])


@blueprint.post("/faults")
def add_fault() -> tuple[Response, int]:
    ground().faults.add(orders.fault(body()))
    return list_faults(), 201


@blueprint.delete("/faults")
def clear_faults() -> Response:
    ground().faults.clear()
    return list_faults()
