// The Windows registry as far as native messaging hosts need it: the default value of keys of this user.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export type Registry = {
  /** Undefined when there is no such key. */
  read: (key: string) => Promise<string | undefined>;
  write: (key: string, value: string) => Promise<void>;
  /** Also when it is not there. */
  remove: (key: string) => Promise<void>;
};

type RunRegistry = (args: readonly string[]) => Promise<string>;

export function createRegistry(run: RunRegistry = runReg): Registry {
  const read = async (key: string) => {
    const told = await run(["query", key, "/ve"]).catch(() => "");
    // The words around the type are in the user's language.
    return /\sREG_SZ\s+(.*?)\r?$/m.exec(told)?.[1];
  };
  return {
    read,
    write: async (key, value) => void (await run(["add", key, "/ve", "/t", "REG_SZ", "/d", value, "/f"])),
    remove: async (key) => {
      await run(["delete", key, "/f"]).catch(() => {
        // It was not there.
      });
    },
  };
}

async function runReg(args: readonly string[]): Promise<string> {
  return (await promisify(execFile)("reg", args)).stdout;
}
