"""Finding codes of the second opinion: what an independent judge says of a set, beside our own findings."""

from gateway.edi.finding import Code

_CASE = "tests/opinions/test_second_opinion.py"

CODES: dict[str, Code] = {
    code.code: code
    for code in (
        Code("second-opinion", "warning", "guide", "is not as pyx12 expects it: {said}", "An independent engine, pyx12, judged the set by the same guide and disagrees. One of the two is wrong, or the set is unusual.", "Look at the place; docs/second-opinion.md lists where the two are known to differ.", case=_CASE),
        Code("second-opinion-failed", "info", "guide", "could not be judged by pyx12: {said}", "The second opinion is missing for this set; ours stands alone.", "Nothing needs to be done; docs/second-opinion.md lists what pyx12 cannot read.", case=_CASE),
    )
}
