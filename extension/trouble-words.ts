// Why there is nothing to show, and what to do about it.
import type { PageAnswer } from "./ask-as-page.ts";
import { linkStateWords } from "./link.ts";

export type Trouble = Exclude<PageAnswer<unknown>, { kind: "answered" }>;

/** `what`: that the bridge keeps and does not show, "the history". */
export function toTroubleWords(trouble: Trouble, what = "the history"): string {
  switch (trouble.kind) {
    case "not-paired":
      return `Not paired with the bridge, which stores ${what}. Run \`claude-meter setup\`, or run \`claude-meter pair\` and enter the code in the popup.`;
    case "silent":
      return `The bridge, which stores ${what}, is not running. Start it with \`claude-meter bridge start\`.`;
    case "unproven":
      return "The program on the bridge's port could not prove that it is your bridge, so nothing of it is shown. Run `claude-meter doctor`.";
    case "refused":
      return trouble.status === 429 ? linkStateWords.busy : linkStateWords.refused;
  }
}
