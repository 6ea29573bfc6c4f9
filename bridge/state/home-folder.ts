// The user's home folder, as os.homedir() gives it, without loading node:os: that alone costs a hundredth of a CLI call.

export function toHomeFolder(): string {
  const home = process.platform === "win32" ? process.env["USERPROFILE"] : process.env["HOME"];
  // Neither is set in some services; then the system's user list knows.
  return home || process.getBuiltinModule("node:os").homedir();
}
