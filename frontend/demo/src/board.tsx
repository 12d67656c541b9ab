import { GAMES, landing, winningCells, type Match, type Side } from "./match.ts";

interface Props {
  readonly match: Match;
  /** The side whose moves are on their way. */
  readonly side: Side | undefined;
  readonly pending: readonly number[];
  readonly mayPlay: boolean;
  play(cell: number): void;
}

export function Board(props: Props) {
  return props.match.kind === "tictactoe" ? <Squares {...props} /> : <Columns {...props} />;
}

function Squares({ match, side, pending, mayPlay, play }: Props) {
  const won = winningCells(match);
  return (
    <div class="board squares" role="group" aria-label="Board" onKeyDown={(event) => walk(event, 3)}>
      {match.cells.map((owner, cell) => {
        const isPending = pending.includes(cell);
        const shown = owner ?? (isPending ? side : undefined);
        const isFree = shown === undefined;
        const what = isFree ? "free" : `${GAMES.tictactoe.marks[shown]}${isPending ? ", on its way" : ""}${won.has(cell) ? ", in the winning row" : ""}`;
        return (
          <button
            key={cell}
            type="button"
            class={`square ${isPending ? "pending" : ""} ${won.has(cell) ? "won" : ""} ${match.newest === cell ? "newest" : ""}`}
            aria-label={`Row ${Math.floor(cell / 3) + 1}, column ${(cell % 3) + 1}: ${what}`}
            aria-disabled={!mayPlay || !isFree}
            onClick={() => mayPlay && isFree && play(cell)}
          >
            {shown !== undefined && <Mark side={shown} />}
          </button>
        );
      })}
    </div>
  );
}

function Mark({ side }: { side: Side }) {
  return (
    <svg viewBox="0 0 20 20" class={`mark side-${side}`} aria-hidden="true">
      {side === 0 ? <path d="M4 4l12 12M16 4L4 16" /> : <circle cx="10" cy="10" r="6.5" />}
    </svg>
  );
}

function Columns({ match, side, pending, mayPlay, play }: Props) {
  const { columns, rows, marks } = GAMES.connectfour;
  const won = winningCells(match);
  return (
    <div class="board columns" role="group" aria-label="Board" onKeyDown={(event) => walk(event, columns)}>
      {Array.from({ length: columns }, (_, column) => {
        const cells = Array.from({ length: rows }, (_, row) => row * columns + column);
        const discs = cells.flatMap((cell) => match.cells[cell] ?? []).reverse();
        const isFull = landing(match, column) === undefined;
        const isPending = cells.some((cell) => pending.includes(cell));
        const what = discs.length ? `from below ${discs.map((disc) => marks[disc]).join(", ")}` : "empty";
        return (
          <button
            key={column}
            type="button"
            class="column"
            aria-label={`Column ${column + 1}: ${what}${isFull ? "; full" : ""}${isPending ? "; a disc on its way" : ""}`}
            aria-disabled={!mayPlay || isFull}
            onClick={() => mayPlay && !isFull && play(column)}
          >
            {cells.map((cell) => {
              const owner = match.cells[cell];
              const shown = owner ?? (pending.includes(cell) ? side : undefined);
              const kind = shown === undefined ? "" : `side-${shown} ${owner === undefined ? "pending" : ""}`;
              return <span key={cell} class={`disc ${kind} ${won.has(cell) ? "won" : ""} ${match.newest === cell ? "newest" : ""}`} />;
            })}
          </button>
        );
      })}
    </div>
  );
}

/** Arrow keys go from field to field. */
function walk(event: KeyboardEvent & { currentTarget: HTMLElement }, columns: number): void {
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  const step = steps[event.key];
  const fields = [...event.currentTarget.querySelectorAll("button")];
  const from = fields.indexOf(event.target as HTMLButtonElement);
  const to = step === undefined ? undefined : fields[from + step];
  if (to) {
    event.preventDefault();
    to.focus();
  }
}
