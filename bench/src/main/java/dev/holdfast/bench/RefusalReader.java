package dev.holdfast.bench;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/// Ends a session whose handshake was refused, with the answer's body, which names the setting behind it: the
/// exception of Netty's own handler has the status alone.
final class RefusalReader extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final Session session;

    RefusalReader(Session session) {
        this.session = session;
    }

    @Override
    public boolean acceptInboundMessage(Object message) throws Exception {
        return super.acceptInboundMessage(message)
                && !((FullHttpResponse) message).status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse refusal) {
        session.refused(refusal.status() + " " + refusal.content().toString(StandardCharsets.UTF_8));
        context.close();
    }
}
