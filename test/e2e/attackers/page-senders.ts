// What a web page can send to a port of this computer. Each sender runs inside the page and resolves to what it could
// read of the answer; it may use nothing but its argument, because it is carried there as text.

export type Aim = {
  /** http://127.0.0.1:63762, or another name for it. */
  bridge: string;
  forged: string;
  /** An Authorization header in the right form, made up. */
  madeUp: string;
  /** A request of our extension as it was sent. */
  recorded: { authorization: string; body: string };
  popupUrl: string;
};

export type PageSender = (aim: Aim) => Promise<string>;

export const pageSenders: Record<string, PageSender> = {
  "fetch POST json": async ({ bridge, forged }) => {
    const headers = { "content-type": "application/json" };
    return await fetch(`${bridge}/snapshots`, { method: "POST", headers, body: forged }).then(
      (response) => response.text(),
      () => "",
    );
  },
  "fetch POST json, made-up signature": async ({ bridge, forged, madeUp }) => {
    const headers = { "content-type": "application/json", authorization: madeUp };
    return await fetch(`${bridge}/snapshots`, { method: "POST", headers, body: forged }).then(
      (response) => response.text(),
      () => "",
    );
  },
  "fetch POST json, recorded request": async ({ bridge, recorded: { authorization, body } }) => {
    const headers = { "content-type": "application/json", authorization };
    return await fetch(`${bridge}/snapshots`, { method: "POST", headers, body }).then(
      (response) => response.text(),
      () => "",
    );
  },
  "fetch POST no-cors text": async ({ bridge, forged }) => {
    const options = {
      method: "POST",
      mode: "no-cors",
      body: forged,
      headers: { "content-type": "text/plain" },
    } as const;
    return await fetch(`${bridge}/snapshots`, options).then(
      (response) => response.text(),
      () => "",
    );
  },
  "fetch GET hello": async ({ bridge }) =>
    await fetch(`${bridge}/hello`).then(
      (response) => response.text(),
      () => "",
    ),
  "fetch GET rows, made-up signature": async ({ bridge, madeUp }) =>
    await fetch(`${bridge}/rows`, { headers: { authorization: madeUp } }).then(
      (response) => response.text(),
      () => "",
    ),
  "fetch GET rows no-cors": async ({ bridge }) =>
    await fetch(`${bridge}/rows`, { mode: "no-cors", credentials: "include" }).then(
      (response) => response.text(),
      () => "",
    ),
  XMLHttpRequest: ({ bridge, forged }) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${bridge}/snapshots`);
      request.onloadend = () => resolve(request.responseText);
      request.send(forged);
    }),
  "sendBeacon text": async ({ bridge, forged }) => {
    navigator.sendBeacon(`${bridge}/snapshots`, forged);
    return "";
  },
  "sendBeacon json": async ({ bridge, forged }) => {
    navigator.sendBeacon(`${bridge}/snapshots`, new Blob([forged], { type: "application/json" }));
    return "";
  },
  image: ({ bridge }) =>
    new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve(`${image.naturalWidth} pixels`);
      image.onerror = () => resolve("");
      image.src = `${bridge}/rows`;
    }),
  script: ({ bridge }) =>
    new Promise((resolve) => {
      const script = document.createElement("script");
      script.onload = () => resolve("");
      script.onerror = () => resolve("");
      script.src = `${bridge}/rows`;
      document.head.append(script);
    }),
  "iframe GET": ({ bridge }) =>
    new Promise((resolve) => {
      const frame = document.createElement("iframe");
      frame.onload = () => resolve(frame.contentDocument?.body.innerText ?? "");
      frame.src = `${bridge}/rows`;
      document.body.append(frame);
    }),
  "form POST text into an iframe": ({ bridge, forged }) =>
    new Promise((resolve) => {
      const frame = document.createElement("iframe");
      frame.name = "sink";
      document.body.append(frame);
      const form = document.createElement("form");
      const input = document.createElement("input");
      const [name = "", value = ""] = forged.split("=", 2);
      Object.assign(form, { action: `${bridge}/snapshots`, method: "post", enctype: "text/plain", target: "sink" });
      Object.assign(input, { name, value });
      form.append(input);
      document.body.append(form);
      frame.onload = () => {
        frame.remove();
        form.remove();
        resolve("");
      };
      form.submit();
    }),
  WebSocket: ({ bridge, forged }) =>
    new Promise((resolve) => {
      let read = "";
      const socket = new WebSocket(`${bridge.replace("http", "ws")}/snapshots`);
      socket.onopen = () => socket.send(forged);
      socket.onmessage = (message) => {
        read += String(message.data);
      };
      socket.onclose = () => resolve(read);
    }),
  EventSource: ({ bridge }) =>
    new Promise((resolve) => {
      const source = new EventSource(`${bridge}/rows`);
      source.onmessage = (message) => resolve(String(message.data));
      source.onerror = () => {
        source.close();
        resolve("");
      };
    }),
  "fetch POST no-cors text to 0.0.0.0": async ({ bridge, forged }) => {
    const options = { method: "POST", mode: "no-cors", body: forged } as const;
    return await fetch(`${bridge.replace("127.0.0.1", "0.0.0.0")}/snapshots`, options).then(
      (response) => response.text(),
      () => "",
    );
  },
  "fetch POST no-cors text to localhost": async ({ bridge, forged }) => {
    const options = { method: "POST", mode: "no-cors", body: forged } as const;
    return await fetch(`${bridge.replace("127.0.0.1", "localhost")}/snapshots`, options).then(
      (response) => response.text(),
      () => "",
    );
  },
  "iframe of our popup": ({ popupUrl }) =>
    new Promise((resolve) => {
      const frame = document.createElement("iframe");
      frame.onload = () => resolve(frame.contentDocument?.body.innerText ?? "");
      frame.onerror = () => resolve("");
      frame.src = popupUrl;
      document.body.append(frame);
    }),
};

/** Senders that leave the page or open another; what they read is whatever the opener can see there. */
export const navigatingSenders: Record<string, PageSender> = {
  "window.open GET": async ({ bridge }) => {
    const opened = window.open(`${bridge}/rows`);
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        try {
          // about:blank is the opener's to read until the answer has come; a page that was refused stays so.
          if (opened?.document.readyState === "complete" && opened.location.href !== "about:blank") resolve();
        } catch {
          clearInterval(timer);
          resolve();
        }
      }, 5);
    });
    try {
      return opened?.document.body.innerText ?? "";
    } catch {
      return "";
    }
  },
  "form POST text, popup": async ({ bridge, forged }) => {
    const form = document.createElement("form");
    const input = document.createElement("input");
    const [name = "", value = ""] = forged.split("=", 2);
    Object.assign(form, { action: `${bridge}/snapshots`, method: "post", enctype: "text/plain", target: "_blank" });
    Object.assign(input, { name, value });
    form.append(input);
    document.body.append(form);
    form.submit();
    return "";
  },
  "form POST text, top level": async ({ bridge, forged }) => {
    const form = document.createElement("form");
    const input = document.createElement("input");
    const [name = "", value = ""] = forged.split("=", 2);
    Object.assign(form, { action: `${bridge}/snapshots`, method: "post", enctype: "text/plain" });
    Object.assign(input, { name, value });
    form.append(input);
    document.body.append(form);
    form.submit();
    return "";
  },
  "form POST url-encoded, top level": async ({ bridge, forged }) => {
    const form = document.createElement("form");
    const input = document.createElement("input");
    Object.assign(form, { action: `${bridge}/snapshots`, method: "post" });
    Object.assign(input, { name: "body", value: forged });
    form.append(input);
    document.body.append(form);
    form.submit();
    return "";
  },
};

/** Senders whose requests no page event tells of: a WebSocket, and what the browser refuses before it is a request. */
export const silentSenders: ReadonlySet<string> = new Set(["WebSocket", "iframe of our popup"]);
