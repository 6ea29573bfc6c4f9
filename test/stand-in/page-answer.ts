// The few pages a person or a browser test can open: who is signed in, and signing in and out.
import { type Answer, toHtmlAnswer, toRedirect } from "./answer.ts";
import { toClearedCookie, toSessionCookie } from "./session.ts";
import type { StandInAccount } from "./stand-in-account.ts";

export type PageRequest = {
  path: string;
  query: string;
  signedIn: StandInAccount | undefined;
  accounts: readonly StandInAccount[];
};

export function toPageAnswer({ path, query, signedIn, accounts }: PageRequest): Answer {
  switch (path) {
    case "/":
    case "/settings/usage":
      return toHtmlAnswer(200, signedIn ? toHomePage(signedIn) : toLoginPage(accounts));
    case "/login": {
      const asked = new URLSearchParams(query);
      const name = asked.get("as");
      if (name === null) return toHtmlAnswer(200, toLoginPage(accounts));
      const isKnown = accounts.some((account) => account.name === name);
      const seconds = Number(asked.get("after") ?? 0);
      if (isKnown && seconds > 0) return toHtmlAnswer(200, toPage(toLater(seconds, `/login?as=${name}`)));
      return isKnown ? toRedirect("/", { "set-cookie": toSessionCookie(name) }) : toNotFound();
    }
    case "/logout":
      return toRedirect("/", { "set-cookie": toClearedCookie() });
    default:
      return toNotFound();
  }
}

function toNotFound(): Answer {
  return toHtmlAnswer(404, toPage("<p>Not found.</p>"));
}

function toHomePage({ name, email, organisations }: StandInAccount): string {
  const rows = organisations.map((entry) => `<li>${escapeHtml(entry.name)} (${entry.kind})</li>`).join("");
  const who = `<strong id="account">${escapeHtml(name)}</strong> (${escapeHtml(email)})`;
  return toPage(`<p>Signed in as ${who}.</p><ul>${rows}</ul><p><a href="/logout">Sign out</a></p>`);
}

/** For a browser with nobody at it. */
function toLater(seconds: number, path: string): string {
  return `<meta http-equiv="refresh" content="${seconds};url=${path}"><p>Signing in.</p>`;
}

function toLoginPage(accounts: readonly StandInAccount[]): string {
  const links = accounts.map(
    ({ name }) => `<li><a href="/login?as=${encodeURIComponent(name)}">${escapeHtml(name)}</a></li>`,
  );
  return toPage(`<p>Nobody is signed in. Sign in as:</p><ul>${links.join("")}</ul>`);
}

function toPage(content: string): string {
  const style = "body{font:16px/1.5 system-ui;max-width:36rem;margin:4rem auto;color:#222}";
  const icon = '<link rel="icon" href="data:,">';
  const head = `<meta charset="utf-8">${icon}<title>claude.ai stand-in</title><style>${style}</style>`;
  return `<!DOCTYPE html><html lang="en"><head>${head}</head><body><h1>claude.ai stand-in</h1>${content}</body></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
