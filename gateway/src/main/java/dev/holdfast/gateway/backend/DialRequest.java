package dev.holdfast.gateway.backend;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;

/// An upgrade to be asked of the backend.
///
/// @param eventLoop where the backend leg will live: the client leg's
/// @param game decides which replica is asked first
/// @param target path and query exactly as the client sent them
/// @param headers all headers of the request, the WebSocket ones included, in the client's spelling
public record DialRequest(EventLoop eventLoop, String game, String target, HttpHeaders headers) {}
