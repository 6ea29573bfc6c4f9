// The form for the code of `claude-meter pair`, shown only while this browser needs one.
import type { Link } from "../link.ts";
import { sendMessage } from "../messages.ts";
import { type PairingOutcome, pairByCode } from "../pair.ts";
import { createWords, getElement } from "./element.ts";

const answerWords = {
  paired: "Paired.",
  "not-a-code": "Codes have eight letters and digits, never 0, O, 1, I or L.",
  refused: "The code was rejected. Run `claude-meter pair` for a new one.",
  silent: "The bridge is not running. Start it with `claude-meter bridge start`.",
} as const satisfies Record<PairingOutcome, string>;

export function needsCode(link: Link): boolean {
  return link.state === "not-paired" || link.state === "foreign";
}

export function listenForCode(): void {
  const form = getElement("pair");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = getElement("code");
    if (!(code instanceof HTMLInputElement)) return;
    getElement("pair-answer").textContent = "Pairing…";
    void pairByCode(code.value).then(async (outcome) => {
      getElement("pair-answer").replaceChildren(...createWords(answerWords[outcome]));
      if (outcome !== "paired") return;
      code.value = "";
      await sendMessage({ ask: "refresh" });
    });
  });
}
