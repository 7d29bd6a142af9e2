// Sends a file in pieces, each from where the server says that it is.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { isLost } from "./videre.mjs";

const PIECE = 64 << 10; // at most 1 MiB

const CASTAGNOLI = Uint32Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit += 1) {
    value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  }
  return value;
});

function crc32c(data) {
  let crc = ~0;
  for (const byte of data) {
    crc = CASTAGNOLI[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

/** Uploads a file; returns its media and how often the connection was lost. */
export async function upload(media, path) {
  const data = readFileSync(path);
  const sha256 = createHash("sha256").update(data).digest("hex");
  let resumed = 0;

  async function persist(call) {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!isLost(error)) {
          throw error;
        }
        resumed += 1;
        await sleep(50);
      }
    }
  }

  const opened = await persist(() => media.createUpload({
    fileName: basename(path),
    totalSize: BigInt(data.length),
    requestId: `upload-${sha256.slice(0, 16)}`,
  }));
  const { uploadId } = opened.upload;
  let at = Number(opened.upload.committedSize);
  while (at < data.length) {
    const piece = data.subarray(at, at + PIECE);
    const request = { uploadId, offset: BigInt(at), data: piece, crc32c: crc32c(piece) };
    try {
      at = Number((await media.writeUpload(request)).committedSize);
    } catch (error) {
      if (!isLost(error)) {
        throw error;
      }
      resumed += 1; // nobody knows whether the piece arrived: ask
      at = Number((await persist(() => media.getUpload({ uploadId }))).upload.committedSize);
    }
  }
  const whole = await persist(() =>
    media.completeUpload({ uploadId, sha256, title: basename(path) }),
  );
  return { whole, resumed };
}
