import { useEffect, useState } from "preact/hooks";
import { memory } from "./memory.ts";

/** What the address names. Nothing of it reaches a server: it is all behind the `#`. */
export interface Route {
  readonly game?: string;
  /** With both of these: continue on this device what was begun on another. */
  readonly player?: string;
  readonly seat?: string;
}

/** A new object whenever the address changes, also to what it was before. */
export function useRoute(): Route {
  const [route, setRoute] = useState(take);
  useEffect(() => {
    const changed = () => setRoute(take());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

/**
 * Reads the address, and takes the seat's token out of it and the history. It stays in the tab's memory until it has been
 * used, since until then a reload would lose it.
 */
export function take(): Route {
  const route = read(location.hash);
  const { game, player, seat } = route;
  if (!game) {
    return route;
  }
  if (seat) {
    memory.setLink(game, `${player}/${seat}`);
    history.replaceState(null, "", linkTo({ game }));
    return route;
  }
  return { ...route, ...read(`#/${game}/${memory.link(game)}`) };
}

export function read(hash: string): Route {
  const [, game, player, seat] = /^#\/([\w-]{1,64})(?:\/([\w-]{1,64})\/([\w-]{22,64}))?$/.exec(hash) ?? [];
  return { ...(game && { game }), ...(player && seat && { player, seat }) };
}

export function linkTo({ game, player, seat }: Route): string {
  const path = player && seat ? `${game}/${player}/${seat}` : (game ?? "");
  return `${location.origin}${location.pathname}#/${path}`;
}
