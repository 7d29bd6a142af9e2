// Watches a job to its end across lost connections: node watch.mjs TARGET PROTOS JOB
// Prints every event as one line, its message in base64, and at the end how often it began anew.

import grpc from "@grpc/grpc-js";

import { jobService } from "./videre.mjs";

const [target, protos, job] = process.argv.slice(2);
const client = jobService(target, protos);
const encode = client.WatchJob.responseSerialize;

let seq = "0";
let connections = 0;

function watch() {
  connections += 1;
  const stream = client.WatchJob({ job_id: job, after_seq: seq });
  stream.on("data", (reply) => {
    seq = reply.event.seq;
    process.stdout.write(`event ${encode(reply).toString("base64")}\n`);
  });
  stream.on("end", () => {});
  stream.on("error", () => {}); // its status follows
  stream.on("status", ({ code, details }) => {
    if (code === grpc.status.OK) {
      process.stdout.write(`end ${connections}\n`);
      client.close();
    } else if (code === grpc.status.UNAVAILABLE) {
      setTimeout(watch, 50);
    } else {
      process.stderr.write(`${grpc.status[code]}: ${details}\n`);
      process.exitCode = 1;
      client.close();
    }
  });
}

watch();
