"""What a partner reads of a file that he only wanted to have looked at: what would become of each document, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.edi.shown import shown
from gateway.exchange.reports import MEANINGS

MOST = 200
"""Documents that are listed."""
MOST_REPORTS = 20
"""Of so many the findings are written out."""
MOST_OF_AN_ANSWER = 4000
RULE = "-" * 72


@dataclass(frozen=True, slots=True)
class Tried:
    """One document, or one set of which none could be made."""

    set_id: str
    number: str
    """ST02; '' in a file without envelope."""
    document_type: str
    key: str
    """Order, shipment or invoice number."""
    verdict: str
    """A, E or R."""
    held_at: str | None


@dataclass(frozen=True, slots=True)
class Trial:
    """All that the report says."""

    our_name: str
    partner: str
    file: str
    at: str
    terms: str
    """testing or production: whose terms it was held against."""
    documents: Sequence[Tried] = ()
    reports: Sequence[str] = ()
    """A text for each thing that would not go through."""
    answers: Sequence[str] = ()
    """The acknowledgments that he would get."""
    problem: str = ""
    """Why it could not be looked at, where it could not."""
    contacts: Sequence[str] = ()


def trial_report(trial: Trial) -> str:
    """The text of `<name>.report.txt`."""
    lines = [
        f"Test of {shown(trial.file)}",
        f"Checked by {shown(trial.our_name)} on {trial.at} as a file of {shown(trial.partner)}, by the terms for {trial.terms}.",
        "This was only a test: nothing of it was carried, stored or answered.",
        "",
        f"Result: {_result(trial)}",
        "",
    ]
    for number, tried in enumerate(trial.documents[:MOST], 1):
        lines.append(f"{number:>4}. {_named(tried):<52} {_became(tried)}")
    if len(trial.documents) > MOST:
        lines.append(f"      ... and {len(trial.documents) - MOST} more")
    for text in trial.reports[:MOST_REPORTS]:
        lines += ["", RULE, text.rstrip("\n")]
    if len(trial.reports) > MOST_REPORTS:
        lines += ["", f"... and {len(trial.reports) - MOST_REPORTS} more reports; mend these first."]
    for answer in trial.answers[:3]:
        lines += ["", RULE, "The acknowledgment that you would get:", "", *_cut(answer)]
    lines += ["", RULE, _next(trial), "", "Whom to call", "", *(f"  {shown(contact)}" for contact in trial.contacts or [trial.our_name])]
    return "\n".join(lines) + "\n"


def _result(trial: Trial) -> str:
    if trial.problem:
        return shown(trial.problem)
    refused = sum(one.verdict == "R" for one in trial.documents)
    held = sum(one.verdict != "R" and one.held_at is not None for one in trial.documents)
    good = len(trial.documents) - refused - held
    if not trial.documents:
        return "no document could be read in it" if trial.reports else "it holds no document"
    said = [f"{good} would go through"] if good else []
    said += [f"{refused} would be rejected"] if refused else []
    said += [f"{held} would wait for a person of ours"] if held else []
    if good == len(trial.documents) and not trial.reports:
        return f"all right, {good} of {good} would go through" if good > 1 else "all right, it would go through"
    return f"of {len(trial.documents)} documents {', '.join(said)}"


def _named(tried: Tried) -> str:
    what = MEANINGS.get(tried.set_id) or tried.document_type.replace("_", " ") or "set"
    envelope = f" ({tried.set_id} {tried.number})" if tried.number else ""
    return shown(f"{what} {tried.key}".strip() + envelope)


def _became(tried: Tried) -> str:
    if tried.verdict == "R":
        return "would be rejected"
    return "would go through" if tried.held_at is None else "would wait for a person of ours"


def _cut(answer: str) -> list[str]:
    cut = answer[:MOST_OF_AN_ANSWER]
    terminated = cut.replace("~\n", "~").replace("~", "~\n") if "~" in cut else cut
    return [*(f"  {shown(line)}" for line in terminated.splitlines()), *(["  ..."] if len(answer) > MOST_OF_AN_ANSWER else [])]


def _next(trial: Trial) -> str:
    fine = trial.documents and not trial.reports and not trial.problem
    if fine:
        return "When you want it carried, put the file into the folder in."
    return "Correct what stands above and put the file here again; this report is then made anew."
