// Submits, queries and is refused: node submit.mjs TARGET PROTOS
// Prints what came back as one JSON document.

import { call, jobService, refusalOf } from "./videre.mjs";

const [target, protos] = process.argv.slice(2);
const client = jobService(target, protos);

async function refused(request) {
  try {
    await call(client, "SubmitJob", request);
  } catch (error) {
    return { status: error.code, ...refusalOf(error) };
  }
  throw new Error("the request was accepted");
}

const request = {
  request_id: "from-node",
  inputs: [{ name: "main", inline_text: "Who sells cocaine here?\nNobody does." }],
  user_data: "字",
  tags: { from: "node" },
  priority: 0,
};
const first = await call(client, "SubmitJob", request);
const again = await call(client, "SubmitJob", request);
const query = { job_id: first.job.job_id, view: "ANALYSIS_VIEW_FULL", wait: { seconds: 50 } };
const answer = await call(client, "QueryJob", query);
const refusals = {
  invalid: await refused({ ...request, priority: 10, user_data: "x".repeat(2049) }),
  reused: await refused({ ...request, user_data: "other" }),
};
process.stdout.write(JSON.stringify({ first, again, answer, refusals }));
client.close();
