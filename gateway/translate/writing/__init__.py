"""Documents as the segments of a set: a mapping run backwards, and what was written held against the document and the guide."""
