package contract;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.videre.v1.CancelJobRequest;
import dev.videre.v1.CompleteUploadResponse;
import dev.videre.v1.QueryJobRequest;
import dev.videre.v1.SubmitJobRequest;
import dev.videre.v1.SubmitJobResponse;
import google.rpc.StatusOuterClass.BadRequest;
import google.rpc.StatusOuterClass.ErrorInfo;
import google.rpc.StatusOuterClass.RetryInfo;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a client in Java does with a Videre server: contract.Main ACTION TARGET [ARGUMENT...]
 *
 * <p>VIDERE_TLS_CA names the file of the server's authority, VIDERE_API_KEY is the caller's key. What
 * came back is printed in lines "NAME VALUE", messages in base64.
 */
public final class Main {
  private Main() {}

  private static void say(String name, Object value) {
    System.out.println(name + " " + value);
  }

  private static void tell(String name, Message message) {
    say(name, Base64.getEncoder().encodeToString(message.toByteArray()));
  }

  /** Prints what a server says when it refuses a job. */
  private static void refused(String name, Jobs jobs, SubmitJobRequest request)
      throws InvalidProtocolBufferException {
    try {
      jobs.within(60_000).submitJob(request);
    } catch (StatusRuntimeException refusal) {
      say(name + ".code", refusal.getStatus().getCode().value());
      for (Any detail : StatusProto.fromThrowable(refusal).getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          ErrorInfo info = detail.unpack(ErrorInfo.class);
          say(name + ".reason", info.getDomain() + " " + info.getReason());
          info.getMetadataMap().forEach((key, value) -> say(name + ".about", key + " " + value));
        } else if (detail.is(BadRequest.class)) {
          for (var violation : detail.unpack(BadRequest.class).getFieldViolationsList()) {
            say(name + ".field", violation.getField() + " " + violation.getDescription());
          }
        } else if (detail.is(RetryInfo.class)) {
          Duration delay = detail.unpack(RetryInfo.class).getRetryDelay();
          say(name + ".retry_ms", delay.getSeconds() * 1000 + delay.getNanos() / 1_000_000);
        }
      }
      return;
    }
    throw new IllegalStateException("the request was accepted");
  }

  /** Asks for the end of a job that does not end. */
  private static void late(Jobs jobs, String job) {
    QueryJobRequest query =
        QueryJobRequest.newBuilder()
            .setJobId(job)
            .setWait(Duration.newBuilder().setSeconds(30))
            .build();
    long began = System.nanoTime();
    try {
      jobs.within(300).queryJob(query);
    } catch (StatusRuntimeException error) {
      say("code", error.getStatus().getCode().value());
    }
    say("ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
  }

  private static void run(String action, String target, String argument) throws Exception {
    String authority = System.getenv("VIDERE_TLS_CA");
    ManagedChannel channel = Connect.connect(target, authority, System.getenv("VIDERE_API_KEY"));
    Jobs jobs = new Jobs(channel);
    switch (action) {
      case "upload" -> {
        Upload upload = new Upload(channel);
        var media = upload.send(Path.of(argument));
        say("resumed", upload.resumed);
        tell("media", CompleteUploadResponse.newBuilder().setMedia(media).build());
      }
      case "submit" -> {
        SubmitJobResponse first = jobs.within(60_000).submitJob(Jobs.request().build());
        tell("first", first);
        tell("again", jobs.within(60_000).submitJob(Jobs.request().build()));
        jobs.pages(first.getJob().getJobId(), page -> tell("page", page));
      }
      case "refused" -> {
        SubmitJobRequest.Builder wrong = Jobs.request().setPriority(10);
        refused("invalid", jobs, wrong.setUserData("x".repeat(2049)).build());
        refused("reused", jobs, Jobs.request().setUserData("other").build());
        refused("quota", jobs, Jobs.request().setProjectId(argument).build());
        ManagedChannel stranger = Connect.connect(target, authority, "");
        refused("stranger", new Jobs(stranger), Jobs.request().build());
        stranger.shutdownNow();
      }
      case "deadline" -> late(jobs, argument);
      case "cancel" -> {
        CancelJobRequest ask = CancelJobRequest.newBuilder().setJobId(argument).build();
        for (String name : List.of("cancelled", "again")) {
          tell(name, jobs.within(60_000).cancelJob(ask));
        }
      }
      case "watch" -> {
        int connections = jobs.watch(argument, reply -> tell("event", reply));
        say("connections", connections);
      }
      default -> throw new IllegalArgumentException(action);
    }
    channel.shutdownNow();
  }

  /** Runs an action; the program fails when it fails. */
  public static void main(String[] given) throws Exception {
    run(given[0], given[1], given.length > 2 ? given[2] : "");
  }
}
