// What a guard answers without waiting; undefined when it has to wait. Pure.
import type { exitCodes } from "../../state/exit-code.ts";
import type { GateDecision } from "../gate/decide-gate.ts";
import { isLasting } from "../gate/doubt.ts";
import type { GateOptions } from "../gate/gate-options.ts";
import type { GuardNews } from "./guard-news.ts";

export type GuardExit = Extract<keyof typeof exitCodes, "done" | "over" | "unknown">;
export type Answer = { exit: GuardExit } & Pick<GuardNews, "event" | "reason" | "resumeMs">;

export function decideAtOnce(decision: GateDecision, options: GateOptions): Answer | undefined {
  switch (decision.verdict) {
    case "go":
      return { exit: "done", event: "released", reason: "under" };
    case "over": {
      if (options.wait) return undefined;
      const { resetMs, fullMs } = decision.binding;
      const resumeMs = resetMs === undefined ? undefined : resetMs + options.graceMs;
      return { exit: "over", event: "refused", reason: fullMs === undefined ? "over" : "forecast", resumeMs };
    }
    case "doubt": {
      const { reason } = decision;
      if (options.onUnknown === "go") return { exit: "done", event: "released", reason };
      const mayWait = options.wait && options.onUnknown === "wait" && !isLasting(reason);
      return mayWait ? undefined : { exit: "unknown", event: "refused", reason };
    }
  }
}
