package contract;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.io.File;
import java.io.IOException;

/** Channels to a Videre server. */
final class Connect {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private Connect() {}

  /** Returns a channel to a server that the authority vouches for; no key = a stranger's. */
  static ManagedChannel connect(String target, String authority, String key) throws IOException {
    ChannelCredentials tls =
        TlsChannelCredentials.newBuilder().trustManager(new File(authority)).build();
    ManagedChannelBuilder<?> builder = Grpc.newChannelBuilder(target, tls);
    if (!key.isEmpty()) {
      Metadata shown = new Metadata();
      shown.put(AUTHORIZATION, "Bearer " + key);
      builder.intercept(MetadataUtils.newAttachHeadersInterceptor(shown));
    }
    return builder.build();
  }
}
