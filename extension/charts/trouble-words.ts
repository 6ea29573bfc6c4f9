// Why there is nothing to show, and what to do about it.
import { linkStateWords } from "../link.ts";
import type { Trouble } from "./account-history.ts";

export function toTroubleWords(trouble: Trouble): string {
  switch (trouble.kind) {
    case "not-paired":
      return "Not paired with the bridge, which keeps the history: run `claude-meter setup`, or `claude-meter pair` and type its code into the popup.";
    case "silent":
      return "The bridge is not running, and it keeps the history: start it with `claude-meter bridge start`.";
    case "unproven":
      return "What answers on the bridge's port can not prove that it is your bridge, so it is not believed: run `claude-meter bridge status`.";
    case "refused":
      return trouble.status === 429 ? linkStateWords.busy : linkStateWords.refused;
  }
}
