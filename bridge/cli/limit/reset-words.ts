// The forms in which a reset is printed: "3pm", "3:45pm", "Mon 12:00am", "Jun 11, 4am (UTC)", "2026-08-09 00:00 UTC",
// "tomorrow at 1am", "8pm (GMT+2)", "in 2 hours".

const DAY =
  "(?<near>today|tomorrow)|(?:(?:sun|mon|tue|wed|thu|fri|sat)[a-z]*,? )?(?<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.? (?<day>\\d{1,2})(?:st|nd|rd|th)?(?:,? (?<year>\\d{4}))?" +
  "|(?<weekday>sun|mon|tue|wed|thu|fri|sat)[a-z]*|(?<iso>\\d{4}-\\d{2}-\\d{2})";
const OFFSET = "(?:utc|gmt)?(?<offset>[+-]\\d{1,2}(?::?\\d{2})?)";
const ZONE = ` ?(?:\\((?:${OFFSET}|(?<zone>[a-z][\\w+/-]*))\\)|${OFFSET.replace("<offset>", "<bareOffset>")}|(?<bareZone>[a-z]+/[a-z][\\w+/-]*)|(?<utc>utc|gmt|z)\\b)`;
const CLOCK = "(?<hour>\\d{1,2})(?::(?<minute>\\d{2})(?::\\d{2}(?:\\.\\d{1,9})?)?)? ?(?<half>[ap](?:m|\\.m\\.))?";
const AHEAD =
  "(?:about |approximately |~ ?)?(?:(?<days>\\d{1,3}) ?d(?:ays?)?)?,? ?(?:and )?(?:(?<hours>\\d{1,3}) ?h(?:(?:ou)?rs?)?)?" +
  ",? ?(?:and )?(?:(?<minutes>\\d{1,4}) ?m(?:in(?:ute)?s?)?)?,? ?(?:and )?(?:(?<seconds>\\d{1,5}) ?s(?:ec(?:ond)?s?)?)?";

/** The source of a regular expression with named groups; without regard to case. */
export const RESET_WORDS = `(?:in (?=\\d|about|approximately|~)${AHEAD}(?![a-z\\d])|(?:on )?(?:(?:${DAY})(?:,? at|,|t)? ?)?(?:at )?${CLOCK}(?:${ZONE})?)`;
