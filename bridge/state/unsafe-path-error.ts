// Something in the state folder is not what only we could have put there. Its message is a sentence for the user.

export class UnsafePathError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UnsafePathError";
  }
}

/** By name: the CLI's parts that are loaded on demand have a class of their own. */
export function isUnsafePathError(error: unknown): error is UnsafePathError {
  return error instanceof Error && error.name === "UnsafePathError";
}
