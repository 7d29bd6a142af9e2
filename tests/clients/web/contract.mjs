// What a web page does with a Videre server: node contract.mjs ACTION TARGET [ARGUMENT...]
//
// VIDERE_PROTOCOL is "connect" (JSON) or "grpc-web" (protobuf), VIDERE_API_KEY the caller's key. Who is
// trusted is a matter of the browser, of Node by NODE_EXTRA_CA_CERTS. What came back is printed in
// lines "NAME VALUE", messages in base64.

import { toBinary } from "@bufbuild/protobuf";

import { REQUEST, pages, watch } from "./jobs.mjs";
import { CompleteUploadResponseSchema } from "./gen/videre/v1/media_pb.js";
import * as job from "./gen/videre/v1/job_pb.js";
import { upload } from "./upload.mjs";
import { detailsOf, services } from "./videre.mjs";

const [action, target, argument] = process.argv.slice(2);
const { VIDERE_PROTOCOL: protocol, VIDERE_API_KEY: key } = process.env;
const { jobs, media } = services(`https://${target}`, protocol, key);

function say(name, value) {
  process.stdout.write(`${name} ${value}\n`);
}

function tell(name, schema, reply) {
  say(name, Buffer.from(toBinary(schema, reply)).toString("base64"));
}

/** Prints what a server says when it refuses a job. */
async function refused(name, client, request) {
  const error = await client.submitJob(request).then(
    () => Promise.reject(new Error("the request was accepted")),
    (refusal) => refusal,
  );
  say(`${name}.code`, error.code);
  const { info, bad, retry } = detailsOf(error);
  say(`${name}.reason`, `${info.domain} ${info.reason}`);
  for (const [about, value] of Object.entries(info.metadata)) {
    say(`${name}.about`, `${about} ${value}`);
  }
  for (const { field, description } of bad?.fieldViolations ?? []) {
    say(`${name}.field`, `${field} ${description}`);
  }
  if (retry) {
    const { seconds, nanos } = retry.retryDelay;
    say(`${name}.retry_ms`, Number(seconds) * 1000 + nanos / 1e6);
  }
}

const actions = {
  async upload(path) {
    const done = await upload(media, path);
    say("resumed", done.resumed);
    tell("media", CompleteUploadResponseSchema, done.whole);
  },
  async submit() {
    const first = await jobs.submitJob(REQUEST);
    tell("first", job.SubmitJobResponseSchema, first);
    tell("again", job.SubmitJobResponseSchema, await jobs.submitJob(REQUEST));
    for await (const page of pages(jobs, first.job.jobId)) {
      tell("page", job.QueryJobResponseSchema, page);
    }
  },
  async refused(project) {
    await refused("invalid", jobs, { ...REQUEST, priority: 10, userData: "x".repeat(2049) });
    await refused("reused", jobs, { ...REQUEST, userData: "other" });
    await refused("quota", jobs, { ...REQUEST, projectId: project });
    await refused("stranger", services(`https://${target}`, protocol, "").jobs, REQUEST);
  },
  async deadline(jobId) {
    const began = Date.now();
    const late = jobs.queryJob({ jobId, wait: { seconds: 30n } }, { timeoutMs: 300 });
    say("code", await late.then(() => 0, (error) => error.code));
    say("ms", Date.now() - began);
  },
  async cancel(jobId) {
    for (const name of ["cancelled", "again"]) {
      tell(name, job.CancelJobResponseSchema, await jobs.cancelJob({ jobId }));
    }
  },
  async watch(jobId) {
    const connections = await watch(jobs, jobId, (reply) => {
      tell("event", job.WatchJobResponseSchema, reply);
    });
    say("connections", connections);
  },
};

try {
  await actions[action](argument);
} catch (error) {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
}
