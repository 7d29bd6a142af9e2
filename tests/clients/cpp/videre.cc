#include "videre.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string_view>
#include <thread>

#include <openssl/sha.h>

namespace v1 = videre::v1;
using namespace std::chrono_literals;

namespace {

constexpr size_t kPiece = 64 << 10;  // at most 1 MiB

uint32_t crc32c(std::string_view data) {
  static const auto table = [] {
    std::array<uint32_t, 256> made{};
    for (uint32_t value = 0; value < made.size(); ++value) {
      made[value] = value;
      for (int bit = 0; bit < 8; ++bit)
        made[value] = (made[value] >> 1) ^ (made[value] & 1 ? 0x82f63b78u : 0u);
    }
    return made;
  }();
  uint32_t crc = ~0u;
  for (unsigned char byte : data) crc = table[(crc ^ byte) & 0xff] ^ (crc >> 8);
  return ~crc;
}

std::string sha256(const std::string& data) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest);
  std::string text;
  for (unsigned char byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

// Makes a call until the connection holds, and counts how often it was lost.
void persist(int& lost, const std::function<grpc::Status(grpc::ClientContext&)>& call) {
  for (;; ++lost, std::this_thread::sleep_for(50ms)) {
    grpc::ClientContext context;
    within(context, 30'000);
    const grpc::Status status = call(context);
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE) return require(status);
  }
}

}  // namespace

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::shared_ptr<grpc::Channel> connect(const std::string& target, const std::string& authority,
                                       const std::string& key) {
  grpc::SslCredentialsOptions trusted;
  trusted.pem_root_certs = contents(authority);
  auto credentials = grpc::SslCredentials(trusted);
  if (!key.empty())  // "authorization: Bearer KEY" with every call
    credentials = grpc::CompositeChannelCredentials(credentials, grpc::AccessTokenCredentials(key));
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 500);
  return grpc::CreateCustomChannel(target, credentials, arguments);
}

void within(grpc::ClientContext& context, int milliseconds) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(milliseconds));
}

void require(const grpc::Status& status) {
  if (status.ok()) return;
  std::cerr << status.error_code() << ": " << status.error_message() << std::endl;
  std::exit(1);
}

v1::Media upload(Uploads& media, const std::string& path, int& resumed) {
  const std::string data = contents(path), digest = sha256(data);
  const std::string name = path.substr(path.rfind('/') + 1);
  v1::CreateUploadRequest opening;
  opening.set_file_name(name);
  opening.set_total_size(data.size());
  opening.set_request_id("upload-" + digest.substr(0, 16));
  v1::CreateUploadResponse opened;
  persist(resumed, [&](auto& context) { return media.CreateUpload(&context, opening, &opened); });
  const std::string id = opened.upload().upload_id();
  size_t at = opened.upload().committed_size();
  while (at < data.size()) {
    v1::WriteUploadRequest piece;
    piece.set_upload_id(id);
    piece.set_offset(at);
    piece.set_data(data.substr(at, kPiece));
    piece.set_crc32c(crc32c(piece.data()));
    v1::WriteUploadResponse written;
    grpc::ClientContext context;
    within(context, 30'000);
    const grpc::Status status = media.WriteUpload(&context, piece, &written);
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
      ++resumed;  // nobody knows whether the piece arrived: ask
      v1::GetUploadRequest ask;
      ask.set_upload_id(id);
      v1::GetUploadResponse now;
      persist(resumed, [&](auto& again) { return media.GetUpload(&again, ask, &now); });
      at = now.upload().committed_size();
    } else {
      require(status);
      at = written.committed_size();
    }
  }
  v1::CompleteUploadRequest closing;
  closing.set_upload_id(id);
  closing.set_sha256(digest);
  closing.set_title(name);
  v1::CompleteUploadResponse whole;
  persist(resumed, [&](auto& context) { return media.CompleteUpload(&context, closing, &whole); });
  return whole.media();
}

int watch(Jobs& jobs, const std::string& job,
          const std::function<void(const v1::WatchJobResponse&)>& each) {
  v1::WatchJobRequest ask;
  ask.set_job_id(job);
  for (int connections = 1;; ++connections) {
    grpc::ClientContext context;
    const auto stream = jobs.WatchJob(&context, ask);
    for (v1::WatchJobResponse reply; stream->Read(&reply);) {
      ask.set_after_seq(reply.event().seq());
      each(reply);
    }
    const grpc::Status status = stream->Finish();
    if (status.ok()) return connections;
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE) require(status);
    std::this_thread::sleep_for(50ms);
  }
}
