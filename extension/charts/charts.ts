// The charts page: asks the bridge for what the chosen range holds, and again when the extension has read anew.
import "../no-eval.ts";
import "uplot/dist/uPlot.min.css";
import { createElement, createWords, getElement } from "../popup/element.ts";
import { onSettings, readSettings } from "../settings.ts";
import { onMeterState } from "../storage.ts";
import { ensureTheme } from "../theme.ts";
import { toTroubleWords } from "../trouble-words.ts";
import { type AccountCard, createAccountCard } from "./account-card.ts";
import { type AccountHistory, fetchAccounts, fetchExact } from "./account-history.ts";
import { formatRange, spanNames, toNeighbour, toRange, type View } from "./range.ts";
import { type Format, saveFile } from "./save-file.ts";

await ensureTheme();
let { thresholds } = await readSettings();
let view: View = { span: "day", endMs: undefined };
const cards = new Map<string, AccountCard>();

function renderNotice(text: string): void {
  if (getElement("notice").textContent === text.replaceAll("`", "")) return;
  const notice = createElement("p", { class: "notice" }, ...createWords(text));
  getElement("notice").replaceChildren(...(text === "" ? [] : [notice]));
}

function renderControls(): void {
  for (const button of getElement("spans").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset["span"] === view.span));
  }
  const isNow = view.endMs === undefined;
  getElement("later").toggleAttribute("disabled", isNow);
  getElement("now").setAttribute("aria-pressed", String(isNow));
}

function renderAccounts(accounts: readonly AccountHistory[], range: ReturnType<typeof toRange>): void {
  const wanted = accounts.map((account) => ({ account, id: `${account.row.org_uuid} ${account.row.account_uuid}` }));
  for (const [id, card] of cards) {
    if (wanted.some((each) => each.id === id)) continue;
    card.destroy();
    card.element.remove();
    cards.delete(id);
  }
  for (const { account, id } of wanted) {
    const card = cards.get(id) ?? createAccountCard();
    if (!cards.has(id)) getElement("accounts").append(card.element);
    cards.set(id, card);
    card.show(account, { range, thresholds });
  }
}

/** The newest question counts; the answer to an older one comes too late. */
let asked = 0;

async function load(): Promise<void> {
  asked += 1;
  const own = asked;
  const nowMs = Date.now();
  const range = toRange(view, nowMs);
  renderControls();
  getElement("range").textContent = formatRange(range);
  if (cards.size === 0) renderNotice("Loading history…");
  getElement("accounts").setAttribute("aria-busy", "true");
  const answer = await fetchAccounts(range, nowMs);
  if (own !== asked) return;
  getElement("accounts").setAttribute("aria-busy", "false");
  if (answer.kind !== "answered") {
    renderAccounts([], range);
    renderNotice(toTroubleWords(answer));
    return;
  }
  renderNotice(answer.value.length === 0 ? "No history yet. It starts with the first reading from claude.ai." : "");
  renderAccounts(answer.value, range);
}

async function save(format: Format): Promise<void> {
  const range = toRange(view, Date.now());
  const answer = await fetchExact(range);
  if (answer.kind === "answered") saveFile(answer.value, format, range);
  else renderNotice(`Not saved. ${toTroubleWords(answer)}`);
}

function choose(next: View): void {
  view = next;
  void load();
}

function move(direction: "earlier" | "later"): void {
  if (direction === "earlier" || view.endMs !== undefined) choose(toNeighbour(view, direction, Date.now()));
}

for (const span of spanNames) {
  const button = createElement("button", { text: span.replace(/^./, (first) => first.toUpperCase()), data: { span } });
  button.type = "button";
  button.addEventListener("click", () => choose({ ...view, span }));
  getElement("spans").append(button);
}
getElement("earlier").addEventListener("click", () => move("earlier"));
getElement("later").addEventListener("click", () => move("later"));
getElement("now").addEventListener("click", () => choose({ ...view, endMs: undefined }));
getElement("save-csv").addEventListener("click", () => void save("csv"));
getElement("save-json").addEventListener("click", () => void save("json"));
document.addEventListener("keydown", (event) => {
  // A table that scrolls sideways keeps its keys, and the browser those with a modifier.
  const isTaken = event.target instanceof Element && event.target.closest(".scroller") !== null;
  if (isTaken || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.key === "ArrowLeft") move("earlier");
  if (event.key === "ArrowRight") move("later");
});
onSettings((settings) => {
  thresholds = settings.thresholds;
  void load();
});
onMeterState(() => {
  if (view.endMs === undefined) void load();
});
await load();
