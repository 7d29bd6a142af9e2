// What a client in Node does with a Videre server: node contract.mjs ACTION TARGET [ARGUMENT...]
//
// VIDERE_PROTOS names the folder of the .proto files, VIDERE_TLS_CA the file of the server's authority,
// VIDERE_API_KEY is the caller's key. What came back is printed in lines "NAME VALUE", messages in
// base64.

import { REQUEST, pages, watch } from "./jobs.mjs";
import { upload } from "./upload.mjs";
import { access, call, detailsOf, services } from "./videre.mjs";

const [action, target, argument] = process.argv.slice(2);
const { VIDERE_PROTOS: protos, VIDERE_TLS_CA: authority, VIDERE_API_KEY: key } = process.env;
const { jobs, media } = services(target, protos, access(authority, key));

function say(name, value) {
  process.stdout.write(`${name} ${value}\n`);
}

function tell(name, client, method, reply) {
  say(name, client[method].responseSerialize(reply).toString("base64"));
}

/** Prints what a server says when it refuses a job. */
async function refused(name, client, request) {
  const error = await call(client, "SubmitJob", request).then(
    () => Promise.reject(new Error("the request was accepted")),
    (refusal) => refusal,
  );
  say(`${name}.code`, error.code);
  for (const [type, detail] of Object.entries(detailsOf(error))) {
    if (type === "google.rpc.ErrorInfo") {
      say(`${name}.reason`, `${detail.domain} ${detail.reason}`);
      for (const [about, value] of Object.entries(detail.metadata ?? {})) {
        say(`${name}.about`, `${about} ${value}`);
      }
    } else if (type === "google.rpc.BadRequest") {
      for (const { field, description } of detail.field_violations) {
        say(`${name}.field`, `${field} ${description}`);
      }
    } else if (type === "google.rpc.RetryInfo") {
      const { seconds = 0, nanos = 0 } = detail.retry_delay;
      say(`${name}.retry_ms`, seconds * 1000 + nanos / 1e6);
    }
  }
}

const actions = {
  async upload(path) {
    const done = await upload(media, path);
    say("resumed", done.resumed);
    tell("media", media, "CompleteUpload", { media: done.media });
  },
  async submit() {
    const first = await call(jobs, "SubmitJob", REQUEST);
    tell("first", jobs, "SubmitJob", first);
    tell("again", jobs, "SubmitJob", await call(jobs, "SubmitJob", REQUEST));
    for await (const page of pages(jobs, first.job.job_id)) {
      tell("page", jobs, "QueryJob", page);
    }
  },
  async refused(project) {
    await refused("invalid", jobs, { ...REQUEST, priority: 10, user_data: "x".repeat(2049) });
    await refused("reused", jobs, { ...REQUEST, user_data: "other" });
    await refused("quota", jobs, { ...REQUEST, project_id: project });
    const stranger = services(target, protos, access(authority, ""));
    await refused("stranger", stranger.jobs, REQUEST);
    stranger.jobs.close();
  },
  async deadline(job) {
    const began = Date.now();
    const late = call(jobs, "QueryJob", { job_id: job, wait: { seconds: 30 } }, 0.3);
    const code = await late.then(() => 0, (error) => error.code);
    say("code", code);
    say("ms", Date.now() - began);
  },
  async cancel(job) {
    for (const name of ["cancelled", "again"]) {
      tell(name, jobs, "CancelJob", await call(jobs, "CancelJob", { job_id: job }));
    }
  },
  async watch(job) {
    const connections = await watch(jobs, job, (reply) => tell("event", jobs, "WatchJob", reply));
    say("connections", connections);
  },
};

try {
  await actions[action](argument);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
jobs.close();
media.close();
