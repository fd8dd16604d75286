"""Text that leaves us by a Jinja2 template: files for our own systems, as CSV, XML, JSON or plain text. Never X12."""
