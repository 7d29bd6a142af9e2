package contract;

import com.google.protobuf.ByteString;
import dev.videre.v1.CompleteUploadRequest;
import dev.videre.v1.CreateUploadRequest;
import dev.videre.v1.GetUploadRequest;
import dev.videre.v1.Media;
import dev.videre.v1.MediaServiceGrpc;
import dev.videre.v1.MediaServiceGrpc.MediaServiceBlockingStub;
import dev.videre.v1.WriteUploadRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.zip.CRC32C;

/** An upload that goes on after every cut. */
final class Upload {
  private static final int PIECE = 64 << 10; // at most 1 MiB

  private final ManagedChannel channel;
  private final MediaServiceBlockingStub media;

  /** How often the connection was lost. */
  int resumed = 0;

  Upload(ManagedChannel channel) {
    this.channel = channel;
    this.media = MediaServiceGrpc.newBlockingStub(channel);
  }

  /** Sends a file in pieces, each from where the server says that it is. */
  Media send(Path path) throws Exception {
    byte[] data = Files.readAllBytes(path);
    String name = path.getFileName().toString();
    String digest =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
    CreateUploadRequest opening =
        CreateUploadRequest.newBuilder()
            .setFileName(name)
            .setTotalSize(data.length)
            .setRequestId("upload-" + digest.substring(0, 16))
            .build();
    var opened = persist(stub -> stub.createUpload(opening)).getUpload();
    String id = opened.getUploadId();
    int at = (int) opened.getCommittedSize();
    while (at < data.length) {
      try {
        at = (int) within().writeUpload(piece(id, data, at)).getCommittedSize();
      } catch (StatusRuntimeException error) {
        lost(error); // nobody knows whether the piece arrived: ask
        GetUploadRequest ask = GetUploadRequest.newBuilder().setUploadId(id).build();
        at = (int) persist(stub -> stub.getUpload(ask)).getUpload().getCommittedSize();
      }
    }
    CompleteUploadRequest closing =
        CompleteUploadRequest.newBuilder()
            .setUploadId(id)
            .setSha256(digest)
            .setTitle(name)
            .build();
    return persist(stub -> stub.completeUpload(closing)).getMedia();
  }

  private static WriteUploadRequest piece(String id, byte[] data, int at) {
    int size = Math.min(PIECE, data.length - at);
    CRC32C crc = new CRC32C();
    crc.update(data, at, size);
    return WriteUploadRequest.newBuilder()
        .setUploadId(id)
        .setOffset(at)
        .setData(ByteString.copyFrom(data, at, size))
        .setCrc32C((int) crc.getValue())
        .build();
  }

  private MediaServiceBlockingStub within() {
    return media.withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  /** Makes a call until the connection holds. */
  private <T> T persist(Function<MediaServiceBlockingStub, T> call) throws InterruptedException {
    while (true) {
      try {
        return call.apply(within());
      } catch (StatusRuntimeException error) {
        lost(error);
      }
    }
  }

  private void lost(StatusRuntimeException error) throws InterruptedException {
    if (error.getStatus().getCode() != Status.Code.UNAVAILABLE) {
      throw error;
    }
    resumed++;
    Thread.sleep(50);
    channel.resetConnectBackoff(); // at once, not after seconds
  }
}
