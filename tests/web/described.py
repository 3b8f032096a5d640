"""`docs/openapi.yaml`, as schemathesis reads it."""

from typing import Any

import schemathesis
import yaml

from tests.web.forms import ROOT

DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text("utf-8"))
schema = schemathesis.openapi.from_dict(DOCUMENT)
