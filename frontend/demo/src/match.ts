import type { GameEvent } from "@holdfast/client";

export type Kind = "tictactoe" | "connectfour";

/** The player's place in `players`, which is also whose mark lies in a cell. */
export type Side = 0 | 1;

export const GAMES = {
  tictactoe: { title: "Tic-tac-toe", columns: 3, rows: 3, inARow: 3, marks: ["X", "O"] },
  connectfour: { title: "Connect four", columns: 7, rows: 6, inARow: 4, marks: ["red", "yellow"] },
} as const satisfies Record<Kind, object>;

/** A game of two at one moment; row by row from the top. */
export interface Match {
  readonly kind: Kind;
  readonly players: readonly string[];
  readonly cells: readonly (Side | undefined)[];
  readonly over: boolean;
  readonly winner: string | undefined;
  /** Where the last mark was set, if it was seen happening. */
  readonly newest?: number;
}

/** @returns none for the state of a game that this page cannot show */
export function fromSnapshot(state: any): Match | undefined {
  const kind = Array.isArray(state?.board) ? "tictactoe" : Array.isArray(state?.rows) ? "connectfour" : undefined;
  if (!kind) {
    return undefined;
  }
  const marks: (string | null)[] = kind === "tictactoe" ? state.board : state.rows.join("").split("");
  const sides = new Map<string | null, Side>([
    ["X", 0],
    ["O", 1],
    ["R", 0],
    ["Y", 1],
  ]);
  return {
    kind,
    players: state.players,
    cells: marks.map((mark) => sides.get(mark)),
    over: state.over,
    winner: state.winner ?? undefined,
  };
}

/** The match after an event; itself, if the event is none of the board's. */
export function after(match: Match, event: GameEvent): Match {
  const columns = GAMES[match.kind].columns;
  switch (event.type) {
    case "joined":
      return { ...match, players: [...match.players, event["player"] as string] };
    case "left":
      return hasStarted(match) ? match : { ...match, players: match.players.filter((player) => player !== event["player"]) };
    case "moved":
      return mark(match, event["cell"] as number, event["by"] as string);
    case "dropped":
      return mark(match, (event["row"] as number) * columns + (event["column"] as number), event["by"] as string);
    case "over":
      return { ...match, over: true, winner: (event["winner"] as string | null) ?? undefined };
    default:
      return match;
  }
}

function mark(match: Match, cell: number, by: string): Match {
  const cells = [...match.cells];
  cells[cell] = match.players.indexOf(by) as Side;
  return { ...match, cells, newest: cell };
}

export function hasStarted(match: Match): boolean {
  return match.players.length === 2;
}

/** Whose turn it is, while the game is on. */
export function turn(match: Match): string | undefined {
  const moves = match.cells.filter((cell) => cell !== undefined).length;
  return hasStarted(match) && !match.over ? match.players[moves % 2] : undefined;
}

export function sideOf(match: Match, player: string): Side | undefined {
  const index = match.players.indexOf(player);
  return index < 0 ? undefined : (index as Side);
}

/** Where a disc dropped into a column comes to rest; none if it is full. */
export function landing(match: Match, column: number): number | undefined {
  const { columns, rows } = GAMES[match.kind];
  for (let row = rows - 1; row >= 0; row--) {
    if (match.cells[row * columns + column] === undefined) {
      return row * columns + column;
    }
  }
  return undefined;
}

/** The cells that won the game. */
export function winningCells(match: Match): ReadonlySet<number> {
  const { columns, rows, inARow } = GAMES[match.kind];
  const found = new Set<number>();
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (const [down, right] of [[0, 1], [1, 0], [1, 1], [1, -1]] as const) {
        const line = Array.from({ length: inARow }, (_, i) => [row + i * down, column + i * right] as const);
        const isInside = line.every(([r, c]) => r < rows && c >= 0 && c < columns);
        const cells = line.map(([r, c]) => r * columns + c);
        const first = match.cells[cells[0] ?? 0];
        if (isInside && first !== undefined && cells.every((cell) => match.cells[cell] === first)) {
          cells.forEach((cell) => found.add(cell));
        }
      }
    }
  }
  return found;
}

/** Where both players meet again after a game, without having to tell each other. */
export function rematchId(id: string): string {
  const [, base = id, number = "1"] = /^(.*)_(\d{1,6})$/.exec(id) ?? [];
  return `${base.slice(0, 56)}_${Number(number) + 1}`;
}
