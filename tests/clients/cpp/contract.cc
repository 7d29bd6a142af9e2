// What a client in C++ does with a Videre server: contract ACTION TARGET [ARGUMENT...]
//
// VIDERE_TLS_CA names the file of the server's authority, VIDERE_API_KEY is the caller's key. What came
// back is printed in lines "NAME VALUE", messages in base64.

#include <chrono>
#include <cstdlib>
#include <iostream>

#include <openssl/evp.h>

#include "google/rpc/status.pb.h"
#include "videre.h"

namespace v1 = videre::v1;

namespace {

template <typename Value>
void say(const std::string& name, const Value& value) {
  std::cout << name << ' ' << value << std::endl;
}

void tell(const std::string& name, const google::protobuf::Message& message) {
  const std::string data = message.SerializeAsString();
  std::string text(4 * ((data.size() + 2) / 3) + 1, '\0');
  const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, data.size());
  say(name, text.substr(0, size));
}

// Prints what a server says when it refuses a call.
void tell_refusal(const std::string& name, const grpc::Status& refusal) {
  say(name + ".code", static_cast<int>(refusal.error_code()));
  google::rpc::Status told;
  told.ParseFromString(refusal.error_details());
  for (const auto& detail : told.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad;
    google::rpc::RetryInfo later;
    if (detail.UnpackTo(&info)) {
      say(name + ".reason", info.domain() + " " + info.reason());
      for (const auto& [key, value] : info.metadata()) say(name + ".about", key + " " + value);
    } else if (detail.UnpackTo(&bad)) {
      for (const auto& violation : bad.field_violations())
        say(name + ".field", violation.field() + " " + violation.description());
    } else if (detail.UnpackTo(&later)) {
      const auto& delay = later.retry_delay();
      say(name + ".retry_ms", delay.seconds() * 1000 + delay.nanos() / 1'000'000);
    }
  }
}

v1::SubmitJobRequest request() {
  v1::SubmitJobRequest made;
  made.set_request_id("from-a-client");
  auto* input = made.add_inputs();
  input->set_name("main");
  input->set_inline_text("Who sells cocaine here?\nNobody does.");
  made.set_user_data("字");
  (*made.mutable_tags())["from"] = "a client";
  made.set_priority(0);  // a zero that has a meaning: the most urgent
  return made;
}

grpc::Status submit(Jobs& jobs, const v1::SubmitJobRequest& what, v1::SubmitJobResponse& reply) {
  grpc::ClientContext context;
  within(context, 60'000);
  return jobs.SubmitJob(&context, what, &reply);
}

// Asks for an analysis line by line, once its job has ended.
void tell_pages(Jobs& jobs, const std::string& job) {
  v1::QueryJobRequest query;
  query.set_job_id(job);
  query.set_view(v1::ANALYSIS_VIEW_FULL);
  query.set_page_size(1);
  query.mutable_filter()->add_kinds("text_lines");
  query.mutable_wait()->set_seconds(50);
  do {
    grpc::ClientContext context;
    within(context, 60'000);
    v1::QueryJobResponse page;
    require(jobs.QueryJob(&context, query, &page));
    tell("page", page);
    query.set_page_token(page.next_page_token());
  } while (!query.page_token().empty());
}

void refused(Jobs& jobs, Jobs& stranger, const std::string& project) {
  v1::SubmitJobResponse none;
  auto wrong = request();
  wrong.set_priority(10);
  wrong.set_user_data(std::string(2049, 'x'));
  tell_refusal("invalid", submit(jobs, wrong, none));
  auto other = request();
  other.set_user_data("other");
  tell_refusal("reused", submit(jobs, other, none));
  auto more = request();
  more.set_project_id(project);
  tell_refusal("quota", submit(jobs, more, none));
  tell_refusal("stranger", submit(stranger, request(), none));
}

// Asks for the end of a job that does not end.
void late(Jobs& jobs, const std::string& job) {
  v1::QueryJobRequest query;
  query.set_job_id(job);
  query.mutable_wait()->set_seconds(30);
  v1::QueryJobResponse none;
  grpc::ClientContext context;
  within(context, 300);
  const auto began = std::chrono::steady_clock::now();
  const grpc::Status status = jobs.QueryJob(&context, query, &none);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  say("code", static_cast<int>(status.error_code()));
  say("ms", static_cast<int>(took.count()));
}

void cancel(Jobs& jobs, const std::string& job) {
  for (const char* name : {"cancelled", "again"}) {
    v1::CancelJobRequest ask;
    ask.set_job_id(job);
    v1::CancelJobResponse reply;
    grpc::ClientContext context;
    within(context, 60'000);
    require(jobs.CancelJob(&context, ask, &reply));
    tell(name, reply);
  }
}

}  // namespace

int main(int count, char** given) {
  const std::string action = given[1], target = given[2], argument = count > 3 ? given[3] : "";
  const std::string authority = std::getenv("VIDERE_TLS_CA"), key = std::getenv("VIDERE_API_KEY");
  const auto channel = connect(target, authority, key);
  Jobs jobs(channel);
  Uploads media(channel);
  if (action == "upload") {
    int resumed = 0;
    const v1::Media uploaded = upload(media, argument, resumed);
    say("resumed", resumed);
    v1::CompleteUploadResponse whole;
    *whole.mutable_media() = uploaded;
    tell("media", whole);
  } else if (action == "submit") {
    v1::SubmitJobResponse first, again;
    require(submit(jobs, request(), first));
    require(submit(jobs, request(), again));
    tell("first", first);
    tell("again", again);
    tell_pages(jobs, first.job().job_id());
  } else if (action == "refused") {
    Jobs stranger(connect(target, authority, ""));
    refused(jobs, stranger, argument);
  } else if (action == "deadline") {
    late(jobs, argument);
  } else if (action == "cancel") {
    cancel(jobs, argument);
  } else if (action == "watch") {
    const int connections = watch(jobs, argument, [](const auto& reply) { tell("event", reply); });
    say("connections", connections);
  }
}
