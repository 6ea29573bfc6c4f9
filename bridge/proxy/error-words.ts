// A copy of an error's body while it passes: bounded, read for the words that name a limit, and forgotten.
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import * as z from "zod/mini";
import { parseJson } from "../../shared/json.ts";
import type { ErrorWords } from "./answer-facts.ts";

const MAX_BYTES = 16 * 1024;

const bodySchema = z.looseObject({
  error: z.looseObject({
    type: z.catch(z.nullish(z.string()), null),
    message: z.catch(z.nullish(z.string()), null),
    details: z.catch(z.nullish(z.looseObject({ error_code: z.catch(z.nullish(z.string()), null) })), null),
  }),
});

const decoders: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  identity: (bytes) => bytes,
  gzip: (bytes) => gunzipSync(bytes, { maxOutputLength: MAX_BYTES }),
  br: (bytes) => brotliDecompressSync(bytes, { maxOutputLength: MAX_BYTES }),
  deflate: (bytes) => inflateSync(bytes, { maxOutputLength: MAX_BYTES }),
};

export function createErrorCopy() {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    push: (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BYTES) chunks.push(chunk);
    },
    /** Undefined when it is too large, packed in a way that Node does not know, or no error of the API. */
    read: (encoding = "identity"): ErrorWords | undefined => {
      if (bytes > MAX_BYTES || !Object.hasOwn(decoders, encoding)) return undefined;
      try {
        const body = decoders[encoding]?.(Buffer.concat(chunks)).toString("utf8") ?? "";
        const { error } = bodySchema.parse(parseJson(body));
        return { type: error.type ?? null, message: error.message ?? null, code: error.details?.error_code ?? null };
      } catch {
        return undefined;
      }
    },
  };
}
