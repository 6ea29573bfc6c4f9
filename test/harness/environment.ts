// The environment of whatever a test starts: that of this machine without what would change a program of ours.

/** Settings of our own, of Claude, of terminals, of desktops and of Node; a long run of properties is asked for by name. */
const foreign =
  /^(CLAUDE_(?!METER_LONG$)|CLAUDECODE$|ANTHROPIC_|XDG_|DBUS_|TMUX|STARSHIP_|LC_|NODE_(?!ENV$)|HTTPS?_PROXY$|NO_PROXY$|NO_COLOR$|FORCE_COLOR$|CLICOLOR|COLORTERM$|COLUMNS$|LINES$|LANGUAGE$|BASH_ENV$|ENV$|_$|ZDOTDIR$|npm_config_)/i;

const settled = { LANG: "C.UTF-8", TZ: "UTC" };

export function toCleanEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const own = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined || foreign.test(name) ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(own), ...settled };
}
