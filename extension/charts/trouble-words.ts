// Why there is nothing to show, and what to do about it.
import { linkStateWords } from "../link.ts";
import type { Trouble } from "./account-history.ts";

export function toTroubleWords(trouble: Trouble): string {
  switch (trouble.kind) {
    case "not-paired":
      return "Not paired with the bridge, which stores the history. Run `claude-meter setup`, or run `claude-meter pair` and enter the code in the popup.";
    case "silent":
      return "The bridge, which stores the history, is not running. Start it with `claude-meter bridge start`.";
    case "unproven":
      return "The program on the bridge's port could not prove that it is your bridge, so its history is not shown. Run `claude-meter doctor`.";
    case "refused":
      return trouble.status === 429 ? linkStateWords.busy : linkStateWords.refused;
  }
}
