import { useEffect, useState } from "preact/hooks";
import { makeGame } from "./gateway.ts";
import { GAMES, type Kind } from "./match.ts";
import { memory } from "./memory.ts";
import { NameField } from "./name.tsx";

/** Where a game is made. */
export function Lobby() {
  const [name, setName] = useState(memory.name());
  const [kind, setKind] = useState<Kind>("tictactoe");
  const [failure, setFailure] = useState("");
  const [isBusy, setBusy] = useState(false);

  useEffect(() => {
    document.title = "Holdfast";
  }, []);

  const make = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setFailure("");
    try {
      const { id } = await makeGame(kind);
      memory.setName(name);
      memory.setPlayer(id, name);
      location.hash = `#/${id}`;
    } catch (refused) {
      setFailure((refused as Error).message);
      setBusy(false);
    }
  };

  return (
    <section class="card narrow">
      <h1>Play with a friend</h1>
      <p class="lead">Tunnels, lifts and restarts of the server are part of it: the game holds on to you.</p>
      <form onSubmit={make}>
        <fieldset>
          <legend>Game</legend>
          <div class="choices">
            {(Object.keys(GAMES) as Kind[]).map((key) => (
              <label key={key} class={kind === key ? "choice chosen" : "choice"}>
                <input type="radio" name="kind" value={key} checked={kind === key} onChange={() => setKind(key)} />
                <Picture kind={key} />
                <span>{GAMES[key].title}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <NameField name={name} setName={setName} />
        <button class="primary" disabled={isBusy}>
          {isBusy ? "Making the game…" : "New game"}
        </button>
        <p class="failure" role="alert">
          {failure}
        </p>
      </form>
      <p class="hint">Got a link from a friend? Open it, and you are in.</p>
    </section>
  );
}

function Picture({ kind }: { kind: Kind }) {
  return kind === "tictactoe" ? (
    <svg viewBox="0 0 30 30" aria-hidden="true">
      <path class="grid" d="M10 2v26M20 2v26M2 10h26M2 20h26" />
      <path class="side-0" d="M12 12l6 6M18 12l-6 6" />
      <circle class="side-1" cx="5" cy="5" r="2.8" />
    </svg>
  ) : (
    <svg viewBox="0 0 30 30" aria-hidden="true">
      {[6, 15, 24].map((y) =>
        [6, 15, 24].map((x) => (
          <circle key={`${x} ${y}`} cx={x} cy={y} r="3.6" class={y === 24 ? `disc side-${x === 15 ? 1 : 0}` : y === 15 && x === 15 ? "disc side-0" : "hole"} />
        )),
      )}
    </svg>
  );
}
