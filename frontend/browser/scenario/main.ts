import { Refusal, connect, type Command, type Connection, type GameEvent } from "@holdfast/client";

/** What a test sees of the players in this page. */
export interface Stage {
  readonly players: Record<string, { connection: Connection; events: GameEvent[] }>;
  readonly outcomes: Record<string, string>;
  connect(url: string, game: string, player: string): void;
  send(player: string, name: string, command: Command): void;
}

const stage: Stage = {
  players: {},
  outcomes: {},
  connect(url, game, player) {
    const events: GameEvent[] = [];
    const connection = connect({ url, game, player, onEvent: (event) => events.push(event) });
    stage.players[player] = { connection, events };
  },
  send(player, name, command) {
    stage.players[player]?.connection.send(command).then(
      () => (stage.outcomes[name] = "applied"),
      (refusal: Refusal) => (stage.outcomes[name] = refusal.code),
    );
  },
};

Object.assign(globalThis, { stage });
