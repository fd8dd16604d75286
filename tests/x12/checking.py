"""Runs the engine on bytes for the tests: what was found, what stands there, and the acknowledgments it would get."""

from datetime import datetime
from functools import cached_property

from gateway.formats.x12 import acknowledgment
from gateway.formats.x12.check import check
from gateway.formats.x12.envelope import AcknowledgmentRead, GroupEnd, InterchangeEnd, Noise, SetRead
from gateway.profiles.guide import Guides
from gateway.stores.library import FolderLibrary

GUIDES = Guides(FolderLibrary())
AT = datetime(2026, 1, 2, 3, 4)  # noqa: DTZ001 - as envelopes carry it, without a zone


class Checked:
    """One file, checked: its interchanges, groups and sets in the order they ended, and findings with the bytes they point at."""

    def __init__(self, data, chunk=None, guides=GUIDES):
        self.data = data if isinstance(data, bytes) else data.encode("latin-1")
        size = chunk or max(1, len(self.data))
        self.interchanges, self.groups, self.sets, self.noise, self.ta1s, self.order = [], [], [], [], [], []
        self.answers = []
        """Of each group its 997, made at its end as a gateway would."""
        open_sets = []
        for event in check((self.data[at : at + size] for at in range(0, len(self.data), size)), guides):
            if isinstance(event, SetRead):
                if event.transaction_set.last:
                    self.sets.append(event.transaction_set)
                    open_sets.append(acknowledgment.set_answer(event.transaction_set))
            elif isinstance(event, GroupEnd):
                self.groups.append(event.group)
                self.answers.append((event.interchange, event.group, open_sets))
                open_sets = []
            elif isinstance(event, InterchangeEnd):
                self.interchanges.append(event.interchange)
            elif isinstance(event, Noise):
                self.noise.append(event.finding)
            elif isinstance(event, AcknowledgmentRead):
                self.ta1s.append(event.ta1)
            self.order.append(type(event).__name__)

    @cached_property
    def findings(self):
        """All findings, outermost level first."""
        found = list(self.noise)
        for level in (self.interchanges, self.groups, self.sets):
            found += [finding for one in level for finding in one.findings]
        return found

    @property
    def codes(self):
        return [finding.code for finding in self.findings]

    @property
    def verdicts(self):
        """AK501 of each set, in order."""
        return "".join(found.accepted for found in self.sets)

    def only(self, code):
        """The one finding of a code, and no error of another code beside it."""
        found = [finding for finding in self.findings if finding.code == code]
        assert len(found) == 1, self.codes
        others = {finding.code for finding in self.findings if finding.severity == "error"} - {code}
        assert not others, others
        return found[0]

    def at(self, finding):
        """The bytes that a finding points at."""
        place = finding.location
        return self.data[place.offset : place.offset + (place.length or 0)].decode("latin-1")

    def ta1(self, number=0):
        """The TA1 that an interchange would get, as its segment."""
        interchange = self.interchanges[number]
        envelope = acknowledgment.envelope_back(interchange, None)
        text = acknowledgment.write(acknowledgment.answer("997", envelope, ta1=acknowledgment.ta1_answer(interchange)), 1, None, AT)
        return _segments(text, envelope)[1]

    def answer(self, number=0, form="997"):
        """The segments of a group's 997 from AK1 to AK9."""
        interchange, group, sets = self.answers[number]
        envelope = acknowledgment.envelope_back(interchange, group)
        text = acknowledgment.write(acknowledgment.answer(form, envelope, group=acknowledgment.group_answer(group, sets)), 1, 1, AT)
        return _segments(text, envelope)[3:-3]


def _segments(text, envelope):
    end = envelope["segment"] + envelope["line_end"]
    return [part.replace(envelope["element"], "*") for part in text.decode("latin-1").split(end) if part]
