/** What the page remembers; a browser without storage asks again. */
export const memory = {
  name: () => get(() => localStorage, "name") ?? "",
  setName: (name: string) => set(() => localStorage, "name", name),
  /** As whom this tab plays a game, so that a reload goes on at once. */
  player: (game: string) => get(() => sessionStorage, `player of ${game}`),
  setPlayer: (game: string, player: string) => set(() => sessionStorage, `player of ${game}`, player),
  forgetPlayer: (game: string) => set(() => sessionStorage, `player of ${game}`, ""),
  /** One's own link to a game, `player/seat`, from when it has left the address until it has been used. */
  link: (game: string) => get(() => sessionStorage, `link to ${game}`),
  setLink: (game: string, link: string) => set(() => sessionStorage, `link to ${game}`, link),
  forgetLink: (game: string) => set(() => sessionStorage, `link to ${game}`, ""),
};

function get(store: () => Storage, key: string): string | undefined {
  try {
    return store().getItem(key) || undefined;
  } catch {
    return undefined;
  }
}

function set(store: () => Storage, key: string, value: string): void {
  try {
    store().setItem(key, value);
  } catch {
    // Said above.
  }
}
