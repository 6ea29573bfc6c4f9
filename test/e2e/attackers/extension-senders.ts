// What another extension can send to a port of this computer, and to us. Each function runs inside its worker, so it may
// use nothing but its argument.

export type Attempt = { url: string; method: string; headers: Record<string, string>; body: string | undefined };

/** Resolves to what could be read of each answer. */
export async function sendAttempts(attempts: Attempt[]): Promise<string[]> {
  const read: string[] = [];
  for (const { url, method, headers, body } of attempts) {
    const options = body === undefined ? { method, headers } : { method, headers, body };
    read.push(
      await fetch(url, options).then(
        (response) => response.text(),
        () => "",
      ),
    );
  }
  return read;
}

/** As sendAttempts, with what an extension without host permission is left with. */
export async function sendNoCors(attempts: Attempt[]): Promise<string[]> {
  const read: string[] = [];
  for (const { url, method, body } of attempts) {
    const options = { method, mode: "no-cors", ...(body === undefined ? {} : { body }) } as const;
    read.push(
      await fetch(url, options).then(
        (response) => response.text(),
        () => "",
      ),
    );
  }
  return read;
}

export type HeaderChange = { header: string; value?: string };

/** Rewrites every request to this host that Chrome lets an extension rewrite; without changes the rule goes. */
export async function setHeaderRule({ host, changes }: { host: string; changes: HeaderChange[] }): Promise<void> {
  const requestHeaders = changes.map(({ header, value }) =>
    value === undefined
      ? { header, operation: chrome.declarativeNetRequest.HeaderOperation.REMOVE }
      : { header, operation: chrome.declarativeNetRequest.HeaderOperation.SET, value },
  );
  const rule = {
    id: 1,
    action: { type: chrome.declarativeNetRequest.RuleActionType.MODIFY_HEADERS, requestHeaders },
    condition: { urlFilter: `||${host}` },
  };
  await chrome.declarativeNetRequest.updateSessionRules({
    removeRuleIds: [1],
    addRules: changes.length > 0 ? [rule] : [],
  });
}

/** Sends requests to `host` elsewhere; without a target the rule goes. */
export async function setRedirectRule({ host, to }: { host: string; to: string | undefined }): Promise<void> {
  const rule = {
    id: 2,
    action: { type: chrome.declarativeNetRequest.RuleActionType.REDIRECT, redirect: { url: to ?? "" } },
    condition: { urlFilter: `||${host}` },
  };
  await chrome.declarativeNetRequest.updateSessionRules({
    removeRuleIds: [2],
    addRules: to === undefined ? [] : [rule],
  });
}

/** A list that grows with every request of others that an extension with every host permission is shown. */
export function watchRequests(): string[] {
  const seen: string[] = [];
  chrome.webRequest.onBeforeSendHeaders.addListener(
    ({ url, initiator }) => {
      if (initiator !== location.origin) seen.push(url);
      return undefined;
    },
    { urls: ["<all_urls>"] },
    ["requestHeaders", "extraHeaders"],
  );
  return seen;
}

/** Talks to our worker, our native host and our popup; resolves to every word that came back. */
export async function talk({ id, nativeHost }: { id: string; nativeHost: string }): Promise<string[]> {
  const heard: string[] = [];
  const note = (answer: unknown) => heard.push(answer === undefined ? "" : JSON.stringify(answer));
  for (const message of [{ ask: "refresh" }, { ask: "pair", code: "AAAAAAAA" }, "hello"]) {
    await chrome.runtime.sendMessage(id, message).then(note, () => note(undefined));
  }
  await new Promise<void>((resolve) => {
    const port = chrome.runtime.connect(id, { name: "meter" });
    port.onMessage.addListener(note);
    port.onDisconnect.addListener(() => resolve());
    try {
      port.postMessage({ ask: "refresh" });
    } catch {
      // Already disconnected: nobody listens.
    }
  });
  const native = { install: "f0f0f0f0-0000-4000-8000-000000000001", browser: "Chromium", poll: null };
  if (chrome.runtime.getManifest().permissions?.includes("nativeMessaging")) {
    await chrome.runtime.sendNativeMessage(nativeHost, native).then(note, () => note(undefined));
  }
  return heard;
}

/** Runs a script in every open tab, ours among them; resolves to what those of `origin` gave. */
export async function readPages(origin: string): Promise<string[]> {
  const given: string[] = [];
  for (const { id, url } of await chrome.tabs.query({})) {
    if (id === undefined || !url?.startsWith(origin)) continue;
    const target = { target: { tabId: id }, func: () => document.body.innerText };
    const results = await chrome.scripting.executeScript(target).catch(() => []);
    given.push(results.map(({ result }) => String(result)).join(""));
  }
  return given;
}
