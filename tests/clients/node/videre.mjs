// Stubs of a Videre server made from the .proto files alone, and the details of its refusals.

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

/** Returns a stub of JobService; `protos` is the folder that has videre/v1/*.proto. */
export function jobService(target, protos) {
  const file = join("videre", "v1", "job.proto");
  const definition = protoLoader.loadSync(file, { ...LOADING, includeDirs: [protos] });
  const { JobService } = grpc.loadPackageDefinition(definition).videre.v1;
  return new JobService(target, grpc.credentials.createInsecure(), CHANNEL);
}

/** Makes a unary call of `client` and returns a promise of its reply. */
export function call(client, method, request, seconds = 60) {
  const deadline = new Date(Date.now() + seconds * 1000);
  return new Promise((resolve, reject) => {
    client[method](request, { deadline }, (error, reply) => (error ? reject(error) : resolve(reply)));
  });
}

/** Returns the google.rpc.Status of a failed call, its details by message name. */
export function refusalOf(error) {
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  if (bytes === undefined) {
    throw error; // no refusal of the server's: nobody was there to give details
  }
  const status = ERRORS.lookupType("google.rpc.Status").decode(bytes);
  const details = {};
  for (const { type_url: url, value } of status.details) {
    const name = url.slice(url.lastIndexOf("/") + 1);
    const type = ERRORS.lookupType(name);
    details[name] = type.toObject(type.decode(value));
  }
  return { code: status.code, message: status.message, details };
}
