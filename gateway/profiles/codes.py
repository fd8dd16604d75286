"""Finding codes of files of ours (YAML, profiles, guides and mappings as written) and of finding the agreement."""

from gateway.edi.finding import AckCode, Code


def _codes(*codes: Code) -> dict[str, Code]:
    return {code.code: code for code in codes}


def _error(code: str, sentence: str, explanation: str, remedy: str, case: str = "tests/profiles") -> Code:
    return Code(code, "error", "business", sentence, explanation, remedy, case=case)


def _warning(code: str, sentence: str, explanation: str, remedy: str, case: str = "tests/profiles/test_lint.py") -> Code:
    return Code(code, "warning", "business", sentence, explanation, remedy, case=case)


_READING = "tests/profiles/test_reading.py"
_WRITTEN = "tests/profiles/test_partner.py"
_LOOKUP = "tests/profiles/test_catalog.py"
_LINT = "tests/profiles/test_lint.py"
_GUIDE = "tests/guides/test_guide_mistakes.py"
_SENDING = "tests/profiles/test_sending_agreements.py"
_DESTINATIONS = "tests/profiles/test_destinations.py"
_API = "tests/profiles/test_api_profiles.py"

CODES: dict[str, Code] = _codes(
    # YAML
    _error("yaml-syntax", "is not YAML: {problem}", "The file cannot be read at this place.", "Mend the line; indentation is blanks, never tabs.", _READING),
    _error("yaml-encoding", "is not UTF-8", "Files of ours are UTF-8.", "Save the file as UTF-8.", _READING),
    _error("yaml-too-large", "is larger than {limit} characters", "Files of ours are small; a large one is a mistake or an attack.", "Split the file, or put tables into CSV.", _READING),
    _error("yaml-too-deep", "is nested deeper than {limit} levels", "No file of ours needs that depth.", "Flatten the structure.", _READING),
    _error("yaml-documents", "begins a second document", "A file of ours is one document; what stands behind `---` would be lost.", "Make two files of it.", _READING),
    _error("yaml-alias", "{value} is an anchor or alias; they are not read", "Aliases can multiply without bound and hide what a file says.", "Write the value out, or use `extends`.", _READING),
    _error("yaml-tag", "{value} is a tag; tags are not read", "Every scalar is text; tags could run code.", "Remove the tag.", _READING),
    _error("yaml-merge-key", "'<<' is YAML's merge key; it is not read", "There is one merge, `extends`, and it says where a value came from.", "Use `extends`.", _READING),
    _error("yaml-key", "has a key that is not plain text", "Keys are words.", "Write the key as plain text.", _READING),
    _error("yaml-duplicate-key", "{value} stands twice in this map, first on line {first}", "One of two values would be lost.", "Keep one of them.", _READING),
    # What a file says
    _error("file-unreadable", "cannot be read: {problem}", "The file is missing, not UTF-8, or closed to us.", "Mend the file or its permissions.", _WRITTEN),
    _error("not-a-map", "is {kind}; expected a map of keys and values", "A profile, mapping or guide is a map at its top.", "Write `key: value` lines.", _WRITTEN),
    _error("unknown-key", "{value} is not a key here{hint}", "An unknown key would be silently without effect; most are typing mistakes.", "Correct or remove it; known here: {known}.", _WRITTEN),
    _error("missing-key", "has no {value}, which is needed here", "Without it the terms are not complete.", "Add the key.", _WRITTEN),
    _error("wrong-kind", "is {kind}; expected {expected}", "The value has another form than the key needs.", "Write {expected}.", _WRITTEN),
    _error("wrong-value", "{value} is not {expected}{hint}", "The value is none that the key can have.", "Write {expected}.", _WRITTEN),
    _error("inline-secret", "is a secret written out", "A secret in a file of the project is read by everyone who reads the project.", "Write `env:NAME` or `file:/path`, and put the secret there.", _WRITTEN),
    # extends
    _error("extends-unknown", "extends {value}, which does not exist{hint}", "What it should inherit is missing.", "Correct the name, or write the template.", "tests/profiles/test_inheritance.py"),
    _error("extends-circle", "extends {value}, which extends this file", "A circle has no beginning.", "Remove one of the two `extends`.", "tests/profiles/test_inheritance.py"),
    _error("extends-too-deep", "is inherited over more than {limit} levels", "Nobody finds where a value comes from over so many levels.", "Extend a template nearer to the root.", "tests/profiles/test_inheritance.py"),
    _error("file-name-differs", "{value} is not the name of this file, {expected}", "A profile is looked up by the name of its file.", "Rename one of the two.", _LOOKUP),
    # Finding the agreement
    _error("profile-unusable", "{value} has a profile that cannot be used: {problem}", "A profile with a mistake disables its partner, and no other.", "Mend the profile (`gateway partner check`), then reprocess.", _LOOKUP),
    _error("unknown-partner", "The sender {value} is no trading partner's identity{hint}", "No profile names this sender, so nothing says how to read, answer or deliver it.", "Add the identity to a profile, then reprocess; no acknowledgment was sent.", _LOOKUP),
    Code("not-for-us", "error", "business", "The receiver {value} is none of our identities{hint}", "It may be meant for someone else; it is answered by a TA1 only if the sender is known on this channel.", "If it is ours, add the identity to us.yaml, then reprocess.", (AckCode("TA1", "TA105", "009"),), _LOOKUP),
    _error("channel-mismatch", "The sender {value} is {partner}, whom the channel {channel} does not carry", "Somebody else's identity on this channel is a mix-up or a forgery.", "Ask whose file it is; if the channel may carry it, add the partner to `carries`, then reprocess.", _LOOKUP),
    Code("no-agreement", "error", "business", "{partner} has no agreement {what}{hint}", "The partner is known, but not for this set, version or direction.", "Add a row to the profile, then reprocess.", (AckCode("AK5", "AK502", "1"),), _LOOKUP),
    _error("partner-not-active", "{partner} is {value}; only testing and production are worked", "A draft is not agreed yet, a suspended partner is stopped on purpose.", "Change `status` in the profile, then reprocess.", _LOOKUP),
    _error("agreement-ambiguous", "fits {what} as well as the row at {other} does", "Two rows of one specificity fit the same set; neither may be chosen by chance.", "Tell them apart by version, identity, usage, pattern or dates.", _LINT),
    # Sending
    _error("addressee-missing", "Does not say to whom it goes", "Nothing in the document or beside it names a trading partner.", "Let the document say it, `\"envelope\": {{\"partner\": \"acme\"}}`, or name the partner beside it (--partner).", _SENDING),
    _error("agreement-expired", "{partner} has no agreement {what} that holds today", "The rows that fit have not begun or are over (`from`, `to`).", "Add a row that holds today, then reprocess.", _SENDING),
    _error("no-way-out", "There is no channel by which files go to {value}", "The profile has neither `channels: out` nor `via`.", "Add one to the profile, then reprocess.", "tests/pipeline/test_outbound.py"),
    _error("calendar-unknown", "{value} is no calendar{hint}", "A calendar says which days count until an answer is overdue.", "Write one of {known}.", _SENDING),
    _error("known-as-taken", "{value} is a name of {other} too", "A document that names it could go to either.", "Give the name to one of them.", _SENDING),
    _error("send-ambiguous", "fits {what} as well as the row at {other} does", "Nothing says which of the two a document goes by, so that it would be held.", "Tell them apart by usage, status or dates (`from`, `to`), or keep one.", _SENDING),
    # partner check
    _error("mapping-unknown", "{value} names no mapping{hint}", "A set without mapping cannot become a document.", "Correct the name, or write {file}.", _LINT),
    _error("guide-unknown", "{value} names no guide{hint}", "A set without guide cannot be validated.", "Correct the name, or write {file}.", _LINT),
    _error("template-unknown", "{value} names no template{hint}", "The destination could not be written.", "Correct the name, or write {file}.", _LINT),
    _error("table-unknown", "{value} is no code table{hint}", "A partner's codes for a table that no mapping reads have no effect.", "Correct the name, or write {file}.", _LINT),
    _error("destination-unknown", "{value} is no destination of us.yaml{hint}", "Documents would have nowhere to go.", "Correct the name, or add it under `destinations`.", _LINT),
    _error("identity-unknown", "{value} is no identity of {whose}{hint}", "The envelope would have no id.", "Correct the name, or add it under `identities`.", _LINT),
    _error("identity-taken", "{value} is an identity of {other} too", "A file of this sender could be either's.", "Tell the two apart by `gs` or `usage`.", _LINT),
    _error("identity-ours", "{value} is one of our own identities", "A file we sent would come back in as a partner's.", "Correct the identity.", _LINT),
    _error("partner-unknown", "{value} is no trading partner{hint}", "The name is looked up among the profiles.", "Correct the name, or add the profile.", _LINT),
    _error("connection-unknown", "{value} is no connection{hint}", "The shared mailbox is looked up in connections/.", "Correct the name, or add the file.", _LINT),
    _error("connection-does-not-carry", "{value} does not carry {partner}", "What arrives there of this partner would be quarantined.", "Add the partner to `carries` of that connection.", _LINT),
    _error("folder-loop", "{value} is inside the in-folder {other}", "What we write there would be taken in again.", "Use separate folders.", _LINT),
    _error("folder-shared", "{value} is an in-folder of {other} too", "Nothing says whose a file is that has no envelope.", "Use separate folders, or one connection that carries both.", _LINT),
    _error("channel-name-taken", "{value} is the name of a channel in {other} too", "Journals could not tell the two apart, nor whose a file is.", "Give one of them another name.", _LINT),
    _error("drop-user-taken", "{value} is the user of the drop in {other} too", "Two partners would find themselves in one folder.", "Give one of them another `user`.", _LINT),
    _warning("drop-without-login", "has a drop into which {value} cannot log in: neither key nor password", "The folders are watched all the same, as an SFTP server of yours may fill them.", "Add `keys: [ssh-ed25519 ...]` (his .pub file) or `password: env:NAME`.", _LINT),
    _error("channel-unworked", "is a channel of kind {value}, by which nothing comes or goes yet", "The form is known, the work behind it is not there: files that come so are not taken, and what should go so waits.", "Use a folder, a drop, SFTP or HTTP.", _LINT),
    _error("channel-missing", "has no channel to send answers or sets by", "An acknowledgment is owed and has no way out.", "Add `channels: {{out: ...}}` or `via:`.", _LINT),
    _error("api-without-keys", "opens the API to nobody: neither keys nor signatures", "Nobody can say by it who he is.", "Add `keys: [{{id: ..., secret: env:NAME}}]` or `signatures: [env:NAME]`.", _API),
    _error("api-unsigned", "asks for signatures and has no secret to check them with", "Nothing that is posted could be taken.", "Add `signatures: [env:NAME]`, or leave `signed` out.", _API),
    _error("api-key-twice", "{value} is the id of two keys", "Logs could not tell the two apart.", "Give one of them another id.", _API),
    _error("api-secret-shared", "{value} is the secret of {other} too", "Nothing would say who is calling, so neither is taken.", "Make a key for each: `openssl rand -hex 24`.", _API),
    _error("production-destination-missing", "is in production and delivers to {value}, which is {status}", "A production agreement that only reaches a test system posts nothing.", "Deliver to a production destination, or set the row to testing.", _LINT),
    _error("finding-code-unknown", "{value} is no finding code{hint}", "A severity for a code that nobody raises has no effect.", "Correct the code; `gateway explain` lists them.", _LINT),
    _error("phrase-wrong", "cannot be filled in: {problem}", "A call of the destination could not be made.", "Correct what stands between the braces.", _DESTINATIONS),
    _error("testing-destination-same", "{value} stands where this destination itself does", "Documents of tests would reach the production system.", "Give the twin another folder, address or schema.", _DESTINATIONS),
    _warning("host-key-missing", "has no host key of {value} pinned, so that no connection is made", "Without it nobody knows whose server answers.", "`gateway partner trust-host {partner}` shows it and pins it.", _LINT),
    _warning("find-missing", "says no way to find what was posted", "Where an answer is lost, nobody knows whether the document is there: it is not posted again, and waits for a person.", "Declare `find`, by a field of the system's that holds {{{{ key }}}} or {{{{ digest }}}}.", _DESTINATIONS),
    _warning("url-in-clear", "{value} is not encrypted", "Whoever is between reads the login and the documents.", "Use https.", _DESTINATIONS),
    _warning("nothing-delivered", "delivers to no destination", "Documents are made and go nowhere.", "Add `deliver_to`."),
    _warning("contacts-missing", "names no contact for role edi", "Nobody can be told about refused or overdue documents.", "Add `contacts: [{{role: edi, name: ..., email: ...}}]`."),
    _warning("answer-unusual", "answers 004010 with a 999", "The 999 exists from 005010 on; few translators of 004010 read one.", "Use form \"997\" unless the partner asked for a 999."),
    _warning("testing-destination-missing", "is not in production, and no destination it names takes test documents", "Its documents stop after the checks.", "Give the destination a `testing:` twin."),
    _warning("secret-unresolved", "{value} cannot be read here", "The channel will not open without it.", "Set the environment variable or write the file, where the gateway runs."),
    _warning("template-unused", "is extended by nobody", "A template without heirs may be a mistake in a name.", "Remove it, or extend it."),
    Code("guide-missing", "error", "business", "{value} does not exist{hint}", "A guide says what a valid transaction set is; without it nothing can be checked.", "Correct the name, or add the guide.", case=_GUIDE),
    Code("guide-form", "error", "business", "is not a guide; expected {expected}", "Guides have one form, so that they can be read, compared and compiled.", "Mend the line.", case=_GUIDE),
    Code("guide-segment", "error", "business", "{value} is not a segment of this version", "A guide can only name segments that the version defines.", "Correct the segment's name.", case=_GUIDE),
    Code("guide-path", "error", "business", "{value} names no place of the guide it extends{hint}", "A difference must stand at a place of the set, such as PO1/PID or BEG.02.", "Correct the path.", case=_GUIDE),
    Code("guide-difference", "error", "business", "{value} cannot be: {problem}", "A partner's difference must make sense at the place that it changes.", "Correct the difference; mappings/guides/README.md has the form.", case="tests/profiles/test_partner_guides.py"),
)
