"""Day, month, year; Django leaves the moment in American order."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y، g:i A"
