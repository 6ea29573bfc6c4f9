// Notices a sign-in within ten seconds: while the meter is signed out, a page of claude.ai that opens or moves on is where
// the user signs in. The browser tells of such a page without a permission of its own, because we may read the site.
import browser from "webextension-polyfill";
import type { MeterState } from "./meter-state.ts";

/** Also the pace of the popup. */
export const SIGN_IN_STEP_MS = 5_000;
/** A page may lie open for days; the way through a sign-in opens new ones. */
const WATCHED_MS = 10 * 60_000;
const SITE = "https://claude.ai/";
const PAGES = `${SITE}*`;

type Changed = { status?: string | undefined; url?: string | undefined };

/** To be started in the first tick, because the browser wakes the worker for it; `look` asks claude.ai. */
export function createSignInWatch(look: () => Promise<void>) {
  let isSignedOut: boolean | undefined;
  let untilMs = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const step = async () => {
    const pages = await browser.tabs.query({ url: PAGES });
    if (pages.length === 0 || Date.now() >= untilMs) return;
    await look();
    timer = setTimeout(() => void step(), SIGN_IN_STEP_MS);
  };

  const begin = () => {
    untilMs = Date.now() + WATCHED_MS;
    clearTimeout(timer);
    void step();
  };

  const onUpdated = (_id: number, changed: Changed, { url }: Pick<Changed, "url">) => {
    const isOpened = changed.status === "complete" || changed.url !== undefined;
    if (isOpened && url?.startsWith(SITE)) begin();
  };

  const start = () => browser.tabs.onUpdated.addListener(onUpdated);

  return {
    start,
    see: ({ poll }: MeterState) => {
      const wasSignedIn = isSignedOut === false;
      isSignedOut = poll.state === "signed-out";
      if (isSignedOut || poll.at === null) {
        start();
        // The page in which the session has ended may be the one in which the next begins.
        if (isSignedOut && wasSignedIn) begin();
      } else {
        // There is nothing to notice, and the worker shall not be woken for every page of every site.
        untilMs = 0;
        browser.tabs.onUpdated.removeListener(onUpdated);
      }
    },
  };
}
