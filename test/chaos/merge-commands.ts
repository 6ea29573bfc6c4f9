// What can happen to three browsers and their bridge; after each command the bridge knows what the oracle says.
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { restoreState } from "../../bridge/daemon/merge.ts";
import { mergeReading } from "../../bridge/daemon/merge-reading.ts";
import { toStatus } from "../../bridge/daemon/to-status.ts";
import { toBatches } from "../../extension/batches.ts";
import { statusSchema } from "../../shared/row.ts";
import type { Snapshot } from "../../shared/snapshot.ts";
import { toIso } from "../../shared/time.ts";
import { acme, at, bolt, nobody, read, TEN, toUuid } from "../bridge/daemon/told.ts";
import { createPost, createReading, createWitnessPost } from "../shared/wire-examples.ts";
import { type Bridge, earlier, expectRight, hear, type Model, mergeTold, toBrowser } from "./merge-model.ts";
import { toGroups, toName } from "./merge-oracle.ts";

type Play = (model: Model, bridge: Bridge) => void;

const SECOND = 1000;
const DAY = 86_400;

const accounts = ["ana", "ben", "cleo", "dan"].map((name, index) => {
  return { account_uuid: toUuid("account", index + 1), account_email: `${name}@example.com` };
});
const overage = { enabled: true, limit: 60, currency: "USD", disabled_reason: null, disabled_until: null };
const subscription = { status: "active", renews_at: null, billing_interval: "monthly" };

const anyBrowser = fc.nat({ max: 2 });
const anyAccount = fc.nat({ max: accounts.length - 1 });
const anyOrganisation = fc.constantFrom(acme, bolt);
/** Seconds by which a clock is off. */
const anySkew = fc.constantFrom(0, 0, 0, 1, 60, -60, -3600, 365 * DAY, -365 * DAY);

/** How much older a part is than the look that brings it; undefined when it was not looked up. */
const anyPart = fc.record({
  ageSeconds: fc.constantFrom(undefined, undefined, 0, 60, 900, -DAY),
  value: fc.constantFrom(null, 5, 12),
});

const anyLook = fc
  .record({
    browser: anyBrowser,
    where: anyOrganisation,
    skew: anySkew,
    lookup: fc.constantFrom("whole", "whole", "whole", "only e-mail", "failed"),
    used: fc.constantFrom(undefined, 0, 50, 51, 97, 1000),
    errors: fc.constantFrom<string[][]>([], [], ["overage: not-available"], ["usage: offline", "windows: duplicate"]),
    spent: anyPart,
    plan: anyPart,
  })
  .map((look) =>
    toCommand("look", look, (model) => {
      const browser = toBrowser(model, look.browser);
      const account = { ...accounts[browser.account] };
      const seconds = (model.nowMs - TEN) / SECOND + look.skew;
      const toPartAt = (age: number | undefined) => (age === undefined ? null : at(seconds - age));
      const { value: spent } = look.spent;
      const snapshot: Snapshot = {
        ...read(seconds, look.used, account),
        ...look.where,
        ...(look.lookup === "only e-mail" ? { account_uuid: null } : look.lookup === "failed" ? nobody : {}),
        overage: spent === null ? null : { ...overage, used: spent, out_of_credits: spent === 12 },
        overage_fetched_at: toPartAt(look.spent.ageSeconds),
        subscription: look.plan.value === null ? null : { ...subscription, ends_at: at(look.plan.value) },
        subscription_fetched_at: toPartAt(look.plan.ageSeconds),
        errors: look.errors,
      };
      browser.waiting.push({ sequence: browser.nextSequence, snapshot });
      browser.nextSequence += 1;
    }),
  );

