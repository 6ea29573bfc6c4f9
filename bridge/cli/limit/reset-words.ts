// The forms in which a reset is printed: "3pm", "3:45pm", "Mon 12:00am", "Jun 11, 4am (UTC)", "27 Nov, 3pm", "3pm tomorrow",
// "11/27/2026, 3:45 PM", "2026-08-09 00:00 UTC", "midnight", "8pm (GMT+2)", "Aug 8", "in 2 hours".

const WEEKDAY = "sun|mon|tue|wed|thu|fri|sat";
const MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";

/** Without a time neither of them is a moment. */
function toNear(place: string): string {
  return `(?<near${place}>today|tomorrow)`;
}

/** A name may stand once in an expression, so each place of a day has names of its own, by which `place` ends them. */
function toDay(place: string): string {
  return [
    `(?:(?:${WEEKDAY})[a-z]*,? )?(?:(?<month${place}>${MONTH})[a-z]*\\.? (?<day${place}>\\d{1,2})(?!\\d)(?:st|nd|rd|th)?` +
      `|(?<dayFirst${place}>\\d{1,2})(?:st|nd|rd|th)? (?<monthSecond${place}>${MONTH})[a-z]*\\.?)(?:,? (?<year${place}>\\d{4}))?`,
    `(?<weekday${place}>${WEEKDAY})[a-z]*`,
    `(?<iso${place}>\\d{4}-\\d{2}-\\d{2})`,
    `(?<slashed${place}>\\d{1,2}/\\d{1,2}(?:/\\d{4})?)`,
  ].join("|");
}

/** Where a day can stand: before the time, behind it, or without one. */
export const DAY_PLACES = ["", "Behind", "Alone"] as const;

function toZone(place: string): string {
  const offset = (name: string) => `(?:utc|gmt)?(?<${name}${place}>[+-]\\d{1,2}(?::?\\d{2})?)`;
  const named = `\\((?:${offset("offset")}|(?<zone${place}>[a-z][\\w+/-]*))\\)`;
  return ` ?(?:${named}|${offset("bareOffset")}|(?<bareZone${place}>[a-z]+/[a-z][\\w+/-]*)|(?<utc${place}>utc|gmt|z)\\b)`;
}

/** A bare "3" is no time of day: it needs minutes or a half. */
const CLOCK =
  "(?:(?<hour>\\d{1,2})(?=:\\d\\d| ?[ap]\\.?m)(?::(?<minute>\\d{2})(?::\\d{2}(?:\\.\\d{1,9})?)?)? ?(?<half>[ap](?:m|\\.m\\.))?|(?<named>midnight|noon)\\b)";
const AHEAD =
  "(?:about |approximately |~ ?)?(?:(?<days>\\d{1,3}) ?d(?:ays?)?)?,? ?(?:and )?(?:(?<hours>\\d{1,3}) ?h(?:(?:ou)?rs?)?)?" +
  ",? ?(?:and )?(?:(?<minutes>\\d{1,4}) ?m(?:in(?:ute)?s?)?)?,? ?(?:and )?(?:(?<seconds>\\d{1,5}) ?s(?:ec(?:ond)?s?)?)?";
/** Behind a day alone nothing may follow that could be its time. */
const CLAUSE_END = "(?= ?[·.;)|!]| - | (?:progress saved|out of|your|or|run|visit|see|ask|raise|manage|switch|/)| ?$)";

/** The source of a regular expression with named groups; without regard to case. */
export const RESET_WORDS =
  `(?:in (?=\\d|about|approximately|~)${AHEAD}(?![a-z\\d])` +
  `|(?:on )?(?:(?:${toNear("")}|${toDay("")})(?:,? at|,|t)? ?)?(?:at )?${CLOCK}(?:${toZone("")})?(?:,? (?:on )?(?:${toNear("Behind")}|${toDay("Behind")})(?:${toZone("Behind")})?)?` +
  `|(?:on )?(?:${toDay("Alone")})(?:${toZone("Alone")})?${CLAUSE_END})`;
