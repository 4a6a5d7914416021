"""Messages, statuses, contacts and windows."""
