import { Refusal, connect, type Command, type Connection, type GameEvent, type State, type Status } from "@holdfast/client";

/** What a test sees of the players in this page. */
export interface Stage {
  readonly players: Record<string, { connection: Connection; events: GameEvent[] }>;
  readonly outcomes: Record<string, string>;
  /**
   * @param jwt gets a ticket for each connection, if given
   * @param broken the state that `onStatus` fails at once, if any
   */
  connect(url: string, game: string, player: string, jwt?: string, broken?: State): void;
  send(player: string, name: string, command: Command): void;
}

const stage: Stage = {
  players: {},
  outcomes: {},
  connect(url, game, player, jwt, broken) {
    const events: GameEvent[] = [];
    let isBroken = broken !== undefined;
    const onStatus = ({ state }: Status) => {
      if (isBroken && state === broken) {
        isBroken = false;
        throw new Error(`the page's own bug at ${state}`);
      }
    };
    const ticket = async () => {
      const request = { method: "POST", headers: { Authorization: `Bearer ${jwt}` } };
      const answer = await fetch(`${url.replace(/^ws/, "http")}/api/tickets`, request);
      if (!answer.ok) {
        throw new Error(`no ticket: ${answer.status}`);
      }
      return (await answer.json()).ticket;
    };
    const connection = connect({ url, game, player, onStatus, onEvent: (event) => events.push(event), ...(jwt && { ticket }) });
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
