// Whether anybody wants to know what only asking can tell: until then the bridge does not carry what it takes.
import { existsSync } from "node:fs";
import { YOUNG_MS } from "../../../shared/decide-value.ts";
import { parseJson } from "../../../shared/json.ts";
import { readPane, toLoginEnvironment, toLoginFiles } from "../../state/read-pane.ts";
import { type WantedReply, wantedSchema } from "../../state/source-report.ts";
import { Refusal } from "../refusal.ts";
import { allowLongAnswer, type Handler, type Routes } from "../server.ts";
import type { SourceKeeper, SourceKeeperOptions } from "./source-keeper.ts";
import { toDirectMs } from "./to-direct-ms.ts";

export type SourcesDoor = Pick<SourceKeeper, "wantAll" | "close" | "onWatchers"> & { routes: Routes };

export function createSourcesDoor(options: SourceKeeperOptions): SourcesDoor {
  let opening: Promise<SourceKeeper> | undefined;
  const open = () => {
    opening ??= import("./source-keeper.ts").then(({ openSourceKeeper }) => openSourceKeeper(options));
    return opening;
  };
  /** Where no Claude Code ever signed in there is nobody to ask for. */
  const hasLogin = (configDir: string | null) =>
    toLoginFiles(toLoginEnvironment(configDir)).some((path) => existsSync(path));

  /** While a browser reads this login, nobody else is needed. */
  const isOld = (configDir: string | null) => {
    const pane = hasLogin(configDir) ? readPane(toLoginEnvironment(configDir), options.folder) : undefined;
    if (pane?.kind !== "signed-in") return false;
    return !(options.now() - (toDirectMs(options.readStatus(), pane.login) ?? 0) < YOUNG_MS);
  };

  const postWanted: Handler = async ({ body, socket }) => {
    const { config_dir: configDir = null } = parseWanted(body);
    allowLongAnswer(socket);
    const isNeeded = opening !== undefined || isOld(configDir);
    const reply: WantedReply = { read: isNeeded && (await (await open()).want(configDir)) };
    return { status: 200, body: reply };
  };

  return {
    routes: {
      "GET /sources": async () => ({ status: 200, body: await (await open()).report() }),
      "POST /sources": async () => {
        await (await opening)?.reload();
        return { status: 200, body: {} };
      },
      "POST /wanted": postWanted,
    },
    wantAll: async () => await (await open()).wantAll(),
    onWatchers: () => {
      if (opening || (options.isWatched() && hasLogin(null)))
        open().then((keeper) => keeper.onWatchers(), options.onDefect);
    },
    close: async () => {
      await (await opening)?.close();
    },
  };
}

function parseWanted(text: string) {
  try {
    return wantedSchema.parse(parseJson(text));
  } catch (error) {
    throw new Refusal("bad-body", { cause: error });
  }
}
