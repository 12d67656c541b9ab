import { render } from "preact";
import { useCallback, useState } from "preact/hooks";
import { Entrance } from "./entrance.tsx";
import { Lobby } from "./lobby.tsx";
import { memory } from "./memory.ts";
import { useRoute, type Route } from "./route.ts";
import { Table } from "./table.tsx";
import "./style.css";

function App() {
  const route = useRoute();
  return (
    <>
      <header class="top">
        <a class="brand" href="#/">
          <span aria-hidden="true" class="knot" />
          Holdfast
        </a>
      </header>
      <main>{route.game ? <Visit key={route} {...route} game={route.game} /> : <Lobby />}</main>
    </>
  );
}

/** From the link of a game to its table; by the door even if the name is known, since to connect begins a game anew. */
function Visit({ game, ...link }: Route & { game: string }) {
  const [player, setPlayer] = useState(link.player ?? memory.player(game));
  const [isIn, setIn] = useState(false);
  const [seat, setSeat] = useState(link.seat);
  const [refusal, setRefusal] = useState("");

  const enter = (name: string) => {
    memory.setName(name);
    memory.setPlayer(game, name);
    setRefusal("");
    setPlayer(name);
    setIn(true);
  };
  const goIn = useCallback(() => setIn(true), []);
  const turnAway = useCallback((why: string) => {
    // A wrong link says nothing against the name that this tab remembers.
    if (seat) {
      memory.forgetLink(game);
    } else {
      memory.forgetPlayer(game);
    }
    setSeat(undefined);
    setRefusal(why);
    setPlayer(undefined);
    setIn(false);
  }, [game, seat]);

  return player && isIn ? (
    <Table game={game} player={player} {...(seat && { seat })} turnAway={turnAway} />
  ) : (
    <Entrance game={game} {...(player && { player })} refusal={refusal} enter={enter} goIn={goIn} />
  );
}

const app = document.getElementById("app");
if (app) {
  render(<App />, app);
}
