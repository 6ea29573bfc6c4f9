// Bodies of requests that may have to be asked again, in memory alone, and together never more than so much: whatever does
// not fit passes as if nobody waited.
const MAX_BODY_BYTES = 32 * 1024 * 1024;
const MAX_BYTES = 256 * 1024 * 1024;

export type KeptBody = {
  push: (chunk: Buffer) => void;
  /** Undefined when it was too large, or is gone. */
  read: () => Buffer | undefined;
  drop: () => void;
};

export function createKeptBodies(maxBytes = MAX_BYTES): () => KeptBody {
  let total = 0;
  return () => {
    let chunks: Buffer[] | undefined = [];
    let bytes = 0;
    const drop = () => {
      chunks = undefined;
      total -= bytes;
      bytes = 0;
    };
    return {
      push: (chunk) => {
        if (!chunks) return;
        if (bytes + chunk.length > MAX_BODY_BYTES || total + chunk.length > maxBytes) return drop();
        chunks.push(chunk);
        bytes += chunk.length;
        total += chunk.length;
      },
      read: () => {
        // One copy, whoever asks how often.
        if (chunks) chunks = [Buffer.concat(chunks)];
        return chunks?.[0];
      },
      drop,
    };
  };
}
