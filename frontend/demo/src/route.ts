import { useEffect, useState } from "preact/hooks";

/** What the address names. Nothing of it reaches a server: it is all behind the `#`. */
export interface Route {
  readonly game?: string;
  /** With both of these: continue on this device what was begun on another. */
  readonly player?: string;
  readonly seat?: string;
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return read(hash);
}

export function read(hash: string): Route {
  const [, game, player, seat] = /^#\/([\w-]{1,64})(?:\/([\w-]{1,64})\/([\w-]{22,64}))?$/.exec(hash) ?? [];
  return { ...(game && { game }), ...(player && seat && { player, seat }) };
}

export function linkTo({ game, player, seat }: Route): string {
  const path = player && seat ? `${game}/${player}/${seat}` : (game ?? "");
  return `${location.origin}${location.pathname}#/${path}`;
}

/** Takes the seat's token out of the address bar and the history. */
export function hideSeat(game: string): void {
  history.replaceState(null, "", linkTo({ game }));
}
