// The form for the code of `claude-meter pair`, shown only while this browser needs one.
import type { Link } from "../link.ts";
import { type Reply, sendMessage } from "../messages.ts";
import { getElement } from "./element.ts";

const answerWords = {
  done: "",
  paired: "Paired.",
  "not-a-code": "A code has eight letters and digits, without 0, O, 1, I and L.",
  refused: "The code was not accepted: run `claude-meter pair` for a new one.",
  silent: "No bridge answers: start it with `claude-meter bridge start`.",
} as const satisfies Record<Reply, string>;

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
    void sendMessage({ ask: "pair", code: code.value }).then((reply) => {
      getElement("pair-answer").textContent = answerWords[reply];
      if (reply === "paired") code.value = "";
    });
  });
}
