"""Whatever comes twice: the same bytes after each fate of the first, the same number, the same order."""

import threading

from tests.pipeline.world import FILES, World, file_of, group, interchange, order

BAD = ["ST*850*0001", "PO1*1*5*EA*2", "SE*3*0001"]


def test_the_same_file_again_has_no_effect_and_gets_the_same_answer_again(world):
    world.send(file_of(order()), "a.edi")
    ((name, first),) = world.outbox.files.items()
    del world.outbox.files[name]  # the partner has taken it
    world.send(file_of(order()), "b.edi")
    assert world.outbox.files == {name: first}
    assert (world.posted(), world.summaries()) == (["PO-1"], ["1 delivered", "interchange duplicate"])


def test_a_third_time_is_answered_again_too(world):
    world.send(file_of(order()))
    for _ in range(2):
        world.outbox.files.clear()
        world.send(file_of(order()))
        assert len(world.outbox.files) == 1
    assert world.erp.requests == ["acme/purchase_order/PO-1/"]


def test_the_same_bytes_after_a_rejected_first_are_carried_as_new(world):
    world.send(file_of(BAD))
    world.send(file_of(BAD))
    assert world.verdicts() == [["AK5*R*5", "AK9*R*1*1*0"], ["AK5*R*5", "AK9*R*1*1*0"]]
    assert world.summaries() == ["1 rejected", "1 rejected"]


def test_the_same_bytes_after_a_refused_envelope_are_carried_as_new(world):
    data = interchange(group(order()), isa14="1").replace(b"IEA*1*000000001", b"IEA*1*000000002")
    world.send(data)
    world.send(data)
    assert [one[0][:3] for one in world.verdicts()] == ["TA1", "TA1"]
    assert world.summaries() == ["interchange refused", "interchange refused"]


def test_the_same_bytes_while_the_first_waits_for_its_partner_are_linked_without_answer(world):
    data = file_of(order(), sender="STRANGER")
    world.send(data)
    world.send(data)
    assert (world.answers(), world.summaries()) == ({}, ["interchange held at detect", "interchange duplicate"])


def test_a_file_that_was_cut_off_comes_whole_later(world):
    whole = file_of(order())
    world.send(whole[:-30], "a.edi")
    world.send(whole, "a.edi")
    assert (world.posted(), world.summaries()) == (["PO-1"], ["interchange incomplete", "1 delivered"])


def test_the_same_number_with_other_content_is_held_and_a_person_lets_it_pass(world):
    world.send(file_of(order("PO-1")))
    world.send(file_of(order("PO-2")))
    (held,) = world.held()
    assert (held.kind, held.findings[-1]["code"], world.posted()) == ("interchange", "control-number-reused", ["PO-1"])
    world.reprocess(held)
    assert world.posted() == ["PO-1", "PO-2"]


def test_the_same_number_where_only_a_warning_is_agreed_goes_on(tmp_path):
    acme = FILES["partner_profiles/acme.yaml"] + "control_numbers: {check: warn}\n"
    world = World(tmp_path, FILES | {"partner_profiles/acme.yaml": acme})
    world.send(file_of(order("PO-1")))
    world.send(file_of(order("PO-2")))
    assert world.posted() == ["PO-1", "PO-2"]
    world.close()


def test_the_same_order_in_another_interchange_is_accepted_and_posts_once(world):
    world.send(file_of(order()))
    world.send(file_of(order(), number="000000002"))
    assert (world.erp.requests, world.summaries()) == (["acme/purchase_order/PO-1/"], ["1 delivered", "1 duplicate"])
    assert len(world.answers()) == 2


def test_the_same_order_number_with_other_content_waits_for_a_person(world):
    world.send(file_of(order(quantity="5")))
    world.send(file_of(order(quantity="6"), number="000000002"))
    (held,) = world.held()
    assert (held.verb, held.findings[-1]["code"]) == ("check", "document-conflicting")
    assert world.posted() == ["PO-1"]


def test_many_files_of_the_same_order_carried_by_two_workers_post_once(world):
    for number in range(1, 21):
        world.drop(file_of(order(), number=f"{number:09d}"), f"{number}.edi")
    world.worker.begin()
    from gateway.wiring import Gateway
    from gateway.worker.loop import Worker

    other = Gateway(world.gateway.settings, world.clock, world.ids, world, world.fault, world.gateway.given)
    errors = []

    def work(worker):
        try:
            while worker.step():
                pass
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in (world.worker, Worker(other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.run()
    other.close()
    assert (errors, world.erp.requests) == ([], ["acme/purchase_order/PO-1/"])
    states = sorted(state for _, state, _ in world.documents())
    assert states == ["done"] + ["duplicate"] * 19


def test_a_cancellation_of_something_unknown_is_held_and_one_of_something_known_posts(world):
    cancelled = [segment.replace("BEG*00", "BEG*01") for segment in order()]
    world.send(file_of(cancelled))
    (held,) = world.held()
    assert (held.verb, held.findings[-1]["code"], world.posted()) == ("check", "document-without-first", [])
    world.send(file_of(order(), number="000000002"))
    world.reprocess(held)
    assert (world.posted(), world.held()) == (["PO-1", "PO-1"], [])