const anySending = fc
  .record({
    browser: anyBrowser,
    skew: anySkew,
    state: fc.constantFrom("ok", "ok", "signed-out"),
    retryAt: fc.constantFrom(null, at(600)),
    isReversed: fc.boolean(),
    count: fc.integer({ min: 0, max: 4 }),
    isAnswerLost: fc.boolean(),
  })
  .map((sending) =>
    toCommand("send", sending, (model, bridge) => {
      const browser = toBrowser(model, sending.browser);
      const ordered = toBatches(browser.waiting).flat();
      const sequenced = (sending.isReversed ? ordered.toReversed() : ordered).slice(0, sending.count);
      const poll = { state: sending.state, at: toIso(model.nowMs + sending.skew * SECOND), retry_at: sending.retryAt };
      const { install, browser: name } = browser;
      const told = { post: createPost({ install, browser: name, poll, snapshots: sequenced }), sequenced };
      model.told.push(told);
      bridge.state = mergeTold(bridge.state, told, model.nowMs);
      hear(model.heard, told, model.nowMs);
      if (!sending.isAnswerLost) browser.waiting = browser.waiting.filter((each) => !sequenced.includes(each));
    }),
  );

const anyRepeat = fc.nat({ max: 20 }).map((back) =>
  toCommand("deliver again", { back }, (model, bridge) => {
    const told = model.told.at(-1 - back);
    if (!told) return;
    bridge.state = mergeTold(bridge.state, told, model.nowMs);
    hear(model.heard, told, model.nowMs);
  }),
);

const anySwitch = fc.record({ browser: anyBrowser, account: anyAccount }).map((change) =>
  toCommand("switch", change, (model) => {
    toBrowser(model, change.browser).account = change.account;
  }),
);

const anyWitness = fc
  .record({ account: anyAccount, where: anyOrganisation, skew: anySkew, used: fc.constantFrom(0, 51, 97) })
  .map((said) =>
    toCommand("witness", said, (model, bridge) => {
      const { account_uuid = "" } = accounts[said.account] ?? {};
      const { org_uuid } = said.where;
      const observed_at = toIso(model.nowMs + said.skew * SECOND);
      const windows = { five_hour: { utilization: said.used, resets_at: null } };
      const witness = createWitnessPost({ account_uuid, org_uuid, observed_at, windows });
      const isKnown = model.heard.snapshots.some(({ snapshot }) => {
        return snapshot.usage !== null && snapshot.org_uuid === org_uuid && snapshot.account_uuid === account_uuid;
      });
      if (!isKnown) return;
      const reading = createReading({ account_uuid, account_email: null, org_uuid, observed_at, windows });
      bridge.state = mergeReading(bridge.state, reading, model.nowMs);
      model.heard.witnesses.push({ ...witness, observed_at: earlier(observed_at, model.nowMs) });
    }),
  );

const anyRestart = fc.constant(
  toCommand("restart", {}, (model, bridge) => {
    const published = toStatus(bridge.state, model.nowMs);
    bridge.state = restoreState(statusSchema.parse(JSON.parse(JSON.stringify(published))));
    const again = toStatus(bridge.state, model.nowMs);
    if (!isDeepStrictEqual(again, published)) throw new Error("a restart changed what is published");
    // A value that joined a row for want of a better place is part of that row from then on.
    for (const group of toGroups(model.heard.snapshots)) {
      for (const each of group) each.snapshot = { ...each.snapshot, ...toName(group) };
    }
  }),
);

const anyPause = fc.constantFrom(1, 30, 180).map((seconds) =>
  toCommand("pass", { seconds }, (model) => {
    model.nowMs += seconds * SECOND;
  }),
);

const MOST_COMMANDS = 30;
export const anyCommands = fc.commands(
  [anyLook, anyLook, anySending, anySending, anyRepeat, anySwitch, anyWitness, anyRestart, anyPause],
  {
    maxCommands: MOST_COMMANDS,
    size: "max",
  },
);

function toCommand(name: string, given: object, play: Play): fc.Command<Model, Bridge> {
  return {
    check: () => true,
    run: (model, bridge) => {
      play(model, bridge);
      expectRight(bridge.state, model.heard, model.nowMs);
    },
    toString: () => `${name} ${JSON.stringify(given)}`,
  };
}
