// Clients of a Videre server for a web page, and the details of its refusals.

import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";

import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "./gen/google/rpc/status_pb.js";
import { JobService } from "./gen/videre/v1/job_pb.js";
import { MediaService } from "./gen/videre/v1/media_pb.js";

/** Returns the clients of a server; without a key only its own machine's owner may call. */
export function services(baseUrl, protocol, key) {
  const show = (next) => (request) => {
    if (key) {
      request.header.set("authorization", `Bearer ${key}`);
    }
    return next(request);
  };
  const create = protocol === "grpc-web" ? createGrpcWebTransport : createConnectTransport;
  const transport = create({ baseUrl, interceptors: [show], defaultTimeoutMs: 60_000 });
  return {
    jobs: createClient(JobService, transport),
    media: createClient(MediaService, transport),
  };
}

/** Returns the details of a refused call. */
export function detailsOf(error) {
  const [info] = error.findDetails(ErrorInfoSchema);
  const [bad] = error.findDetails(BadRequestSchema);
  const [retry] = error.findDetails(RetryInfoSchema);
  return { info, bad, retry };
}

/** Tells whether a call was lost on the way: a server that refuses says why, in details. */
export function isLost(error) {
  const { code, details } = ConnectError.from(error);
  return code === Code.Unavailable || (details.length === 0 && code !== Code.DeadlineExceeded);
}
