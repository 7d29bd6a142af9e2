// Submits, reads page by page, and watches to the end.

import { setTimeout as sleep } from "node:timers/promises";

import { AnalysisView } from "./gen/videre/v1/analysis_pb.js";
import { isLost } from "./videre.mjs";

export const REQUEST = {
  requestId: "from-a-client",
  inputs: [{ name: "main", source: { case: "inlineText", value: "Who sells cocaine here?\nNobody does." } }],
  userData: "字",
  tags: { from: "a client" },
  priority: 0, // a zero that has a meaning: the most urgent
};

/** Yields an analysis line by line, once its job has ended. */
export async function* pages(jobs, jobId) {
  const query = {
    jobId,
    view: AnalysisView.FULL,
    pageSize: 1,
    filter: { kinds: ["text_lines"] },
    wait: { seconds: 50n },
  };
  let pageToken = "";
  do {
    const page = await jobs.queryJob({ ...query, pageToken });
    yield page;
    pageToken = page.nextPageToken;
  } while (pageToken);
}

/** Tells every event of a job once, across lost connections; returns how many it took. */
export async function watch(jobs, jobId, each) {
  let afterSeq = 0n;
  for (let connections = 1; ; connections += 1) {
    try {
      for await (const reply of jobs.watchJob({ jobId, afterSeq })) {
        afterSeq = reply.event.seq;
        each(reply);
      }
      return connections;
    } catch (error) {
      if (!isLost(error)) {
        throw error;
      }
      await sleep(50);
    }
  }
}
