package dev.holdfast.gateway.backend;

import dev.holdfast.gateway.link.ResumePoint;
import io.netty.channel.EventLoop;

/// An upgrade to be asked of the backend.
///
/// @param eventLoop where the backend leg will live: the client leg's
/// @param game decides which replica is asked first
/// @param from where the new leg is to go on
public record DialRequest(EventLoop eventLoop, String game, UpgradeHead head, ResumePoint from) {}
