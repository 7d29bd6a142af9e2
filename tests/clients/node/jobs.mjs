// Submits, reads page by page, and watches to the end.

import grpc from "@grpc/grpc-js";

import { call } from "./videre.mjs";

export const REQUEST = {
  request_id: "from-a-client",
  inputs: [{ name: "main", inline_text: "Who sells cocaine here?\nNobody does." }],
  user_data: "字",
  tags: { from: "a client" },
  priority: 0, // a zero that has a meaning: the most urgent
};

/** Yields an analysis line by line, once its job has ended. */
export async function* pages(jobs, job_id) {
  const query = {
    job_id,
    view: "ANALYSIS_VIEW_FULL",
    page_size: 1,
    filter: { kinds: ["text_lines"] },
    wait: { seconds: 50 },
  };
  let token = "";
  do {
    const page = await call(jobs, "QueryJob", { ...query, page_token: token });
    yield page;
    token = page.next_page_token;
  } while (token);
}

/** Tells every event of a job once, across lost connections; returns how many it took. */
export function watch(jobs, job_id, each) {
  let seq = "0";
  let connections = 0;
  return new Promise((resolve, reject) => {
    function connect() {
      connections += 1;
      const stream = jobs.WatchJob({ job_id, after_seq: seq });
      stream.on("data", (reply) => {
        seq = reply.event.seq;
        each(reply);
      });
      stream.on("end", () => {});
      stream.on("error", () => {}); // its status follows
      stream.on("status", ({ code, details }) => {
        if (code === grpc.status.OK) {
          resolve(connections);
        } else if (code === grpc.status.UNAVAILABLE) {
          setTimeout(connect, 50);
        } else {
          reject(new Error(`${grpc.status[code]}: ${details}`));
        }
      });
    }
    connect();
  });
}
