import { render } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { Entrance } from "./entrance.tsx";
import { Lobby } from "./lobby.tsx";
import { memory } from "./memory.ts";
import { hideSeat, useRoute } from "./route.ts";
import { Table } from "./table.tsx";
import "./style.css";

function App() {
  const { game } = useRoute();
  return (
    <>
      <header class="top">
        <a class="brand" href="#/">
          <span aria-hidden="true" class="knot" />
          Holdfast
        </a>
      </header>
      <main>{game ? <Visit key={game} game={game} /> : <Lobby />}</main>
    </>
  );
}

/** From the link of a game to its table. */
function Visit({ game }: { game: string }) {
  const route = useRoute();
  const [player, setPlayer] = useState(route.player ?? memory.player(game));
  const [refusal, setRefusal] = useState("");
  const [seat] = useState(route.seat);

  useEffect(() => {
    if (route.player) {
      memory.setPlayer(game, route.player);
      hideSeat(game);
    }
  }, []);

  const enter = useCallback((name: string) => {
    memory.setName(name);
    memory.setPlayer(game, name);
    setRefusal("");
    setPlayer(name);
  }, [game]);
  const turnAway = useCallback((why: string) => {
    memory.forgetPlayer(game);
    setRefusal(why);
    setPlayer(undefined);
  }, [game]);

  return player ? (
    <Table game={game} player={player} {...(seat && { seat })} turnAway={turnAway} />
  ) : (
    <Entrance game={game} refusal={refusal} enter={enter} />
  );
}

const app = document.getElementById("app");
if (app) {
  render(<App />, app);
}
