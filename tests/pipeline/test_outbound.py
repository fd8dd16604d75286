"""What the ERP leaves goes to the partner as agreed: once, in order, under numbers of its own, or waits with a reason."""

import pytest

from tests.pipeline.out_world import OutWorld, order


@pytest.fixture
def world(tmp_path):
    world = OutWorld(tmp_path)
    yield world
    world.close()


def test_an_order_goes_to_the_supplier(world):
    world.leave(order())
    (name, segments), *others = world.sent().items()
    assert (name, others) == ("850_000000001.edi", [])
    assert segments[0] == (
        "ISA*00*          *00*          *ZZ*HARBOR         *ZZ*ACME           *260304*0506*U*00401*000000001*0*P*>"
    )
    assert segments[1:4] == ["GS*PO*HARBOR*ACME*20260304*0506*1*X*004010", "ST*850*0001", "BEG*00*SA*PO-1**20260301"]
    assert segments[-1] == "IEA*1*000000001"
    assert world.documents() == [("PO-1", "done", None)]
    assert world.interchanges() == [("850_000000001.edi", "sent", ["awaited"])]
