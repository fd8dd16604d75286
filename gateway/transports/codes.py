"""Finding codes of the partner's side: what stands in a folder and is not taken, or only with a word about it."""

from gateway.edi.finding import Code


def _codes(*codes: Code) -> dict[str, Code]:
    return {code.code: code for code in codes}


CODES: dict[str, Code] = _codes(
    Code("inbox-link", "warning", "business", "{value} is a link; links are never followed",
         "A link in a drop folder could lead to any file of this machine.",
         "Ask the partner to send the file itself, or remove the link.",
         case="tests/transports/test_folder_inbox.py::test_a_symlink_is_never_followed"),
    Code("inbox-hard-link", "warning", "business", "{value} has another name elsewhere (a hard link); not taken",
         "A hard link can be a file from outside the folder.",
         "Copy the file in place of linking it, or allow hard links in the channel.",
         case="tests/transports/test_folder_inbox.py::test_a_hard_link_is_refused_by_policy"),
    Code("inbox-not-a-file", "warning", "business", "{value} is not a regular file; not taken",
         "FIFOs, sockets and devices in a drop folder are never opened for what they might do.",
         "Remove it.",
         case="tests/transports/test_folder_inbox.py::test_a_fifo_is_never_opened_blocking"),
    Code("inbox-partial", "warning", "business", "{value} has no IEA and has not changed for {minutes} minutes; it stays where it is",
         "The sender seems to have stopped in the middle; a copy waits in quarantine, and the file is taken as soon as it is complete.",
         "Ask the partner to send it again.",
         case="tests/transports/test_folder_inbox.py::test_an_incomplete_file_stays_and_is_reported_after_a_while"),
    Code("inbox-empty", "warning", "business", "{value} has no content",
         "An empty file was delivered; it is recorded and moved aside.",
         "Ask the partner whether something should have been in it.",
         case="tests/transports/test_folder_inbox.py::test_an_empty_file_is_offered_reported_and_moved_aside"),
    Code("inbox-too-large", "error", "business", "{value} has {size} bytes; expected at most {limit}",
         "The channel has a limit, and the file stays where it is.",
         "Raise `largest` of the channel if the file is meant, else ask the partner.",
         case="tests/transports/test_folder_inbox.py::test_a_file_over_the_limit_of_the_channel_is_reported_and_stays"),
    Code("inbox-unreadable", "error", "business", "{value} cannot be read: {problem}",
         "The gateway has no right to read the file, or the disk fails; the others go on.",
         "Give the gateway's user the right to read it.",
         case="tests/transports/test_folder_inbox.py::test_a_file_that_cannot_be_read_is_reported_and_others_go_on"),
    Code("inbox-unmovable", "error", "business", "{value} was taken but cannot be moved or deleted: {problem}",
         "It is recorded and not processed again, but it stays in the partner's folder.",
         "Give the gateway's user the right to change the folder.",
         case="tests/transports/test_folder_inbox.py::test_what_cannot_be_moved_is_remembered_and_comes_last"),
    Code("inbox-crowded", "warning", "business", "has more than {limit} files; the others wait for the next look",
         "A look is bounded, so that one full folder takes neither memory nor time from the others.",
         "Nothing, if the number falls; else ask what fills the folder.",
         case="tests/transports/test_folder_inbox.py::test_a_crowded_folder_is_looked_at_in_bounded_parts"),
    Code("inbox-impossible-name", "warning", "business", "{value} cannot be the name of a file here; not taken",
         "A server that is broken or hostile lists names with a slash or a zero byte, which could lead elsewhere.",
         "Ask the partner to rename the file.",
         case="tests/transports/test_sftp_hostile.py::test_impossible_names_are_told_and_hide_no_other"),
    Code("drop-broke-off", "warning", "business", "The upload of {value} broke off after {size} bytes; nothing of it was taken",
         "The partner's connection ended before he closed the file. What came is kept for a week, hidden from him, and never carried.",
         "Nothing, if he sends it again; else ask him to.",
         case="tests/transports/test_drop_server.py::test_an_upload_that_breaks_off_is_never_seen_and_told"),
    Code("inbox-vanished", "warning", "business", "{value} was taken, and was gone before it could be moved or deleted",
         "Somebody else moves or deletes files in the folder; this one is recorded and processed.",
         "Ask the partner who else reads the folder.",
         case="tests/transports/test_sftp_inbox.py::test_a_file_that_vanishes_after_it_was_taken_is_told"),
)
