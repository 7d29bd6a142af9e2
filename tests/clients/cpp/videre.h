// A channel to a Videre server, uploads that go on after a cut, and events told once.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <grpcpp/grpcpp.h>

#include "videre/v1/job.grpc.pb.h"
#include "videre/v1/media.grpc.pb.h"

using Jobs = videre::v1::JobService::Stub;
using Uploads = videre::v1::MediaService::Stub;

// Returns the bytes of a file.
std::string contents(const std::string& path);

// Returns a channel to a server that the authority vouches for; no key = a stranger's.
std::shared_ptr<grpc::Channel> connect(const std::string& target, const std::string& authority,
                                       const std::string& key);

// Sets until when a call may take.
void within(grpc::ClientContext& context, int milliseconds);

// Ends the program where a call failed.
void require(const grpc::Status& status);

// Sends a file in pieces; counts in `resumed` how often the connection was lost.
videre::v1::Media upload(Uploads& media, const std::string& path, int& resumed);

// Tells every event of a job once, across lost connections; returns how many it took.
int watch(Jobs& jobs, const std::string& job,
          const std::function<void(const videre::v1::WatchJobResponse&)>& each);
