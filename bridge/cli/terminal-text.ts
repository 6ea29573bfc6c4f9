// Text from outside for a terminal, and for whatever takes what a terminal would show.
import { toDisplayText } from "../../shared/display-text.ts";

/**
 * tmux runs a command that it finds as `#(…)` in a text, and fills in `#{…}` and `#[…]`. With another number sign it is
 * text and nothing else; doubled, as in a status line, a terminal would show both.
 */
export function toTerminalText(text: string, maxCharacters?: number): string {
  return toDisplayText(text, maxCharacters).replace(/#(?=[({[])/g, "＃");
}
