// Stubs of a Videre server made from the .proto files alone, and the details of its refusals.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";
import protobuf from "protobufjs";

const HERE = dirname(fileURLToPath(import.meta.url));

// Names as in the .proto files, 64-bit integers as text (a number of JavaScript holds 53 bits),
// enum values by name, unset fields left out.
const LOADING = { keepCase: true, longs: String, enums: String, oneofs: true };

// A restarted server is found again within a second.
const CHANNEL = {
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 500,
};

const ERRORS = new protobuf.Root().loadSync(join(HERE, "google", "rpc", "status.proto"), {
  keepCase: true,
});

/** Returns how to reach a server: in plain text, or by TLS and with a key where there is one. */
export function access(authority, key) {
  if (!authority) {
    return grpc.credentials.createInsecure();
  }
  const tls = grpc.credentials.createSsl(readFileSync(authority));
  if (!key) {
    return tls;
  }
  const shown = grpc.credentials.createFromMetadataGenerator((_, done) => {
    const metadata = new grpc.Metadata();
    metadata.set("authorization", `Bearer ${key}`);
    done(null, metadata);
  });
  return grpc.credentials.combineChannelCredentials(tls, shown);
}

/** Returns the stubs of videre.v1; `protos` is the folder that has videre/v1/*.proto. */
export function services(target, protos, credentials) {
  const files = ["job.proto", "media.proto"].map((name) => join("videre", "v1", name));
  const definition = protoLoader.loadSync(files, { ...LOADING, includeDirs: [protos] });
  const { JobService, MediaService } = grpc.loadPackageDefinition(definition).videre.v1;
  return {
    jobs: new JobService(target, credentials, CHANNEL),
    media: new MediaService(target, credentials, CHANNEL),
  };
}

/** Makes a unary call of `client` and returns a promise of its reply. */
export function call(client, method, request, seconds = 60) {
  const deadline = new Date(Date.now() + seconds * 1000);
  return new Promise((resolve, reject) => {
    client[method](request, { deadline }, (error, reply) => (error ? reject(error) : resolve(reply)));
  });
}

/** Returns the details of a refused call by message name; none where no server gave any. */
export function detailsOf(error) {
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  const details = {};
  if (bytes !== undefined) {
    const status = ERRORS.lookupType("google.rpc.Status").decode(bytes);
    for (const { type_url: url, value } of status.details) {
      const name = url.slice(url.lastIndexOf("/") + 1);
      const type = ERRORS.lookupType(name);
      details[name] = type.toObject(type.decode(value), { longs: Number });
    }
  }
  return details;
}
