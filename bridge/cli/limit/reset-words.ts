// The forms in which Claude Code prints a reset: "3pm", "3:45pm", "Mon 12:00am", "Jun 11, 4am (UTC)", "2026-08-09 00:00 UTC".

/** The source of a regular expression with named groups; without regard to case. */
export const RESET_WORDS =
  "(?:(?:(?<weekday>sun|mon|tue|wed|thu|fri|sat)[a-z]*" +
  "|(?<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (?<day>\\d{1,2})(?:,? (?<year>\\d{4}))?" +
  "|(?<iso>\\d{4}-\\d{2}-\\d{2}))(?: at|,)? )?(?:at )?" +
  "(?<hour>\\d{1,2})(?::(?<minute>\\d{2}))? ?(?<half>am|pm)?(?: ?\\((?<zone>[\\w+/-]+)\\)| (?<utc>utc|gmt))?";
