"""A scripted ERP, and the real servers for tests marked `service`."""

import pytest

from gateway.calling import Caller, Pace
from gateway.connectors.rest import RestConnector
from tests.services.fixtures import postgres
from tests.services.rest_profiles import rest_profile
from tests.services.scripted_erp import ScriptedErp

__all__ = ["postgres"]


@pytest.fixture
def erp():
    made = ScriptedErp()
    yield made
    made.close()


@pytest.fixture
def connect(erp):
    """Makes connectors to the ERP: `pace` in place of the profile's limits, `changes` to the profile."""
    made = []

    def connector(pace=None, secrets=None, clock=None, pause=None, **changes):
        more = {key: value for key, value in (("clock", clock), ("pause", pause)) if value is not None}
        caller = Caller("erp", pace or Pace(deadline=5.0), **more)
        made.append(RestConnector("erp", rest_profile(erp.url, **changes), (secrets or {"env:TOKEN": "t"}).__getitem__, caller=caller))
        return made[-1]

    yield connector
    for one in made:
        one.close()
