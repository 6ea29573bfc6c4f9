// Every command, in the order of the help, the daily ones first; help, completions and man page are made of it.
import { help as accounts } from "./accounts/help.ts";
import { help as bridge } from "./bridge/help.ts";
import { help as completion } from "./completion/help.ts";
import { help as costs } from "./costs/help.ts";
import { help as doctor } from "./doctor/help.ts";
import { help as extension } from "./extension/help.ts";
import { help as guard } from "./guard/help.ts";
import { help as handovers } from "./handovers/help.ts";
import type { AnyCommandHelp } from "./help/command-help.ts";
import { help } from "./help/help.ts";
import { help as history } from "./history/help.ts";
import { help as hook } from "./hook/help.ts";
import { help as leases } from "./leases/help.ts";
import { help as limits } from "./limits/help.ts";
import { help as line } from "./line/help.ts";
import { help as mcp } from "./mcp/help.ts";
import { help as metrics } from "./metrics/help.ts";
import { help as notify } from "./notify/help.ts";
import { help as pair } from "./pair/help.ts";
import { help as proxy } from "./proxy/help.ts";
import { help as refresh } from "./refresh/help.ts";
import { help as rows } from "./rows/help.ts";
import { help as run } from "./run/help.ts";
import { help as runs } from "./runs/help.ts";
import { help as setup, uninstallHelp as uninstall } from "./setup/help.ts";
import { help as sources } from "./sources/help.ts";
import { help as statusline } from "./statusline/help.ts";
import { help as watch } from "./watch/help.ts";
import { help as why } from "./why/help.ts";

export const commands: readonly AnyCommandHelp[] = [
  rows,
  refresh,
  guard,
  run,
  line,
  doctor,
  sources,
  runs,
  handovers,
  limits,
  why,
  leases,
  costs,
  statusline,
  hook,
  mcp,
  watch,
  history,
  accounts,
  proxy,
  bridge,
  setup,
  uninstall,
  extension,
  pair,
  notify,
  metrics,
  completion,
  help,
];
