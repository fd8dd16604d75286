"""Finding codes of files of ours: YAML, profiles, guides and mappings as written."""

from gateway.edi.finding import Code


def _codes(*codes: Code) -> dict[str, Code]:
    return {code.code: code for code in codes}


CODES: dict[str, Code] = _codes(
    Code("yaml-syntax", "error", "business", "is not YAML: {problem}", "The file cannot be read at this place.", "Mend the line; indentation is blanks, never tabs."),
    Code("yaml-too-large", "error", "business", "is larger than {limit} characters", "Files of ours are small; a large one is a mistake or an attack.", "Split the file, or put tables into CSV."),
    Code("yaml-too-deep", "error", "business", "is nested deeper than {limit} levels", "No file of ours needs that depth.", "Flatten the structure."),
    Code("yaml-alias", "error", "business", "{value} is an alias; aliases are not read", "Aliases can multiply without bound and hide what a file says.", "Write the value out, or use `extends`."),
    Code("yaml-tag", "error", "business", "{value} is a tag; tags are not read", "Every scalar is text; tags could run code.", "Remove the tag."),
    Code("yaml-key", "error", "business", "has a key that is not plain text", "Keys are words.", "Write the key as plain text."),
    Code("yaml-duplicate-key", "error", "business", "{value} stands twice in this map, first on line {first}", "One of two values would be lost.", "Keep one of them."),
)
