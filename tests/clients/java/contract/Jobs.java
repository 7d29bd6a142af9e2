package contract;

import com.google.protobuf.Duration;
import dev.videre.v1.AnalysisFilter;
import dev.videre.v1.AnalysisView;
import dev.videre.v1.JobInput;
import dev.videre.v1.JobServiceGrpc;
import dev.videre.v1.JobServiceGrpc.JobServiceBlockingStub;
import dev.videre.v1.QueryJobRequest;
import dev.videre.v1.QueryJobResponse;
import dev.videre.v1.SubmitJobRequest;
import dev.videre.v1.WatchJobRequest;
import dev.videre.v1.WatchJobResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Jobs: what is asked, answers page by page, events told once. */
final class Jobs {
  private final ManagedChannel channel;
  private final JobServiceBlockingStub jobs;

  Jobs(ManagedChannel channel) {
    this.channel = channel;
    this.jobs = JobServiceGrpc.newBlockingStub(channel);
  }

  static SubmitJobRequest.Builder request() {
    return SubmitJobRequest.newBuilder()
        .setRequestId("from-a-client")
        .addInputs(
            JobInput.newBuilder()
                .setName("main")
                .setInlineText("Who sells cocaine here?\nNobody does."))
        .setUserData("字")
        .putTags("from", "a client")
        .setPriority(0); // a zero that has a meaning: the most urgent
  }

  JobServiceBlockingStub within(long milliseconds) {
    return jobs.withDeadlineAfter(milliseconds, TimeUnit.MILLISECONDS);
  }

  /** Asks for an analysis line by line, once its job has ended. */
  void pages(String job, Consumer<QueryJobResponse> each) {
    QueryJobRequest.Builder query =
        QueryJobRequest.newBuilder()
            .setJobId(job)
            .setView(AnalysisView.ANALYSIS_VIEW_FULL)
            .setPageSize(1)
            .setFilter(AnalysisFilter.newBuilder().addKinds("text_lines"))
            .setWait(Duration.newBuilder().setSeconds(50));
    do {
      QueryJobResponse page = within(60_000).queryJob(query.build());
      each.accept(page);
      query.setPageToken(page.getNextPageToken());
    } while (!query.getPageToken().isEmpty());
  }

  /** Tells every event of a job once, across lost connections; returns how many it took. */
  int watch(String job, Consumer<WatchJobResponse> each) throws InterruptedException {
    long seq = 0;
    for (int connections = 1; ; connections++) {
      WatchJobRequest ask = WatchJobRequest.newBuilder().setJobId(job).setAfterSeq(seq).build();
      try {
        for (var replies = jobs.watchJob(ask); replies.hasNext(); ) {
          WatchJobResponse reply = replies.next();
          seq = reply.getEvent().getSeq();
          each.accept(reply);
        }
        return connections;
      } catch (StatusRuntimeException error) {
        if (error.getStatus().getCode() != Status.Code.UNAVAILABLE) {
          throw error;
        }
        Thread.sleep(50);
        channel.resetConnectBackoff(); // at once, not after seconds
      }
    }
  }
}
